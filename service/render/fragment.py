"""The edit as HTML: a fragment that stands in any page, says with ``ins`` and ``del`` what became of the words, and runs nothing."""

from collections.abc import Callable, Sequence
from html import escape

from service.models import Diff, Hunk, HunkKind, Op, Run

from .telling import apart, notes, place, shortened, shown_runs

_MOST_HUNKS, _MOST_LETTERS = 12, 1500  # of an excerpt, and of one of its runs
Told = Callable[[str], str]
"""What puts our sentences into another language."""

_TAGS = {Op.REMOVED: "del", Op.ADDED: "ins"}


def html(diff: Diff, *, title: str, told: Told = str) -> str:
    """Return a diff as an HTML ``section`` under its title, whole texts, everything escaped.

    ``ins`` and ``del`` are told by screen readers as insertion and deletion (ARIA in HTML); every text finds its own direction
    (``dir="auto"``), so that Arabic does not turn what stands around it.
    """
    hunks = "".join(_article(hunk, shown_runs(hunk), told) for hunk in diff.hunks)
    said = "".join(f'<p class="note">{escape(told(note))}</p>\n' for note in notes(diff))
    return f'<section class="diff">\n<h2 dir="auto">{escape(title)}</h2>\n{hunks}{said}</section>\n'


def excerpt(diff: Diff, most: int = _MOST_HUNKS, told: Told = str) -> str:
    """Return a diff as HTML for where there is little room and no style sheet of ours: a feed reader, a mail.

    The first ``most`` hunks, unchanged stretches cut to what stands beside a change, and how many more there are.
    """
    hunks = "".join(_article(hunk, _cut(hunk), told) for hunk in diff.hunks[:most])
    more = len(diff.hunks) - most
    said = [*notes(diff), *([f"And {more} more place{'' if more == 1 else 's'}."] if more > 0 else [])]
    return hunks + "".join(f"<p>{escape(told(note))}</p>\n" for note in said)


def _cut(hunk: Hunk) -> list[Run]:
    runs = shown_runs(hunk)
    kept = shortened(runs) if hunk.kind in (HunkKind.EDITED, HunkKind.MOVED) else list(runs)
    return [Run(run.op, run.text if len(run.text) <= _MOST_LETTERS else f"{run.text[:_MOST_LETTERS]}…") for run in kept]


def _article(hunk: Hunk, runs: Sequence[Run], told: Told) -> str:
    text = "".join(apart(before, run) + run_html(run) for before, run in zip((None, *runs), runs, strict=False))
    return f'<div class="hunk {hunk.kind.value}">\n<h3>{escape(told(place(hunk)).capitalize())}</h3>\n<p dir="auto">{text}</p>\n</div>\n'


def run_html(run: Run) -> str:
    """Return a run with its tags, the space at its ends outside of them; escaped."""
    text = run.text
    tag, core = _TAGS.get(run.op), text.strip(" ")
    if not tag or not core:
        return f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text)
    before, _, after = text.partition(core)
    return f"{before}<{tag}>{escape(core)}</{tag}>{after}"
