"""What a pass starts from: the one read, and the questions it asks about addresses that its list names."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, select

from service.errors import UsageError
from service.models import (
    Baseline,
    Entry,
    Fingerprint,
    Habits,
    Kind,
    Known,
    Named,
    Plan,
    Reading,
    Source,
    State,
    Tracked,
    Validators,
    Vitals,
)

from . import likeness, templates
from .database import Database
from .incidents import open_incidents
from .loading import PRINTS, READING, AnyRow, fingerprint_of, portions, reading_of, with_texts
from .prints import key_print
from .tables import address, host, item, source, version

_MOST_TWINS = 5
_SOURCE = select(source, host.c.price).join(host, host.c.id == source.c.host_id).where(source.c.slug == bindparam("slug"))


def plan(
    database: Database, wanted: Source, now: datetime, recheck: bool, keys: Sequence[str], batch: int | None, list_due: bool | None
) -> Plan:
    """Return what a pass over a source starts from; see ``Store.plan``."""
    with database.read() as connection:
        row = connection.execute(_SOURCE, {"slug": wanted.id}).first()
        if row is None:
            raise UsageError(f"no source {wanted.id!r} in the store: it is not configured")
        due = _tracked(database, connection, row.id, keys) if keys else _due(database, connection, row.id, None if recheck else now, batch)
        return Plan(
            source=wanted,
            source_id=row.id,
            kind=wanted.kind if wanted.kind is not Kind.AUTO else Kind(row.kind),
            baselined=row.baselined_at is not None,
            baselined_at=row.baselined_at,
            list_due=row.next_list_at <= now if list_due is None else list_due,
            thorough=recheck or _is_first_of_its_day(row.last_list_at, now),
            failures=row.failures,
            list_url=row.list_url,
            list_validators=Validators(row.list_etag, row.list_modified),
            list_digest=row.list_digest,
            template=templates.unpack(row.template),
            due=tuple(list(due)[:batch]),
            incidents=open_incidents(connection, row.id),
            vitals=Vitals(row.list_size, row.body_length, row.news_every, row.news_at),
            habits=Habits(row.hours_watched, row.edits_found),
            price=row.price,
        )


def known(database: Database, source_id: int, keys: Sequence[str]) -> dict[str, Known]:
    """Return which of these address keys the source has met, as the address of an item or an alias of one."""
    by_print = {key_print(key): key for key in keys}
    found = {}
    with database.read() as connection:
        for portion in portions(by_print):
            met = select(address.c.print, address.c.item_id, address.c.entry_digest)
            for row in connection.execute(met.where(address.c.source_id == source_id, address.c.print.in_(portion))):
                found[by_print[row.print]] = Known(row.item_id, row.entry_digest)
    return found


def items_by_key(database: Database, source_id: int, keys: Sequence[str]) -> dict[str, Tracked]:
    """Return the source's items at these address keys, by the key asked for."""
    by_print = {key_print(key): key for key in keys}
    found = {}
    with database.read() as connection:
        for portion in portions(by_print):
            for row in connection.execute(_at(source_id, portion).add_columns(address.c.print)):
                found[by_print[row.print]] = _item(database, row)
    return found


def showing(database: Database, source_id: int, print_: Fingerprint) -> tuple[Tracked, ...]:
    """Return the source's items whose baseline has this body, the oldest first."""
    same = and_(item.c.source_id == source_id, version.c.rule == print_.rule, version.c.body == print_.body)
    with database.read() as connection:
        return tuple(_item(database, row) for row in connection.execute(_items(same).order_by(item.c.id).limit(_MOST_TWINS)))


def alike(database: Database, source_id: int, reading: Reading) -> tuple[Tracked, ...]:
    """Return the source's items that say nearly the same, the most alike first."""
    with database.read() as connection:
        ids = likeness.near(connection, source_id, reading)[:_MOST_TWINS]
        items = {row.id: _item(database, row) for row in connection.execute(_items(item.c.id.in_(ids)))} if ids else {}
    return tuple(items[number] for number in ids)


def named(database: Database, ids: Iterable[int]) -> tuple[Named, ...]:
    """Return those of these items that are live and that their list named once."""
    with database.read() as connection:
        return tuple(Named(*row) for portion in portions(ids) for row in connection.execute(_named(item.c.id.in_(portion))))


def named_since(database: Database, source_id: int, day: str) -> tuple[Named, ...]:
    """Return the live items of a source that its list named once, published after the beginning of a day."""
    with database.read() as connection:
        wanted = _named(and_(item.c.source_id == source_id, item.c.published > day))
        return tuple(Named(*row) for row in connection.execute(wanted))


