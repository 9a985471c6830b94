"""A presswatch of one's own for a test: configuration and state in a folder, waits cut to nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.bootstrap import House
from service.clock import SystemClock
from service.models import ChangeLine, SourceReport
from service.settings import load

from .storing import environ

SETTINGS = """
[fetch]
allow_private_hosts = true
per_host_delay = 0
retries = 0
connect_timeout = 0.5
read_timeout = 2
total_timeout = 5

[edits]
confirm_after = 0
gone_after = 0
"""


def write_config(folder: Path, sources: str, settings: str = SETTINGS) -> Path:
    """Write both configuration files into a folder of their own and return it."""
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / "presswatch.toml").write_text(settings, encoding="utf-8")
    (config / "sources.toml").write_text(sources, encoding="utf-8")
    return config


def source(id: str, url: str, **more: str) -> str:
    """Return the TOML of a source; values of ``more`` are written as they are."""
    return "\n".join(["[[source]]", f'id = "{id}"', f'url = "{url}"', *(f"{key} = {value}" for key, value in more.items()), "", ""])


class Watch:
    """A house with the questions that tests ask of it."""

    def __init__(self, house: House) -> None:
        self.house = house

    def refresh(self, *, recheck: bool = False) -> dict[str, SourceReport]:
        return {report.source: report for report in self.house.refresh(self.house.sources, recheck=recheck)}

    def one(self, *, recheck: bool = True) -> SourceReport:
        """Refresh the only source there is."""
        (report,) = self.refresh(recheck=recheck).values()
        return report

    def changes(self) -> tuple[ChangeLine, ...]:
        from service.models import ChangeFilter

        return self.house.store.changes(ChangeFilter())

    def kinds(self) -> list[str]:
        return [line.kind for line in self.changes()]


@contextmanager
def watch(folder: Path, sources: str, settings: str = SETTINGS, clock: SystemClock | None = None) -> Iterator[Watch]:
    """Give a ``Watch`` over these sources, by a clock of one's own perhaps; the same folder again gives the same state."""
    config = write_config(folder, sources, settings)
    house = House(load(config, environ(folder / "state"), folder / "state"), {}, clock or SystemClock())
    try:
        yield Watch(house)
    finally:
        house.close()
