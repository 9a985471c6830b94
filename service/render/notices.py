"""A change as it is told to somebody: to a program as JSON, to a person as a letter of plain text or HTML."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, NamedTuple

from service.diff import diff
from service.models import ChangeLine, Declared, Diff, Message, Reading, ToldChange
from service.text import displayed

from .fragment import excerpt
from .inline import words
from .safe import terminal_safe
from .shapes import change_json, moment
from .unified import unified

_MOST_LETTERS = 400_000  # of all unified diffs of a message
_MOST_PLAIN = 6_000  # letters of one change in a plain letter
_MOST_TITLE = 160
_UNSEEN = '<span style="display:none">{}</span>'
_HUNKS = 6  # of each change of a digest


class Letter(NamedTuple):
    """A message for people: the title is one line, the texts say the same."""

    title: str
    plain: str
    html: str


def logged(line: ChangeLine, before: Reading | None, after: Reading | None) -> dict[str, Any]:
    """Return a change in the shape of ``changes --json``, with ``diff``, the edit as a unified diff; empty without two texts."""
    names = (f"{line.item_url} version {line.before_version}", f"{line.item_url} version {line.after_version}")
    text = unified(before, after, names=names) if before is not None and after is not None else ""
    return {**change_json(line), "diff": text}


def message_json(message: Message) -> dict[str, Any]:
    """Return a message for a program; of very long diffs the beginning."""
    room = _MOST_LETTERS // max(1, len(message.told))
    changes = [logged(told.line, told.before, told.after) for told in message.told]
    told = [{**one, "diff": _cut(one["diff"], room)} for one in changes]
    sample = {"test": True} if message.is_sample else {}
    return {"id": message.id, "type": "presswatch.changes", "timestamp": moment(message.at), **sample, "changes": told}


def letter(message: Message, base: str = "") -> Letter:
    """Return a message for people. ``base`` is where they reach the pages, without a slash at its end; empty: nowhere."""
    found = [(told, _diff(told)) for told in message.told]
    title = _title([told.line for told in message.told])
    if message.is_sample:
        title = f"Test: {title}"
    plain = "\n\n".join(_plain(told.line, compared, base) for told, compared in found)
    html = "<hr>\n".join(_html(told.line, compared, base, len(found)) for told, compared in found)
    return Letter(title, plain, html)


def _diff(told: ToldChange) -> Diff | None:
    return diff(told.before, told.after) if told.before is not None and told.after is not None else None


def _title(lines: Sequence[ChangeLine]) -> str:
    if len(lines) == 1:
        return _short(f"{lines[0].source}: {_named(lines[0])} · {lines[0].summary or lines[0].kind}")
    sources = list(dict.fromkeys(line.source for line in lines))
    return _short(f"{len(lines)} changes: {', '.join(sources)}")


def _plain(line: ChangeLine, compared: Diff | None, base: str) -> str:
    parts = [_named(line), _line(line.summary), _facts(line), line.item_url or "", _page(line, base)]
    head = "\n".join(part for part in parts if part)
    return f"{head}\n\n{_cut(words(compared, colour=False), _MOST_PLAIN)}".rstrip() if compared is not None else head


def _html(line: ChangeLine, compared: Diff | None, base: str, of: int) -> str:
    links = [(line.item_url, "release"), (_page(line, base), "change and evidence")]
    linked = " · ".join(f'<a href="{escape(url)}">{words}</a>' for url, words in links if url and url.startswith(("http://", "https://")))
    marked = "" if compared is None else _spelled(excerpt(compared) if of == 1 else excerpt(compared, most=_HUNKS))
    summary = f'<p dir="auto"><strong>{escape(_line(line.summary))}</strong></p>\n' if line.summary else ""
    return f'<h2 dir="auto">{escape(_named(line))}</h2>\n{summary}{marked}<p>{escape(_facts(line))}</p>\n<p>{linked}</p>\n'


def _spelled(marked: str) -> str:
    """Return an excerpt whose marks can still be read where a mail is shown as plain text, made of its HTML."""
    for tag, opens, closes in (("del", "[-", "-]"), ("ins", "{+", "+}")):
        marked = marked.replace(f"<{tag}>", f"<{tag}>{_UNSEEN.format(opens)}").replace(f"</{tag}>", f"{_UNSEEN.format(closes)}</{tag}>")
    return marked


def _facts(line: ChangeLine) -> str:
    sort = ", ".join(line.classes)
    declared = "" if line.declared == Declared.UNKNOWN else f", {line.declared}"
    return f"{line.source}: {line.kind}, {line.significance}{f' ({sort})' if sort else ''}{declared}; {_when(line)} UTC"


def _when(line: ChangeLine) -> str:
    last = _minute(line.not_after)
    return f"by {last}" if line.not_before is None else f"between {_minute(line.not_before)} and {last}"


def _minute(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _page(line: ChangeLine, base: str) -> str:
    return f"{base}/changes/{line.id}" if base else ""


def _named(line: ChangeLine) -> str:
    return _line(line.title) or line.item_url or line.source


def _line(text: str) -> str:
    """Return a text of strangers on one line: a title must not break out of the header it becomes."""
    return displayed(terminal_safe(text).replace("\n", " ").replace("\t", " "))


def _short(text: str) -> str:
    told = _line(text)
    return told if len(told) <= _MOST_TITLE else f"{told[: _MOST_TITLE - 1]}…"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…\n"
