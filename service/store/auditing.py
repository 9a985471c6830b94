"""The store, read for ``verify``: the ledger with what its rows say now, in portions, whatever has become of them.

Reads alone, and each portion by itself, so that it goes on beside a daemon for hours: rows of these tables are never altered. A value
that cannot be read is told of its row, and stops nothing. On SQLite, text that is no UTF-8 comes as lone surrogates.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, type_coerce
from sqlalchemy.exc import DBAPIError

from service.errors import StateError
from service.ledger import entry_from
from service.models import Extent, ReleaseEntry, SignedNote, State, Stated

from . import chaining, loading, texts
from .columns import AsTold
from .database import Database
from .loading import AnyRow, one_of
from .prints import url_print
from .tables import address, change, checkpoint, item, ledger, memento, source, stamp, text_, version

_PORTION = 500  # entries
_LEAST = -(1 << 62)  # below any number
_UNREADABLE = (
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    OverflowError,
    DBAPIError,
    StateError,
)  # what a damaged value makes of its reading

_VERSIONS = chaining.VERSIONS.add_columns(text_.c.size.label("text_size"), version.c.text_id.label("shown_id"))


class Audit:
    """What ``verify`` asks. Every call may raise ``StateError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def extent(self) -> Extent:
        with self._database.read() as connection:
            tables = (ledger, version, change, checkpoint)
            return Extent(*(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables))

    def damages(self) -> Iterator[str]:
        """Yield what the database itself finds wrong with its file; PostgreSQL keeps watch over its own."""
        if not self._database.on_sqlite:
            return
        with self._database.read() as connection:
            for (words,) in connection.exec_driver_sql("PRAGMA integrity_check"):
                if words != "ok":
                    yield str(words)
            for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
                yield f"row {row} of {table} points at a row of {parent} that is not there"

    def entries(self) -> Iterator[Stated]:
        """Yield the ledger in the order of its numbers."""
        last = _LEAST
        while True:
            with self._leniently() as connection:
                rows = _ledger_rows(connection, last)
                stated = list(_stated(connection, rows))
            yield from stated
            if not rows:
                return
            last = rows[-1].number

    def unentered(self) -> Iterator[str]:
        """Yield, in words, the versions, changes and mementos that no entry tells of."""
        told = and_(ledger.c.item_id == version.c.item_id, ledger.c.version == version.c.number)
        versions = select(version.c.item_id, version.c.number).where(~select(ledger.c.number).where(told).exists())
        changes = select(change.c.id).where(~select(ledger.c.number).where(ledger.c.change_id == change.c.id).exists())
        mementos = select(memento.c.id).where(~select(ledger.c.number).where(ledger.c.memento_id == memento.c.id).exists())
        with self._database.read() as connection:
            yield from (f"memento {row.id}" for row in _streamed(connection, mementos))
            yield from (f"version {row.number} of release {row.item_id}" for row in _streamed(connection, versions))
            yield from (f"change {row.id}" for row in _streamed(connection, changes))

    def misnumbered(self) -> Iterator[str]:
        """Yield, in words, the releases whose versions are not numbered from 1 on, or not those that their rows speak of.

        The state is among that: a release is withdrawn just where its last version is a tombstone.
        """
        kept, highest, least = func.count(version.c.number), func.max(version.c.number), func.min(version.c.number)
        baseline = func.max(version.c.number).filter(version.c.text_id.is_not(None))
        of_row = (item.c.id, item.c.versions, item.c.baseline, item.c.state)
        each = select(*of_row, kept.label("kept"), highest.label("highest"), least.label("least"), baseline.label("latest"))
        each = each.select_from(item.outerjoin(version, version.c.item_id == item.c.id)).group_by(*of_row)
        with self._leniently() as connection:
            for row in _streamed(connection, each):
                if row.kept and (row.highest, row.least) != (row.kept, 1):
                    yield f"release {row.id} has {row.kept} versions, numbered {row.least} to {row.highest}"
                elif (row.versions, row.baseline) != (row.kept, row.latest):
                    yield f"release {row.id} has {row.kept} versions, the latest text is number {row.latest}; its row says else"
                elif row.kept and (row.state == State.WITHDRAWN) != (row.highest != row.latest):
                    yield f"release {row.id} is {row.state}, says its row: that is not what its last version says"

    def misplaced(self) -> Iterator[str]:
        """Yield, in words, the releases that are not what is found at their address."""
        found = item.outerjoin(address, and_(address.c.source_id == item.c.source_id, address.c.item_id == item.c.id))
        each = select(item.c.id, item.c.url, address.c.print).select_from(found).order_by(item.c.id)
        with self._leniently() as connection:
            for (number, url), rows in groupby(_streamed(connection, each), key=lambda row: (row.id, row.url)):
                if (at := url_print(url)) is not None and at not in {row.print for row in rows}:
                    yield f"release {number} is not what is found at its address, {url}"

    def misdirected(self) -> Iterator[str]:
        """Yield, in words, the changes that do not fit the versions they speak of."""
        before, after = version.alias("before"), version.alias("after")
        sides = change.outerjoin(before, and_(before.c.item_id == change.c.item_id, before.c.number == change.c.from_version))
        sides = sides.outerjoin(after, and_(after.c.item_id == change.c.item_id, after.c.number == change.c.to_version))
        lost = or_(
            and_(change.c.from_version.is_not(None), before.c.number.is_(None)),
            and_(change.c.to_version.is_not(None), after.c.number.is_(None)),
            change.c.from_version >= change.c.to_version,
            and_(change.c.kind == "withdrawn", after.c.reason != "tombstone"),
        )
        with self._leniently() as connection:
            for row in _streamed(
                connection, select(change.c.id, change.c.from_version, change.c.to_version).select_from(sides).where(lost)
            ):
                yield f"change {row.id} speaks of versions {row.from_version} and {row.to_version}: not there, or not of its kind"

    def checkpoints(self, first: int = _LEAST) -> Iterator[SignedNote]:
        """Yield the checkpoints from a number on, in order, each with the chain digest that the ledger has at its number."""
        found = checkpoint.outerjoin(ledger, ledger.c.number == checkpoint.c.number)
        found = found.outerjoin(stamp, stamp.c.number == checkpoint.c.number)
        stamps = (stamp.c.data, stamp.c.digest, stamp.c.url, type_coerce(stamp.c.stamped_at, AsTold).label("stamped_at"))
        wanted = select(checkpoint, ledger.c.chain, *stamps).select_from(found).where(checkpoint.c.number >= first)
        with self._leniently() as connection:
            for row in _streamed(connection, wanted.order_by(checkpoint.c.number)):
                yield SignedNote(row.number, row.note, row.key, row.chain or None, row.data, row.digest, row.url, row.stamped_at)

    def signed(self) -> Iterator[tuple[str, str]]:
        """Yield, for each change that a checkpoint speaks of, when it was found, as entries tell it, and the note of the first such one."""
        first = select(checkpoint.c.note).where(checkpoint.c.number >= ledger.c.number).order_by(checkpoint.c.number).limit(1)
        each = select(type_coerce(change.c.detected_at, AsTold).label("found_at"), first.scalar_subquery().label("note"))
        with self._leniently() as connection:
            for row in _streamed(connection, each.select_from(change.join(ledger, ledger.c.change_id == change.c.id))):
                if row.note is not None:
                    yield str(row.found_at), row.note

    @contextmanager
    def _leniently(self) -> Iterator[Connection]:
        """Give a connection that reads any text."""
        with self._database.read() as connection:
            driver = connection.connection.driver_connection
            if not self._database.on_sqlite or driver is None:
                yield connection
                return
            driver.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
            try:
                yield connection
            finally:
                driver.text_factory = str


