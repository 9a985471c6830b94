"""Items that were never read, and turn out to be the new address of a known release: they become addresses of it."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from service.models import Step

from .prints import url_print
from .tables import address, item, observation, source


def absorb(connection: Connection, source_id: int, steps: Sequence[Step]) -> list[Step]:
    """Give the addresses of such items to the releases that moved there; return the steps without theirs."""
    movers = {way: step.item.id for step in steps if step.item.id is not None and (way := url_print(step.moved_to)) is not None}
    if not movers:
        return list(steps)
    there = select(address.c.print, item.c.id).join(item, item.c.id == address.c.item_id)
    there = there.where(address.c.source_id == source_id, address.c.print.in_(list(movers)), item.c.versions == 0)
    blanks = {row.id: movers[row.print] for row in connection.execute(there) if row.id != movers[row.print]}
    for blank, mover in blanks.items():
        connection.execute(update(address).where(address.c.item_id == blank).values(item_id=mover))
        connection.execute(delete(observation).where(observation.c.item_id == blank))
        connection.execute(delete(item).where(item.c.id == blank))
    if blanks:
        connection.execute(update(source).where(source.c.id == source_id).values(releases=source.c.releases - len(blanks)))
    return [step for step in steps if step.item.id not in blanks]
