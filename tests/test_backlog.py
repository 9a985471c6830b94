"""Far more is due than can be done: a tick and a round cost what they always do, and take no more memory; nobody waits for one host."""

import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from service.models import Due, Source
from service.store import Store

from .storing import SOURCE, START, Shelf, at, news

HOLD, LEASE = timedelta(minutes=1), timedelta(minutes=5)
MOST = 100_000
EVERY = 50  # steps of the machine in SQLite between two counts
THREADS = 8


class Counted:
    """A store over a file whose work is counted: in steps of SQLite's virtual machine, which are the same on every machine."""

    def __init__(self, file: Path) -> None:
        self.store, self.steps = Store.open(file), 0
        engine = self.store._database._engine
        engine.dispose()

        @event.listens_for(engine, "connect")
        def count(connection: Any, record: Any) -> None:
            connection.set_progress_handler(self.step, EVERY)

    def step(self) -> int:
        self.steps += EVERY
        return 0

    def cost(self, ask: Callable[[], Any]) -> tuple[int, int, Any]:
        """Return how many steps a question takes, and how many bytes at most, with its answer."""
        ask()  # what is loaded once is loaded
        self.steps = 0
        tracemalloc.start()
        found = ask()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return self.steps, most, found


def multiplied(file: Path, table: str, count: int, **changed: str) -> None:
    """Copy the last row of a table so many times; ``changed`` says what is not the same in copy ``j``."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA foreign_keys = OFF")
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        changed = {"id": f"(SELECT max(id) FROM {table}) + j", **changed}
        values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
        named = ", ".join(f'"{column}"' for column in columns)
        database.execute(
            f"WITH RECURSIVE copy(j) AS (VALUES (1) UNION ALL SELECT j + 1 FROM copy WHERE j < {count})"
            f" INSERT INTO {table} ({named}) SELECT {values} FROM copy, (SELECT * FROM {table} ORDER BY id DESC LIMIT 1)"
        )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    shelf = Shelf(Store.open(tmp_path / "x.db"))
    shelf.write(at(0), news("a", "A", at(0)), next_list_at=at(1))
    shelf.store.close()
    return tmp_path / "x.db"


def test_a_hundred_thousand_hosts_due_at_one_instant_cost_a_tick_no_more_than_a_thousand(file: Path) -> None:
    costs = {}
    for count in (1_000, MOST):
        multiplied(file, "host", count, key="key || j || '-' || (SELECT count(*) FROM host)")
        counted = Counted(file)
        store, given = counted.store, set[int]()

        def tick(limit: int, but_not: int = 0, *, store: Store = store, given: set[int] = given) -> tuple[Due, ...]:
            with store._database.write(durable=False) as connection:
                from service.store import frontier

                claimed = frontier.claim(connection, at(2), HOLD, limit, list(given)[:but_not])
            assert len(claimed) == limit and not given & {due.host_id for due in claimed}
            given |= {due.host_id for due in claimed}
            return claimed

        costs[count] = [
            counted.cost(lambda: tick(THREADS))[:2],
            counted.cost(lambda: tick(200, but_not=400))[:2],
            counted.cost(store.next_due)[:2],
            counted.cost(lambda store=store: store.claim(at(0), 8, HOLD))[:2],
        ]
        store.close()
    for (few_steps, few_bytes), (many_steps, many_bytes) in zip(*costs.values(), strict=True):
        assert many_steps <= 1.5 * few_steps + 1_000
        assert many_bytes <= 1.5 * few_bytes + 50_000


def test_a_host_with_a_hundred_thousand_releases_due_costs_a_round_no_more_than_one_with_a_thousand(file: Path) -> None:
    costs = {}
    for count in (1_000, MOST):
        multiplied(
            file, "item", count, url="url || j || (SELECT count(*) FROM item)", key="key || j || (SELECT count(*) FROM item)",
        )  # fmt: skip
        counted = Counted(file)
        store = counted.store
        (due,) = store.claim(at(5), 1, HOLD)
        taken = store.take(due, at(5), LEASE)
        assert taken is not None
        steps, most, plan = counted.cost(lambda store=store: store.plan(SOURCE, at(5), batch=100))
        assert len(plan.due) == 100
        costs[count] = [
            (steps, most),
            counted.cost(lambda store=store, taken=taken: store.due_sources(taken.host_id, at(5)))[:2],
            counted.cost(lambda store=store, taken=taken: store.let_go(taken, at(5), None))[:2],
        ]
        store.close()
    for (few_steps, few_bytes), (many_steps, many_bytes) in zip(*costs.values(), strict=True):
        assert many_steps <= 1.5 * few_steps + 1_000
        assert many_bytes <= 1.5 * few_bytes + 50_000


def test_hosts_beside_one_that_is_never_done_wait_for_no_more_than_a_thread(tmp_path: Path) -> None:
    """A hundred others become due while one host has more to do than can ever be done."""
    others = [Source(id=f"s{number}", url=f"https://h{number}.example/") for number in range(100)]
    shelf = Shelf(Store.open(tmp_path / "x.db"), SOURCE, *others)
    store, turns = shelf.store, list[list[str]]()
    while len({slug for turn in turns for slug in turn}) <= len(others):  # and the one itself is not forgotten
        now = START + timedelta(seconds=len(turns))
        leased = [taken for due in store.claim(now, THREADS, HOLD) if (taken := store.take(due, now, LEASE)) is not None]
        turns.append([slug for taken in leased for slug in store.due_sources(taken.host_id, now)])
        for taken, slug in zip(leased, turns[-1], strict=True):
            if slug != SOURCE.id:  # the others are done for today
                shelf.write(now, source=next(one for one in others if one.id == slug), due=taken, next_list_at=at(24))
            store.let_go(taken, now, None)
    assert len(turns) <= len(others) / (THREADS - 1) + 2
    store.close()
