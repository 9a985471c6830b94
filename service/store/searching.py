"""Full-text search over all that was ever said, and over what was taken away.

Words are indexed after the pass that brought them, in a transaction of their own: no pass waits for it, and a kill in between is made
good by the next one, for what is still to be done stands in ``unindexed``.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, literal, select

from service.models import Hit, Reading, Reason, SearchFilter
from service.query import snippet

from . import words
from .database import Database, one_at_a_time, take_time
from .loading import READING, AnyRow, portions, reading_of, with_texts
from .passages import Passage, passage, pieces
from .tables import change, item, passage_, source, unindexed, version
from .words import passage_words

_TOGETHER = 200  # versions indexed in one transaction: short enough for whoever waits to write
_ANY = select(unindexed.c.id).limit(1)
_LOCK = 7376  # one process indexes at a time


class _Shown(NamedTuple):
    """A version as it reads."""

    reason: Reason
    reading: Reading | None


def index(database: Database) -> int:
    """Make the oldest versions searchable that are not yet; return how many they were, 0 where all are: then nothing is written."""
    with database.read() as connection:
        if connection.scalar(_ANY) is None:
            return 0  # the usual answer: no writer had to wait for it
    with database.write(durable=False) as connection:
        one_at_a_time(connection, _LOCK)
        waiting = connection.execute(select(unindexed).order_by(unindexed.c.id).limit(_TOGETHER)).all()
        last = connection.scalar(select(func.max(passage_.c.id))) or 0
        rows, told = [], []
        for row, one in zip(waiting, _passages(connection, waiting), strict=True):
            for piece, (said, removed) in enumerate(pieces(one)):
                last += 1
                rows.append({"id": last, "item_id": row.item_id, "version": row.version, "piece": piece, "before": row.before})
                told.append(words.Words(last, said, removed))
        if rows:
            connection.execute(insert(passage_), rows)
            words.put(connection, told)
        connection.execute(delete(unindexed).where(unindexed.c.id.in_([row.id for row in waiting])))
        return len(waiting)


def unindex(database: Database) -> None:
    """Forget all that was made searchable, whatever became of it, and leave every version to be indexed anew."""
    with database.write() as connection:
        take_time(connection)
        one_at_a_time(connection, _LOCK)
        words.forget(connection)
        for table in (passage_, unindexed):
            connection.execute(delete(table))
        leave_to_search(connection)


def leave_to_search(connection: Connection) -> None:
    """Name every version as one that is still to be read for the full-text search, in the order in which they were seen."""
    earlier = version.alias()
    known = select(func.max(earlier.c.number)).where(
        earlier.c.item_id == version.c.item_id, earlier.c.number < version.c.number, earlier.c.text_id.is_not(None)
    )
    every = select(version.c.item_id, version.c.number, known.scalar_subquery())
    every = every.order_by(version.c.seen_at, version.c.item_id, version.c.number)
    connection.execute(insert(unindexed).from_select(["item_id", "version", "before"], every))


def search(database: Database, wanted: SearchFilter) -> tuple[Hit, ...]:
    """Return what fits, the newest first."""
    with database.read() as connection:
        met = _met(connection, wanted)
        found = {(row.item_id, row.version): row for row in sorted(_rows(connection, met), key=lambda row: row.id)}  # once, of its pieces
        rows = sorted(found.values(), key=lambda row: -row.id)
        return tuple(_hit(row, told, wanted) for row, told in zip(rows, _passages(connection, rows), strict=True))


def _met(connection: Connection, wanted: SearchFilter) -> list[int]:
    """The passages that fit. The words lead, and what else is asked for is looked up for what they find: never the other way round."""
    number = passage_words.c.rowid
    found = select(number).where(words.fitting(connection, wanted.query, removed=wanted.removed))
    conditions = list(_conditions(wanted))
    if conditions:
        here = passage_.join(item, item.c.id == passage_.c.item_id).join(source, source.c.id == item.c.source_id)
        here = here.join(version, and_(version.c.item_id == passage_.c.item_id, version.c.number == passage_.c.version))
        found = found.where(select(literal(1)).select_from(here).where(passage_.c.id == number, *conditions).exists())
    if wanted.before is not None:
        found = found.where(number < wanted.before)
    return list(connection.scalars(found.order_by(number.desc()).limit(wanted.limit)))


def _conditions(wanted: SearchFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.source is not None:
        yield source.c.slug == wanted.source
    if wanted.since is not None:
        yield version.c.seen_at >= wanted.since
    if wanted.until is not None:
        yield version.c.seen_at <= wanted.until


def _rows(connection: Connection, ids: Iterable[int]) -> Iterator[AnyRow]:
    told_by = select(func.min(change.c.id)).where(change.c.item_id == passage_.c.item_id, change.c.to_version == passage_.c.version)
    shown = select(
        passage_, item.c.url, item.c.state, source.c.slug, version.c.title, version.c.seen_at, told_by.scalar_subquery().label("change")
    )
    shown = shown.join(item, item.c.id == passage_.c.item_id).join(source, source.c.id == item.c.source_id)
    shown = shown.join(version, and_(version.c.item_id == passage_.c.item_id, version.c.number == passage_.c.version))
    for portion in portions(ids):
        yield from connection.execute(shown.where(passage_.c.id.in_(portion)))


def _passages(connection: Connection, rows: Iterable[AnyRow]) -> list[Passage]:
    """What the versions of rows with ``item_id``, ``version`` and ``before`` brought and took away."""
    rows = list(rows)
    shown = _versions(connection, [(row.item_id, number) for row in rows for number in (row.version, row.before) if number])
    told = []
    for row in rows:
        before = shown[row.item_id, row.before].reading if row.before else None
        reason, after = shown[row.item_id, row.version]
        told.append(passage(reason, before, after))
    return told


def _versions(connection: Connection, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], _Shown]:
    wanted, found = set(wanted), {}
    read = select(version.c.item_id, version.c.number, version.c.reason, *READING).select_from(with_texts(version))
    for portion in portions(item_id for item_id, _ in wanted):
        numbers = {number for item_id, number in wanted if item_id in portion}
        for row in connection.execute(read.where(version.c.item_id.in_(portion), version.c.number.in_(numbers))):
            if (row.item_id, row.number) in wanted:
                found[row.item_id, row.number] = _Shown(Reason(row.reason), reading_of(row))
    return found


def _hit(row: AnyRow, told: Passage, wanted: SearchFilter) -> Hit:
    return Hit(
        id=row.id,
        item_url=row.url,
        source=row.slug,
        title=row.title,
        state=row.state,
        version=row.version,
        change=row.change,
        seen_at=row.seen_at,
        snippet=snippet(wanted.query, told.stood_in if wanted.removed else told.said),
    )
