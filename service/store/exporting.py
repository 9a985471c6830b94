"""Everything that is known, or a part of it, as JSON lines: one state of the database, row after row, few of them in memory."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, or_, select

from service.errors import StateError
from service.models import ExportFilter

from . import changes, lines, schema, texts
from .chaining import memento_texts
from .database import Database
from .loading import READING, AnyRow, digest_of, extras_of, text_of, with_texts
from .tables import address, change, incident, item, memento, source, version

_AT_ONCE = 200  # rows
_OF_A_PART = ("source", "incident", "item", "address", "version", "memento", "change")


def export(database: Database, wanted: ExportFilter) -> Iterator[bytes]:
    """Yield lines: a head, the rows of each table in the order of their keys, and an end with their number and digest.

    Without any filter all of it; else sources, incidents, releases, versions and changes that fit. Raises ``StateError`` where a text is
    damaged.
    """
    digest, rows = hashlib.sha256(), 0
    with database.read() as connection, database.in_words():
        for line in _lines(connection, wanted):
            digest.update(line)
            rows += 1
            yield line
    yield lines.line_of(lines.END, {"rows": rows - 1, "sha256": digest.hexdigest()})


def _lines(connection: Connection, wanted: ExportFilter) -> Iterator[bytes]:
    is_all = wanted == ExportFilter()
    yield lines.line_of(lines.HEAD, {"format": lines.FORMAT, "complete": is_all, "schema": schema.HEAD})
    for table in lines.TABLES:
        if is_all or table.name in (wanted.sorts or _OF_A_PART):
            statement = _select(table).where(*_conditions(table, wanted)).order_by(*table.primary_key.columns)
            for row in connection.execute(statement, execution_options={"yield_per": _AT_ONCE}):
                yield lines.line_of(table.name, _values(table, row))


def _select(table: Table) -> Select[Any]:
    """Return the rows of a table, with what a reader wants to see beside them."""
    told = lines.columns(table)
    if table is item:
        return select(*told, source.c.slug).select_from(item.join(source, source.c.id == item.c.source_id))
    if table is version:
        of_item = with_texts(version).join(item, item.c.id == version.c.item_id).join(source, source.c.id == item.c.source_id)
        return select(*told, *READING, item.c.url, source.c.slug).select_from(of_item)
    if table is memento:
        of_item = memento.join(item, item.c.id == memento.c.item_id).join(source, source.c.id == item.c.source_id)
        return select(*told, memento.c.displayed, memento.c.rest, item.c.url.label("item_url"), source.c.slug).select_from(of_item)
    if table is change:
        return changes.told()
    return select(*told)


def _values(table: Table, row: AnyRow) -> dict[str, Any]:
    values = lines.values_of(table, dict(row._mapping))
    if table is item:
        return {"source": row.slug, **values}
    if table is change:
        return {"source": row.slug, "item_url": row.item_url, "title": row.title, **values}
    if table is version:
        return {"source": row.slug, "item_url": row.url, **values, **_reading(row)}
    if table is memento:
        return {"source": row.slug, "item_url": row.item_url, **values, **_theirs(row)}
    return values


def _reading(row: AnyRow) -> dict[str, Any]:
    """Return what is displayed, in its canonical order: its digest is that of the text; and what is kept of the reading besides it."""
    if row.text_id is None:
        return {"text_hash": None, "reading": None, "rest": None}
    try:
        return {"text_hash": row.text_digest, "reading": texts.from_json(text_of(row)), "rest": texts.from_json(extras_of(row))}
    except ValueError as error:
        raise StateError(f"the database is damaged: {row.url} version {row.number}: {error}") from error


def _theirs(row: AnyRow) -> dict[str, Any]:
    """The same of what somebody else captured."""
    try:
        displayed, rest = memento_texts(row)
        return {"text_hash": digest_of(displayed), "reading": texts.from_json(displayed), "rest": texts.from_json(rest)}
    except ValueError as error:
        raise StateError(f"the database is damaged: memento {row.id}: {error}") from error


def _conditions(table: Table, wanted: ExportFilter) -> Iterator[ColumnElement[bool]]:
    if wanted == ExportFilter():
        return
    if wanted.source is not None:
        yield _of_source(table, wanted.source)
    moments = {version: version.c.seen_at, memento: memento.c.imported_at, change: change.c.detected_at, incident: incident.c.since}
    if table in moments:
        yield from _between(moments[table], wanted)
    elif table in (item, address) and (wanted.since or wanted.until):
        key = item.c.id if table is item else address.c.item_id
        seen = select(version.c.item_id).where(*_between(version.c.seen_at, wanted))
        told = select(change.c.item_id).where(*_between(change.c.detected_at, wanted), change.c.item_id.is_not(None))
        yield or_(key.in_(seen), key.in_(told))


def _between(moment: Any, wanted: ExportFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield moment >= wanted.since
    if wanted.until is not None:
        yield moment <= wanted.until


def _of_source(table: Table, slug: str) -> ColumnElement[bool]:
    number = select(source.c.id).where(source.c.slug == slug).scalar_subquery()
    if table is source:
        return source.c.slug == slug
    return item.c.source_id == number if table in (version, memento) else table.c.source_id == number
