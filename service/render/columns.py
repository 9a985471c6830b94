"""The edit side by side: the older text on the left, the newer on the right, in columns of a terminal."""

import unicodedata
from itertools import zip_longest

from service.models import Diff, Hunk, HunkKind, Op, Run

from .inline import ADDED, HEADING, REMOVED, RESET, marked
from .telling import notes, place, shortened, shown_runs

_GUTTER = " │ "
_NARROWEST = 12  # columns of one side, at least
_COLOURS = {Op.REMOVED: REMOVED, Op.ADDED: ADDED, Op.SAME: ""}


def side(diff: Diff, *, width: int, colour: bool) -> str:
    """Return a diff in two columns that fit into ``width`` columns of a terminal, and are safe for it.

    Wide letters (East Asian) take two columns, combining marks none. Removed words are marked on the left, added ones on the right.
    """
    column = max(_NARROWEST, (width - len(_GUTTER)) // 2)
    told = [[_heading(hunk, colour), *_rows(hunk, column, colour)] for hunk in diff.hunks]
    paragraphs = ["\n".join(line.rstrip() for line in lines) for lines in [*told, *([note] for note in notes(diff))]]
    return "".join(f"{paragraph}\n\n" for paragraph in paragraphs).removesuffix("\n")


def columns_of(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


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
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for op, word in _words(runs, column):
        size = columns_of(word)
        if used and used + columns_of(word.rstrip()) > column:
            lines.append("".join(line) + " " * (column - used))
            line, used = [], 0
        if used + size > column:
            word, size = word.rstrip(), columns_of(word.rstrip())
        line.append(f"{_COLOURS[op]}{word}{RESET}" if op is not Op.SAME and word else word)
        used += size
    return [*lines, "".join(line) + " " * (column - used)] if line else lines


def _words(runs: list[Run], column: int) -> list[tuple[Op, str]]:
    """Return the words of runs, each with the space behind it; what is wider than a column in pieces."""
    pieces: list[tuple[Op, str]] = []
    for run in runs:
        for word in run.text.split(" "):
            pieces += [(run.op, piece) for piece in _pieces(f"{word} ", column)]
        pieces[-1] = (run.op, pieces[-1][1][:-1])
    return [(op, piece) for op, piece in pieces if piece]


def _pieces(word: str, column: int) -> list[str]:
    pieces, start, used = [], 0, 0
    for at, sign in enumerate(word.rstrip(" ")):
        size = _columns(sign)
        if used + size > column:
            pieces.append(word[start:at])
            start, used = at, 0
        used += size
    return [*pieces, word[start:]]
