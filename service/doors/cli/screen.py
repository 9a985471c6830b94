"""Where output goes: tables and colours on a terminal, plain aligned lines elsewhere, JSON where it was asked for.

rich draws only on a terminal, and only where it is installed (the ``cli`` extra); without it a terminal gets the plain lines.
"""

import json
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from shutil import get_terminal_size
from typing import Any

import click

_GAP = "   "  # between two columns of a table

# How a table tints a whole cell, by its words.
TINTS = {
    "substantive": "bold red",
    "minor": "yellow",
    "cosmetic": "dim",
    "withdrawn": "red",
    "suspect": "yellow",
    "restored": "green",
    "ok": "green",
    "failed": "bold red",
    "off": "dim",
}

NARROWEST = 32  # columns that the last column of a table needs to be read; with fewer, it goes below its row
# What is not understood without the name of its column.
NAMED = frozenset({"published", "edits", "releases", "failures", "looked", "next look"})


def on_terminal() -> bool:
    """Return whether a person reads our standard output."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def coloured() -> bool:
    """Return whether colours may be used on standard output: a terminal, and nobody said ``NO_COLOR`` (no-color.org)."""
    return on_terminal() and not os.environ.get("NO_COLOR")


def rich_drawn(terminal: bool) -> bool:
    """Return whether rich can draw there."""
    return terminal and find_spec("rich") is not None


def width() -> int:
    """Return how many columns a line may have."""
    return get_terminal_size((110, 24)).columns


def say(text: str = "") -> None:
    """Print our answer: a line on standard output."""
    click.echo(text, color=True)


def hint(text: str) -> None:
    """Print what is not the answer itself: a line on standard error."""
    click.echo(text, err=True)


def safe(text: str | None) -> str:
    """Return a text from a page on one line, without anything that a terminal would obey."""
    from service.render import terminal_safe
    from service.text import displayed

    return displayed(terminal_safe(text or ""))


def say_json(value: Any) -> None:
    """Print one value as one line of JSON, letters as they are wherever the encoding of the output has them all."""
    unicode_output = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    say(json.dumps(value, ensure_ascii=not unicode_output))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, header: bool = True) -> None:
    """Print rows under their columns; texts must be safe already.

    The last column may be long: on a terminal it wraps, and stands below its row where beside it there is no room.
    """
    from service.render.wrapping import columns_of

    lines = [list(columns), *map(list, rows)]
    widths = [max(columns_of(line[place]) for line in lines) for place in range(len(columns))]
    if on_terminal() and width() - sum(widths[:-1]) - len(_GAP) * len(columns) < min(NARROWEST, widths[-1]):
        _stacked(columns, rows)
        return
    if rich_drawn(on_terminal()) and header:
        _rich_table(columns, rows)
        return
    for line in lines if header else lines[1:]:
        padded = [cell + " " * (wide - columns_of(cell)) for cell, wide in zip(line, widths[:-1], strict=False)]
        say("  ".join([*padded, line[-1]]).rstrip())


def _stacked(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print each row on lines of its own, the last cell indented below the others."""
    from service.render.wrapping import lines_of

    room = max(NARROWEST, width())
    for row in rows:
        cells = [f"{column} {cell}" if column in NAMED else cell for column, cell in zip(columns, row, strict=True)]
        for line in lines_of("  ".join(cells[:-1]), room):
            say(click.style(line, bold=True) if coloured() else line)
        for line in lines_of(cells[-1], room - len(_GAP)):
            say(f"{_GAP}{line}")


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, collapse_padding=True)
    for number, column in enumerate(columns):
        last = number == len(columns) - 1
        drawn.add_column(column, no_wrap=not last, overflow="fold", ratio=1 if last else None)
    for row in rows:
        drawn.add_row(*(Text(cell, style=TINTS.get(cell, "")) for cell in row))
    Console(highlight=False, markup=False, emoji=False).print(drawn)
