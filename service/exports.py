"""What is known, handed on in the formats that others read; part after part, so that memory does not grow with it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from service.archive import Archive, whole_file
from service.diff import diff
from service.errors import Unreadable
from service.models import ChangeFilter, ChangeLine, ExportFilter
from service.render import change_json, csv_head, csv_line, html, page_end, page_facts, page_head, text_html

if TYPE_CHECKING:
    from service.store import Store

SORTS = ("items", "versions", "changes")
_AT_ONCE = 200  # changes
_COLUMNS = {
    "item": (
        "source", "item_url", "entry_title", "state", "published", "first_seen_at", "last_look_at", "seen_at", "changed_at", "next_look_at",
        "outcome", "versions", "edits",
    ),
    "version": (
        "source", "item_url", "version", "reason", "seen_at", "title", "published", "content_hash", "exact_hash", "rule", "snapshot",
        "text",
    ),
    "change": (
        "id", "source", "item_url", "title", "kind", "significance", "classes", "declared", "fields", "not_before", "not_after",
        "detected_at", "before_version", "after_version", "words_added", "words_removed", "summary",
    ),
}  # fmt: skip


class Part(NamedTuple):
    """Bytes of an export, and how many rows (of a WARC: captures) they are; ``words`` where something could not be handed on."""

    data: bytes
    rows: int = 0
    words: str = ""


def jsonl(store: "Store", wanted: ExportFilter) -> Iterator[Part]:
    """Yield JSON lines: everything, or what fits (``Store.export``); head and end are no rows."""
    for line in store.export(wanted):
        yield Part(line, 0 if line.startswith((b'{"type":"presswatch"', b'{"type":"end"')) else 1)


def csv(store: "Store", wanted: ExportFilter, sort: str) -> Iterator[Part]:
    """Yield items, versions or changes as CSV under a line of names; no cell is taken for a formula."""
    columns = _COLUMNS[sort]
    yield Part(csv_head(columns).encode())
    for line in _lines(store, wanted, sort):
        yield Part(csv_line(line.get(column) for column in columns).encode("utf-8", "replace"), 1)


def page(store: "Store", wanted: ExportFilter, sort: str) -> Iterator[Part]:
    """Yield items, versions or changes as a page that stands by itself; changes with what was edited."""
    yield Part(page_head(f"presswatch: {sort}s").encode())
    for told in _changes(store, wanted) if sort == "change" else map(_section, _lines(store, wanted, sort)):
        yield Part(told.encode("utf-8", "replace"), 1)
    yield Part(page_end().encode())


def warc(store: "Store", archive: Archive, wanted: ExportFilter) -> Iterator[Part]:
    """Yield the raw answers of the versions that fit as one WARC file, each with its request and the looks that saw the same."""
    yield Part(whole_file())
    for line in _lines(store, wanted, "version"):
        if not line["snapshot"]:
            continue
        try:
            capture = archive.capture(line["snapshot"])
        except Unreadable as error:
            yield Part(b"", 0, f"{line['item_url']} version {line['version']}: {error}")
        else:
            yield Part(b"".join(member.packed for member in capture.members), 1)


def cdxj(archive: Archive) -> Iterator[Part]:
    """Yield the index of all raw answers, as pywb reads it."""
    return (Part(line, 1) for line in archive.index())


def _lines(store: "Store", wanted: ExportFilter, sort: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of one sort."""
    for raw in store.export(replace(wanted, sorts=(sort,))):
        line = json.loads(raw)
        if line["type"] == sort:
            reading = line.get("reading")
            yield {**line, "text": "\n\n".join(reading["blocks"])} if reading else line


def _section(line: dict[str, Any]) -> str:
    columns = [column for column in _COLUMNS[line["type"]] if column not in ("text", "title", "entry_title")]
    title = line.get("title") or line.get("entry_title") or line["item_url"]
    return text_html(
        title, page_facts((column, _shown(line.get(column))) for column in columns), (line.get("reading") or {}).get("blocks", ())
    )


def _changes(store: "Store", wanted: ExportFilter) -> Iterator[str]:
    asked = ChangeFilter(source=wanted.source, since=wanted.since, until=wanted.until, after=0, limit=_AT_ONCE)
    while lines := store.changes(asked):
        for line in lines:
            yield _change(line, *store.readings_of(line.id))
        asked = replace(asked, after=lines[-1].id)


def _change(line: ChangeLine, before: Any, after: Any) -> str:
    told = change_json(line)
    facts = page_facts((column, _shown(told[column])) for column in _COLUMNS["change"] if column != "title")
    marked = html(diff(before, after), title="What was edited") if before is not None and after is not None else ""
    return text_html(line.title or line.item_url or line.source, facts, ()) + marked


def _shown(value: Any) -> str:
    return "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)
