"""How much is edited, and how long after publication. Counted on from where the last question ended: the log only grows."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    select,
    type_coerce,
)

from service.models import ChangeKind, Declared, Figures, Shares, Significance, Statistics

from .database import Database
from .tables import change, item, source
from .waits import OPEN_STEP, STEPS, first_step, waits

# A stamp of a publisher's as PostgreSQL can read it: a day, perhaps with a time, perhaps with its zone.
_STAMP = r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-](0\d|1[0-4]):\d\d)?)?$"
_ZONED = r"(Z|[+-]\d\d:\d\d)$"
_DAY_ALONE = len("2026-11-22")
_DAY = 24 * 3600  # seconds


@dataclass(slots=True)
class _Count:
    """What was counted of a source so far, or of all."""

    kinds: Counter[str] = field(default_factory=Counter)
    significances: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    owned: Counter[str] = field(default_factory=Counter)
    waits: Counter[int] = field(default_factory=Counter)
    edited: int = 0

    def add(self, kind: str, significance: str, declared: str, classes: str, number: int) -> None:
        self.kinds[kind] += number
        if kind != ChangeKind.EDITED:
            return
        self.significances[significance] += number
        for one in json.loads(classes):
            self.classes[one] += number
        if significance != Significance.COSMETIC:
            self.owned[declared] += number

    def figures(self, slug: str, name: str, releases: int) -> Figures:
        return Figures(
            source=slug,
            name=name,
            releases=releases,
            edited=self.edited,
            edits=self.owned.total(),
            stealth=self.owned[Declared.STEALTH] + self.owned[Declared.BACK_DATED],
            declared=self.owned[Declared.DECLARED],
            kinds=_shares(self.kinds),
            significances=_shares(self.significances),
            classes=_shares(self.classes),
            waits=waits(self.waits),
        )


class Figuring:
    """Counts the log, from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._upto = 0  # the last change that was counted
        self._together = _Count()
        self._sources: dict[int, _Count] = defaultdict(_Count)

    def statistics(self) -> Statistics:
        """Return all figures as they are now. The first question of a process goes through the whole log, later ones through its end."""
        with self._lock, self._database.read() as connection:
            self._go_on(connection)
            told = select(source.c.id, source.c.slug, source.c.name, source.c.releases).order_by(source.c.slug)
            lines = connection.execute(told).all()
            releases = sum(line.releases for line in lines)
            of_each = tuple(self._sources[line.id].figures(line.slug, line.name, line.releases) for line in lines)
            return Statistics(self._together.figures("", "", releases), of_each)

    def _go_on(self, connection: Connection) -> None:
        last = connection.execute(select(func.max(change.c.id))).scalar() or 0
        if last <= self._upto:
            return
        new = and_(change.c.id > self._upto, change.c.id <= last)
        # read first, count then: where reading fails nothing is counted twice
        sorts, aged, firsts = (connection.execute(asked).all() for asked in (_sorts(new), _aged(connection, new), _firsts(new)))
        for source_id, kind, significance, declared, classes, number in sorts:
            for count in (self._together, self._sources[source_id]):
                count.add(kind, significance, declared, classes, number)
        for source_id, step, number in aged:
            self._together.waits[step] += number
            self._sources[source_id].waits[step] += number
        for source_id, number in firsts:
            self._together.edited += number
            self._sources[source_id].edited += number
        self._upto = last


def _shares(counted: Counter[str]) -> Shares:
    return tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _is_edit(table: Any = change) -> ColumnElement[bool]:
    return and_(table.c.kind == ChangeKind.EDITED, table.c.significance != Significance.COSMETIC)


def _sorts(new: ColumnElement[bool]) -> Select[Any]:
    """Count new changes of each sort."""
    classes = type_coerce(change.c.classes, Text)
    sort = (change.c.source_id, change.c.kind, change.c.significance, change.c.declared, classes)
    return select(*sort, func.count()).where(new).group_by(*sort)


def _firsts(new: ColumnElement[bool]) -> Select[Any]:
    """Count new edits that were the first of their release: as many as releases that were ever edited."""
    earlier = change.alias("earlier")
    is_first = ~exists().where(earlier.c.item_id == change.c.item_id, earlier.c.id < change.c.id, _is_edit(earlier))
    return select(change.c.source_id, func.count()).where(_is_edit(), new, is_first).group_by(change.c.source_id)


def _aged(connection: Connection, new: ColumnElement[bool]) -> Select[Any]:
    """Count new edits by the step into which their age falls."""
    edits = select(change.c.source_id, _age(connection).label("age")).select_from(change.join(item, item.c.id == change.c.item_id))
    aged = edits.where(_is_edit(), new).cte("aged").prefix_with("MATERIALIZED")  # or every step would work the age out for itself
    return select(aged.c.source_id, _step(aged.c.age).label("step"), func.count()).group_by(aged.c.source_id, "step")


def _step(age: ColumnElement[int]) -> ColumnElement[int]:
    choices, start = [], 0
    for until, width in STEPS:
        choices.append((age < until, first_step(until) + (age - start) // width))
        start = until
    return case(*choices, else_=OPEN_STEP)


def _age(connection: Connection) -> ColumnElement[int]:
    """Return the seconds from publication, or from our first sight of a release if that was earlier, to the look that found an edit."""
    on_sqlite = connection.dialect.name == "sqlite"
    seconds = _seconds_of_sqlite if on_sqlite else _seconds_of_postgres
    stamped = _seconds_of_sqlite(item.c.published) if on_sqlite else _stamped_of_postgres()
    least, greatest = (func.min, func.max) if on_sqlite else (func.least, func.greatest)
    published = stamped + case((func.length(item.c.published) == _DAY_ALONE, _DAY), else_=0)  # a day alone: at its end
    begun = least(seconds(item.c.first_seen_at), func.coalesce(published, seconds(item.c.first_seen_at)))
    return cast(greatest(seconds(change.c.not_after) - begun, 0), BigInteger)


def _seconds_of_sqlite(moment: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.strftime("%s", type_coerce(moment, Text)), BigInteger)  # NULL for what is no moment


def _seconds_of_postgres(moment: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.floor(extract("epoch", moment)), BigInteger)


def _stamped_of_postgres() -> ColumnElement[Any]:
    stamp = item.c.published
    zoned = case((func.length(stamp) == _DAY_ALONE, stamp + "T00:00Z"), (stamp.regexp_match(_ZONED), stamp), else_=stamp + "Z")
    return case((stamp.regexp_match(_STAMP), _seconds_of_postgres(cast(zoned, TIMESTAMP(timezone=True)))), else_=None)
