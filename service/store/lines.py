"""Rows as JSON lines and back: what is exported, one row a line, readable, and enough to make the same database of it."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, LargeBinary, Table

from .tables import asking, dictionary, metadata, notice, order, pass_, passage_, submission, target, text_, unindexed

FORMAT = 1
HEAD, END = "presswatch", "end"

# Texts stand in the lines of their versions, dictionaries and search are made anew; what was attempted, ordered and sent is no history.
_LEFT_OUT = (text_, dictionary, passage_, unindexed, pass_, order, target, notice, asking, submission)
TABLES = tuple(table for table in metadata.sorted_tables if table not in _LEFT_OUT)  # what a row points at comes before it
_HOUSEKEEPING = {"item": ("key_text_id",), "version": ("text_id", "extras", "extras_base"), "memento": ("displayed", "rest")}
# The names that other programs know from ``--json`` and the API.
_NAMES = {
    "item": {"url": "item_url"},
    "version": {"number": "version", "content": "content_hash", "exact": "exact_hash", "body": "body_hash"},
    "change": {"fields_touched": "fields", "from_version": "before_version", "to_version": "after_version"},
}
_LONE = re.compile("[\ud800-\udfff]")


def columns(table: Table) -> tuple[Column[Any], ...]:
    """Return what of a table is exported."""
    left_out = _HOUSEKEEPING.get(table.name, ())
    return tuple(column for column in table.columns if column.name not in left_out)


def name_of(table: Table, column: Column[Any]) -> str:
    """Return what a column is called in lines."""
    return _NAMES.get(table.name, {}).get(column.name, column.name)


def line_of(sort: str, values: Mapping[str, Any]) -> bytes:
    """Return a line: what it is of, and its values; any text survives, a lone surrogate as well."""
    text = json.dumps({"type": sort, **values}, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return _LONE.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode() + b"\n"


def values_of(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values by their names in lines."""
    return {name_of(table, column): row[column.name] for column in columns(table)}


def row_of(table: Table, line: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row that a line tells of. Raises ``ValueError`` where one of its values cannot be, ``KeyError`` where one is missing."""
    return {column.name: _value(column, line[name_of(table, column)]) for column in columns(table)}


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(f"no line can hold a {type(value).__name__}")


def _value(column: Column[Any], told: Any) -> Any:
    if told is None:
        return None
    if isinstance(column.type, LargeBinary):
        return b64decode(told, validate=True)
    if isinstance(getattr(column.type, "impl_instance", column.type), DateTime):
        return datetime.fromisoformat(told)
    return tuple(told) if isinstance(told, list) else told
