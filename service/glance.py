"""The newest changes out of ``state/changes.jsonl``: what is asked for most often, answered before the database library is there.

Importing that takes longer than all else that ``presswatch changes`` does. The database is still the truth: the file answers only where it
ends with the last change that there is, and says nothing where it does not reach back far enough.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from .changelog import ChangeLog
from .errors import StateError
from .models import ChangeFilter, ChangeLine

_FARTHEST = 20_000  # lines read back, before the database is quicker
_TRANSLATED = """SELECT count(*) FROM change JOIN item ON item.id = change.item_id
WHERE change.id IN (SELECT value FROM json_each(?)) AND item.alternates IS NOT NULL"""
_MOMENTS = ("not_before", "not_after", "detected_at")
_KEYS = tuple(field.name for field in fields(ChangeLine) if field.name != "related")


def changes(database: Path, log: ChangeLog, wanted: ChangeFilter) -> tuple[ChangeLine, ...] | None:
    """Return the newest ``limit`` changes that fit, in the order of their ids; None where only the store can tell.

    ``database`` is a SQLite file. What the file does not hold (``ChangeLine.related``) is None.
    """
    if wanted.limit is None or wanted.after is not None or wanted.item_url is not None:
        return None
    try:
        known = _extent(database)
        return None if known is None else _newest(log, wanted, *known)
    except (OSError, StateError, sqlite3.Error, ValueError, KeyError, TypeError):
        return None  # not as we write it: the store knows, or says in words what is wrong


def may_be_translated(database: Path, ids: Sequence[int]) -> bool:
    """Return whether any two of these changes may be one in two languages: where not, nobody need ask the store which."""
    try:
        with closing(_reader(database)) as connection:
            return int(connection.execute(_TRANSLATED, [json.dumps(ids)]).fetchone()[0]) > 1
    except sqlite3.Error:
        return True


def _reader(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)


def _newest(log: ChangeLog, wanted: ChangeFilter, last: int, count: int) -> tuple[ChangeLine, ...] | None:
    found: list[ChangeLine] = []
    for seen, line in enumerate(_lines(log), 1):
        if seen == 1 and line.id != last:
            return None
        if _fits(line, wanted):
            found.append(line)
        if len(found) == wanted.limit or seen == count:
            return tuple(reversed(found))
        if seen == _FARTHEST:
            return None
    return () if not count else None


def _extent(database: Path) -> tuple[int, int] | None:
    """The last change that there is, and how many; None where there is no database yet."""
    if not database.exists():
        return None
    with closing(_reader(database)) as connection:
        last, count = connection.execute("SELECT coalesce(max(id), 0), count(*) FROM change").fetchone()
        return int(last), int(count)


def _lines(log: ChangeLog) -> Iterator[ChangeLine]:
    for raw in log.backwards():
        if raw.strip():
            yield _line(json.loads(raw))


def _line(told: dict[str, Any]) -> ChangeLine:
    known = {key: told[key] for key in _KEYS}
    moments = {key: datetime.fromisoformat(known[key]) if known[key] else None for key in _MOMENTS}
    return ChangeLine(**{**known, **moments, "classes": tuple(known["classes"]), "fields": tuple(known["fields"])})


def _fits(line: ChangeLine, wanted: ChangeFilter) -> bool:
    asked = (
        (wanted.source, line.source),
        (wanted.kind, line.kind),
        (wanted.significance, line.significance),
        (wanted.declared, line.declared),
    )
    return (
        all(value in (None, found) for value, found in asked)
        and wanted.change_class in (None, *line.classes)
        and (wanted.since is None or line.detected_at >= wanted.since)
        and (wanted.until is None or line.detected_at <= wanted.until)
        and (wanted.before is None or line.id < wanted.before)
    )
