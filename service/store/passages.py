"""What a version brought, and what it took away: that is what is searched, not every version whole. Pure.

A word stands in the index once for each edit that brought it, and a hit says which edit that was; the index is a fraction of the versions.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from service.diff import diff, settled
from service.models import Hunk, HunkKind, Op, Reading, Reason
from service.query import words

_MOST_WORDS = 6000  # of one piece: PostgreSQL takes a megabyte of them, and counts up to 16383
_OVERLAP = 16  # words that two pieces share, for the phrases between them
_TEXT = frozenset({"title", "body", "attachments"})


class Passage(NamedTuple):
    """Paragraphs that a version was the first to say, words that its coming removed, and the paragraphs that these stood in."""

    said: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    stood_in: tuple[str, ...] = ()


def passage(reason: Reason, before: Reading | None, after: Reading | None) -> Passage:
    """Return what a version says that the one before it did not, and what is gone. What a rebase takes away, no edit did."""
    if after is None:
        gone = paragraphs(before) if before is not None else ()
        return Passage(removed=gone, stood_in=gone)
    if before is None:
        return Passage(said=paragraphs(after))
    hunks = [hunk for hunk in diff(before, after).hunks if hunk.field in _TEXT and hunk.kind is not HunkKind.MOVED]
    said = tuple(hunk.new for hunk in hunks if _runs(hunk, Op.ADDED))
    if reason is Reason.REBASE:
        return Passage(said)
    gone = tuple(run for hunk in hunks for run in _runs(hunk, Op.REMOVED))
    return Passage(said, gone, tuple(hunk.old for hunk in hunks if _runs(hunk, Op.REMOVED)))


def paragraphs(reading: Reading) -> tuple[str, ...]:
    """Return all that is displayed of a reading and can be searched."""
    return (reading.title, *(block.text for block in reading.blocks), *(link.text for link in reading.attachments if link.text))


def pieces(told: Passage) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Yield the words said and removed, in pieces that every database takes; nothing where there are none."""
    said, removed = words(told.said), words(told.removed)
    step = _MOST_WORDS - _OVERLAP
    for start in range(0, max(len(said), len(removed), 1), step):
        piece = said[start : start + _MOST_WORDS], removed[start : start + _MOST_WORDS]
        if any(piece):
            yield piece


def _runs(hunk: Hunk, op: Op) -> list[str]:
    return [run.text for run in settled(hunk.runs) if run.op is op and run.text.strip()]
