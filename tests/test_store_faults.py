"""What the store survives: kills, threads at once, damaged files, databases of somebody else."""

import multiprocessing
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.errors import StateError
from service.models import ChangeFilter, Reason
from service.store import Store, schema
from service.store.database import Database, one_at_a_time
from service.store.tables import metadata

from .mortal import as_a_mortal
from .storing import DATABASES, OTHER, SOURCE, START, Shelf, at, edited, news, place, url

ROOT = Path(__file__).parent.parent
ITEMS = "abcdef"
LONG = " ".join(f"word{number}" for number in range(300))


KILLS = 20
PATIENCE = 30.0  # seconds


def write_for_ever(address: str, ready: Connection) -> None:
    """Write edits of all items, pass after pass, until killed; tell of each."""
    shelf = Shelf(Store.open(address))
    turn = len(shelf.store.version_lines(url("a")))
    if turn == 0:
        shelf.write(at(0), *(news(name, f"{LONG} {name} 0", at(0)) for name in ITEMS))
    while True:
        turn += 1
        shelf.write(at(turn), *(edited(shelf.item(name), f"{LONG} {name} {turn % 7}", at(turn)) for name in ITEMS))
        ready.send("once")


def readable(folder: Path) -> int:
    """Return how many releases are found where nothing can be written, and that nothing can."""
    folder.chmod(0o555)
    try:
        store = Store.open(folder / "one.db")
        found = len(store.items())
        with pytest.raises(StateError, match="read-only"):
            store.sync_sources([], START)
        store.close()
        return found
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("kind", DATABASES)
def test_a_kill_in_the_middle_of_writing_leaves_whole_passes(kind: str, tmp_path: Path) -> None:
    address, rng, fork = place(kind, tmp_path), random.Random(2026), multiprocessing.get_context("fork")
    for _ in range(KILLS):
        here, there = fork.Pipe()
        process = fork.Process(daemon=True, target=write_for_ever, args=(address, there))
        process.start()
        assert here.recv() == "once"
        process.join(rng.uniform(0.0, 0.2))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    store = Store.open(address)
    lengths = {len(store.version_lines(url(name))) for name in ITEMS}
    assert len(lengths) == 1 and lengths.pop() > 1, "a pass is whole: every item has as many versions"
    whole(store)
    store.close()


