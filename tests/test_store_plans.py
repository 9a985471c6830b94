"""How the databases answer what is asked again and again: by a key or a range of an index, never by reading a table from end to end."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from service.fingerprint import fingerprint
from service.models import ChangeFilter
from service.store import Store

from .storing import DATABASES, HOUR, OTHER, SOURCE, Shelf, at, edited, looked, news, opened, reading, url, withdrawn

SMALL = {"source", "alembic_version", "dictionary"}  # as many rows as there are sources, or a handful: what tells of all of them reads all
TEXT = "\n".join(f"What release {number} has to say of its matter, word for word" for number in range(9))


@pytest.fixture(params=DATABASES)
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """Two sources with releases that were edited, withdrawn, moved, and are due."""
    for store in opened(request.param, tmp_path):
        shelf = Shelf(store, SOURCE, OTHER)
        shelf.write(at(0), *(news(name, f"{name}\n{TEXT}", at(0)) for name in "abc"))
        shelf.write(at(0), news("d", TEXT, at(0), OTHER), source=OTHER)
        shelf.edit("a", f"other\n{TEXT}", at(1))
        yield shelf


def asked(shelf: Shelf) -> dict[str, Callable[[], object]]:
    """Everything that a tick, a pass, a page or a command asks however much there is."""
    store, now = shelf.store, at(9)
    source_id = shelf.plan(now).source_id
    keys = [shelf.item("a").key, shelf.item("b").key]
    text = reading(TEXT)
    first_page = [ChangeFilter(limit=50), ChangeFilter(limit=50, after=1), ChangeFilter(limit=50, source="news")]
    bounded = [ChangeFilter(since=now), ChangeFilter(limit=50, since=now), ChangeFilter(item_url=url("a"))]
    return {
        "tick": lambda: [store.let_go(due, now, None) for due in store.claim(now, 8, HOUR)],
        "round": lambda: round_of(store),
        "next due": store.next_due,
        "plan": lambda: store.plan(SOURCE, now, batch=50),
        "plan of releases": lambda: store.plan(SOURCE, now, urls=keys),
        "unchanged": lambda: shelf.write(now, *(looked(shelf.item(name), now) for name in "bc")),
        "edit": lambda: shelf.write(now, edited(shelf.item("b"), f"new\n{TEXT}", now)),
        "news": lambda: shelf.write(now, news("e", f"e\n{TEXT}", now)),
        "several news": lambda: shelf.write(now, *(news(name, f"{name}\n{TEXT}", now) for name in "fgh")),
        "withdrawal": lambda: shelf.write(now, withdrawn(shelf.item("c"), now)),
        "known": lambda: store.known(source_id, keys),
        "by key": lambda: store.items_by_key(source_id, keys),
        "by id": lambda: store.items_by_id([1, 2]),
        "showing": lambda: store.showing(source_id, fingerprint(text)),
        "alike": lambda: store.alike(source_id, text),
        "named": lambda: (store.named([1, 2]), store.named_since(source_id, "2026-01-01")),
        "changes": lambda: [store.changes(wanted) for wanted in (*first_page, *bounded)],
        "change": lambda: (store.change(1), store.readings_of(1), store.readings_of_all([1, 2])),
        "release": lambda: (store.release(url("a")), store.release(url("a"), at=now), store.version_lines(url("a"))),
        "items": lambda: (store.items(limit=50), store.items("news", 50)),
        "sources": lambda: (store.sources(), store.sources_by_trouble("n", 0, 50), store.counts(), store.template("news")),
        "passes": lambda: (store.passes(limit=5), store.passes("news", 5), store.forget_passes(at(-9))),
        "orders": store.open_orders,
        "notary": lambda: (store.checkpoints.unsigned(100, 200), store.checkpoints.after(1, 9), store.checkpoints.files()),
        "witness": lambda: (store.checkpoints.newest(), store.checkpoints.stamped_at()),
        "proofs": lambda: store.checkpoints.proofs(1),
        "verify": lambda: list(store.audit.entries()),
    }


def round_of(store: Store) -> None:
    now = at(12)
    for due in store.claim(now, 8, HOUR):
        taken = store.take(due, now, HOUR)
        assert taken is not None
        store.due_sources(taken.host_id, now)
        assert store.fence(taken, now, HOUR)
        store.let_go(taken, now, now + timedelta(minutes=1))


def test_no_table_is_read_from_end_to_end(shelf: Shelf) -> None:
    scans: list[tuple[str, str]] = []
    questions = asked(shelf)

    @event.listens_for(shelf.store._database._engine, "before_cursor_execute")
    def explained(connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            values = parameters[0] if isinstance(parameters, list) else parameters
            scans.extend((told, statement) for told in explain(connection, statement, values))

    for ask in questions.values():
        ask()
    assert not scans


def explain(connection: Connection, statement: str, values: Any) -> list[str]:
    """Return the tables that a statement reads from end to end, each in the words of the database."""
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr] # it is open
    if connection.dialect.name == "sqlite":
        steps = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
        return [step for step in steps if step.startswith("SCAN") and not is_bounded(step, statement)]
    cursor.execute("SET LOCAL enable_seqscan = off")
    steps = [row[0].strip(" ->") for row in cursor.execute(f"EXPLAIN {statement}", values)]
    return [step for step in steps if step.startswith("Seq Scan") and step.split()[3] not in SMALL]


def is_bounded(step: str, statement: str) -> bool:
    """Return whether a scan of SQLite ends early, or is of a small table: one in the order of an index, under a limit, does."""
    table = step.split()[1]
    in_order = "ORDER BY" in statement and "LIMIT" in statement
    of_few = "order_open" in step or "ledger_files" in step or "CONSTANT ROW" in step  # indexes of a handful of rows, or what was asked
    return table in {*SMALL, "CONSTANT"} or in_order or of_few
