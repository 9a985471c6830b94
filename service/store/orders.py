"""Manual refreshes asked of a running daemon, by way of the database: asked here, served there, followed here."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from service.models import RefreshOrder, SourceReport

from .database import Database
from .loading import AnyRow
from .tables import order

_OPEN = select(order).where(order.c.finished_at.is_(None)).order_by(order.c.id)  # asked for twice a second


def ask(database: Database, sources: Sequence[str], urls: Sequence[str], recheck: bool, now: datetime) -> int:
    """Write an order down; return its number."""
    row = {"asked_at": now, "recheck": recheck, "sources": tuple(sources), "urls": tuple(urls), "done": 0, "total": 0, "reports": "[]"}
    with database.write() as connection:
        return int(connection.execute(insert(order).values(row).returning(order.c.id)).scalar_one())


def open_orders(database: Database) -> tuple[RefreshOrder, ...]:
    """Return the orders not yet finished, the oldest first."""
    with database.read() as connection:
        return tuple(map(_order, connection.execute(_OPEN)))


def state(database: Database, number: int) -> RefreshOrder | None:
    """Return an order as it stands; None for one that was never asked, or is forgotten."""
    with database.read() as connection:
        row = connection.execute(select(order).where(order.c.id == number)).first()
        return None if row is None else _order(row)


def write_state(database: Database, told: RefreshOrder) -> None:
    """Write down how far an order is."""
    values = {
        "started_at": told.started_at,
        "finished_at": told.finished_at,
        "done": told.done,
        "total": told.total,
        "reports": _packed(told.reports),
    }
    with database.write(durable=False) as connection:
        connection.execute(update(order).where(order.c.id == told.id).values(values))


def advance(database: Database, number: int, done: int, total: int, now: datetime) -> None:
    """Add to how far an order is: several workers may be at it, each at a source of its own."""
    moved = {"done": order.c.done + done, "total": order.c.total + total, "started_at": func.coalesce(order.c.started_at, now)}
    with database.write(durable=False) as connection:
        connection.execute(update(order).where(order.c.id == number, order.c.finished_at.is_(None)).values(moved))


def report(database: Database, number: int, told: SourceReport, of: int, now: datetime) -> None:
    """Write down what came of one source of an order, once; the order is done when as many as ``of`` are told."""
    with database.write() as connection:
        row = connection.execute(select(order).where(order.c.id == number).with_for_update()).first()
        if row is None or row.finished_at is not None:
            return
        reports = [one for one in _order(row).reports if one.source != told.source] + [told]
        values = {"reports": _packed(reports), "finished_at": now if len(reports) >= of else None}
        connection.execute(update(order).where(order.c.id == number).values(values))


def forget(database: Database, before: datetime) -> None:
    """Drop the orders that were finished before a moment."""
    with database.write(durable=False) as connection:
        connection.execute(delete(order).where(order.c.finished_at < before))


def _packed(reports: Iterable[SourceReport]) -> str:
    return json.dumps([asdict(report) for report in reports])


def _order(row: AnyRow) -> RefreshOrder:
    return RefreshOrder(
        id=row.id,
        sources=row.sources,
        urls=row.urls,
        recheck=row.recheck,
        asked_at=row.asked_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        done=row.done,
        total=row.total,
        reports=tuple(SourceReport(**{**report, "errors": tuple(report["errors"])}) for report in json.loads(row.reports)),
    )
