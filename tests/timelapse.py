"""Years of a newsroom in a minute: a presswatch whose clock is set by hand, and what it tells of each moment."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from service import settings
from service.bootstrap import House
from service.clock import SystemClock
from service.models import ChangeFilter, ChangeLine, SourceReport

from .storing import environ
from .watching import write_config

# As configured by default, but for what would only cost time: there is no host here to be spared.
SETTINGS = """
[fetch]
allow_private_hosts = true
per_host_delay = 0
retries = 0

[keep]
snapshots = false
"""


class SetClock(SystemClock):
    """A clock that stands where it was set; a wait sets it on."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=max(0.0, seconds))

    def reach(self, moment: datetime) -> None:
        """Set the clock on to a moment; never back."""
        self.moment = max(self.moment, moment)


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass did and told."""

    report: SourceReport
    told: tuple[ChangeLine, ...]

    @property
    def edited(self) -> frozenset[str]:
        return frozenset(line.item_url for line in self.told if line.kind == "edited" and line.item_url)

    @property
    def other(self) -> tuple[ChangeLine, ...]:
        return tuple(line for line in self.told if line.kind != "edited")


@dataclass
class Tally:
    """What was to be told, and was not, or was not, and was: addresses with the pass in which it happened."""

    edits: int = 0
    missed: list[tuple[int, str]] = field(default_factory=list)
    false: list[tuple[int, str]] = field(default_factory=list)

    def count(self, number: int, due: Collection[str], told: Pass) -> None:
        """Compare what a pass told with the addresses whose shown text had changed; every other kind of change is false."""
        self.edits += len(told.edited & set(due))
        self.missed += [(number, url) for url in sorted(set(due) - told.edited)]
        self.false += [(number, url) for url in sorted(told.edited - set(due))]
        self.false += [(number, f"{line.kind} {line.item_url}: {line.summary}") for line in told.other]


class Timelapse:
    """The only source of a house, passed over whenever asked."""

    def __init__(self, house: House, clock: SetClock) -> None:
        self.house, self.clock = house, clock
        (self.source,) = house.sources
        house.store.sync_sources(house.sources, clock.now())
        self._last = 0

    def pass_over(self, *releases: str, recheck: bool = False) -> Pass:
        """Read the list and what is due, or only the ``releases`` named, and return what was told."""
        report = self.house.rounds.refresh(self.source, releases=releases, recheck=recheck)
        told = self.house.store.changes(ChangeFilter(after=self._last))
        self._last = told[-1].id if told else self._last
        return Pass(report, told)


@contextmanager
def timelapse(folder: Path, sources: str, clock: SetClock, settings_toml: str = SETTINGS) -> Iterator[Timelapse]:
    """Give a ``Timelapse`` over one source; the same folder again gives the same state."""
    config = write_config(folder, sources, settings_toml)
    house = House(settings.load(config, environ(folder / "state"), folder / "state"), {}, clock)
    try:
        yield Timelapse(house, clock)
    finally:
        house.close()
