"""The daemon turned by hand, on a clock set by hand: everything that it does by itself, with no time lost in between."""

import io
import json
import logging
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

import structlog

from service import logs, settings
from service.bootstrap import House
from service.doors.daemon import Daemon
from service.engine import Threads
from service.errors import StateError
from service.models import ChangeFilter, ChangeLine
from service.store import Store
from service.store.database import Database

from .newsroom import Release, Site
from .storing import environ
from .timelapse import SetClock
from .watching import write_config

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_LEAST = timedelta(seconds=15)  # between two turns of something that is due and does not come to its end
# As configured by default, but for what would only cost time: there is no host here to be spared, and no second look to wait for.
SETTINGS = """
[fetch]
allow_private_hosts = true
per_host_delay = 0
retries = 0
[edits]
confirm_after = 0
gone_after = 0
"""


@dataclass
class Turning:
    """A daemon whose fixed jobs are done when its clock says so; ``told`` is its log."""

    house: House
    clock: SetClock
    log: TextIO
    next_at: dict[str, datetime] = field(default_factory=dict)
    turned_at: datetime = START

    def __post_init__(self) -> None:
        self.daemon = Daemon(self.house)
        self.daemon.begin()

    def turn(self) -> None:
        """Do what is due at this moment, one after the other, each to its end."""
        if self.clock.now() < self.turned_at:
            self.next_at.clear()  # as the daemon has its scheduler do
        self.turned_at = self.clock.now()
        self.daemon.guarded(self.daemon.glance)()
        for name, job, every in self.daemon.jobs():
            if self.clock.now() >= self.next_at.get(name, self.clock.now()):
                self.next_at[name] = self.clock.now() + every
                self.daemon.guarded(job)()
                self.rest()

    def rest(self) -> None:
        """Wait for the end of what was begun."""
        engine = self.house.engine
        assert isinstance(engine, Threads)
        wait({*engine._under_way, *self.daemon.refreshes.values(), *self.daemon.sending.values()})

    def until(self, moment: datetime) -> None:
        """Go on to a moment, from one thing that is due to the next."""
        while self.clock.now() < moment:
            self.turn()
            self.clock.reach(min(moment, max(self.due(moment), self.clock.now() + _LEAST)))
        self.turn()

    def due(self, moment: datetime) -> datetime:
        try:
            return self.house.store.next_due() or moment
        except StateError:
            return self.clock.now()

    def after(self, span: timedelta) -> None:
        self.until(self.clock.now() + span)

    @property
    def told(self) -> list[dict[str, Any]]:
        self.log.seek(0)
        return [json.loads(line) for line in self.log]

    def troubles(self) -> list[str]:
        """Return what the log tells of what went wrong. Nothing of it may be a traceback."""
        told = self.told
        assert not [one for one in told if one["event"] == "bug" or "Traceback" in json.dumps(one)], told
        return [one["error"] for one in told if "error" in one]

    def changes(self) -> tuple[ChangeLine, ...]:
        return self.house.store.changes(ChangeFilter())

    def logged(self) -> list[int]:
        path = self.house.settings.state_dir / "changes.jsonl"
        return [json.loads(line)["id"] for line in path.read_text().splitlines()] if path.exists() else []


@contextmanager
def turning(
    folder: Path,
    sources: str,
    settings_toml: str = SETTINGS,
    *,
    clock: SetClock | None = None,
    patience: float | None = None,
    log: TextIO | None = None,
    database: str = "",
) -> Iterator[Turning]:
    """Give a daemon over these sources with its state in ``folder / "state"``; the same folder again gives the same state.

    ``patience``: seconds that it waits for another process that writes (SQLite), if not as long as usual. ``database``: the address of its
    PostgreSQL, if it is not to be where all tests of this run have theirs.
    """
    config = write_config(folder, sources, settings_toml)
    clock, log = clock or SetClock(START), log or io.StringIO()
    told = {"PRESSWATCH_DATABASE_URL": database} if database else environ(folder / "state")
    house = House(settings.load(config, told, folder / "state"), {}, clock)
    handlers = logging.root.handlers
    logs.configure("json", "info", log)
    try:
        if patience is not None:
            house.store.close()
            house.__dict__["store"] = Store(Database(house.settings.state_dir / "presswatch.db", patience))
        running = Turning(house, clock, log)
        yield running
        running.daemon.stopped(timedelta(seconds=30))
    finally:
        house.close()
        structlog.reset_defaults()
        logging.root.handlers = handlers


def edit(site: Site, release: Release, serial: int) -> None:
    """Change one word of a release, to one that it never had."""
    first = site[release.slug].body.split(" ")[0]
    site.edit(release.slug, first, f"Edited{serial}")
