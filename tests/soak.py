"""Thirty days at full load in minutes: what grows, and whether a restart loses or doubles anything.

    python -m tests.soak --days 30

The daemon turned by hand, on a simulated clock, with real rounds over real HTTP and a real database; the newsrooms are a process of their
own, where something is published, edited, withdrawn or put back every few hours, and keep a book of what they showed. In the middle third
of the days, the daemon is stopped in the midst of a round and started again, every day once; the others show what one process grows by.
In the end all that was shown must have been told, each edit once, and nothing else. ``--twice`` lives the same days once more, without
restarts: both lives must tell the same, to the minute.
"""

import argparse
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.doors.thrift import share_heaps
from service.models import ChangeLine
from service.urls import address_key

from .editors import Book, Step, World, amended, world
from .newsroom import BitrixSite, DrupalSite, Site, SitemapSite, WordPressSite
from .timelapse import SetClock
from .turning import START, Turning, turning
from .watching import source

KINDS: tuple[type[Site], ...] = (DrupalSite, BitrixSite, WordPressSite, SitemapSite)
SPELL = timedelta(hours=4)  # between two deeds of a newsroom
DAY = timedelta(days=1)
_LATE = timedelta(hours=26)  # by which all that was shown is told: what is doubted is held for a day
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
    passed: int  # passes so far
    passes: int  # rows of the table
    oldest: float  # hours since the first attempt that is kept
    database: int
    log: int
    changes: int
    raw: int


@dataclass(frozen=True)
class Life:
    """What was told in some days, and what was to be told. ``steps``: from which amended word to which, of every change that has texts."""

    lines: tuple[ChangeLine, ...]
    steps: tuple[Step, ...]
    items: Counter[str]
    book: Book
    ended_at: datetime

    def lost(self) -> list[str]:
        """Return what was shown and never told: releases, edits, withdrawals."""
        edits = Counter(step for step, shown_at in self.book.steps() if self._is_old(shown_at)) - Counter(self.steps)
        gone = Counter(address_key(line.item_url or "") for line in self.lines if line.kind == "withdrawn")
        seen = {key: sum(self._is_seen(key, *time) for time in times) for key, times in self.book.away.items() if key in self.book.shown}
        return [
            *(f"release {key}" for key, texts in self.book.shown.items() if key not in self.items and self._is_old(texts[0][1])),
            *(f"edit {step}" for step in edits),
            *(f"withdrawal {key}" for key, times in seen.items() if gone[key] < times),
        ]

    def false(self) -> list[str]:
        """Return what was told and never shown, or told twice."""
        edits = Counter(self.steps) - Counter(step for step, _ in self.book.steps())
        gone = Counter(address_key(line.item_url or "") for line in self.lines if line.kind == "withdrawn")
        back = Counter(address_key(line.item_url or "") for line in self.lines if line.kind == "restored")
        return [
            *(f"release {key}" for key, number in self.items.items() if key not in self.book.shown or number > 1),
            *(f"edit {step}" for step in edits),
            *(f"withdrawal {key}" for key in gone if gone[key] > len(self.book.away.get(key, ()))),
            *(f"return {key}" for key in back if back[key] > gone[key]),
            *(
                f"{line.kind} {line.item_url}: {line.summary}"
                for line in self.lines
                if line.kind not in ("edited", "withdrawn", "restored")
            ),
        ]

    def told(self) -> list[tuple[object, ...]]:
        """Return what was told without the numbers, which hang on what came first at one moment."""
        return sorted((one.detected_at, one.item_url or "", one.kind, one.summary) for one in self.lines)

    def delays(self) -> list[timedelta]:
        """Return how long it took from every edit to its being told, the shortest first."""
        after = (self._word(line) for line in self.lines)
        return sorted(line.detected_at - self.book.edits[word] for line, word in zip(self.lines, after, strict=True) if word)

    def _word(self, line: ChangeLine) -> str:
        return amended(line.summary)

    def _is_seen(self, key: str, since: datetime, until: datetime | None) -> bool:
        """Return whether a release was asked for in vain at two moments that are further apart than ``gone_after``."""
        return len([miss for miss in self.book.misses[key] if since <= miss < (until or self.ended_at)]) > 2

    def _is_old(self, moment: datetime) -> bool:
        return self.ended_at - moment > _LATE


