"""A database made of exported lines: into an empty one, held against every digest on the way, all of it or nothing."""

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from service.errors import UsageError
from service.fingerprint import RULE, fingerprint
from service.models import Imported

from . import dictionaries, lines, mementos, readings, texts
from .copying import TABLES as ALL_TABLES
from .database import Database
from .loading import portions
from .searching import leave_to_search
from .tables import item, memento, text_, version

Told = Callable[[str, int], None]  # the name of a table, and how many of its rows are done

_AT_ONCE = 200  # rows
_BY_NAME = {table.name: table for table in lines.TABLES}


@dataclass
class _Frames:
    """What the next text and the next rest of an item are compressed against."""

    item_id: int
    text_id: int | None = None
    text: bytes | None = None
    rest_number: int | None = None
    rest: bytes | None = None


@dataclass
class _Texts:
    """The texts written so far: the number of the last one, and the frames of the item under way."""

    last: int = 0
    frames: _Frames = field(default_factory=lambda: _Frames(0))
    keys: dict[int, int] = field(default_factory=dict)


def import_lines(database: Database, given: Iterable[bytes], on_progress: Told = lambda table, rows: None) -> Imported:
    """Write exported lines into an empty database; return how many rows each table got.

    Raises ``UsageError`` for a database that holds anything, for lines that are no whole export or not what their digests say; then nothing
    is written.
    """
    counts: dict[str, int] = {}
    with database.write() as connection:
        _refuse_filled(database, connection)
        written = _Texts()
        for name, rows in groupby(_checked(given), key=lambda line: line["type"]):
            table = _table(name, counts)
            counts[name] = 0
            while portion := list(islice(rows, _AT_ONCE)):
                _insert(connection, table, portion, written)
                counts[name] += len(portion)
                on_progress(name, counts[name])
        leave_to_search(connection)
        for table in ALL_TABLES:
            _go_on_counting(connection, table)
    return Imported(counts)


def _refuse_filled(database: Database, connection: Connection) -> None:
    filled = next((table.name for table in ALL_TABLES if connection.execute(select(table).limit(1)).first() is not None), None)
    if filled is not None:
        raise UsageError(f"the database {database.name} is not empty (its table {filled} has rows): an import needs an empty state")


