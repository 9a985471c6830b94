"""Whose turn it is: hosts claimed, leased and let go, so that one worker at a time asks a host, whoever dies in between.

``host.ready_at`` is the latest of: the next thing due, the next request allowed, the end of a lease. So one range of one index tells
all that may start now. ``token`` changes with every hand-over; whoever holds an old one finds that it moves nothing any more.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, exists, func, or_, select, update

from service import revisit
from service.models import Due

from .database import Database
from .tables import host, item, source

_MINUTE = timedelta(minutes=1)

# What every tick and every round ask is put together once: SQLAlchemy needs longer for that than SQLite for the answer.
_NOW: BindParameter[Any] = bindparam("now")
_HOST: BindParameter[Any] = bindparam("host")
_leased = update(host).values(token=host.c.token + 1, ready_at=bindparam("until"), leased_until=bindparam("until"))
_held = and_(host.c.id == _HOST, host.c.token == bindparam("held"))
_IS_ANY_READY = select(host.c.id).where(host.c.ready_at <= _NOW).limit(1)
_TAKE = _leased.where(_held).returning(host.c.token)
_FENCE = update(host).where(_held).values(ready_at=bindparam("until"), leased_until=bindparam("until"))
_RELEASE = update(host).where(_held).values(token=host.c.token + 1, leased_until=None, allowed_at=bindparam("earliest"))
_FREE = select(host.c.allowed_at, host.c.blocked_until, host.c.price, host.c.priced_at).where(
    host.c.id == _HOST, or_(host.c.leased_until.is_(None), host.c.leased_until <= _NOW)
)
_SETTLE = update(host).where(host.c.id == _HOST).values(ready_at=bindparam("ready"), price=bindparam("worth"), priced_at=_NOW)
_NEXT_READY = select(func.min(host.c.ready_at))
_waiting = exists().where(item.c.source_id == source.c.id, item.c.next_look_at <= _NOW)
_DUE_SOURCES = (
    select(source.c.slug)
    .where(and_(source.c.host_id == _HOST, source.c.enabled, or_(source.c.next_list_at <= _NOW, _waiting)))
    .order_by(source.c.next_list_at, source.c.id)
)
_HOLDS = select(host.c.id).where(_held).with_for_update()
_first_item = select(func.min(item.c.next_look_at)).where(item.c.source_id == source.c.id).scalar_subquery()
_NEXT_DUE = select(source.c.next_list_at, _first_item).where(source.c.host_id == _HOST, source.c.enabled)


def claim(connection: Connection, now: datetime, hold: timedelta, limit: int, but_not: Collection[int] = ()) -> tuple[Due, ...]:
    """Give up to ``limit`` hosts that are ready, the longest ready first, each held back from others for ``hold``; none of ``but_not``."""
    ready = select(host.c.id).where(host.c.ready_at <= now, host.c.id.not_in(but_not)).order_by(host.c.ready_at).limit(limit)
    ids = connection.scalars(ready.with_for_update(skip_locked=True)).all()
    moved = update(host).where(host.c.id.in_(ids)).values(token=host.c.token + 1, ready_at=now + hold)
    tokens = {row.id: row.token for row in connection.execute(moved.returning(host.c.id, host.c.token))} if ids else {}
    return tuple(Due(number, tokens[number]) for number in ids)


def is_any_ready(database: Database, now: datetime) -> bool:
    """Return whether there is a host to claim: asked first, so that an idle daemon never writes."""
    with database.read() as connection:
        return connection.execute(_IS_ANY_READY, {"now": now}).first() is not None


def take(database: Database, due: Due, now: datetime, lease: timedelta) -> Due | None:
    """Turn a claim into a lease with a token of its own; None where it is stale or was taken by another."""
    with database.write(durable=False) as connection:
        token = connection.execute(_TAKE, {**_named(due), "until": now + lease}).scalar()
        return None if token is None else Due(due.host_id, token)


def seize(database: Database, slug: str, now: datetime, lease: timedelta) -> Due | None:
    """Lease the host of a source out of turn; None while it is leased, or is not to be asked yet. A claim that nobody took is void then."""
    host_id = select(source.c.host_id).where(source.c.slug == slug).scalar_subquery()
    is_free = and_(*(or_(moment.is_(None), moment <= now) for moment in (host.c.leased_until, host.c.allowed_at)))
    with database.write(durable=False) as connection:
        leased = _leased.where(host.c.id == host_id, is_free).returning(host.c.id, host.c.token)
        row = connection.execute(leased, {"until": now + lease}).first()
        return None if row is None else Due(row.id, row.token)


def fence(database: Database, due: Due, now: datetime, lease: timedelta) -> bool:
    """Renew a lease; False where it was lost."""
    with database.write(durable=False) as connection:
        return connection.execute(_FENCE, {**_named(due), "until": now + lease}).rowcount == 1


def release(database: Database, due: Due, now: datetime, earliest: datetime | None) -> None:
    """Let a host go, to be asked again from ``earliest`` on; does nothing for one whose lease was lost."""
    with database.write(durable=False) as connection:
        if connection.execute(_RELEASE, {**_named(due), "earliest": earliest}).rowcount:
            settle(connection, [due.host_id], now)


def clear_leases(database: Database, now: datetime) -> None:
    """Free every host: for the start of the only worker there is, after a run that died with leases in hand."""
    with database.write(durable=False) as connection:
        freed = update(host).where(host.c.leased_until.is_not(None)).values(token=host.c.token + 1, leased_until=None)
        ids = connection.scalars(freed.returning(host.c.id)).all()
        settle(connection, ids, now)


def settle(connection: Connection, host_ids: Iterable[int], now: datetime) -> None:
    """Set when hosts are ready from what is due on them, heeding their wish for rest, and what a look at them is worth by their backlog.

    Leased ones are left to their holder.
    """
    for host_id in host_ids:
        waits = connection.execute(_FREE, {"host": host_id, "now": now}).first()
        if waits is not None:
            due = _next_due(connection, host_id)
            rests = (moment for moment in (waits.allowed_at, waits.blocked_until) if moment is not None)
            ready = None if due is None else max([due, *rests])
            price = _steered(waits.price, waits.priced_at, due, now)
            connection.execute(_SETTLE, {"host": host_id, "ready": ready, "worth": price, "now": now})


def _steered(price: float, priced_at: datetime | None, due: datetime | None, now: datetime) -> float:
    lag = timedelta(0) if due is None else now - due
    since = timedelta(0) if priced_at is None else now - priced_at
    return revisit.steered(price, lag / _MINUTE, since / _MINUTE)


def next_due(database: Database) -> datetime | None:
    """Return when the next host is ready; None where nothing ever is."""
    with database.read() as connection:
        earliest: datetime | None = connection.scalar(_NEXT_READY)
        return earliest


def due_sources(database: Database, host_id: int, now: datetime) -> tuple[str, ...]:
    """Return the sources of a host whose list is due, or that have items due; the longest waiting list first."""
    with database.read() as connection:
        return tuple(connection.scalars(_DUE_SOURCES, {"host": host_id, "now": now}))


def holds(connection: Connection, due: Due) -> bool:
    """Return whether a lease still stands, and keep it from moving until the end of this transaction."""
    return connection.execute(_HOLDS, _named(due)).first() is not None


def _named(due: Due) -> dict[str, Any]:
    return {"host": due.host_id, "held": due.token}


def _next_due(connection: Connection, host_id: int) -> datetime | None:
    """The earliest moment at which a list or an item of the host's enabled sources is due."""
    rows = connection.execute(_NEXT_DUE, {"host": host_id})
    return min((moment for row in rows for moment in row if moment is not None), default=None)