class Soak:
    """Some days over some kinds of newsrooms. ``sizes`` are those at the end of each day."""

    def __init__(self, folder: Path, days: int, kinds: Sequence[type[Site]] = KINDS, releases: int = 12, every: str = "15m") -> None:
        self.folder, self.end, self.kinds, self.releases = folder, START + days * DAY, kinds, releases
        self.settings = f'{SETTINGS}\n[schedule]\nevery = "{every}"\n'
        self.ports: list[int] = []
        self.sizes: list[Size] = []
        self._worked = 0  # spells in which the editors did their work
        self.on_day: Callable[[Size], None] = lambda size: None

    def live(self, restarts: Collection[datetime] = ()) -> Life:
        """Live the days. At the ``restarts``, with a round under way, the daemon is stopped, and another one goes on."""
        clock, folder = SetClock(START), self.folder / ("restarted" if restarts else "whole")
        self.sizes, self._worked = [], 0
        with world(self.kinds, self.ports, self.releases, START) as newsrooms:
            self.ports = newsrooms.ports
            sources = "".join(source(f"s{number}", url) for number, url in enumerate(newsrooms.urls))
            for stop in (*sorted(restarts), self.end):
                with (
                    (folder.with_suffix(".log")).open("a+") as log,
                    turning(folder, sources, self.settings, clock=clock, log=log) as running,
                ):
                    self.until(running, newsrooms, stop)
                    if stop == self.end:
                        return self.seen(running, newsrooms.book())
                    clock.reach(running.due(stop))
                    running.daemon.tick()
        raise AssertionError("the last day has an end")

    def until(self, running: Turning, newsrooms: World, stop: datetime) -> None:
        """Turn on until a moment; where hours of the editors begin, have them work; where a day ends, measure."""
        clock = running.clock
        while clock.now() < stop:
            spell = (clock.now() - START) // SPELL
            if spell >= self._worked:
                newsrooms.work(clock.now())
                self._worked = spell + 1
            running.until(min(stop, START + (spell + 1) * SPELL))
            if (clock.now() - START) // DAY > len(self.sizes):
                self.sizes.append(size(running, len(self.sizes) + 1))
                self.on_day(self.sizes[-1])

    def seen(self, running: Turning, book: Book) -> Life:
        """Return what presswatch has to tell of these days; its change log must have told the same."""
        lines = running.changes()
        assert running.logged() == [line.id for line in lines]
        steps = []
        for line in lines:
            before, after = running.house.store.readings_of(line.id)
            if before is not None and after is not None and line.kind in ("edited", "restored"):
                words = tuple(amended(" ".join(block.text for block in reading.blocks)) for reading in (before, after))
                if words[0] != words[1] or line.kind == "edited":
                    steps.append((address_key(line.item_url or ""), *words))
        return Life(lines, tuple(steps), items(running), book, running.clock.now())


def items(running: Turning) -> Counter[str]:
    """Return the releases that there are, by their keys."""
    with closing(sqlite3.connect(running.house.settings.state_dir / "presswatch.db")) as connection:
        return Counter(address_key(url) for (url,) in connection.execute("SELECT url FROM item WHERE versions > 0"))


def size(running: Turning, day: int) -> Size:
    state = running.house.settings.state_dir
    with closing(sqlite3.connect(state / "presswatch.db")) as connection:
        (versions,) = connection.execute("SELECT count(*) FROM version").fetchone()
        passes, passed, first = connection.execute("SELECT count(*), max(id), min(finished_at) FROM pass").fetchone()
    return Size(
        day,
        int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE"),
        len(list(Path("/proc/self/fd").iterdir())),
        threading.active_count(),
        versions,
        passed,
        passes,
        round((running.clock.now() - datetime.fromisoformat(first).replace(tzinfo=UTC)) / timedelta(hours=1), 1),
        sum(file.stat().st_size for file in state.glob("presswatch.db*")),
        running.log.tell(),
        sum(file.stat().st_size for file in state.glob("changes.jsonl*")),
        sum(file.stat().st_size for file in state.rglob("*.warc.gz")),
    )


def grown(sizes: Sequence[Size], since: int) -> list[str]:
    """Return what grew from the end of a day on by more than what was published, what is told of a pass, and what caches take."""
    before, after = sizes[since - 1], sizes[-1]
    versions, passed = max(1, after.versions - before.versions), max(1, after.passed - before.passed)
    bounds = {
        "handles": (after.handles - before.handles, 6),  # some connections to the database, each of three files
        "threads": (after.threads, 16),  # those of pools
        "memory": (after.resident - before.resident, 12_000_000 + 4_000 * versions),
        "hours of attempts": (after.oldest, 31),  # those older than a day are forgotten, four times a day
        "bytes of database for each version": ((after.database - before.database) / versions, 25_000),
        "bytes of changes for each version": ((after.changes - before.changes) / versions, 4_000),
        "bytes of raw pages for each version": ((after.raw - before.raw) / versions, 8_000),
        "bytes of log for each pass": ((after.log - before.log) / passed, 400),
    }
    return [f"{what}: {found:.0f}, at most {bound} allowed" for what, (found, bound) in bounds.items() if found > bound]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--twice", action="store_true", help="live the same days once more, without restarts")
    asked = parser.parse_args(arguments)
    share_heaps()  # as the daemon does: this is its memory
    third, begun = max(1, asked.days // 3), time.monotonic()
    restarts = [START + day * DAY + timedelta(hours=7 * day % 24, minutes=40) for day in range(third, 2 * third)]
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), asked.days)
        soak.on_day = lambda one: print("  ".join(_shown(getattr(one, field.name)) for field in fields(Size)), flush=True)
        print("  ".join(field.name.rjust(9) for field in fields(Size)))
        life = soak.live(restarts)
        minutes = (time.monotonic() - begun) / 60
        print(f"{asked.days} days in {minutes:.1f} minutes ({time.process_time() / 60:.1f} of a processor), {len(restarts)} restarts")
        tell(life)
        troubles = [*grown(soak.sizes, third), *(f"lost: {one}" for one in life.lost()), *(f"false: {one}" for one in life.false())]
        if asked.twice and life.told() != soak.live().told():
            troubles.append("restarts change what is told")
    print("\n".join(troubles) or "nothing lost, nothing doubled, nothing grows but by what was published")
    return int(bool(troubles))


def tell(life: Life) -> None:
    """Print what was done, shown and told."""
    book, delays = life.book, life.delays()
    kinds = Counter(line.kind for line in life.lines)
    print(f"editors: {dict(book.deeds)}; asked for: {book.looks} pages, {book.lists} lists")
    print(f"shown: {len(book.shown)} releases, {len(book.steps())} edits; kept: {len(life.items)} releases; told: {dict(kinds)}")
    if delays:
        print(f"from edit to telling: {delays[len(delays) // 2]} in the middle, {delays[-1]} at most")


def _shown(value: float) -> str:
    return (f"{value / 1e6:.2f}M" if value >= 1e5 else str(value)).rjust(9)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
