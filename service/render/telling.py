"""What the ways of showing a diff have in common: where a hunk stands, and its runs as a reader wants them."""

from service.diff import settled
from service.models import Diff, Hunk, HunkKind, Op, Run

from .safe import terminal_safe

COARSE = "These texts are so long and so different that not all of their words were matched."
_AROUND = 64  # characters of unchanged text shown beside a change
_ELLIPSIS = "…"
_BREAK = "\n\n"
_FIELDS = {"title": "title", "published": "published", "links": "link", "attachments": "attachment"}
_FATES = {HunkKind.ADDED: ", added", HunkKind.REMOVED: ", removed"}


def place(hunk: Hunk) -> str:
    """Return where a hunk stands and what became of it as a whole: "paragraph 3", "paragraph 2, moved to 5", "link, added".

    Paragraphs are counted from 1 in the newer text; one that is gone is an "old paragraph", counted in the older.
    """
    fate = _FATES.get(hunk.kind, "")
    if hunk.field != "body":
        return _FIELDS[hunk.field] + fate
    if hunk.kind is HunkKind.MOVED and hunk.before is not None and hunk.after is not None:
        return f"paragraph {hunk.before + 1}, moved to {hunk.after + 1}" + _shape_only(hunk)
    here = f"paragraph {hunk.after + 1}" if hunk.after is not None else f"old paragraph {(hunk.before or 0) + 1}"
    return here + fate + _shape_only(hunk)


def _shape_only(hunk: Hunk) -> str:
    return ", typography only" if _is_shape_only(hunk) else ""


def _is_shape_only(hunk: Hunk) -> bool:
    return any(run.op is not Op.SAME for run in hunk.runs) and all(run.op is Op.SAME for run in settled(hunk.runs))


def shown_runs(hunk: Hunk) -> tuple[Run, ...]:
    """Return the runs to show, harmless to a terminal: what only changed its shape is shown as unchanged, unless nothing else changed."""
    runs = hunk.runs if _is_shape_only(hunk) else settled(hunk.runs)
    return tuple(
        Run(run.op, terminal_safe(run.text).replace(_BREAK, " ¶ ").replace("\n", " "))
        for at, run in enumerate(runs)
        if run.text != " " or run.op is Op.SAME or not any(beside.text == _BREAK for beside in runs[max(0, at - 1) : at + 2])
    )


def shortened(runs: tuple[Run, ...]) -> list[Run]:
    """Return the runs with long unchanged stretches cut to what stands beside a change."""
    last = len(runs) - 1
    return [Run(run.op, _beside(run.text, at > 0, at < last)) if run.op is Op.SAME else run for at, run in enumerate(runs)]


def _beside(text: str, after_change: bool, before_change: bool) -> str:
    head = _head(text) if after_change else ""
    tail = _head(text[::-1])[::-1] if before_change else ""
    if not after_change and not before_change:
        tail = _head(text)
    if len(head) + len(tail) + 2 >= len(text):
        return text
    if not after_change and not before_change:
        return f"{tail}{_ELLIPSIS}"
    return f"{head}{_ELLIPSIS}{tail}"


def _head(text: str) -> str:
    """Return whole words from the start of a text, about ``_AROUND`` characters."""
    if len(text) <= _AROUND:
        return text
    cut = text.rfind(" ", 1, _AROUND) + 1
    return text[: cut or _AROUND]


def apart(before: Run | None, run: Run) -> str:
    """Return the space that keeps two words apart where one replaced the other and only colour or style parts them."""
    replaced = before is not None and before.op is Op.REMOVED and run.op is Op.ADDED
    return " " if replaced and before is not None and before.text[-1:].isalnum() and run.text[:1].isalnum() else ""


def notes(diff: Diff) -> list[str]:
    """Return what is to be said of the comparison itself."""
    return [COARSE] if diff.coarse else []
