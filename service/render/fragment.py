"""The edit as HTML: a fragment that stands in any page, says with ``ins`` and ``del`` what became of the words, and runs nothing."""

from html import escape

from service.models import Diff, Hunk, Op

from .telling import apart, notes, place, shown_runs

_TAGS = {Op.REMOVED: "del", Op.ADDED: "ins"}


def html(diff: Diff, *, title: str) -> str:
    """Return a diff as an HTML ``section`` under its title, whole texts, everything escaped.

    ``ins`` and ``del`` are told by screen readers as insertion and deletion (ARIA in HTML); every text finds its own direction
    (``dir="auto"``), so that Arabic does not turn what stands around it.
    """
    hunks = "".join(_article(hunk) for hunk in diff.hunks)
    told = "".join(f'<p class="note">{escape(note)}</p>\n' for note in notes(diff))
    return f'<section class="diff">\n<h2 dir="auto">{escape(title)}</h2>\n{hunks}{told}</section>\n'


def _article(hunk: Hunk) -> str:
    runs = shown_runs(hunk)
    text = "".join(apart(before, run) + _run(run.op, run.text) for before, run in zip((None, *runs), runs, strict=False))
    return f'<div class="hunk {hunk.kind.value}">\n<h3>{escape(place(hunk).capitalize())}</h3>\n<p dir="auto">{text}</p>\n</div>\n'


def _run(op: Op, text: str) -> str:
    """Return a run with its tags, the space at its ends outside of them."""
    tag, core = _TAGS.get(op), text.strip(" ")
    if not tag or not core:
        return f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text)
    before, _, after = text.partition(core)
    return f"{before}<{tag}>{escape(core)}</{tag}>{after}"