def whole(store: Store) -> None:
    """Look at all that is stored: numbers without gaps, texts that decode, changes and observations for every version."""
    lines = store.changes(ChangeFilter())
    for item in store.items():
        versions = store.version_lines(item.item_url)
        assert [line.number for line in versions] == list(range(1, len(versions) + 1))
        for line in versions:
            assert (store.reading(item.item_url, line.number) is None) == (line.reason == Reason.TOMBSTONE)
        assert [line.after_version for line in lines if line.item_url == item.item_url] == list(range(2, len(versions) + 1))
        assert all(one.exact_hash != other.exact_hash for one, other in pairwise(versions))
    with store._database.read() as connection:
        unseen = connection.exec_driver_sql(
            "SELECT count(*) FROM version v WHERE NOT EXISTS "
            "(SELECT 1 FROM observation o WHERE o.item_id = v.item_id AND o.version = v.number)"
        )
        assert unseen.scalar() == 0
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def together(*deeds: Callable[[], None]) -> None:
    """Do these at the same time, and raise what any of them raised."""
    barrier, raised = Barrier(len(deeds)), []

    def run(deed: Callable[[], None]) -> None:
        barrier.wait()
        try:
            deed()
        except Exception as error:  # noqa: BLE001 - handed on to the test below
            raised.append(error)

    threads = [Thread(daemon=True, target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


@pytest.fixture(params=DATABASES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return place(request.param, tmp_path)


def unlike(turn: int) -> str:
    """A text that is like no other turn's."""
    return " ".join(f"{turn}{LONG[:number]}" for number in range(1, 60))


class TestAtOnce:
    def test_two_sources_are_written_and_the_same_text_is_original_once(self, address: str) -> None:
        shelf, names = Shelf(Store.open(address), SOURCE, OTHER), [f"n{number}" for number in range(8)]

        def deed(source: object) -> Callable[[], None]:
            def run() -> None:
                assert source in (SOURCE, OTHER)
                for turn, name in enumerate(names):
                    shelf.write(at(turn), news(name, unlike(turn), at(turn), source), source=source)  # type: ignore[arg-type] # one of two sources

            return run

        together(deed(SOURCE), deed(OTHER))
        lines = shelf.store.changes(ChangeFilter())
        assert len(lines) == len(names) and {line.kind for line in lines} == {"duplicate"}
        whole_pairs = {frozenset((line.item_url, line.related)) for line in lines}
        assert whole_pairs == {frozenset((url(name), url(name, OTHER))) for name in names}
        shelf.store.close()

    def test_two_writers_of_one_edit_write_it_once(self, address: str) -> None:
        shelf = Shelf(Store.open(address))
        shelf.write(at(1), news("a", "A", at(1)))
        item, written = shelf.item("a"), []

        def run() -> None:
            written.extend(shelf.write(at(2), edited(item, "B", at(2))))

        together(run, run, run)
        assert len(written) == 1 and len(shelf.store.version_lines(url("a"))) == 2
        shelf.store.close()

    def test_readers_never_wait_for_the_writer_nor_see_half_a_pass(self, address: str) -> None:
        shelf, done = Shelf(Store.open(address)), Event()
        shelf.write(at(0), *(news(name, f"{LONG} {name}", at(0)) for name in ITEMS))

        def write() -> None:
            for turn in range(1, 9):
                shelf.write(at(turn), *(edited(shelf.item(name), f"{LONG} {name} {turn}", at(turn)) for name in ITEMS))
            done.set()

        def read() -> None:
            while not done.is_set():
                assert len(shelf.store.changes(ChangeFilter())) % len(ITEMS) == 0
                assert len({line.versions for line in shelf.store.items()}) == 1

        together(write, read, read)
        whole(shelf.store)
        shelf.store.close()

    def test_on_postgresql_passes_that_tell_of_changes_take_turns(self, tmp_path: Path) -> None:
        shelf = Shelf(Store.open(place("postgresql", tmp_path)), SOURCE, OTHER)
        shelf.write(at(0), news("a", "A", at(0)))
        thread = Thread(daemon=True, target=lambda: shelf.edit("a", "B", at(1)))
        with shelf.store._database.write() as connection:
            one_at_a_time(connection)
            thread.start()
            waits = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            while thread.is_alive() and not connection.scalar(waits):
                shelf.write(at(1), source=OTHER)  # one without changes waits for nobody
            assert thread.is_alive()
        thread.join()
        assert len(shelf.store.changes(ChangeFilter())) == 1
        shelf.store.close()

    def test_who_is_frozen_in_the_middle_of_a_write_holds_the_others_up_for_its_lease_and_no_longer(self, tmp_path: Path) -> None:
        address = place("postgresql", tmp_path)
        shelf, frozen = Shelf(Store.open(address)), Store.open(address, timedelta(seconds=0.3))
        thread = Thread(daemon=True, target=lambda: shelf.write(at(0), news("a", "A", at(0))))
        with pytest.raises(StateError, match="too long in the middle"), frozen._database.write() as connection:
            one_at_a_time(connection)
            thread.start()
            thread.join(PATIENCE)
            assert not thread.is_alive()
            one_at_a_time(connection)
        assert len(shelf.store.items()) == 1
        assert frozen.items() == shelf.store.items()
        for store in (frozen, shelf.store):
            store.close()

    def test_no_two_threads_of_a_process_wait_for_their_turn_in_the_database(self, tmp_path: Path) -> None:
        address = place("postgresql", tmp_path)
        shelf, other = Shelf(Store.open(address), SOURCE, OTHER), Store.open(address)
        sources = (SOURCE, OTHER)
        threads = [
            Thread(daemon=True, target=shelf.write, args=(at(0), news("a", f"{one}", at(0), one)), kwargs={"source": one})
            for one in sources
        ]
        with other._database.write() as connection:
            one_at_a_time(connection)
            for thread in threads:
                thread.start()
            waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            while not (waits := connection.scalar(waiting)):
                Event().wait(0.05)
            Event().wait(0.2)
            assert waits == connection.scalar(waiting) == 1
        for thread in threads:
            thread.join()
        assert len(shelf.store.items()) == 2
        for store in (other, shelf.store):
            store.close()

    def test_ids_of_changes_become_visible_in_their_order(self, address: str) -> None:
        shelf, done, seen = Shelf(Store.open(address), SOURCE, OTHER), Event(), list[int]()
        for source in (SOURCE, OTHER):
            shelf.write(at(0), *(news(name, f"{source.id} {LONG} {name}", at(0), source) for name in ITEMS), source=source)

        def deed(source: object) -> Callable[[], None]:
            def run() -> None:
                for turn in range(1, 7):
                    steps = (edited(shelf.item(name, source), f"{source} {name} {turn}", at(turn)) for name in ITEMS)  # type: ignore[arg-type] # a source
                    shelf.write(at(turn), *steps, source=source)  # type: ignore[arg-type] # a source

            return run

        def follow() -> None:
            while not done.is_set():
                seen.extend(line.id for line in shelf.store.changes(ChangeFilter(after=seen[-1] if seen else 0)))

        follower = Thread(daemon=True, target=follow)
        follower.start()
        together(deed(SOURCE), deed(OTHER))
        done.set()
        follower.join()
        seen.extend(line.id for line in shelf.store.changes(ChangeFilter(after=seen[-1] if seen else 0)))
        assert seen == [line.id for line in shelf.store.changes(ChangeFilter())]
        assert len(seen) == 2 * 6 * len(ITEMS)
        shelf.store.close()


class TestInvariants:
    @pytest.mark.parametrize(
        "deed",
        [
            "UPDATE version SET title = 'forged'",
            "DELETE FROM version",
            "UPDATE change SET summary = 'forged'",
            "DELETE FROM change",
            "UPDATE text SET data = 'forged'",
            "DELETE FROM text",
            "UPDATE item SET state = 'dead'",
            "INSERT INTO version (item_id, number, reason, seen_at, title, rule, snapshot) VALUES (1, 9, 'edit', '2026-01-01', '', '', '')",
        ],
    )
    def test_the_database_itself_refuses(self, address: str, deed: str) -> None:
        shelf = Shelf(Store.open(address))
        shelf.write(at(1), news("a", "A", at(1)))
        shelf.edit("a", "B", at(2))
        before = (shelf.store.release(url("a")), shelf.store.changes(ChangeFilter()))
        with pytest.raises((DBAPIError, StateError)), shelf.store._database.write() as connection:
            connection.exec_driver_sql(deed)
        assert (shelf.store.release(url("a")), shelf.store.changes(ChangeFilter())) == before
        shelf.store.close()

    def test_a_text_that_was_tampered_with_is_told(self, tmp_path: Path) -> None:
        shelf = Shelf(Store.open(tmp_path / "x.db"))
        shelf.write(at(1), news("a", "A", at(1)), news("b", "B", at(1)))
        with shelf.store._database.write() as connection:
            connection.exec_driver_sql("DROP TRIGGER text_no_update")
            connection.exec_driver_sql("UPDATE text SET data = (SELECT data FROM text WHERE id = 2) WHERE id = 1")
        with pytest.raises(StateError, match="damaged"):
            shelf.store.reading(url("a"), 1)
        assert shelf.store.reading(url("b"), 1) is not None


def _is_of_rows(name: str | None, kind: str, parents: object) -> bool:
    """The words of passages are kept by each database in its own way."""
    return kind != "table" or not (name or "").startswith("passage_words")


class TestOpening:
    def test_in_a_folder_that_may_not_be_written_it_is_read_all_the_same(self, tmp_path: Path) -> None:
        def deed() -> None:
            folder = tmp_path / "state"
            shelf = Shelf(Store.open(folder / "one.db"))
            shelf.write(at(0), news("a", "A", at(0)))
            while_written = readable(folder)
            shelf.store.close()
            assert while_written == readable(folder) == 1

        as_a_mortal(deed)

    @pytest.mark.parametrize("kind", DATABASES)
    def test_migrations_make_what_the_rows_say(self, kind: str, tmp_path: Path) -> None:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        store = Store.open(place(kind, tmp_path))
        with store._database.read() as connection:
            opts = {"compare_type": True, "include_name": _is_of_rows}
            assert compare_metadata(MigrationContext.configure(connection, opts=opts), metadata) == []
            assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == schema.HEAD
        store.close()

    def test_the_stamp_is_that_of_the_newest_migration(self) -> None:
        from alembic.script import ScriptDirectory

        assert ScriptDirectory(str(Path(schema.__file__).parent / "migrations")).get_current_head() == schema.HEAD

    def test_an_up_to_date_database_is_opened_without_the_migration_library(self, tmp_path: Path) -> None:
        Store.open(tmp_path / "x.db").close()
        code = "import sys; from service.store import Store; Store.open(sys.argv[1]).close(); assert 'alembic' not in sys.modules"
        subprocess.run([sys.executable, "-c", code, str(tmp_path / "x.db")], cwd=ROOT, check=True)

    def test_what_was_written_is_there_after_a_restart(self, address: str) -> None:
        shelf = Shelf(Store.open(address))
        shelf.write(START, news("a", "A", START))
        shelf.store.close()
        again = Store.open(address)
        assert again.release(url("a")) is not None
        again.close()

    def test_two_that_open_a_new_database_at_once_make_it_once(self, tmp_path: Path) -> None:
        stores: list[Store] = []
        together(*[lambda: stores.append(Store.open(tmp_path / "deep" / "x.db"))] * 3)
        assert [store.items() for store in stores] == [()] * 3

    def test_a_newer_database_is_left_alone(self, tmp_path: Path) -> None:
        Store.open(tmp_path / "x.db").close()
        with sqlite3.connect(tmp_path / "x.db") as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(StateError, match="newer presswatch"):
            Store.open(tmp_path / "x.db")

    def test_a_database_of_something_else_is_left_alone(self, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / "x.db") as connection:
            connection.execute("CREATE TABLE item (x)")
        with pytest.raises(StateError, match="something else"):
            Store.open(tmp_path / "x.db")

    def test_a_damaged_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "x.db").write_bytes(b"this is no database at all" * 100)
        with pytest.raises(StateError, match="no database"):
            Store.open(tmp_path / "x.db")

    def test_a_place_that_cannot_be_written_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(StateError, match="cannot be made"):
            Store.open(tmp_path / "file" / "x.db")
        (tmp_path / "folder.db").mkdir()
        with pytest.raises(StateError, match="cannot be opened"):
            Store.open(tmp_path / "folder.db")

    def test_a_database_locked_for_too_long_is_told(self, tmp_path: Path) -> None:
        Store.open(tmp_path / "x.db").close()
        store = Store(Database(tmp_path / "x.db", patience=0.05))
        other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="another process"):
            store.order((), (), False, START)
        other.execute("ROLLBACK")
        assert store.order((), (), False, START) == 1

    @pytest.mark.parametrize(
        ("place", "words"),
        [
            ("postgresql://user:secret@127.0.0.1:1/x", "connection refused"),
            ("mysql://somewhere/x", "not a database presswatch can use"),
            ("postgresql://host:port/x", "cannot be read"),
        ],
    )
    def test_an_address_of_no_use_is_told_without_its_password(self, place: str, words: str) -> None:
        with pytest.raises(StateError, match=words) as told:
            Store.open(place)
        assert "secret" not in str(told.value)

    def test_a_copy_of_the_file_taken_while_closed_is_the_whole_database(self, tmp_path: Path) -> None:
        shelf = Shelf(Store.open(tmp_path / "x.db"))
        shelf.write(at(1), news("a", "A", at(1)))
        shelf.store.close()
        shutil.copy(tmp_path / "x.db", tmp_path / "copy.db")
        assert Store.open(tmp_path / "copy.db").release(url("a")) is not None
