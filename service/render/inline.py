"""The edit as words: what was removed and what was added, in the text they stood in."""

from service.models import Diff, Hunk, HunkKind, Op, Run

from .telling import apart, notes, place, shortened, shown_runs
from .wrapping import ADDED, REMOVED, RESET, wrapped

HEADING = "\x1b[1m"
_MARKS = {Op.REMOVED: ("[-", "-]"), Op.ADDED: ("{+", "+}")}
_COLOURS = {Op.REMOVED: (REMOVED, RESET), Op.ADDED: (ADDED, RESET)}


def words(diff: Diff, *, colour: bool, width: int | None = None) -> str:
    """Return a diff for reading, safe for a terminal: one paragraph for each hunk, under where it stands.

    Removed words are red and struck, added ones green; without colour ``[-removed-]`` and ``{+added+}``. A paragraph is one line, or
    with ``width`` as many as fit into so many columns.
    """
    told = [f"{_heading(hunk, colour)}\n{_text(hunk, colour, width)}".rstrip() for hunk in diff.hunks]
    return "".join(f"{paragraph}\n\n" for paragraph in [*told, *notes(diff)]).removesuffix("\n")


def _heading(hunk: Hunk, colour: bool) -> str:
    return f"{HEADING}{place(hunk)}{RESET}" if colour else f"{place(hunk)}:"


def _text(hunk: Hunk, colour: bool, width: int | None) -> str:
    runs = shown_runs(hunk)
    kept = shortened(runs) if hunk.kind in (HunkKind.EDITED, HunkKind.MOVED) else list(runs)
    if not colour:
        kept = [Run(Op.SAME, "".join(marked(run, colour=False) for run in kept))]
    if width is not None:
        parts = [part for before, run in zip([None, *kept], kept, strict=False) for part in _bare(before, run)]
        return "\n".join(line.rstrip() for line, _ in wrapped(parts, width))
    return "".join(apart(before, run) + marked(run, colour=colour) for before, run in zip([None, *kept], kept, strict=False))


def _bare(before: Run | None, run: Run) -> tuple[Run, ...]:
    """Return a run with the space at its ends, and what keeps it apart, as runs of their own."""
    core = run.text.strip(" ")
    if run.op is Op.SAME or not core:
        return (run,)
    lead, _, trail = run.text.partition(core)
    return Run(Op.SAME, apart(before, run) + lead), Run(run.op, core), Run(Op.SAME, trail)


def marked(run: Run, *, colour: bool) -> str:
    """Return a run with its marks, the space at its ends outside of them."""
    core = run.text.strip()
    if run.op is Op.SAME or not (core or run.text):
        return run.text
    before, after = (_COLOURS if colour else _MARKS)[run.op]
    if not core:
        return f"{before}{run.text}{after}"
    start = run.text.index(core)
    return f"{run.text[:start]}{before}{core}{after}{run.text[start + len(core) :]}"
