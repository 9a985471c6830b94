"""What is tracked, and how it goes: releases, sources, attempts, counts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, delete, func, or_, select

from service.models import Backlog, Counts, Habits, ItemLine, PassLine, Prospect, SourceLine, Template

from . import templates
from .database import Database
from .health import Health, in_words
from .loading import AnyRow
from .tables import host, item, order, pass_, source, unindexed, version

_MOST_COUNTED = 100_000
_OF_LINES = [  # of a source; not its template, which may be large
    *(source.c.slug, source.c.name, source.c.url, source.c.kind, source.c.enabled, source.c.last_pass_at, source.c.next_list_at),
    *(source.c.failures, source.c.failing_since, source.c.error, source.c.releases, source.c.edits, source.c.troubles),
]


def items(database: Database, slug: str | None, limit: int | None, before: int | None) -> tuple[ItemLine, ...]:
    """Return tracked releases, the newest first: the latest found, and of those found together the first in its list."""
    found = _found(slug, limit)
    if before is not None:
        found = found.where(item.c.id < before)
    with database.read() as connection:
        return tuple(map(_item_line, connection.execute(found)))


def prospects(database: Database, slug: str | None, limit: int | None) -> tuple[tuple[ItemLine, Prospect], ...]:
    """Return the same releases, each with what its next look follows from."""
    more = (source.c.baselined_at, source.c.enabled, source.c.hours_watched, source.c.edits_found, host.c.price)
    found = _found(slug, limit).add_columns(*more).join(host, host.c.id == source.c.host_id)
    with database.read() as connection:
        return tuple((_item_line(row), _prospect(row)) for row in connection.execute(found))


def _found(slug: str | None, limit: int | None) -> Select[Any]:
    baseline = and_(version.c.item_id == item.c.id, version.c.number == item.c.baseline)
    title = func.coalesce(version.c.title, item.c.entry_title).label("title")
    found = select(item, source.c.slug, title).select_from(item.join(source, source.c.id == item.c.source_id).outerjoin(version, baseline))
    if slug is not None:
        found = found.where(source.c.slug == slug)
    return found.order_by(item.c.id.desc()).limit(limit)


def _prospect(row: AnyRow) -> Prospect:
    return Prospect(row.key, row.changed_at, row.baselined_at, row.enabled, Habits(row.hours_watched, row.edits_found), row.price)


def sources(database: Database, slug: str | None = None) -> tuple[SourceLine, ...]:
    """Return all sources that are or were configured, or one of them, with their health in words."""
    found = select(*_OF_LINES).order_by(source.c.slug)
    if slug is not None:
        found = found.where(source.c.slug == slug)
    with database.read() as connection:
        return tuple(map(_source_line, connection.execute(found)))


def by_trouble(database: Database, words: str, first: int, most: int) -> tuple[SourceLine, ...]:
    """Return sources with ``words`` in their name or address: the worst off first, each sort by short names; ``most`` behind ``first``."""
    c = source.c
    sort = case((~c.enabled, 4), (c.last_pass_at.is_(None), 2), (c.failures > 0, 0), (or_(c.troubles != (), c.error != ""), 1), else_=3)
    found = select(*_OF_LINES).order_by(sort, c.slug).offset(first).limit(most)
    if words:
        found = found.where(or_(*(column.icontains(words, autoescape=True) for column in (c.slug, c.name, c.url))))
    with database.read() as connection:
        return tuple(map(_source_line, connection.execute(found)))


def names(database: Database) -> tuple[tuple[str, str], ...]:
    """Return the short name of each source and what it is called, in the order of the short names."""
    with database.read() as connection:
        found = connection.execute(select(source.c.slug, source.c.name).order_by(source.c.slug))
        return tuple((row.slug, row.name or row.slug) for row in found)


def template(database: Database, slug: str) -> Template:
    """Return what was learned of the pages of a source."""
    with database.read() as connection:
        return templates.unpack(connection.execute(select(source.c.template).where(source.c.slug == slug)).scalar())


def passes(database: Database, slug: str | None, limit: int | None) -> tuple[PassLine, ...]:
    """Return attempts at a source, or at all, the newest first."""
    found = select(pass_).join(source, source.c.id == pass_.c.source_id)
    if slug is not None:
        found = found.where(source.c.slug == slug)
    with database.read() as connection:
        rows = connection.execute(found.order_by(pass_.c.id.desc()).limit(limit))
        return tuple(PassLine(row.started_at, row.finished_at, row.outcome, row.error) for row in rows)


def counts(database: Database) -> Counts:
    """Return how much there is, from the sources' own counts: cheap however much it is."""
    failing = func.sum(case((and_(source.c.enabled, source.c.failures > 0), 1), else_=0))
    asked = select(
        func.count(), func.sum(case((source.c.enabled, 1), else_=0)), failing, func.sum(source.c.releases), func.sum(source.c.edits)
    )
    with database.read() as connection:
        return Counts(*(int(number or 0) for number in connection.execute(asked.select_from(source)).one()))


def backlog(database: Database) -> Backlog:
    """Return what waits to be done; cheap however much it is."""
    few = select(unindexed.c.id).limit(_MOST_COUNTED).subquery()
    with database.read() as connection:
        orders = connection.scalar(select(func.count()).select_from(order).where(order.c.finished_at.is_(None)))
        return Backlog(
            orders or 0, connection.scalar(select(func.count()).select_from(few)) or 0, connection.scalar(select(func.min(host.c.ready_at)))
        )


def forget_passes(database: Database, before: datetime) -> None:
    """Drop the attempts that ended before a moment."""
    with database.write(durable=False) as connection:
        connection.execute(delete(pass_).where(pass_.c.finished_at < before))


def _item_line(row: AnyRow) -> ItemLine:
    return ItemLine(
        item_url=row.url,
        source=row.slug,
        title=row.title,
        state=row.state,
        published=row.published,
        first_seen=row.first_seen_at,
        last_look=row.last_look_at,
        next_look=row.next_look_at,
        outcome=row.outcome,
        versions=row.versions,
        edits=row.edits,
        id=row.id,
    )


def _source_line(row: AnyRow) -> SourceLine:
    health = Health(row.enabled, row.last_pass_at, row.failures, row.failing_since, row.error, row.releases, row.troubles)
    return SourceLine(
        id=row.slug,
        name=row.name,
        url=row.url,
        kind=row.kind,
        enabled=row.enabled,
        health=in_words(health),
        last_look=row.last_pass_at,
        next_look=row.next_list_at if row.enabled else None,
        releases=row.releases,
        edits=row.edits,
        failures=row.failures,
        error=row.error,
    )
