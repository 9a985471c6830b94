"""How active the sources are, day by day: what the charts beside them show."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, func, select, type_coerce

from service.models import Activity, ChangeKind

from .database import Database
from .tables import change, item, source

_SLACK = timedelta(days=1)  # by which releases may be written down later than others that were found after them
Counted = dict[str, dict[date, int]]


def activity(database: Database, until: datetime, days: int, wanted: Sequence[str] | None) -> tuple[Activity, ...]:
    """Return what each source wanted (None: each there is) brought on each of so many days, the last of them that of ``until``."""
    first = until.astimezone(UTC).date() - timedelta(days=days - 1)
    since = datetime.combine(first, time(), UTC)
    with database.read() as connection:
        slugs = wanted if wanted is not None else list(connection.scalars(select(source.c.slug).order_by(source.c.slug)))
        found, changed = _found(connection, since, wanted), _changed(connection, since, wanted)
    span = [first + timedelta(days=number) for number in range(days)]
    return tuple(
        Activity(one, first, tuple(found[one].get(day, 0) for day in span), tuple(changed[one].get(day, 0) for day in span))
        for one in slugs
    )


def _found(connection: Connection, since: datetime, wanted: Sequence[str] | None) -> Counted:
    """Count the releases that were found after the first pass over their source, which finds all that there are."""
    day = _day(connection, item.c.first_seen_at).label("day")
    counted = select(source.c.slug, day, func.count()).join(item, item.c.source_id == source.c.id).group_by(source.c.slug, "day")
    recent = item.c.id >= _first_id(connection, since - _SLACK), item.c.first_seen_at >= since
    return _by_source(connection, counted.where(*recent, item.c.first_seen_at > source.c.baselined_at), wanted)


def _changed(connection: Connection, since: datetime, wanted: Sequence[str] | None) -> Counted:
    """Count the changes of releases that were told after the first pass; what befell a source is none."""
    day = _day(connection, change.c.detected_at).label("day")
    counted = select(source.c.slug, day, func.count()).join(change, change.c.source_id == source.c.id).group_by(source.c.slug, "day")
    told = change.c.detected_at >= since, change.c.detected_at > source.c.baselined_at, change.c.kind != ChangeKind.INCIDENT
    return _by_source(connection, counted.where(*told), wanted)


def _by_source(connection: Connection, counted: Select[Any], wanted: Sequence[str] | None) -> Counted:
    if wanted is not None:
        counted = counted.where(source.c.slug.in_(wanted))
    found: Counted = defaultdict(dict)
    for one, day, number in connection.execute(counted):
        found[one][date.fromisoformat(day)] = number
    return found


def _first_id(connection: Connection, since: datetime) -> int:
    """Return the id that releases found since have at least: ids grow with the time at which they are found, which has no index."""
    low, high = 1, (connection.execute(select(func.max(item.c.id))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        next_one = select(item.c.id, item.c.first_seen_at).where(item.c.id >= middle).order_by(item.c.id).limit(1)
        row = connection.execute(next_one).first()
        if row is None or row.first_seen_at >= since:
            high = middle
        else:
            low = row.id + 1
    return low


def _day(connection: Connection, moment: ColumnElement[datetime]) -> ColumnElement[str]:
    """Return the day of a moment in UTC, as ISO 8601 writes it."""
    if connection.dialect.name == "sqlite":
        return func.substr(type_coerce(moment, Text), 1, len("2026-11-22"))
    return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD")
