"""Thirty days at full load in minutes: what grows, and whether a restart changes anything.

    python -m tests.soak --days 30

The daemon turned by hand, on a simulated clock, with real rounds over real HTTP and a real database; the newsrooms are a process of their
own, where something is published, edited, withdrawn or put back every few hours. The same days are lived twice, the second time with a
daemon that is stopped and started again every other day: both must tell the same.
"""

import argparse
import multiprocessing
import os
import random
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from service.models import ChangeLine

from .newsroom import BitrixSite, DrupalSite, Newsroom, Site, SitemapSite, WordPressSite
from .timelapse import SetClock
from .turning import START, Turning, turning
from .watching import source

KINDS: tuple[type[Site], ...] = (DrupalSite, BitrixSite, WordPressSite, SitemapSite)
SPELL = timedelta(hours=4)  # between two deeds of a newsroom
DAY = timedelta(days=1)
SETTINGS = """
[fetch]
allow_private_hosts = true
per_host_delay = 0
retries = 0
[edits]
confirm_after = 0
[keep]
passes = "1d"
notices = "1d"
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is at the end of a day; sizes in bytes."""

    day: int
    resident: int
    handles: int
    threads: int
    versions: int
    passes: int  # rows of the table
    oldest: float  # hours since the first attempt that is kept
    database: int
    log: int
    changes: int
    raw: int


def newsrooms(line: Connection, kinds: Sequence[type[Site]], ports: Sequence[int], releases: int) -> None:
    """Serve these sites; at each moment that is sent, their editors do something. Same moments, same deeds."""
    moment = [START]
    sites = [kind(count=releases, seed=number) for number, kind in enumerate(kinds, start=1)]
    rng = random.Random(7)
    rooms = [Newsroom(site, port=port, now=lambda: moment[0]) for site, port in zip(sites, ports or [0] * len(kinds), strict=True)]
    for room in rooms:
        room.__enter__()
    line.send([site.url for site in sites])
    while (sent := line.recv()) is not None:
        moment[0] = sent
        for site in sites:
            work(site, rng, sent)
            site.requests.clear()
        line.send("done")
    for room in rooms:
        room.__exit__(None, None, None)


def work(site: Site, rng: random.Random, moment: datetime) -> None:
    """Do what editors do in some hours: mostly publish, now and then edit; seldom withdraw or put back."""
    young = site.releases[-12:]
    if rng.random() < 0.5:
        site.publish(published=moment)
    if rng.random() < 0.3:
        release = rng.choice(young)
        site.edit(release.slug, release.body.split(" ")[0], f"Amended{rng.randrange(10**6)}")
    if rng.random() < 0.05 and len(site._withdrawn) < 2:
        site.withdraw(rng.choice(young).slug)
    elif rng.random() < 0.05 and site._withdrawn:
        site.restore(next(iter(site._withdrawn)))


@contextmanager
def world(kinds: Sequence[type[Site]], ports: Sequence[int], releases: int) -> Iterator[tuple[Connection, list[str]]]:
    """Give the line to newsrooms in a process of their own, and their addresses."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()
    process = fork.Process(target=newsrooms, args=(there, kinds, ports, releases), daemon=True)
    process.start()
    try:
        yield here, here.recv()
    finally:
        here.send(None)
        process.join(10)
        process.kill()


class Soak:
    """Some days over some kinds of newsrooms. ``lasts``: days until a restart, if any. ``sizes`` are those at the end of each day."""

    def __init__(
        self, folder: Path, days: int, kinds: Sequence[type[Site]] = KINDS, releases: int = 12, lasts: int = 2, every: str = "15m"
    ) -> None:
        self.folder, self.days, self.kinds, self.releases, self.lasts = folder, days, kinds, releases, lasts
        self.settings = f'{SETTINGS}\n[schedule]\nevery = "{every}"\n'
        self.ports: list[int] = []
        self.sizes: list[Size] = []
        self.on_day: Callable[[Size], None] = lambda size: None

    def live(self, *, restarts: bool) -> tuple[ChangeLine, ...]:
        """Live the days, and return what was told. With ``restarts`` the daemon is another one every other day."""
        clock, day, folder = SetClock(START), 0, self.folder / ("restarted" if restarts else "whole")
        self.sizes = []
        with world(self.kinds, self.ports, self.releases) as (line, urls):
            self.ports = [int(url.split(":")[2].split("/")[0]) for url in urls]
            sources = "".join(source(f"s{number}", url) for number, url in enumerate(urls))
            while True:
                with (
                    (folder.with_suffix(".log")).open("a+") as log,
                    turning(folder, sources, self.settings, clock=clock, log=log) as running,
                ):
                    until = min(self.days, day + self.lasts) if restarts else self.days
                    while day < until:
                        day += 1
                        self.a_day(running, line, day)
                    if day == self.days:
                        assert running.logged() == [one.id for one in running.changes()]
                        return running.changes()

    def a_day(self, running: Turning, line: Connection, day: int) -> None:
        for spell in range(DAY // SPELL):
            line.send(running.clock.now())
            line.recv()
            running.until(START + (day - 1) * DAY + (spell + 1) * SPELL)
        self.sizes.append(size(running, day))
        self.on_day(self.sizes[-1])


def size(running: Turning, day: int) -> Size:
    state = running.house.settings.state_dir
    with closing(sqlite3.connect(state / "presswatch.db")) as connection:
        versions, passes = (connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("version", "pass"))
        (first,) = connection.execute("SELECT min(finished_at) FROM pass").fetchone()
    return Size(
        day,
        int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE"),
        len(list(Path("/proc/self/fd").iterdir())),
        threading.active_count(),
        versions,
        passes,
        (running.clock.now() - datetime.fromisoformat(first).replace(tzinfo=UTC)) / timedelta(hours=1),
        sum(file.stat().st_size for file in state.glob("presswatch.db*")),
        running.log.tell(),
        sum(file.stat().st_size for file in state.glob("changes.jsonl*")),
        sum(file.stat().st_size for file in state.rglob("*.warc.gz")),
    )


def told(lines: Sequence[ChangeLine]) -> list[tuple[object, ...]]:
    """Return what was told without the numbers, which hang on what came first at one moment."""
    return sorted((one.detected_at, one.item_url or "", one.kind, one.summary) for one in lines)


def per_version(sizes: Sequence[Size], what: str, since: int) -> float:
    """Return how many bytes more there are for each version since the end of a day."""
    before, after = sizes[since - 1], sizes[-1]
    return float((getattr(after, what) - getattr(before, what)) / max(1, after.versions - before.versions))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=30)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), asked.days)
        soak.on_day = lambda one: print("  ".join(str(value).rjust(10) for value in astuple(one)), flush=True)
        print("  ".join(field.name.rjust(10) for field in fields(Size)))
        lines = soak.live(restarts=False)
        sizes, half = soak.sizes, max(1, asked.days // 2)
        for what in ("resident", "database", "log", "changes", "raw"):
            print(f"{what}: {per_version(sizes, what, half):.0f} bytes a version in the second half")
        print(f"{len(lines)} changes told")
        same = told(lines) == told(soak.live(restarts=True))
        print("the same with restarts" if same else "RESTARTS CHANGE WHAT IS TOLD")
        return not same


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