def _named(wanted: ColumnElement[bool]) -> Select[Any]:
    found = select(item.c.id, item.c.published, item.c.unlisted_since, item.c.delisted)
    return found.where(wanted, item.c.entry_url != "", item.c.state == State.LIVE)


def items_by_id(database: Database, ids: Sequence[int]) -> tuple[Tracked, ...]:
    """Return the items of these ids."""
    with database.read() as connection:
        return tuple(_item(database, row) for portion in portions(ids) for row in connection.execute(_items(item.c.id.in_(portion))))


def _is_first_of_its_day(last_list_at: datetime | None, now: datetime) -> bool:
    """Return whether the list was not yet read on this day (UTC): once a day the whole of it is."""
    return last_list_at is None or last_list_at.date() != now.date()


def _due(database: Database, connection: Connection, source_id: int, until: datetime | None, batch: int | None) -> list[Tracked]:
    """The items due until a moment, or all; the longest due first."""
    moment = {} if until is None else {"until": until}
    return [_item(database, row) for row in connection.execute(_due_first(until is None, batch), {"source": source_id, **moment})]


@cache
def _due_first(every: bool, batch: int | None) -> Select[Any]:
    """The items of a ``source`` that are due ``until`` a moment, or every one; put together once, for it is what each pass asks."""
    of_source = item.c.source_id == bindparam("source")
    due = of_source if every else and_(of_source, item.c.next_look_at <= bindparam("until"))
    return _items(due).order_by(item.c.next_look_at, item.c.id).limit(batch)


def _tracked(database: Database, connection: Connection, source_id: int, keys: Sequence[str]) -> list[Tracked]:
    """The items at some address keys, each once, in the order of the keys."""
    found = {}
    for portion in portions(map(key_print, keys)):
        rows = {row.print: row for row in connection.execute(_at(source_id, portion).add_columns(address.c.print))}
        found.update({rows[one].id: _item(database, rows[one]) for one in portion if one in rows})
    return list(found.values())


def _at(source_id: int, prints: Sequence[bytes]) -> Select[Any]:
    """Items by any of their addresses."""
    return _items(and_(address.c.source_id == source_id, address.c.print.in_(prints)), item.join(address, address.c.item_id == item.c.id))


def _items(wanted: ColumnElement[bool], place: Any = item) -> Select[Any]:
    """Items with what is to be known of their baseline while nobody asks for its reading."""
    baseline = and_(version.c.item_id == item.c.id, version.c.number == item.c.baseline)
    told = (*PRINTS, version.c.snapshot, version.c.published.label("told_at"))
    return select(item, *told).select_from(place.outerjoin(version, baseline)).where(wanted)


def _item(database: Database, row: AnyRow) -> Tracked:
    return Tracked(
        url=row.url,
        key=row.key,
        id=row.id,
        state=State(row.state),
        baseline=None if row.baseline is None else _baseline(database, row),
        versions=row.versions,
        edits=row.edits,
        misses=row.misses,
        missing_since=row.missing_since,
        validators=Validators(row.etag, row.last_modified),
        digest=row.digest,
        first_seen_at=row.first_seen_at,
        seen_at=row.seen_at,
        changed_at=row.changed_at,
        next_look_at=row.next_look_at,
        last_look_at=row.last_look_at,
        outcome=row.outcome,
        entry=entry_of(row),
        modified=row.modified,
        listed=row.listed,
        doubted_since=row.doubted_since,
        variants=row.variants,
        unlisted_since=row.unlisted_since,
        delisted=row.delisted,
    )


def _baseline(database: Database, row: AnyRow) -> Baseline:
    unpack = _Unread(database, row.id, row.baseline)
    return Baseline(row.baseline, unpack, fingerprint_of(row), row.snapshot, row.reader, row.told_at)


class _Unread:
    """The reading of a version that has one, read once it is asked for: versions are never altered, so that this may be at any time."""

    __slots__ = ("_database", "_item_id", "_number", "_reading")

    def __init__(self, database: Database, item_id: int, number: int) -> None:
        self._database, self._item_id, self._number = database, item_id, number
        self._reading: Reading | None = None

    def __call__(self) -> Reading:
        if self._reading is None:
            wanted = select(*READING).select_from(with_texts(version))
            wanted = wanted.where(version.c.item_id == self._item_id, version.c.number == self._number)
            with self._database.read() as connection:
                self._reading = reading_of(connection.execute(wanted).one())
            assert self._reading is not None
        return self._reading


def entry_of(row: AnyRow) -> Entry | None:
    """Return what the list last said of an item, as far as it is kept; None where no list named it."""
    if not row.entry_url:
        return None
    return Entry(row.entry_url, row.entry_title, row.entry_published, row.entry_updated, row.entry_guid)