def _checked(given: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield what the lines tell; at the end it is known whether they were all there, and as they were. Raises ``UsageError``."""
    digest, rows, ended = hashlib.sha256(), -1, False
    for number, raw in enumerate(given, start=1):
        line = _parsed(raw, number)
        if ended:
            raise UsageError(f"line {number}: there is more behind the end of the export")
        if line["type"] == lines.END:
            ended = True
            if (line.get("rows"), line.get("sha256")) != (rows, digest.hexdigest()):
                raise UsageError(f"line {number}: what came before is not what was exported: nothing was imported")
            continue
        digest.update(raw)
        rows += 1
        if number == 1:
            _check_head(line)
            continue
        yield line | {"": number}
    if not ended:
        raise UsageError("the export is not whole: its last line is missing; nothing was imported")


def _parsed(raw: bytes, number: int) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except ValueError as error:
        raise UsageError(f"line {number} is no JSON: {error}") from error
    if not isinstance(line, dict) or not isinstance(line.get("type"), str):
        raise UsageError(f"line {number} is no line of an export")
    return line


def _check_head(line: Mapping[str, Any]) -> None:
    if line["type"] != lines.HEAD or line.get("format") != lines.FORMAT:
        raise UsageError("this is no export of a presswatch that this one can read: its first line says something else")
    if not line.get("complete"):
        raise UsageError("this is a part of what another presswatch knows (it was filtered): only a whole export can be imported")


def _table(name: str, counts: Mapping[str, int]) -> Table:
    table = _BY_NAME.get(name)
    if table is None or name in counts:
        raise UsageError(f"lines of {name!r} are not what an export has there: was it made by a newer presswatch?")
    return table


def _insert(connection: Connection, table: Table, portion: list[dict[str, Any]], written: _Texts) -> None:
    rows = [_row(table, line) for line in portion]
    try:
        if table is version:
            _insert_versions(connection, portion, rows, written)
        else:
            if table is memento:
                rows = [row | _theirs(line) for line, row in zip(portion, rows, strict=True)]
                mementos.check(rows)
            connection.execute(insert(table), rows)
    except IntegrityError as error:
        raise UsageError(f"lines {portion[0]['']} to {portion[-1]['']} do not fit together: {error.orig}") from error
    except SQLAlchemyError as error:
        raise UsageError(f"lines {portion[0]['']} to {portion[-1]['']} cannot be stored: {error}") from error


def _row(table: Table, line: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return lines.row_of(table, line)
    except KeyError as error:
        raise UsageError(f"line {line['']} lacks {error.args[0]!r}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"line {line['']} cannot be understood: {error}") from error


def _insert_versions(connection: Connection, portion: list[dict[str, Any]], rows: list[dict[str, Any]], written: _Texts) -> None:
    packed = [_packed(line, row) for line, row in zip(portion, rows, strict=True)]
    told = [one for one in packed if one is not None]
    dictionary = dictionaries.newest(connection, told) if told else None
    known = _known(connection, (hashlib.sha256(displayed).hexdigest() for displayed, _ in told))
    new: list[dict[str, Any]] = []
    for row, one in zip(rows, packed, strict=True):
        if written.frames.item_id != row["item_id"]:
            written.frames = _Frames(row["item_id"])
        row |= {"text_id": None, "extras": None, "extras_base": None}
        if one is not None:
            row["text_id"] = _text(one[0], known, new, written, dictionary)
            row |= _rest(one[1], row["number"], written.frames, dictionary)
    if new:
        connection.execute(insert(text_), new)
    connection.execute(insert(version), rows)
    if written.keys:
        keys = [{"it": item_id, "key_text_id": text_id} for item_id, text_id in written.keys.items()]
        connection.execute(update(item).where(item.c.id == bindparam("it")), keys)
        written.keys = {}


def _packed(line: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[bytes, bytes] | None:
    """Return a reading as it is kept, held against its digests; None for a tombstone. Raises ``UsageError``."""
    try:
        if line["reading"] is None:
            return None
        displayed, rest = texts.plain_json(line["reading"]), texts.plain_json(line["rest"])
        reading = readings.unpack(displayed, rest)
    except (KeyError, ValueError, TypeError) as error:
        raise UsageError(f"line {line['']} cannot be understood: {error}") from error
    is_text = hashlib.sha256(displayed).hexdigest() == line["text_hash"]
    if not is_text or (row["rule"] == RULE and fingerprint(reading)[1:] != (row["content"], row["exact"], row["body"])):
        raise UsageError(f"line {line['']}: the text of {line.get('item_url')} version {row['number']} is not what its digests say")
    return displayed, rest


def _theirs(line: Mapping[str, Any]) -> dict[str, bytes]:
    """Return what is kept of the reading of somebody else's capture. Raises ``UsageError``."""
    try:
        if "displayed" in line:  # as it was told first: as stored
            return {"displayed": b64decode(line["displayed"], validate=True), "rest": b64decode(line["rest"], validate=True)}
        return {name: texts.encode(texts.plain_json(line[told])).data for name, told in (("displayed", "reading"), ("rest", "rest"))}
    except (KeyError, ValueError, TypeError) as error:
        raise UsageError(f"line {line['']} cannot be understood: {error}") from error


def _known(connection: Connection, digests: Iterable[str]) -> dict[str, int]:
    known = {}
    for portion in portions(digests):
        found = connection.execute(select(text_.c.digest, text_.c.id).where(text_.c.digest.in_(portion)))
        known.update({row.digest: row.id for row in found})
    return known


def _text(displayed: bytes, known: dict[str, int], new: list[dict[str, Any]], written: _Texts, dictionary: texts.Dictionary | None) -> int:
    """Return the id of a text, which is put among the new ones unless it is known."""
    digest, frames = hashlib.sha256(displayed).hexdigest(), written.frames
    if digest in known:
        return known[digest]
    written.last += 1
    encoded = texts.encode(displayed, frames.text, dictionary)
    base_id = frames.text_id if encoded.codec == texts.KEYED else None
    new.append(
        {"id": written.last, "digest": digest, "codec": encoded.codec, "base_id": base_id, "size": len(displayed), "data": encoded.data}
    )
    if base_id is None:
        frames.text_id, frames.text = written.last, displayed
        written.keys[frames.item_id] = written.last
    known[digest] = written.last
    return written.last


def _rest(rest: bytes, number: int, frames: _Frames, dictionary: texts.Dictionary | None) -> dict[str, Any]:
    encoded = texts.encode(rest, frames.rest, dictionary)
    if encoded.codec == texts.PLAIN:
        frames.rest, frames.rest_number = rest, number
        return {"extras": encoded.data, "extras_base": None}
    return {"extras": encoded.data, "extras_base": frames.rest_number}


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let the ids that PostgreSQL gives go on behind the highest imported; SQLite does so by itself."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    highest = connection.scalar(select(func.max(table.c.id)))
    if highest:
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :highest)"), {"table": table.name, "highest": highest})
