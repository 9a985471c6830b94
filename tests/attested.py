"""A state with a history, made by the program itself from the newsroom of the demo: what ``verify`` is tried on."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from service.bootstrap import House, open_house
from service.doors.cli.demo import HOW
from service.doors.cli.demo_newsroom import DemoNewsroom
from service.ledger import START, chained, entry_digest
from service.notes import Note
from service.verifying import Verified

from . import storing


def made(folder: Path) -> Path:
    """Make a state in a folder: every act of the newsroom played, looked at, signed; return it."""
    config, state = folder / "config", folder / "state"
    config.mkdir(parents=True)
    (config / "presswatch.toml").write_text(HOW, encoding="utf-8")
    with DemoNewsroom() as newsroom:
        source = f'[[source]]\nid = "demo"\nname = "A small newsroom"\nurl = {json.dumps(newsroom.url)}\n'
        (config / "sources.toml").write_text(source, encoding="utf-8")
        with opened(state) as house:
            house.refresh(house.sources)
            for act in newsroom.acts:
                act.play()
                house.refresh(house.sources, recheck=True)
    return state


@contextmanager
def opened(state: Path) -> Iterator[House]:
    """Give a house to work in with a state of ``made``, on whichever database the tests run."""
    with open_house(config_dir=state.parent / "config", state_dir=state, environ=storing.environ(state)) as house:
        yield house


def verified(state: Path, public: bytes | None = None, seen: Sequence[Note] = ()) -> tuple[Verified, list[str]]:
    """Return what ``verify`` finds of a state, and its flaws in words."""
    told: list[str] = []
    with opened(state) as house:
        return house.evidence.verify(public, seen, lambda flaw: told.append(f"{flaw.sort}: {flaw.what}"), lambda *progress: None), told


def altered(state: Path, *statements: str) -> None:
    """Alter a database past presswatch, as somebody does who may write its file."""
    with closing(sqlite3.connect(state / "presswatch.db", isolation_level=None)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert database.execute(statement).rowcount, statement


def rechained(state: Path) -> None:
    """Make all digests of the ledger anew, of what its rows say now: as somebody does who knows how, and has no key."""
    with opened(state) as house:
        chain, statements = START, []
        for one in house.store.audit.entries():
            assert one.entry is not None
            digest = entry_digest(one.entry)
            chain = chained(chain, digest)
            statements.append(f"UPDATE ledger SET digest = x'{digest}', chain = x'{chain}' WHERE number = {one.number}")
    altered(state, *statements)