def _streamed(connection: Connection, wanted: Select[Any]) -> Iterator[AnyRow]:
    try:
        yield from connection.execute(wanted, execution_options={"yield_per": _PORTION})
    except _UNREADABLE as error:
        raise StateError(f"the database holds a value that cannot be read: {error}".splitlines()[0]) from error


def _ledger_rows(connection: Connection, last: int) -> list[Any]:
    """Return the next rows of the ledger; of one that cannot be read, its number alone."""
    wanted = select(ledger).where(ledger.c.number > last).order_by(ledger.c.number).limit(_PORTION)
    try:
        return list(connection.execute(wanted))
    except _UNREADABLE:
        numbers = list(connection.scalars(wanted.with_only_columns(ledger.c.number)))
        return [_one(connection, number) for number in numbers]


def _one(connection: Connection, number: int) -> Any:
    try:
        return connection.execute(select(ledger).where(ledger.c.number == number)).one()
    except _UNREADABLE:
        return connection.execute(select(ledger.c.number).where(ledger.c.number == number)).one()


def _stated(connection: Connection, rows: list[Any]) -> Iterator[Stated]:
    whole = [row for row in rows if len(row) > 1]
    versions = _found(
        connection, _VERSIONS, (version.c.item_id, version.c.number), ((row.item_id, row.version) for row in whole if row.version)
    )
    changes = _found(connection, chaining.CHANGES, (change.c.id,), ((row.change_id,) for row in whole if row.change_id is not None))
    mementos = _found(connection, chaining.MEMENTOS, (memento.c.id,), ((row.memento_id,) for row in whole if row.memento_id is not None))
    releases = _found(connection, _RELEASES, (item.c.id,), ((row.item_id,) for row in whole if row.item_id is not None))
    for row in rows:
        if len(row) == 1:
            yield Stated(row.number, "", f"entry {row.number}", "", "", trouble="the entry itself cannot be read")
            continue
        release = releases.get((row.item_id,))
        match row.kind:
            case "version":
                told = _of_version(row, versions.get((row.item_id, row.version)), release)
            case "change":
                told = _of_change(row, changes.get((row.change_id,)))
            case "memento":
                told = _of_memento(row, mementos.get((row.memento_id,)))
            case _:
                told = _of_what_is_said(connection, row, release)
        is_its = told.entry is None or chaining.is_of(row, told.entry)
        yield told if is_its else replace(told, trouble="the entry points at something else than what it says")


