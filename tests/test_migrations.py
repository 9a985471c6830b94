"""Migrations, there and back, with a history in the tables: nothing that was ever kept is lost by a new version of the program."""

import random
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import delete, select

from service.models import ChangeFilter, ChangeLine, Reading
from service.store import Store, schema
from service.store.tables import ledger

from .storing import DATABASES, Shelf, at, edited, news, postgres, restored, theirs, url, withdrawn

SCRIPTS = str(Path(schema.__file__).parent / "migrations")
REVISIONS = [script.revision for script in ScriptDirectory(SCRIPTS).walk_revisions()]
WORDS = "the minister said that new rules on trade with partners abroad will come into force after talks in the capital"


@pytest.fixture(params=DATABASES)
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    shelf = Shelf(Store.open(tmp_path / "x.db" if request.param == "sqlite" else postgres("presswatch_migrated")))
    request.addfinalizer(shelf.store.close)
    fill(shelf)
    return shelf


def unlike(number: int) -> str:
    """A text that repeats no other number's, and has words in common with all."""
    rng = random.Random(number)
    return " ".join(rng.choice(WORDS.split()) if rng.random() < 0.5 else f"w{rng.randrange(9999)}" for _ in range(200))


def fill(shelf: Shelf) -> None:
    """Write releases enough for a dictionary, edits, a withdrawal and a return."""
    told = {f"r{number}": unlike(number) for number in range(120)}
    shelf.write(at(0), *(news(name, text, at(0)) for name, text in told.items()))
    for turn in (1, 2):
        shelf.write(at(turn), *(edited(shelf.item(name), f"{told[name]} edited {turn}", at(turn)) for name in list(told)[:9]))
    shelf.write(at(3), withdrawn(shelf.item("r0"), at(3)))
    shelf.write(at(4), restored(shelf.item("r0"), at(4)))


def kept(shelf: Shelf) -> tuple[list[Reading | None], tuple[ChangeLine, ...]]:
    names = [f"r{number}" for number in (*range(12), 119)]
    readings = [shelf.store.reading(url(name), line.number) for name in names for line in shelf.store.version_lines(url(name))]
    return readings, shelf.store.changes(ChangeFilter())


def migrate(shelf: Shelf, revision: str) -> None:
    with shelf.store._database.rebuild() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", SCRIPTS)
        (command.upgrade if revision == "head" else command.downgrade)(config, revision)


def test_a_history_goes_back_to_every_schema_there_was_and_comes_again(shelf: Shelf) -> None:
    before = kept(shelf)
    assert len(before[0]) == 13 + 2 * 9 + 2 and len(before[1]) == 2 * 9 + 2
    for revision in REVISIONS[1:]:
        migrate(shelf, revision)
        migrate(shelf, "head")
        assert kept(shelf) == before, revision
        shelf.edit("r20", f"{WORDS} as edited after {revision}", at(5))  # what was migrated can be gone on with
        before = kept(shelf)


def test_an_empty_database_is_left_behind_by_the_last_step(shelf: Shelf) -> None:
    migrate(shelf, "base")
    migrate(shelf, "head")
    assert shelf.store.items() == ()
    shelf.store.sync_sources(shelf.sources, at(6))
    shelf.write(at(7), news("a", "A", at(7)))
    assert len(shelf.store.items()) == 1


def test_what_an_older_state_holds_becomes_the_beginning_of_the_ledger(shelf: Shelf) -> None:
    def rows() -> list[tuple[str, int | None, int | None, str]]:
        with shelf.store._database.read() as connection:
            columns = (ledger.c.kind, ledger.c.item_id, ledger.c.version, ledger.c.digest)
            return [tuple(row) for row in connection.execute(select(*columns).order_by(ledger.c.number))]

    grown = rows()
    migrate(shelf, "0011")
    assert schema.prepare(shelf.store._database) == "0011" < schema.FIRST_WITH_LEDGER  # so that the log can tell
    assert sorted(rows(), key=str) == sorted(grown, key=str)
    assert [kind for kind, _, _, _ in rows()] == ["release"] * 120 + ["version"] * 140 + ["change"] * 20


def test_a_schema_without_mementos_leaves_them_behind_and_the_chain_ends_before_them(shelf: Shelf) -> None:
    entries = shelf.store.audit.extent().entries
    assert shelf.store.mementos.keep(url("r3"), [theirs("r3", at(-9))], at(6)) == 1
    assert [one.kind for one in shelf.store.audit.entries()][-1] == "memento" and shelf.store.audit.extent().entries == entries + 1
    migrate(shelf, "0015")
    migrate(shelf, "head")
    assert shelf.store.mementos.of(url("r3")) == () and shelf.store.audit.extent().entries == entries
    assert shelf.store.mementos.keep(url("r3"), [theirs("r3", at(-9))], at(7)) == 1
    assert not list(shelf.store.audit.unentered()) and not list(shelf.store.audit.damages())
    with pytest.raises(Exception, match="insert only"), shelf.store._database.write() as connection:
        connection.execute(delete(ledger))
