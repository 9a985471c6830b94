"""The edit side by side: the older text on the left, the newer on the right, in columns of a terminal."""

from itertools import zip_longest

from service.models import Diff, Hunk, HunkKind, Op, Run

from .inline import HEADING, marked
from .telling import notes, place, shortened, shown_runs
from .wrapping import RESET, wrapped

_GUTTER = " │ "
_NARROWEST = 12  # columns of one side, at least


def side(diff: Diff, *, width: int, colour: bool) -> str:
    """Return a diff in two columns that fit into ``width`` columns of a terminal, and are safe for it.

    Wide letters (East Asian) take two columns, combining marks none. Removed words are marked on the left, added ones on the right.
    """
    column = max(_NARROWEST, (width - len(_GUTTER)) // 2)
    told = [[_heading(hunk, colour), *_rows(hunk, column, colour)] for hunk in diff.hunks]
    paragraphs = ["\n".join(line.rstrip() for line in lines) for lines in [*told, *([note] for note in notes(diff))]]
    return "".join(f"{paragraph}\n\n" for paragraph in paragraphs).removesuffix("\n")


def _heading(hunk: Hunk, colour: bool) -> str:
    return f"{HEADING}{place(hunk)}{RESET}" if colour else f"{place(hunk)}:"


def _rows(hunk: Hunk, column: int, colour: bool) -> list[str]:
    runs = shown_runs(hunk)
    kept = shortened(runs) if hunk.kind in (HunkKind.EDITED, HunkKind.MOVED) else list(runs)
    left = _wrapped([run for run in kept if run.op is not Op.ADDED], column, colour)
    right = _wrapped([run for run in kept if run.op is not Op.REMOVED], column, colour)
    blank = " " * column
    return [f"{old}{_GUTTER}{new}" for old, new in zip_longest(left, right, fillvalue=blank)]


def _wrapped(runs: list[Run], column: int, colour: bool) -> list[str]:
    """Return the runs as lines of exactly ``column`` columns; without colour the marks are part of the text."""
    if not colour:
        runs = [Run(Op.SAME, "".join(marked(run, colour=False) for run in runs))]
    return [line + " " * (column - used) for line, used in wrapped(runs, column)]