_RELEASES = select(item.c.id, item.c.url, source.c.slug).select_from(item.join(source, source.c.id == item.c.source_id))


def _found(
    connection: Connection, wanted: Select[Any], columns: tuple[Any, ...], keys: Iterable[tuple[Any, ...]]
) -> dict[tuple[Any, ...], Any]:
    """Return the rows of these keys; in place of one that cannot be read, why."""
    distinct = list(dict.fromkeys(keys))
    try:
        rows = list(connection.execute(wanted.where(one_of(columns, distinct)))) if distinct else []
        return {tuple(row)[: len(columns)]: row for row in rows}
    except _UNREADABLE:
        return {key: _row_or_why(connection, wanted.where(one_of(columns, [key]))) for key in distinct}


def _row_or_why(connection: Connection, wanted: Select[Any]) -> Any:
    try:
        return connection.execute(wanted).first()
    except _UNREADABLE as error:
        return f"a value of its row cannot be read: {error}".splitlines()[0]


def _of_version(row: AnyRow, found: Any, release: Any) -> Stated:
    place = release.url if release is not None and not isinstance(release, str) else f"release {row.item_id}"
    told = Stated(row.number, row.kind, f"version {row.version} of {place}", row.digest, row.chain)
    if found is None or isinstance(found, str):
        return _without(told, found or "the version is not there")
    try:
        if (found.codec, found.shown_id) not in ((None, None), (texts.PLAIN if found.key_data is None else texts.KEYED, found.text_id)):
            return _without(told, "its text is not there, or not as it was stored")
        displayed = None if found.text_id is None else loading.decoded(found.data, found.key_data)
        entry = chaining.version_entry(found)
    except _UNREADABLE as error:
        return _without(told, f"its text cannot be read: {error}")
    return Stated(*_head(told), entry, "", displayed, found.text_size or 0)


def _of_change(row: AnyRow, found: Any) -> Stated:
    told = Stated(row.number, row.kind, f"change {row.change_id}", row.digest, row.chain)
    if found is None or isinstance(found, str):
        return _without(told, found or "the change is not there")
    return Stated(*_head(told), chaining.change_entry(found))


def _of_memento(row: AnyRow, found: Any) -> Stated:
    told = Stated(row.number, row.kind, f"memento {row.memento_id}", row.digest, row.chain)
    if found is None or isinstance(found, str):
        return _without(told, found or "the memento is not there")
    try:
        displayed, _ = chaining.memento_texts(found)
        return Stated(*_head(told), chaining.memento_entry(found), "", displayed, len(displayed))
    except _UNREADABLE as error:
        return _without(told, f"its text cannot be read: {error}")


def _of_what_is_said(connection: Connection, row: AnyRow, release: Any) -> Stated:
    """An entry that says itself what it says; that of a release must fit the row it points at."""
    told = Stated(row.number, row.kind, f"release {row.item_id}" if row.kind == "release" else f"entry {row.number}", row.digest, row.chain)
    try:
        entry = entry_from(row.said.encode("utf-8", "surrogateescape"))
    except (ValueError, AttributeError) as error:
        return _without(told, f"what it says cannot be read: {error}")
    if isinstance(entry, ReleaseEntry) and not _fits(connection, entry, release):
        return _without(told, "the release is not there, of another source, or at an address that no change led to")
    return Stated(*_head(told), entry)


def _fits(connection: Connection, entry: ReleaseEntry, release: Any) -> bool:
    if release is None or isinstance(release, str) or (entry.release, entry.source) != (release.id, release.slug):
        return False
    moved = select(change.c.id).where(change.c.item_id == entry.release, change.c.kind == "moved", change.c.related == release.url)
    return bool(release.url == entry.url or connection.execute(moved.limit(1)).first() is not None)


def _without(told: Stated, trouble: str) -> Stated:
    return Stated(*_head(told), trouble=trouble)


def _head(told: Stated) -> tuple[int, str, str, str, str]:
    return told.number, told.kind, told.about, told.digest, told.chain
