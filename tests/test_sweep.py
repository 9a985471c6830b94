"""Captures on which no version stands are dropped; what a version stands on never is, whenever the sweep is killed."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.archive import Archive, files
from service.archive.sweeping import Standing
from service.doors.daemon import Daemon
from service.errors import StateError, Unreadable
from service.models import Flaw, Snapshot

from .conftest import HandClock
from .newsroom import DrupalSite, Newsroom
from .test_captures_kept import MOMENT, PAGE, tool
from .watching import SETTINGS, source, watch

DAY = timedelta(days=1)
KEEP = 30 * DAY


def pages(count: int) -> list[Snapshot]:
    return [replace(PAGE, body=b"%d " % number * 300) for number in range(count)]


def kept(folder: Path, count: int = 6) -> tuple[Archive, list[str]]:
    """Return an archive two months later, and the pointers of captures that it kept, each seen twice."""
    clock = HandClock(MOMENT)
    archive = Archive(folder, clock)
    pointers = [archive.keep_seen(page, [replace(page, fetched_at=MOMENT + DAY)]) for page in pages(count)]
    archive.close()
    clock.moment += 60 * DAY
    return archive, pointers


def standing(pointers: Collection[str]) -> Standing:
    return lambda names: [pointer for pointer in pointers if pointer.split(":")[0] in names]


@given(st.sets(st.integers(0, 5), min_size=1))
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_version_stands_on_stays_whole_and_all_else_goes(tmp_path_factory: pytest.TempPathFactory, chosen: set[int]) -> None:
    folder = tmp_path_factory.mktemp("raw")
    archive, pointers = kept(folder)
    before = {number: archive.capture(pointers[number]) for number in chosen}
    size = sum(path.stat().st_size for path in folder.glob("*.warc.gz"))
    swept = archive.sweep(KEEP, standing([pointers[number] for number in chosen]))
    assert (swept.files, swept.freed > 0) == ((1, True) if len(chosen) < 6 else (0, False))
    assert sum(path.stat().st_size for path in folder.glob("*.warc.gz")) == size - swept.freed
    for number, pointer in enumerate(pointers):
        if number in chosen or len(chosen) == 6:
            assert [member.packed for member in archive.capture(pointer).members] == [member.packed for member in before[number].members]
        else:
            with pytest.raises(Unreadable):
                archive.fetch(pointer)
    assert archive.sweep(KEEP, standing(())).files == 0
    (path,) = folder.glob("*.warc.gz")
    assert len(list(archive.index())) == 2 * len(chosen)
    assert files.place_of(f"{path.name}:0:0") is None or len(chosen) == 6


def test_the_tools_of_web_archives_read_what_is_left(tmp_path: Path) -> None:
    archive, pointers = kept(tmp_path)
    archive.sweep(KEEP, standing(pointers[2:4]))
    (path,) = tmp_path.glob("*.warc.gz")
    done = subprocess.run([tool("warcio"), "check", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_young_in_use_or_of_another_database_is_left_alone(tmp_path: Path) -> None:
    archive, pointers = kept(tmp_path)
    assert archive.sweep(90 * DAY, standing(pointers[:1])).files == 0
    assert archive.sweep(KEEP, standing(())).files == 0 and archive.fetch(pointers[0])
    (tmp_path / "swept-until").unlink()
    with next(tmp_path.glob("*.warc.gz")).open("rb") as held:
        import fcntl

        fcntl.flock(held, fcntl.LOCK_EX)
        assert archive.sweep(KEEP, standing(pointers[:1])).files == 0
    assert archive.sweep(KEEP, standing(pointers[:1])).files == 1


def test_a_file_that_is_damaged_is_left_as_it_is(tmp_path: Path) -> None:
    archive, pointers = kept(tmp_path)
    (path,) = tmp_path.glob("*.warc.gz")
    data = bytearray(path.read_bytes())
    data[int(pointers[3].split(":")[1]) + 50] ^= 1
    path.write_bytes(data)
    assert archive.sweep(KEEP, standing(pointers[4:])).files == 0
    assert path.read_bytes() == data


def test_a_torn_end_hurts_nothing(tmp_path: Path) -> None:
    archive, pointers = kept(tmp_path)
    (path,) = tmp_path.glob("*.warc.gz")
    os.truncate(path, path.stat().st_size - 10)
    assert archive.sweep(KEEP, standing(pointers[1:3])).files == 1
    assert [archive.fetch(pointer).body for pointer in pointers[1:3]] == [page.body for page in pages(6)[1:3]]


def _sweep_until(folder: Path, pointers: list[str], steps: int) -> None:
    """Sweep, and be killed at the n-th thing that is done to the folder."""
    left = steps

    def counted(event: str, args: tuple[object, ...]) -> None:
        nonlocal left
        if event in ("open", "os.rename", "os.remove") and any(str(folder) in str(arg) for arg in args):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), 9)

    clock = HandClock(MOMENT + 60 * DAY)
    archive = Archive(folder, clock)
    sys.addaudithook(counted)
    archive.sweep(KEEP, standing(pointers))
    os._exit(0)


def test_kill_9_at_any_point_loses_nothing(tmp_path: Path) -> None:
    finished = killed = 0
    for steps in range(40):
        folder = tmp_path / str(steps)
        archive, pointers = kept(folder)
        wanted = pointers[1:3]
        process = multiprocessing.get_context("fork").Process(daemon=True, target=_sweep_until, args=(folder, wanted, steps))
        process.start()
        process.join()
        killed += process.exitcode == -9
        assert [archive.fetch(pointer).body for pointer in wanted] == [page.body for page in pages(6)[1:3]], steps
        archive.sweep(KEEP, standing(wanted))
        assert [archive.fetch(pointer).body for pointer in wanted] == [page.body for page in pages(6)[1:3]], steps
        assert [path.name.count("+1") for path in folder.glob("*.warc.gz")] == [1], steps
        assert not list(folder.glob("*.unfinished"))
        finished += process.exitcode == 0
        if finished:
            break
    assert (finished, killed > 10) == (1, True)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, pointers = kept(tmp_path / "raw")
    (tmp_path / "raw" / "x.unfinished").mkdir()
    with pytest.raises(StateError, match="cannot be swept"):
        archive.sweep(KEEP, standing(pointers))
    assert Archive(tmp_path / "none", HandClock(MOMENT)).sweep(KEEP, standing(())).files == 0


def test_the_daemon_does_it_by_itself(tmp_path: Path) -> None:
    with Newsroom(DrupalSite(count=4)) as newsroom, watch(tmp_path, source("news", newsroom.url), SETTINGS) as watched:
        watched.one()
        archive, store = watched.house.archive, watched.house.store
        lost = archive.keep_seen(PAGE, ())
        archive.close()
        daemon = Daemon(watched.house)
        daemon.sweep()
        assert archive.fetch(lost)
        watched.house.clock._ahead += 60 * DAY  # what follows the clock of a database moves so
        daemon.sweep()
        with pytest.raises(Unreadable):
            archive.fetch(lost)
        for line in store.items():
            for version in store.version_lines(line.item_url):
                assert archive.capture(version.snapshot).snapshot.status == 200
        flaws: list[Flaw] = []
        watched.house.evidence.attest()
        watched.house.evidence.verify(None, (), flaws.append, lambda part, done, total: None)
        assert flaws == []
