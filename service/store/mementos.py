"""Mementos of others: kept with an entry in the ledger, found by their release, and by no question about our own versions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from service.errors import StateError, UsageError
from service.models import Memento, NewMemento, Reading

from . import chaining, loading, readings, texts
from .database import Database, one_at_a_time
from .loading import AnyRow, portions
from .prints import url_print
from .tables import address, item, memento


class Mementos:
    """What others captured, from any thread: each call is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, url: str) -> frozenset[str]:
        """Return where the mementos of a release were got from."""
        return frozenset(one.url for one in self.of(url))

    def keep(self, url: str, new: Sequence[NewMemento], now: datetime) -> int:
        """Keep mementos of the release at an address; return how many were not known before. Raises ``UsageError`` for an untracked one."""
        with self._database.write(in_turn=True) as connection:
            one_at_a_time(connection)
            item_id = connection.scalar(_item_id(url))
            if item_id is None:
                raise UsageError(f"no release is tracked at {url}")
            known = set(connection.scalars(select(memento.c.url).where(memento.c.item_id == item_id)))
            rows = {one.url: _row(item_id, one, now) for one in new if one.url not in known}
            if not rows:
                return 0
            connection.execute(insert(memento), list(rows.values()))
            for portion in portions(rows):
                of_these = chaining.MEMENTOS.where(memento.c.item_id == item_id, memento.c.url.in_(portion)).order_by(memento.c.id)
                chaining.append(connection, map(chaining.memento_entry, connection.execute(of_these).all()))
            return len(rows)

    def of(self, url: str) -> tuple[Memento, ...]:
        """Return the mementos of the release at an address in the order of their moments, without their readings."""
        wanted = select(memento).where(memento.c.item_id == _item_id(url).scalar_subquery())
        with self._database.read() as connection:
            return tuple(_line(row) for row in connection.execute(wanted.order_by(memento.c.captured_at, memento.c.id)))

    def one(self, url: str, number: int) -> Memento | None:
        """Return one of them with its reading; None where the release has none of this number."""
        wanted = select(memento).where(memento.c.id == number, memento.c.item_id == _item_id(url).scalar_subquery())
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
            return None if row is None else _line(row, with_reading=True)


def _item_id(url: str) -> Any:
    """Return the statement for the release at an address; where several sources track it, the one that was tracked first."""
    at = select(item.c.id).join(address, address.c.item_id == item.c.id)
    return at.where(address.c.print == url_print(url)).order_by(item.c.id).limit(1)


def _row(item_id: int, new: NewMemento, now: datetime) -> dict[str, Any]:
    displayed, rest = readings.pack(new.reading)
    return {
        "item_id": item_id,
        "url": new.url,
        "original": new.original,
        "keeper": new.keeper,
        "captured_at": new.captured_at,
        "imported_at": now,
        "payload": new.payload,
        "title": new.reading.title,
        "published": new.reading.published,
        **new.fingerprint._asdict(),
        "displayed": texts.encode(displayed).data,
        "rest": texts.encode(rest).data,
        "snapshot": new.snapshot,
    }


def _line(row: AnyRow, *, with_reading: bool = False) -> Memento:
    return Memento(
        number=row.id,
        url=row.url,
        original=row.original,
        keeper=row.keeper,
        captured_at=row.captured_at,
        imported_at=row.imported_at,
        payload=row.payload,
        title=row.title,
        published=row.published,
        rule=row.rule,
        content_hash=row.content,
        exact_hash=row.exact,
        snapshot=row.snapshot,
        reading=_reading(row) if with_reading else None,
    )


def _reading(row: AnyRow) -> Reading:
    try:
        return readings.unpack(*chaining.memento_texts(row))
    except ValueError as error:
        raise StateError(f"the database is damaged: memento {row.id}: {error}") from error


def check(rows: Iterable[dict[str, Any]]) -> None:
    """Hold imported rows against their digests. Raises ``UsageError``."""
    for row in rows:
        try:
            plain = texts.decode(texts.Encoded(texts.PLAIN, row["displayed"]))
        except ValueError as error:
            raise UsageError(f"the text of memento {row['id']} is damaged: {error}") from error
        if loading.digest_of(plain) != row["exact"]:
            raise UsageError(f"the text of memento {row['id']} is not what its digests say")
