"""TOML files as messages need them: what they say, on which line each key stands, and what a syntax error means."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import ConfigError

Place = tuple[str | int, ...]
"""The way to a value: keys of tables, and positions from 0 in arrays of tables."""

_WHERE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.S)
_QUOTES = "write selectors and patterns in single quotes: link = 'a[href*=\"/news/\"]'"
_SELECTOR = re.compile(r'''"[^"']*\[[\w-]+[~|^$*]?="''')
_SECRET = re.compile(r"""["']?(?P<key>[\w-]*(?:token|secret|password|headers|authorization|cookie|key)[\w-]*|url)["']?\s*=.""", re.I)
_MEANINGS = (
    ("Unescaped '\\'", f"a backslash inside double quotes; {_QUOTES}"),
    ("Illegal character", "a control character or line break inside a text: close its quotes on the same line"),
    ("Unterminated string", "a text is opened with a quote and not closed"),
    ('Expected "\'"', "a text is opened with a quote and not closed"),
    ("Unclosed", "a bracket is opened and not closed; a table in { } stays on one line"),
    ("Cannot overwrite", "this is given twice"),
    ("Cannot declare", "this table is given twice"),
    ("Expected '='", "expected key = value"),
    ("Invalid statement", "expected key = value, or a [table]"),
    ("Expected ']", "the name of a table ends with as many brackets as it began with"),
    ("Invalid value", 'a text needs quotes ("..."), true and false are written small'),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file: its name for messages, its text, and what it says."""

    file: str
    text: str
    data: dict[str, Any]

    def line(self, place: Place) -> int | None:
        """Return the line (from 1) of a value, or of the nearest thing around it that has one."""
        lines = _lines(self.text)
        while place and place not in lines:
            place = place[:-1]
        return lines.get(place)


def read(path: Path) -> Document:
    """Return a TOML file; one that is not there is an ``OSError``, one that cannot be understood a ``ConfigError``."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), None, "", f"not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _explained(str(path), text, str(error)) from error
    return Document(str(path), text, data)


def _explained(file: str, text: str, message: str) -> ConfigError:
    match = _WHERE.fullmatch(message)
    what, line = (match["what"], match["line"]) if match else (message, None)
    number = int(line) if line else _unfinished(text)
    shown = _shown(text.split("\n")[number - 1].strip(), is_public=file.endswith("sources.toml"))
    meaning = next((words for start, words in _MEANINGS if what.startswith(start)), what)
    if what.startswith("Expected newline"):
        meaning = 'unexpected text after the value; a text needs quotes ("...")'
    if _SELECTOR.search(shown):
        meaning = f"a double quote inside double quotes; {_QUOTES}"
    return ConfigError(file, number, "", f"{meaning}: {shown}" if shown else meaning)


def _shown(line: str, *, is_public: bool) -> str:
    """Return a line as a message may repeat it: messages end in logs. Addresses of sources are no secret, those of targets are."""
    secret = _SECRET.match(line)
    return line if secret is None or (is_public and secret["key"] == "url") else f"{secret['key']} = ..."


def _unfinished(text: str) -> int:
    """Return the line where the statement begins that the end of the file cuts off."""
    return max((line for line, statement in _statements(text) if statement is None), default=text.count("\n") + 1)


def _statements(text: str) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Yield the line where each statement begins with what it says alone; None for one that never ends.

    A statement ends with the first line where it can be understood: no text or bracket is open there.
    """
    open_lines: list[str] = []
    begin = 1
    for number, line in enumerate(text.split("\n"), start=1):
        begin = begin if open_lines else number
        open_lines.append(line)
        try:
            said = tomllib.loads("\n".join(open_lines))
        except tomllib.TOMLDecodeError:
            continue
        if said:
            yield begin, said
        open_lines = []
    if open_lines:
        yield begin, None


@lru_cache(maxsize=4)
def _lines(text: str) -> dict[Place, int]:
    return dict(_places(text))


def _places(text: str) -> Iterator[tuple[Place, int]]:
    """Yield where each table and key of a well-formed text stands. What a value holds stands where the value begins."""
    table: Place = ()
    counts: dict[Place, int] = {}
    written = text.split("\n")
    for line, said in _statements(text):
        if not written[line - 1].lstrip().startswith("["):
            yield from ((table + place, line) for place in _inside(said or {}))
            continue
        table = _opened(said or {}, counts)
        if table[-1] == 0:
            yield table[:-1], line
        yield table, line


def _opened(said: dict[str, Any], counts: dict[Place, int]) -> Place:
    """Return the place that a header opens; ``counts`` holds the latest position in each array of tables, and is kept up."""
    names, is_array = _header(said)
    table: Place = ()
    for name in names[:-1]:
        table = (*table, name)
        table = (*table, counts[table]) if table in counts else table
    table = (*table, names[-1])
    if not is_array:
        return table
    counts[table] = counts.get(table, -1) + 1
    return (*table, counts[table])


def _header(said: dict[str, Any]) -> tuple[list[str], bool]:
    """Return the names of ``[a.b]`` or ``[[a.b]]``, and whether it is the latter, from what it says alone."""
    names = []
    value: Any = said
    while isinstance(value, dict) and value:
        name = next(iter(value))
        names.append(name)
        value = value[name]
    return names, isinstance(value, list)


def _inside(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the places of a value and of all within it."""
    if place:
        yield place
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from _inside(inner, (*place, key))
