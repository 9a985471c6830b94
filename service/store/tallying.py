"""How many changes there are of each sort, kept with the change log: asking costs the same however long it is."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from service.models import ChangeLine, Tally

from .database import Database
from .tables import source, tally


def count(connection: Connection, source_id: int, told: Iterable[ChangeLine]) -> None:
    """Count the changes of a pass."""
    met = Counter((line.kind, line.significance, line.declared) for line in told)
    if not met:
        return
    rows = [
        {"source_id": source_id, "kind": kind, "significance": significance, "declared": declared, "changes": number}
        for (kind, significance, declared), number in sorted(met.items())
    ]
    new = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(tally)
    more = {"changes": tally.c.changes + new.excluded.changes}
    connection.execute(new.on_conflict_do_update(index_elements=list(tally.primary_key.columns), set_=more), rows)


def tallies(database: Database, slug: str | None) -> tuple[Tally, ...]:
    """Return how many changes of each sort there are: of a source, or of all together."""
    sort = (tally.c.kind, tally.c.significance, tally.c.declared)
    found = select(*sort, func.sum(tally.c.changes)).group_by(*sort).order_by(*sort)
    if slug is not None:
        found = found.where(tally.c.source_id.in_(select(source.c.id).where(source.c.slug == slug)))
    with database.read() as connection:
        return tuple(Tally(kind, significance, declared, int(number)) for kind, significance, declared, number in connection.execute(found))
