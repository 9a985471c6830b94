"""Moments that lie ahead: left by a clock that was wrong for a while and was then set right, hours or years back.

What was looked at in that time would rest until the clock has caught up, and what is seen there now would be taken for a copy older than
what is known. So its moments are brought back to now, and each is due as long from now as it was from its last look. Versions, changes and
looks as they were told stay what they are.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, case, or_, select, update

from .database import Database
from .frontier import settle
from .tables import host, item, source, target

_UNSURE = timedelta(minutes=1)  # by which clocks may differ
_LONGEST_PAUSE = timedelta(minutes=10)  # of a host between two requests, or more
_LONGEST_REST = timedelta(days=1)  # that a host or a target may ask for
_OF_SOURCES = ("last_list_at", "last_pass_at", "news_at", "baselined_at", "failing_since")
_OF_ITEMS = ("last_look_at", "seen_at", "changed_at", "missing_since", "unlisted_since", "doubted_since")


def set_back(database: Database, now: datetime) -> int:
    """Bring back the moments that lie ahead of ``now``; return of how many sources. Nothing is written where there are none."""
    with database.read() as connection:
        ahead = select(source.c.id, source.c.host_id).where(source.c.last_pass_at > now + _UNSURE)
        found = connection.execute(ahead).all()
    if not found:
        return 0
    with database.write() as connection:
        ids = [row.id for row in found]
        _nearer(connection, source, source.c.id.in_(ids), "last_pass_at", "next_list_at", _OF_SOURCES, now)
        _nearer(
            connection, item, and_(item.c.source_id.in_(ids), item.c.last_look_at > now), "last_look_at", "next_look_at", _OF_ITEMS, now
        )
        _free(connection, [row.host_id for row in found], now)
    return len(found)


def _nearer(connection: Connection, table: Table, ahead: Any, last: str, next_: str, moments: Sequence[str], now: datetime) -> None:
    """Make each row due as long from now as it was from its last look, and none of its moments later than now."""
    rows = connection.execute(select(table.c.id, table.c[last], table.c[next_]).where(ahead)).all()
    due = [{"it": row[0], "due": None if row[2] is None else now + max(timedelta(0), row[2] - row[1])} for row in rows]
    values: dict[str, Any] = {name: case((table.c[name] > now, now), else_=table.c[name]) for name in moments}
    if due:
        connection.execute(update(table).where(table.c.id == bindparam("it")).values({**values, next_: bindparam("due")}), due)


def _free(connection: Connection, host_ids: Sequence[int], now: datetime) -> None:
    """Let no host and no target rest for longer than it may have asked for."""
    bounds = {"allowed_at": _LONGEST_PAUSE, "blocked_until": _LONGEST_REST, "leased_until": _LONGEST_REST}
    for name, longest in bounds.items():
        connection.execute(update(host).where(host.c.id.in_(host_ids), host.c[name] > now + longest).values({name: now + longest}))
    settle(connection, host_ids, now)
    far = or_(target.c.next_at > now + _LONGEST_REST, target.c.leased_until > now + _LONGEST_REST)
    connection.execute(update(target).where(far).values(next_at=now, leased_until=None))
