"""Lines that fit a terminal: words stay whole, wide letters (East Asian) take two columns, combining marks none."""

import unicodedata
from collections.abc import Iterator, Sequence

from service.models import Op, Run

Piece = tuple[Op, str]

REMOVED, ADDED, RESET = "\x1b[31;9m", "\x1b[32m", "\x1b[0m"
COLOURS = {Op.REMOVED: REMOVED, Op.ADDED: ADDED, Op.SAME: ""}


def columns_of(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def wrapped(runs: Sequence[Run], column: int) -> list[tuple[str, int]]:
    """Return runs in their colours as lines of at most ``column`` columns, each with the columns it takes.

    A line breaks at a space, never where one run meets another within a word; only what is wider than a line is cut.
    """
    lines: list[tuple[str, int]] = []
    line, used = "", 0
    for unit in _units(runs, column):
        if used and used + _columns_of_unit(unit) > column:
            lines.append((line, used))
            line, used = "", 0
        for op, piece in unit:
            fitting = piece if used + columns_of(piece) <= column else piece.rstrip(" ")
            line += f"{COLOURS[op]}{fitting}{RESET}" if op is not Op.SAME and fitting else fitting
            used += columns_of(fitting)
    return [*lines, (line, used)] if line else lines


def lines_of(text: str, column: int) -> list[str]:
    """Return a text as lines of at most ``column`` columns."""
    return [line.rstrip() for line, _ in wrapped([Run(Op.SAME, text)], column)]


def _units(runs: Sequence[Run], column: int) -> Iterator[list[Piece]]:
    """Give what must stay on one line: the pieces up to the next space, or single pieces where these are too wide together."""
    unit: list[Piece] = []
    for piece in _words(runs, column):
        unit.append(piece)
        if piece[1].endswith(" "):
            yield from _fitting(unit, column)
            unit = []
    yield from _fitting(unit, column)


def _fitting(unit: list[Piece], column: int) -> list[list[Piece]]:
    return [unit] if _columns_of_unit(unit) <= column else [[piece] for piece in unit]


def _columns_of_unit(unit: Sequence[Piece]) -> int:
    return columns_of("".join(text for _, text in unit).rstrip(" "))


def _words(runs: Sequence[Run], column: int) -> list[Piece]:
    """Return the words of runs, each with the space behind it; what is wider than a column in pieces."""
    pieces: list[Piece] = []
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
