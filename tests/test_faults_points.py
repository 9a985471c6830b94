"""kill -9 and SIGSTOP at every point in the life of a round: whoever comes next finds nothing lost, nothing doubled, nothing half-done."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from .drill import LEASE, Drill
from .newsroom import DrupalSite
from .points import OF_WORKERS, POINTS, arm
from .storing import postgres
from .test_faults_state import all_is_well, watched
from .turning import MINUTE, edit

FORK = multiprocessing.get_context("fork")
PATIENCE = 60.0
FROZEN = ("after the fence", "after the raw page", "before the commit", "before letting go")
KILLED = tuple(point for point in OF_WORKERS if point not in FROZEN[:2])


@pytest.mark.parametrize("point", POINTS)
def test_a_daemon_killed_at_any_point_is_gone_on_with(site: DrupalSite, tmp_path: Path, point: str) -> None:
    with watched(tmp_path, site) as running:
        running.turn()
    edit(site, site.releases[2], 1)

    def die() -> None:
        arm(point, signal.SIGKILL)
        with watched(tmp_path, site) as running:
            running.clock.moment += 15 * MINUTE
            running.turn()

    process = FORK.Process(daemon=True, target=die)
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL
    with watched(tmp_path, site) as running:
        running.clock.moment += 20 * MINUTE
        running.turn()
        all_is_well(running, site.address(site.releases[2].slug))
        running.troubles()


class Forked:
    """A process forked off, as ``subprocess.Popen`` shows it."""

    def __init__(self, run: Callable[[], int]) -> None:
        self.process = FORK.Process(daemon=True, target=lambda: os._exit(run()))
        self.process.start()
        self.pid = self.process.pid or 0

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, patience: float | None = None) -> int | None:
        self.process.join(patience)
        return self.process.exitcode

    def kill(self) -> None:
        self.process.kill()

    def is_frozen(self) -> bool:
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


class Fleet(Drill):
    """The drill with processes forked off, each perhaps armed: it is frozen or killed when it first comes to its point.

    ``lines``: the addresses by which some of them, by their names, reach the database another way than the others.
    """

    processes: dict[str, Any]
    lines: Mapping[str, str] = MappingProxyType({})

    def start(self, name: str, point: str = "", deed: signal.Signals = signal.SIGKILL) -> None:
        def run() -> int:
            from service.doors.cli import main

            os.environ["PRESSWATCH_DATABASE_URL"] = f"{self.lines.get(name, self.address)}&application_name={name}"
            os.environ["PRESSWATCH_LOG__FORMAT"] = "json"
            with (self.folder / f"{name}.log").open("w") as log:
                os.dup2(log.fileno(), 2)
                sys.stderr = log
                if point:
                    arm(point, deed)
                doing = ["run", "--no-web"] if name.startswith("r") else ["worker"]
                return main(["--config", str(self.config), "--state", str(self.folder / name), *doing])

        (self.folder / f"{name}.log").touch()
        self.processes[name] = Forked(run)


@contextmanager
def fleet(folder: Path) -> Iterator[Fleet]:
    ours = Fleet(folder, postgres("presswatch_points"), hosts=4, slow=6)
    try:
        ours.start("r1")
        ours.started("r1")
        yield ours
    finally:
        ours.close()


def test_workers_killed_and_frozen_at_every_point_harm_nobody(tmp_path: Path) -> None:
    with fleet(tmp_path) as ours:
        killed = {f"w-killed-{point}".replace(" ", "-"): point for point in KILLED}
        frozen = {f"w-frozen-{point}".replace(" ", "-"): point for point in FROZEN}
        for name, point in {**killed, **frozen}.items():
            ours.start(name, point, signal.SIGKILL if name in killed else signal.SIGSTOP)
        for name in killed:
            assert ours.processes[name].wait(PATIENCE) == -signal.SIGKILL, name
            ours.killed.add(name)
        for name in frozen:
            ours.until(ours.processes[name].is_frozen)
            ours.freezes += 1
        ours.start("w1")
        time.sleep(2 * LEASE)
        for name in frozen:
            ours.processes[name].send_signal(signal.SIGCONT)
        ours.freeze_pages()
        ours.everybody_once()
        ours.everybody_once()
        assert ours.stop() == [0] * (len(ours.processes) - len(ours.killed))
        assert ours.findings().faults == [], ours.logs()
        logs = "".join(path.read_text() for path in tmp_path.glob("*.log"))
        assert "Traceback" not in logs
