"""How many changes there are of each sort: counted with them, counted anew for a log that was there before, never counted twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.models import ChangeFilter, Tally
from service.store import Store

from .storing import DATABASES, OTHER, SOURCE, Shelf, at, edited, news, opened, passed, withdrawn


@pytest.fixture(params=DATABASES)
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    for store in opened(request.param, tmp_path):
        shelf = Shelf(store, SOURCE, OTHER)
        for name, source in (("a", SOURCE), ("b", SOURCE), ("c", OTHER)):
            shelf.write(at(1), news(name, f"text of {name}", at(1), source), source=source)
        shelf.edit("a", "text two of a", at(2))
        shelf.edit("b", "text two of b", at(3))
        shelf.write(at(4), edited(shelf.item("c", OTHER), "text two of c", at(4)), source=OTHER)
        shelf.write(at(5), withdrawn(shelf.item("a"), at(5)))
        yield shelf


def counted(store: Store, source: str | None = None) -> tuple[Tally, ...]:
    """Count the lines of the log themselves."""
    met = Counter((line.kind, line.significance, line.declared) for line in store.changes(ChangeFilter(source=source)))
    return tuple(Tally(*sort, number) for sort, number in sorted(met.items()))


def test_each_source_and_all_together_have_the_tallies_of_their_logs(log: Shelf) -> None:
    assert log.store.tallies() == counted(log.store)
    assert sum(tally.changes for tally in log.store.tallies()) == 4
    assert log.store.tallies("other") == counted(log.store, "other") != ()
    assert log.store.tallies("none") == ()


def test_a_pass_written_twice_is_counted_once(log: Shelf) -> None:
    done = passed(log.plan(at(6)), [edited(log.item("b"), "text three of b", at(6))], at(6))
    log.store.record(done)
    log.store.record(done)
    assert log.store.tallies() == counted(log.store)


def test_a_log_that_was_there_before_is_counted_when_the_tables_are_made(log: Shelf) -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    from service.store.migrations.versions import __path__ as versions

    migration: dict[str, object] = {}
    place = Path(versions[0]) / "0009_tally.py"
    exec(compile(place.read_text(encoding="utf-8"), place, "exec"), migration)  # its name is no name of a module
    before = log.store.tallies()
    with log.store._database.rebuild() as connection, Operations.context(MigrationContext.configure(connection)):
        migration["downgrade"]()  # type: ignore[operator] # a function of the migration
        migration["upgrade"]()  # type: ignore[operator] # as above
    assert log.store.tallies() == before


def test_what_waits_is_counted(log: Shelf) -> None:
    waiting = log.store.backlog()
    assert (waiting.orders, waiting.unindexed, waiting.ready_at) == (0, 7, log.store.next_due())
    log.store.order(["news"], (), False, at(6))
    while log.store.index():
        pass
    assert (log.store.backlog().orders, log.store.backlog().unindexed) == (1, 0)


def test_releases_are_told_in_pages(log: Shelf) -> None:
    every = log.store.items()
    assert log.store.items(limit=2) + log.store.items(limit=2, before=every[1].id) == every
    assert log.store.items("news", before=every[-1].id) == ()
