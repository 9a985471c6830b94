"""A presswatch with something to show: two newsrooms whose editors change, withdraw and move things, by a clock that is set by hand."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.doors import web

from .newsroom import BitrixSite, DrupalSite, Newsroom, Site
from .newsroom.edits import EDITS, enriched
from .timelapse import SetClock
from .watching import SETTINGS, Watch, source, watch

BEGUN = datetime(2026, 2, 3, 7, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)
# What happens between two looks: to which release of which newsroom, by which of ``EDITS``, and whether the page admits it.
DAYS = (
    (("harbour", 0, "number", False), ("harbour", 1, "correction note", True), ("lakeland", 2, "modality", False)),
    (("harbour", 0, "paragraph moved", False), ("lakeland", 5, "name", False), ("harbour", 3, "link target", True)),
    (("harbour", 0, "negation", False), ("lakeland", 6, "paragraph removed", False), ("lakeland", 2, "title", True)),
)
# Who is told of them: nothing is sent anywhere, see ``_tell``.
TARGETS = """
[[notify]]
id = "newsdesk"
url = "https://chat.example.org/hooks/newsroom"

[[notify]]
id = "archive"
url = "https://archive.example.org/changes"
"""


@dataclass(frozen=True, slots=True)
class Showroom:
    """Where the pages are, and the newsrooms behind them."""

    base: str
    sites: dict[str, Site]
    watch: Watch
    clock: SetClock

    @property
    def harbour(self) -> Site:
        return self.sites["harbour"]

    @property
    def edited(self) -> str:
        """The address of a release that was edited three times."""
        return self.harbour.address(self.harbour.releases[0].slug)

    def number(self, kind: str, *classes: str) -> int:
        """Return the number of the first change of a kind that is of all these classes."""
        return next(line.id for line in self.watch.changes() if line.kind == kind and set(classes) <= set(line.classes))

    def look_again(self, after: timedelta = timedelta(hours=31)) -> None:
        """Look at every release as time goes by, and make all of it searchable."""
        self.clock.moment += after
        self.watch.refresh(recheck=True)
        while self.watch.house.store.index():
            pass


@contextmanager
def showroom(folder: Path, ports: tuple[int, int] = (0, 0), settings: str = SETTINGS) -> Iterator[Showroom]:
    """Serve the pages of a presswatch over newsrooms that have been edited. ``ports``: of the pages, and the first of the newsrooms."""
    rng = random.Random(4)
    clock = SetClock(BEGUN)
    sites: dict[str, Site] = {"harbour": _rich(DrupalSite(count=8, seed=5), rng), "lakeland": _rich(BitrixSite(count=8), rng)}
    with Newsroom(*sites.values(), port=ports[1], now=clock.now):
        names = {"harbour": "Harbour Council", "lakeland": "Lakeland Assembly"}
        with watch(
            folder, "".join(source(id, site.url, name=f'"{names[id]}"') for id, site in sites.items()), settings + TARGETS, clock
        ) as begun:
            stop, base = _served(begun, ports[0])
            try:
                shown = Showroom(base, sites, begun, clock)
                begun.house.messenger.begin()
                _live(shown, rng)
                _tell(shown)
                yield shown
            finally:
                stop()


def _rich(site: Site, rng: random.Random) -> Site:
    for release in site.releases:
        site.put(enriched(release, rng), declared=False)
    return site


def _served(begun: Watch, port: int) -> tuple[Callable[[], None], str]:
    from .test_web import free_port

    port = port or free_port()
    return web.start(begun.house, "127.0.0.1", port), f"http://127.0.0.1:{port}"


def _live(shown: Showroom, rng: random.Random) -> None:
    """Let the days of the newsrooms go by."""
    shown.look_again()
    for number, day in enumerate(DAYS):
        for name, place, edit, declared in day:
            site = shown.sites[name]
            release = site.releases[place]
            made = EDITS[edit].make(release, rng)
            if made == release:
                raise ValueError(f"{edit} finds nothing to change in {release.slug}")
            site.put(replace(made, slug=release.slug), declared=declared)
        shown.sites["harbour" if number else "lakeland"].publish(published=shown.clock.now())
        if number == 1:
            shown.harbour.withdraw(shown.harbour.releases[4].slug)
        shown.look_again()


def _tell(shown: Showroom) -> None:
    """Let one target take all notices, and another none: the first of them is given up."""
    outbox, clock = shown.watch.house.store.outbox, shown.clock
    shown.watch.house.messenger.gather()
    while (taken := outbox.take("archive", clock.now(), HOUR, 1)) is not None:
        outbox.sent(taken, clock.now())
    taken = outbox.take("newsdesk", clock.now(), HOUR, 1)
    assert taken is not None
    words = "https://chat.example.org: answers 404 Not Found"
    outbox.failed(taken, clock.now(), words, clock.now() + HOUR, give_up=True, before=BEGUN, off=False)
