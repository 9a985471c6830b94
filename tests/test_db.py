"""The database as a whole: carried into another one and back, backed up while it is written, brought up to date."""

import json
import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from service import lock
from service.doors.cli import main
from service.errors import StateError, UsageError
from service.models import ChangeFilter
from service.store import Store
from service.store.copying import TABLES

from .storing import SOURCE, Shelf, at, edited, kept, looked, news, postgres, reading, restored, url, withdrawn
from .test_store_texts import READINGS, prose
from .watching import write_config

WIDE = "\x00 \ud800 Ä ё 漢 🗞"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A state with a bit of everything: edits, a withdrawal, a return, duplicates, orders, letters that no database takes."""
    shelf = Shelf(Store.open(tmp_path / "state" / "presswatch.db"))
    shelf.write(at(0), *(news(f"r{number}", prose(number), at(0)) for number in range(120)))
    for turn in (1, 2):
        shelf.write(at(turn), *(edited(shelf.item(f"r{number}"), f"{prose(number)} edited {turn} {WIDE}", at(turn)) for number in range(9)))
    shelf.write(at(3), withdrawn(shelf.item("r0"), at(3)), news("twin", prose(50), at(3)))
    shelf.write(at(4), restored(shelf.item("r0"), at(4)), looked(shelf.item("r3"), at(4)))
    shelf.store.order(("news",), (), True, at(4))
    yield shelf
    shelf.store.close()


@pytest.fixture
def empty() -> str:
    return postgres("presswatch_copied")


def rows(store: Store) -> dict[str, list[Any]]:
    with store._database.read() as connection:
        return {table.name: list(map(tuple, connection.execute(select(table).order_by(*table.primary_key.columns)))) for table in TABLES}


def silent(table: str, done: int) -> None:
    pass


class TestCopy:
    def test_there_and_back_again_gives_equal_rows(self, shelf: Shelf, empty: str, tmp_path: Path) -> None:
        there = shelf.store.copy_to(empty, silent)
        between = Store.open(empty)
        back = between.copy_to(str(tmp_path / "back.db"), silent)
        again = Store.open(tmp_path / "back.db")
        assert there == back and sum(table.rows for table in there) > 500
        assert rows(shelf.store) == rows(between) == rows(again)
        for store in (between, again):
            found = store.reading(url("r3"), 3)
            assert found is not None and found.text == reading(f"{prose(3)} edited 2 {WIDE}").text
            store.close()

    @settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(READINGS, min_size=1, max_size=4))
    def test_whatever_is_read_of_a_page_survives_it(self, tmp_path_factory: pytest.TempPathFactory, shown: list[Any]) -> None:
        folder, empty = tmp_path_factory.mktemp("copied"), postgres("presswatch_copied")
        shelf = Shelf(Store.open(folder / "x.db"))
        for turn, one in enumerate(shown):
            shelf.write(at(turn), news(f"r{turn}", "", at(turn), version=kept("first", one, at(turn))))  # type: ignore[arg-type] # its value
        shelf.store.copy_to(empty, silent)
        between = Store.open(empty)
        between.copy_to(str(folder / "back.db"), silent)
        again = Store.open(folder / "back.db")
        assert rows(shelf.store) == rows(again)
        assert [again.reading(url(f"r{turn}"), 1) for turn in range(len(shown))] == shown
        for store in (shelf.store, between, again):
            store.close()

    def test_ids_go_on_growing_and_search_finds_what_was_before(self, shelf: Shelf, empty: str, tmp_path: Path) -> None:
        shelf.store.forget_orders(at(99))
        highest = shelf.store.changes(ChangeFilter())[-1].id
        for place in (empty, str(tmp_path / "other.db")):
            shelf.store.copy_to(place, silent)
            copied = Shelf(Store.open(place))
            copied.edit("r20", f"{prose(20)} edited later", at(9))
            assert copied.store.changes(ChangeFilter())[-1].id == highest + 1
            copied.write(at(10), news("later", prose(999), at(10)))
            assert len(copied.store.items()) == 122
            assert copied.store.order((), (), False, at(9)) == 2
            copied.store.close()

    def test_a_database_that_is_not_empty_is_refused(self, shelf: Shelf, empty: str) -> None:
        shelf.store.copy_to(empty, silent)
        with pytest.raises(UsageError, match="not empty"):
            shelf.store.copy_to(empty, silent)

    def test_a_kill_leaves_an_empty_database(self, shelf: Shelf, empty: str, tmp_path: Path) -> None:
        def die(table: str, done: int) -> None:
            if table == "version":
                os.kill(os.getpid(), signal.SIGKILL)

        for place in (empty, str(tmp_path / "other.db")):
            process = multiprocessing.get_context("fork").Process(
                daemon=True, target=killed_copy, args=(tmp_path / "state" / "presswatch.db", place, die)
            )
            process.start()
            process.join()
            assert process.exitcode == -signal.SIGKILL
            shelf.store.copy_to(place, silent)

    def test_a_text_that_is_damaged_is_not_copied(self, shelf: Shelf, empty: str) -> None:
        with shelf.store._database.write() as connection:
            connection.exec_driver_sql("DROP TRIGGER text_no_update")
            connection.exec_driver_sql("UPDATE text SET data = (SELECT data FROM text WHERE id = 2) WHERE id = 1")
        with pytest.raises(StateError, match=r"text 1: its digest does not fit; nothing of it was kept"):
            shelf.store.copy_to(empty, silent)
        target = Store.open(empty)
        assert target.items() == ()
        target.close()


def killed_copy(origin: Path, place: str, die: Any) -> None:
    Store.open(origin).copy_to(place, die)


class TestBackup:
    def test_one_is_taken_while_everything_goes_on(self, shelf: Shelf, tmp_path: Path) -> None:
        done, written = Event(), []

        def write() -> None:
            while not done.is_set():
                written.append(shelf.edit("r7", f"{prose(7)} edited {len(written)} times", at(10 + len(written))))

        before = len(shelf.store.version_lines(url("r7")))
        thread = Thread(daemon=True, target=write)
        thread.start()
        try:
            size = shelf.store.backup(tmp_path / "taken.db", silent_pages)
        finally:
            done.set()
            thread.join()
        taken = Store.open(tmp_path / "taken.db")
        versions = len(taken.version_lines(url("r7")))
        assert before <= versions <= before + len(written) and size == (tmp_path / "taken.db").stat().st_size
        assert all(taken.reading(url("r7"), number) is not None for number in range(1, versions + 1))
        taken.close()

    def test_a_file_that_is_there_is_not_overwritten(self, shelf: Shelf, tmp_path: Path) -> None:
        (tmp_path / "taken.db").write_text("mine")
        with pytest.raises(UsageError, match="overwrites nothing"):
            shelf.store.backup(tmp_path / "taken.db", silent_pages)
        assert (tmp_path / "taken.db").read_text() == "mine"

    def test_where_it_cannot_be_written_is_told_and_nothing_is_left(self, shelf: Shelf, tmp_path: Path) -> None:
        with pytest.raises(StateError, match="cannot be written"):
            shelf.store.backup(tmp_path / "no" / "such" / "folder" / "taken.db", silent_pages)
        assert not (tmp_path / "no").exists()

    def test_of_postgresql_its_own_tool_is_named(self, empty: str, tmp_path: Path) -> None:
        store = Store.open(empty)
        with pytest.raises(UsageError, match=r"pg_dump .* pg_restore"):
            store.backup(tmp_path / "taken.db", silent_pages)
        store.close()


def silent_pages(done: int, pages: int) -> None:
    pass


class TestCommands:
    @pytest.fixture
    def call(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.delenv("PRESSWATCH_DATABASE_URL", raising=False)
        config = write_config(tmp_path, f'[[source]]\nid = "{SOURCE.id}"\nurl = "{SOURCE.url}"\n')
        return lambda *args: main(["--config", str(config), "--state", str(tmp_path / "state"), "db", *map(str, args)])

    def test_copy_tells_of_every_table(self, shelf: Shelf, call: Any, empty: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert call("copy", empty, "--json") == 0
        told = json.loads(capsys.readouterr().out)
        assert told["tables"]["item"] == 121 and told["rows"] == sum(told["tables"].values())
        assert call("copy", empty) == 2
        assert "not empty" in capsys.readouterr().err

    @pytest.mark.parametrize("role", [lock.DAEMON, lock.REFRESH])
    def test_copy_waits_for_nobody(
        self, shelf: Shelf, call: Any, role: str, empty: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with lock.StateLock(tmp_path / "state", role):
            assert call("copy", empty) == 1
        assert f"in use by 'presswatch {role}'" in capsys.readouterr().err

    def test_backup_reindex_and_upgrade_say_what_they_did(
        self, shelf: Shelf, call: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert call("backup", tmp_path / "taken.db") == 0
        assert "opened and found whole" in capsys.readouterr().out
        with sqlite3.connect(tmp_path / "taken.db") as taken:
            assert taken.execute("SELECT count(*) FROM item").fetchone() == (121,)
        assert call("reindex", "--json") == 0
        assert json.loads(capsys.readouterr().out) == {"versions": 121 + 2 * 9 + 2}
        assert call("upgrade") == 0
        assert "presswatch.db: up to date" in capsys.readouterr().out
