"""Which releases are one in several languages: those whose pages name each other so (``hreflang``), of one source or of several.

An item keeps the prints of the addresses that its page names; who they belong to is asked when somebody wants to know.
"""

from sqlalchemy import Connection, and_, select

from service.models import Translation

from .held import Held
from .prints import url_print
from .tables import address, item, version

_LENGTH = 16  # bytes of a print


def named_by(held: Held) -> bytes | None:
    """Return the prints of the addresses that the page of an item names, one behind the other; None for none."""
    if held.step.alternates is None:
        return held.alternates
    prints = {found for url in held.step.alternates if (found := url_print(url)) is not None}
    return b"".join(sorted(prints)) or None


def translations(connection: Connection, item_id: int, named: bytes | None) -> tuple[Translation, ...]:
    """Return the other releases that an item's page names and whose pages name it, in the order of their addresses."""
    if not named:
        return ()
    mine = set(connection.scalars(select(address.c.print).where(address.c.item_id == item_id)))
    baseline = and_(version.c.item_id == item.c.id, version.c.number == item.c.baseline)
    met = select(item.c.url, item.c.alternates, version.c.title).join(address, address.c.item_id == item.c.id).join(version, baseline)
    there = connection.execute(met.where(address.c.print.in_(_prints(named)), item.c.id != item_id).order_by(item.c.url).distinct())
    return tuple(Translation(row.url, row.title) for row in there if mine.intersection(_prints(row.alternates)))


def _prints(named: bytes | None) -> list[bytes]:
    return [named[start : start + _LENGTH] for start in range(0, len(named), _LENGTH)] if named else []
