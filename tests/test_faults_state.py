"""What may befall the folder of the state: the disk is full, the file is locked, gone or read-only, the log cannot be written.

Each is told in words, loses and doubles nothing, and is over when it is over, without anybody's help.
"""

import json
import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from service.lock import holder_of
from service.store import Store

from .mortal import as_a_mortal
from .newsroom import DrupalSite, Newsroom
from .storing import Shelf, at, news
from .test_daemon import PATIENCE, ROOT, command, configured
from .test_store_faults import whole
from .turning import MINUTE, SETTINGS, Turning, edit, turning
from .watching import source

RECHECKED = f'{SETTINGS}\n[schedule]\nevery = "10m"\nrecheck_min = "5m"\nrecheck_max = "10m"\n'
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a file system")


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", *options, str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(folder: Path, room: int) -> Iterator[None]:
    """Leave no more than ``room`` bytes of a file system."""
    ballast, spare = folder / "ballast", folder / "spare"
    spare.write_bytes(b"x" * room)
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    spare.unlink()
    yield
    ballast.unlink()


def handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def watched(folder: Path, site: DrupalSite, patience: float | None = None):  # type: ignore[no-untyped-def] # what turning returns
    return turning(folder, source("news", site.url), RECHECKED, patience=patience)


def edited_now(site: DrupalSite, serial: int) -> str:
    edit(site, site.releases[serial % 5], serial)
    return site.address(site.releases[serial % 5].slug)


def all_is_well(running: Turning, *edited: str) -> None:
    """Every edit was told once, in the change log too; the database is whole."""
    lines = running.changes()
    assert sorted(line.item_url for line in lines) == sorted(edited)
    assert running.logged() == [line.id for line in lines]
    whole(running.house.store)


@as_root
@pytest.mark.parametrize(("place", "room"), [("", 0), ("", 90_000), ("snapshots", 0)])
def test_a_disk_that_is_full_is_told_and_once_there_is_room_nothing_is_missing(
    site: DrupalSite, tmp_path: Path, place: str, room: int
) -> None:
    """However far a pass gets: to its claim, its raw pages, its record or the change log."""
    (tmp_path / "state").mkdir()
    with mounted(tmp_path / "state" / place, "-t", "tmpfs", "-o", "size=8m", "tmpfs") as disk, watched(tmp_path, site) as running:
        running.turn()
        open_then = handles()
        with full(disk, room):
            files = {path for path in disk.rglob("*") if path.is_file()}
            edited = [edited_now(site, serial) for serial in range(4)]
            running.after(30 * MINUTE)
            troubles = running.troubles()
            assert troubles and all("full" in words or "No space left" in words for words in troubles), troubles
            assert len(troubles) < 60, "the same trouble is not told again and again"
            assert len({path for path in disk.rglob("*") if path.is_file()} - files) <= 2
        running.after(15 * MINUTE)
        edited.append(edited_now(site, 4))
        running.after(15 * MINUTE)
        all_is_well(running, *edited)
        assert handles() <= open_then


def test_a_change_log_that_could_not_be_written_is_made_good_without_another_change(site: DrupalSite, tmp_path: Path) -> None:
    with watched(tmp_path, site) as running:
        running.turn()
        (tmp_path / "state" / "changes.jsonl").mkdir()
        first = edited_now(site, 1)
        running.after(15 * MINUTE)
        assert [line.item_url for line in running.changes()] == [first]
        assert any("cannot" in words and "changes.jsonl" in words for words in running.troubles())
        (tmp_path / "state" / "changes.jsonl").rmdir()
        running.after(MINUTE)
        all_is_well(running, first)


