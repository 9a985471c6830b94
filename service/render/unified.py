"""The edit as a unified diff, a line for each block; made from our own diff, because the usual algorithm has no bound on its work."""

from itertools import groupby
from typing import NamedTuple

from service.diff import diff
from service.models import Diff, HunkKind, Reading

from .safe import terminal_safe

_CONTEXT = 3
_BREAK = "\n\n"


class _Line(NamedTuple):
    sign: str
    text: str


def unified(before: Reading, after: Reading, *, names: tuple[str, str]) -> str:
    """Return the difference of two readings in the form of ``diff -u``, safe for a terminal; empty where nothing differs.

    The lines compared are title, date of publication, then the blocks; of links and attachments those that changed, at the end.
    A moved block is a line removed and a line added.
    """
    found = diff(before, after)
    if not found.hunks:
        return ""
    lines = [*_heads(before, after), *_body(before, after, found), *_lists(found)]
    shown = [f"--- {_clean(names[0])}", f"+++ {_clean(names[1])}"]
    for start, end in _groups(lines):
        shown.append(_range(lines, start, end))
        shown += [f"{line.sign}{_clean(line.text)}" for line in lines[start:end]]
    return "\n".join(shown) + "\n"


def _heads(before: Reading, after: Reading) -> list[_Line]:
    lines: list[_Line] = []
    for old, new in ((before.title, after.title), (before.published or "", after.published or "")):
        lines += (
            [_Line(" ", old)]
            if old == new and old
            else [_Line(sign, text) for sign, text in (("-", old), ("+", new)) if old != new and text]
        )
    return lines


def _body(before: Reading, after: Reading, found: Diff) -> list[_Line]:
    gone: set[int] = set()
    come: set[int] = set()
    for hunk in found.hunks:
        if hunk.before is not None:
            gone |= set(range(hunk.before, hunk.before + 1 + hunk.old.count(_BREAK)))
        if hunk.after is not None:
            come |= set(range(hunk.after, hunk.after + 1 + hunk.new.count(_BREAK)))
    lines: list[_Line] = []
    i = j = 0
    while i < len(before.blocks) or j < len(after.blocks):
        if i in gone:
            lines.append(_Line("-", before.blocks[i].text))
            i += 1
        elif j in come:
            lines.append(_Line("+", after.blocks[j].text))
            j += 1
        else:
            lines.append(_Line(" ", after.blocks[j].text))
            i, j = i + 1, j + 1
    return lines


def _lists(found: Diff) -> list[_Line]:
    lines: list[_Line] = []
    for hunk in found.hunks:
        if hunk.field in ("links", "attachments"):
            told = ((("-", hunk.old),) if hunk.kind is not HunkKind.ADDED else ()) + (
                (("+", hunk.new),) if hunk.kind is not HunkKind.REMOVED else ()
            )
            lines += [_Line(sign, f"{hunk.field.removesuffix('s')}: {text}") for sign, text in told]
    return lines


def _groups(lines: list[_Line]) -> list[tuple[int, int]]:
    """Return the stretches to show: changed lines with their context, joined where they touch."""
    groups: list[tuple[int, int]] = []
    for changed, run in groupby(range(len(lines)), key=lambda at: lines[at].sign != " "):
        if changed:
            places = list(run)
            start, end = max(0, places[0] - _CONTEXT), min(len(lines), places[-1] + 1 + _CONTEXT)
            if groups and start <= groups[-1][1]:
                groups[-1] = (groups[-1][0], end)
            else:
                groups.append((start, end))
    return groups


def _range(lines: list[_Line], start: int, end: int) -> str:
    sides = []
    for sign in "-+":
        first = sum(1 for line in lines[:start] if line.sign in (" ", sign))
        count = sum(1 for line in lines[start:end] if line.sign in (" ", sign))
        sides.append(f"{sign}{first + 1 if count else first}" + ("" if count == 1 else f",{count}"))
    return f"@@ {sides[0]} {sides[1]} @@"


def _clean(text: str) -> str:
    return terminal_safe(text).replace("\n", " ")
