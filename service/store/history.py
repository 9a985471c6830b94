"""A release and its versions, read by any address it ever had."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from service.models import Release, VersionLine

from .database import Database
from .likeness import repeated
from .loading import PRINTS, READING, AnyRow, reading_of, with_texts
from .looks import SEEING
from .prints import url_print
from .submissions import copies_of
from .tables import address, item, memento, observation, source, version
from .translations import translations


def release(database: Database, url: str, number: int | None, at: datetime | None) -> Release | None:
    """Return a release with one version of it read; see ``Store.release``."""
    with database.read() as connection:
        row = _item(connection, url)
        if row is None:
            return None
        wanted = number or (row.baseline if at is None else _number_at(connection, row.id, at))
        line = None if wanted is None else _version(connection, row.id, wanted)
        language = line.reading.language if line is not None and line.reading is not None else None
        published = line.published if line is not None and line.published else row.entry_published
        others = translations(connection, row.id, row.alternates)
        alike, copies = repeated(connection, row.id), copies_of(connection, row.id)
        return Release(row.url, row.slug, row.state, row.versions, language, line, published, alike, others, copies)


def version_lines(database: Database, url: str) -> tuple[VersionLine, ...]:
    """Return all versions of a release, without their readings; none for an unknown one."""
    with database.read() as connection:
        row = _item(connection, url)
        if row is None:
            return ()
        seen_until = _seen_until(connection, row.id)
        wanted = select(version).where(version.c.item_id == row.id).order_by(version.c.number)
        return tuple(_line(one, seen_until.get(one.number)) for one in connection.execute(wanted))


def standing(database: Database, files: Collection[str]) -> tuple[str, ...]:
    """Return the pointers of all versions and mementos into files of raw pages."""
    if not files:
        return ()
    columns = (version.c.snapshot, memento.c.snapshot)
    within = [or_(*(column.startswith(f"{file}:", autoescape=True) for file in files)) for column in columns]
    with database.read() as connection:
        found = (connection.scalars(select(column).where(at).distinct()) for column, at in zip(columns, within, strict=True))
        return tuple(pointer for pointers in found for pointer in pointers)


def _item(connection: Connection, url: str) -> AnyRow | None:
    """The release at an address; where several sources track it, the one that was tracked first."""
    at = select(item.c.id, item.c.url, item.c.state, item.c.versions, item.c.baseline, item.c.entry_published, item.c.alternates)
    at = at.add_columns(source.c.slug).join(address, address.c.item_id == item.c.id).join(source, source.c.id == item.c.source_id)
    return connection.execute(at.where(address.c.print == url_print(url)).order_by(item.c.id).limit(1)).first()


def _number_at(connection: Connection, item_id: int, at: datetime) -> int | None:
    """The version seen at a moment: the latest that was seen by then."""
    seen = and_(version.c.item_id == item_id, version.c.seen_at <= at)
    number: int | None = connection.scalar(select(func.max(version.c.number)).where(seen))
    return number


def _version(connection: Connection, item_id: int, number: int) -> VersionLine | None:
    columns = [version.c[name] for name in ("number", "reason", "title", "published", "seen_at", "snapshot")]
    wanted = select(*columns, *PRINTS, *READING).select_from(with_texts(version))
    row = connection.execute(wanted.where(version.c.item_id == item_id, version.c.number == number)).first()
    return None if row is None else _line(row, _seen_until(connection, item_id).get(number), with_reading=True)


def _seen_until(connection: Connection, item_id: int) -> dict[int, datetime]:
    """When the versions of an item were last seen."""
    last = select(observation.c.version, func.max(observation.c.last_at))
    seeing = last.where(observation.c.item_id == item_id, observation.c.outcome.in_(SEEING)).group_by(observation.c.version)
    return {number: moment for number, moment in connection.execute(seeing)}


def _line(row: AnyRow, seen_until: datetime | None, *, with_reading: bool = False) -> VersionLine:
    return VersionLine(
        number=row.number,
        reason=row.reason,
        title=row.title,
        published=row.published,
        seen_from=row.seen_at,
        seen_until=max(row.seen_at, seen_until or row.seen_at),
        content_hash=row.content,
        exact_hash=row.exact,
        rule=row.rule,
        snapshot=row.snapshot,
        reading=reading_of(row) if with_reading else None,
    )