def test_a_database_locked_by_another_process_is_told_and_waited_for(site: DrupalSite, tmp_path: Path) -> None:
    with watched(tmp_path, site, patience=0.05) as running:
        running.turn()
        with closing(sqlite3.connect(tmp_path / "state" / "presswatch.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            first = edited_now(site, 1)
            running.after(2 * MINUTE)
            assert running.changes() == ()
        running.after(15 * MINUTE)
        assert any("held by another process" in words for words in running.troubles())
        all_is_well(running, first)


def test_a_state_that_is_moved_away_is_told_and_gone_on_with_when_it_is_back(site: DrupalSite, tmp_path: Path) -> None:
    with watched(tmp_path, site) as running:
        running.turn()
        first = edited_now(site, 1)
        running.after(15 * MINUTE)
        (tmp_path / "state").rename(tmp_path / "elsewhere")
        second = edited_now(site, 2)
        running.after(15 * MINUTE)
        assert any("is gone: moved or removed while in use" in words for words in running.troubles())
        assert not (tmp_path / "state").exists(), "no other state is made in its place"
        (tmp_path / "elsewhere").rename(tmp_path / "state")
        running.after(15 * MINUTE)
        all_is_well(running, first, second)


def test_a_backup_brought_back_in_place_of_the_database_is_gone_on_with(site: DrupalSite, tmp_path: Path) -> None:
    with watched(tmp_path, site) as running:
        state, store = tmp_path / "state", running.house.store
        running.turn()
        store.backup(tmp_path / "backup.db", lambda done, of: None)
        first = edited_now(site, 1)
        running.after(15 * MINUTE)
        assert [line.item_url for line in running.changes()] == [first]
        for file in state.glob("presswatch.db*"):
            file.rename(tmp_path / file.name)
        (tmp_path / "backup.db").rename(state / "presswatch.db")
        assert running.changes() == ()
        second = edited_now(site, 2)
        running.after(15 * MINUTE)
        assert {line.item_url for line in running.changes()} == {first, second}, "what happened since the backup is found again"
        whole(store)
        running.troubles()


def test_a_state_that_is_read_only_for_a_while_is_told_and_written_again_afterwards(tmp_path: Path) -> None:
    def deed() -> None:
        state, site = tmp_path / "state", DrupalSite()
        with Newsroom(site), watched(tmp_path, site) as running:
            running.turn()
            first = edited_now(site, 1)
            files = [state, *state.rglob("*")]
            with running.house.store._database.read():  # its connection is in use: others are opened while nothing may be written
                for file in files:
                    file.chmod(0o500 if file.is_dir() else 0o400)
                running.after(15 * MINUTE)
                assert running.changes() == ()
                for file in files:
                    file.chmod(0o700 if file.is_dir() else 0o600)
                running.after(15 * MINUTE)
            assert any("read-only" in words for words in running.troubles())
            all_is_well(running, first)

    as_a_mortal(deed)


def test_a_file_read_while_nobody_wrote_it_is_read_anew_once_somebody_does(tmp_path: Path) -> None:
    def deed() -> None:
        folder = tmp_path / "state"
        Shelf(Store.open(folder / "one.db")).store.close()
        folder.chmod(0o500)
        reader = Store.open(folder / "one.db")
        assert reader.items() == ()
        folder.chmod(0o700)
        shelf = Shelf(Store.open(folder / "one.db"))
        shelf.write(at(0), news("a", "A", at(0)))
        folder.chmod(0o500)
        assert len(reader.items()) == 1
        folder.chmod(0o700)
        shelf.store.close()
        folder.chmod(0o500)
        assert len(reader.items()) == 1
        reader.close()
        folder.chmod(0o700)

    as_a_mortal(deed)


def test_a_log_that_cannot_be_written_stops_nobody(site: DrupalSite, tmp_path: Path) -> None:
    configured(tmp_path, source("news", site.url), every="7d")
    with Path("/dev/full").open("w") as nowhere:
        process = subprocess.Popen(command(tmp_path, "run", "--no-web"), cwd=ROOT, stderr=nowhere)
        try:
            while holder_of(tmp_path / "state") is None:
                assert process.poll() is None
                threading.Event().wait(0.05)
            asked = subprocess.run(command(tmp_path, "refresh", "--all", "--json"), cwd=ROOT, capture_output=True, text=True, check=False)
            assert asked.returncode == 0, asked.stderr
            assert [report["outcome"] for report in json.loads(asked.stdout)["sources"]] in (["ok"], ["baseline"])
            process.terminate()
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
