"""The change log, read."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, func, select, type_coerce

from service.models import ChangeFilter, ChangeLine, Reading

from .database import Database
from .loading import READING, AnyRow, portions, reading_of, with_texts
from .prints import url_print
from .tables import address, change, item, source, version

_SIDES = (change.c.from_version, change.c.to_version)
_before, _after, _now = version.alias("before"), version.alias("after"), version.alias("now")


def changes(database: Database, wanted: ChangeFilter) -> tuple[ChangeLine, ...]:
    """Return changes in the order of their ids; the newest ``limit`` of them, or with ``after`` the first ones behind it."""
    lines = told().where(*_conditions(wanted))
    newest = wanted.limit is not None and wanted.after is None
    ordered = lines.order_by(change.c.id.desc() if newest else change.c.id).limit(wanted.limit)
    with database.read() as connection:
        found = [_line(row) for row in connection.execute(ordered)]
    return tuple(reversed(found) if newest else found)


def change_line(database: Database, number: int) -> ChangeLine | None:
    with database.read() as connection:
        return next(iter(by_ids(connection, [number])), None)


def by_ids(connection: Connection, ids: Iterable[int]) -> tuple[ChangeLine, ...]:
    """Return the changes of these ids, in their order."""
    found = []
    for portion in portions(ids):
        found += [_line(row) for row in connection.execute(told().where(change.c.id.in_(portion)).order_by(change.c.id))]
    return tuple(found)


def readings_of(database: Database, numbers: Iterable[int]) -> dict[int, tuple[Reading | None, Reading | None]]:
    """Return the readings before and after changes, by their ids; None on a side that has no text, both for an unknown change."""
    found: dict[int, tuple[Reading | None, Reading | None]] = {}
    with database.read() as connection:
        for portion in portions(numbers):
            changes = connection.execute(select(change.c.id, *_SIDES).where(change.c.id.in_(portion))).all()
            of_them = and_(version.c.item_id == change.c.item_id, version.c.number.in_(_SIDES))
            read = select(change.c.id.label("change_id"), version.c.number, *READING).select_from(with_texts(change.join(version, of_them)))
            texts = {(one.change_id, one.number): reading_of(one) for one in connection.execute(read.where(change.c.id.in_(portion)))}
            found |= dict.fromkeys(portion, (None, None))
            found |= {row.id: (texts.get((row.id, row.from_version)), texts.get((row.id, row.to_version))) for row in changes}
    return found


def told() -> Select[Any]:
    """Changes with the source, address and title that they tell of: the title after, else before, else today's, else the list's."""
    titled = (
        change.join(source, source.c.id == change.c.source_id)
        .outerjoin(item, item.c.id == change.c.item_id)
        .outerjoin(_after, and_(_after.c.item_id == change.c.item_id, _after.c.number == change.c.to_version))
        .outerjoin(_before, and_(_before.c.item_id == change.c.item_id, _before.c.number == change.c.from_version))
        .outerjoin(_now, and_(_now.c.item_id == item.c.id, _now.c.number == item.c.baseline))
    )
    title = func.coalesce(_after.c.title, _before.c.title, _now.c.title, item.c.entry_title, "")
    item_url = func.coalesce(change.c.url, item.c.url)
    return select(change, source.c.slug, item_url.label("item_url"), title.label("title")).select_from(titled)


def _conditions(wanted: ChangeFilter) -> Iterator[ColumnElement[bool]]:
    equal = (
        (source.c.slug, wanted.source),
        (change.c.kind, wanted.kind),
        (change.c.significance, wanted.significance),
        (change.c.declared, wanted.declared),
    )
    yield from (column == value for column, value in equal if value is not None)
    if wanted.change_class is not None:
        yield type_coerce(change.c.classes, Text).contains(f'"{wanted.change_class}"', autoescape=True)
    if wanted.since is not None:
        yield change.c.detected_at >= wanted.since
        # or the whole log is gone through, in the order of its ids, for the few at its end; "+ 0": or so it is for the least id
        first = select(func.min(change.c.id + 0)).where(change.c.detected_at >= wanted.since)
        yield change.c.id >= first.scalar_subquery()
    if wanted.until is not None:
        yield change.c.detected_at <= wanted.until
    if wanted.after is not None:
        yield change.c.id > wanted.after
    if wanted.before is not None:
        yield change.c.id < wanted.before
    if wanted.item_url is not None:
        yield change.c.item_id.in_(select(address.c.item_id).where(address.c.print == url_print(wanted.item_url)))


def _line(row: AnyRow) -> ChangeLine:
    return ChangeLine(
        id=row.id,
        source=row.slug,
        item_url=row.item_url,
        title=row.title,
        kind=row.kind,
        significance=row.significance,
        classes=row.classes,
        declared=row.declared,
        fields=row.fields_touched,
        not_before=row.not_before,
        not_after=row.not_after,
        detected_at=row.detected_at,
        before_version=row.from_version,
        after_version=row.to_version,
        words_added=row.words_added,
        words_removed=row.words_removed,
        summary=row.summary,
        related=row.related,
    )
