"""The whole of a database in another one: every row as it was, read back and compared before it is kept.

One transaction on either side: what a kill leaves of a copy is an empty database. What the full-text search made of the versions is not
copied; it is made anew by the first pass over there.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select, text

from service.errors import StateError, UsageError
from service.models import TableCopied

from . import loading
from .database import Database, take_time
from .searching import leave_to_search
from .tables import metadata, passage_, text_, unindexed

Told = Callable[[str, int], None]  # the name of a table, and how many of its rows are done

_AT_ONCE = 500  # rows
_MADE_ANEW = (passage_, unindexed)
TABLES = tuple(table for table in metadata.sorted_tables if table not in _MADE_ANEW)  # what a row points at comes before it


def copy(origin: Database, target: Database, on_progress: Told = lambda table, rows: None) -> tuple[TableCopied, ...]:
    """Copy all rows; return how many each table has, with the digest that both sides have in common.

    Raises ``UsageError`` for a target that holds anything, ``StateError`` where what was written is not what was read.
    """
    with origin.read() as before, target.write() as after:
        take_time(before)
        take_time(after)
        _refuse_filled(target, after)
        copied = tuple(_copied(before, after, table, on_progress) for table in TABLES)
        for table in copied:
            _compare(target, after, table)
        _compare_texts(target, after)
        leave_to_search(after)
    return copied


def _refuse_filled(target: Database, connection: Connection) -> None:
    filled = next((table.name for table in TABLES if connection.execute(select(table).limit(1)).first() is not None), None)
    if filled is not None:
        raise UsageError(f"the database {target.name} is not empty (its table {filled} has rows): a copy needs one of its own")


def _copied(before: Connection, after: Connection, table: Table, on_progress: Told) -> TableCopied:
    print_, rows = hashlib.sha256(), 0
    for portion in _portions(before, _all(table)):
        after.execute(insert(table), [dict(row._mapping) for row in portion])
        for row in portion:
            print_.update(_canonical(row))
        rows += len(portion)
        on_progress(table.name, rows)
    _go_on_counting(before, after, table)
    return TableCopied(table.name, rows, print_.hexdigest())


def _compare(target: Database, connection: Connection, copied: TableCopied) -> None:
    print_, rows = hashlib.sha256(), 0
    for portion in _portions(connection, _all(metadata.tables[copied.table])):
        for row in portion:
            print_.update(_canonical(row))
        rows += len(portion)
    if (rows, print_.hexdigest()) != (copied.rows, copied.digest):
        raise StateError(f"the copy in {target.name} is not the same: table {copied.table}; nothing of it was kept")


def _compare_texts(target: Database, connection: Connection) -> None:
    """Decode every text, and hold it against its digest."""
    key = loading.key_text
    columns = (text_.c.id, text_.c.digest.label("text_digest"), text_.c.codec, text_.c.data, key.c.data.label("key_data"))
    wanted = select(*columns).select_from(text_.outerjoin(key, key.c.id == text_.c.base_id)).order_by(text_.c.id)
    for portion in _portions(connection, wanted):
        for row in portion:
            try:
                loading.text_of(row)
            except ValueError as error:
                raise StateError(f"the copy in {target.name} cannot be read: text {row.id}: {error}; nothing of it was kept") from error


def _all(table: Table) -> Select[Any]:
    return select(table).order_by(*table.primary_key.columns)


def _portions(connection: Connection, wanted: Select[Any]) -> Iterator[list[Any]]:
    found = connection.execute(wanted, execution_options={"yield_per": _AT_ONCE})
    yield from (list(part) for part in found.partitions())


def _canonical(row: Any) -> bytes:
    """The same bytes for the same row, on whichever database it is."""
    return (
        json.dumps([value.hex() if isinstance(value, bytes) else value for value in row], default=str, separators=(",", ":")).encode()
        + b"\n"
    )


def _go_on_counting(before: Connection, after: Connection, table: Table) -> None:
    """Let ids go on growing behind the highest that was ever given, though its row may be gone."""
    column = next(iter(table.primary_key.columns))
    if column.autoincrement is not True and column.name != "id":
        return
    highest = max(_counter(before, table), after.scalar(select(func.max(column))) or 0)
    if highest and after.dialect.name == "postgresql":
        after.execute(text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :highest)"), {"table": table.name, "highest": highest})
    elif highest and table.dialect_options["sqlite"]["autoincrement"]:
        after.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
        after.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :highest)"), {"table": table.name, "highest": highest})


def _counter(connection: Connection, table: Table) -> int:
    """The highest id that was ever given, as far as the database remembers."""
    if connection.dialect.name == "postgresql":
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name})
        return int(connection.exec_driver_sql(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}").scalar() or 0)  # noqa: S608 - its own name
    told = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
    return int(told or 0)
