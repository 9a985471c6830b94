"""Which releases are one in several languages: those whose pages name each other so (``hreflang``), of one source or of several.

An item keeps the prints of the addresses that its page names; who they belong to is asked when somebody wants to know.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from datetime import timedelta

from sqlalchemy import Connection, and_, select

from service.models import Translation

from .held import Held
from .loading import portions
from .prints import url_print
from .tables import address, change, item, version

_LENGTH = 16  # bytes of a print


def named_by(held: Held) -> bytes | None:
    """Return the prints of the addresses that the page of an item names, one behind the other; None for none."""
    if held.step.alternates is None:
        return held.alternates
    prints = {found for url in held.step.alternates if (found := url_print(url)) is not None}
    return b"".join(sorted(prints)) or None


def translations(connection: Connection, item_id: int, named: bytes | None) -> tuple[Translation, ...]:
    """Return the other releases that an item's page names and whose pages name it, in the order of their addresses."""
    others = _others(connection, item_id, named)
    if not others:
        return ()
    baseline = and_(version.c.item_id == item.c.id, version.c.number == item.c.baseline)
    told = select(item.c.url, version.c.title).join(version, baseline).where(item.c.id.in_(others)).order_by(item.c.url)
    return tuple(Translation(row.url, row.title) for row in connection.execute(told))


def told_of_others(connection: Connection, number: int, within: timedelta) -> tuple[int, ...]:
    """Return the changes like one, found within so much of it, of the same release in other languages."""
    at = select(change.c.kind, change.c.detected_at, item.c.id, item.c.alternates).join(item, item.c.id == change.c.item_id)
    row = connection.execute(at.where(change.c.id == number)).first()
    others = _others(connection, row.id, row.alternates) if row is not None else ()
    if row is None or not others:
        return ()
    near = change.c.detected_at.between(row.detected_at - within, row.detected_at + within)
    wanted = select(change.c.id).where(near, change.c.kind == row.kind, change.c.item_id.in_(others))
    return tuple(connection.scalars(wanted.order_by(change.c.id)))


def akin(connection: Connection, ids: Iterable[int]) -> Mapping[int, Set[int]]:
    """Return, for each of these changes, those of them that befell the same release in another language; of most there are none."""
    befallen: dict[int, list[int]] = defaultdict(list)
    named: dict[int, list[bytes]] = {}
    owners: dict[bytes, set[int]] = defaultdict(set)
    of_changes = select(change.c.id, change.c.item_id, item.c.alternates).join(item, item.c.id == change.c.item_id)
    for portion in portions(ids):
        for row in connection.execute(of_changes.where(change.c.id.in_(portion), item.c.alternates.is_not(None))):
            befallen[row.item_id].append(row.id)
            named[row.item_id] = _prints(row.alternates)
    for portion in portions(named if len(named) > 1 else ()):
        for owner, found in connection.execute(select(address.c.item_id, address.c.print).where(address.c.item_id.in_(portion))):
            owners[found].add(owner)
    names = {one: {other for found in prints for other in owners[found] if other != one} for one, prints in named.items()}
    return {
        number: {other for there in names[one] if one in names[there] for other in befallen[there]}
        for one, numbers in befallen.items()
        for number in numbers
    }


def _others(connection: Connection, item_id: int, named: bytes | None) -> tuple[int, ...]:
    """The items that an item's page names and whose pages name it."""
    if not named:
        return ()
    mine = set(connection.scalars(select(address.c.print).where(address.c.item_id == item_id)))
    met = select(item.c.id, item.c.alternates).join(address, address.c.item_id == item.c.id).distinct()
    there = connection.execute(met.where(address.c.print.in_(_prints(named)), item.c.id != item_id))
    return tuple(row.id for row in there if mine.intersection(_prints(row.alternates)))


def _prints(named: bytes | None) -> list[bytes]:
    return [named[start : start + _LENGTH] for start in range(0, len(named), _LENGTH)] if named else []
