"""What happens on a site within a month, and when somebody looks."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from service import settings
from service.bootstrap import House
from service.models import ChangeFilter
from service.urls import address_key

from ..newsroom import Newsroom
from ..newsroom.edits import enriched
from ..newsroom.lives import LIVES, Deed, Scene
from ..newsroom.noise import NOISES, About, HeadlineTest, Noise
from ..storing import environ
from ..timelapse import SetClock
from ..watching import source, write_config
from .judge import Judge
from .kinds import SITES
from .ledger import DAY, Event, Ledger, Verdict

START = datetime(2026, 6, 1, tzinfo=UTC)  # after the forty releases that a site may begin with
SETTINGS = """
[fetch]
allow_private_hosts = true
per_host_delay = 0
retries = 0

[schedule]
every = "3h"
"""
_PORT = 27_000

_CHROME = (
    "related posts", "view counter", "session text", "session links", "clock text", "cache busters", "promo in turns", "promo at random",
    "banner", "attribute order", "typography", "hashed classes", "white space", "nonces", "sidebar", "stale cache", "pdf remade",
)  # fmt: skip
_AT_NOON = (
    "bot wall", "maintenance", "truncated", "half list", "consent", "empty list", "wrong language", "re-ordered list", "bot wall 403",
    "fresh guids", "maintenance 200", "server errors", "address forms",
)  # fmt: skip
_IN_THE_TEXT = ("promo in turns", "promo at random")
_LISTS = ("half list", "empty list", "re-ordered list", "fresh guids", "address forms")
_ONE_PAGE = ("moved", "delisted", "duplicate", "near-duplicate", "withdrawn: redirect", "published date")


class Month:
    """One site, watched for a month. ``run`` returns the verdict."""

    def __init__(self, kind: str, folder: Path, *, days: int = 30, releases: int = 16, seed: int = 1, pace: int = 1) -> None:
        """Set the scene; a quicker ``pace`` (2) has fewer news and looks: a scheduled round a day, every other day in trouble."""
        self.kind, self.setup, self.days, self.pace = kind, SITES[kind], days, pace
        self.port = _PORT + len(SITES) * (seed % 1_000) + list(SITES).index(kind)
        self.alone = kind == "page"  # no siblings: what is common cannot be told from what is not
        self.gap = (DAY if self.alone else 2 * DAY) - timedelta(hours=1)
        self.ends: dict[int, datetime] = {}
        self.troubles = cycle(name for name in _AT_NOON if self.can_befall(name))
        self.rng = random.Random(f"{kind} {seed}")
        self.clock = SetClock(START)
        self.site = self.setup.make(releases)
        self.ledger = Ledger()
        self.folder = folder
        self.lives: list[tuple[datetime, Iterator[Deed], int]] = []
        self.about = About(
            "The Lakeland Treaty was signed on 3 March 1994. Six states are its parties; it has a Council and a Secretariat."
        )
        self.spared = -1
        self.looked_at: set[int] = set()  # releases, by id: what is edited before anybody saw it is no edit

    def run(self) -> Verdict:
        for release in self.site.releases:
            self.site.put(enriched(release, self.rng), declared=False)
        for noise in (*(NOISES[name]() for name in self.setup.standing), *(() if self.setup.is_filed else (self.about,))):
            self.site.disturb(noise)
        with self.opened():
            config = write_config(self.folder, source("news", self.site.url), SETTINGS)
            house = House(settings.load(config, environ(self.folder / "state"), self.folder / "state"), {}, self.clock)
            try:
                house.store.sync_sources(house.sources, self.clock.now())
                return self.watched(house)
            finally:
                house.close()

    def opened(self) -> Newsroom:
        """Return the newsroom, at a port of its own where that is free: what is looked at when hangs on addresses."""
        try:
            return Newsroom(self.site, port=self.port, now=self.clock.now)
        except OSError:
            return Newsroom(self.site, now=self.clock.now)

    def watched(self, house: House) -> Verdict:
        self.recheck(house)
        self.agenda = self.planned()
        for day in range(1, self.days):
            self.clock.reach(START + day * DAY + timedelta(minutes=30))
            self.morning(day)
            self.note_addresses()
            if self.pace == 1 or self.alone or day % 2:
                self.round(house, day, hours=6)
            if 2 <= day < self.days - 2 and day % self.pace == 0:
                self.noon(house, day)
            if self.pace == 1:
                self.round(house, day, hours=18)
            self.clock.reach(START + day * DAY + timedelta(hours=23))
            self.recheck(house)
        self.skipped = self.agenda[self.days]
        changes = house.store.changes(ChangeFilter())
        kind = house.store.sources()[0].kind
        return Judge(self.ledger, self.site, house.store.items(), kind, stamps=self.setup.stamps).verdict(changes)

    # Looking

    def round(self, house: House, day: int, hours: int) -> None:
        """Do what the daemon does at a tick."""
        self.clock.reach(START + day * DAY + timedelta(hours=hours))
        sources = {source.id: source for source in house.sources}
        for due in house.store.claim(self.clock.now(), 1, timedelta(minutes=2)):
            house.rounds.run_host(due, sources)

    def recheck(self, house: House) -> None:
        self.note_addresses()
        house.rounds.refresh(house.sources[0], recheck=True)
        self.looked_at = {release.id for release in self.site.listed()}

    def note_addresses(self) -> None:
        for release in self.site.releases:
            self.ledger.addresses[address_key(self.site.base + release.path)] = release.id

    # What happens

    def planned(self) -> dict[int, list[str]]:
        """Return the lives that begin on each day, every one of them once."""
        names = [name for name in LIVES if not self.alone or not name.startswith(_ONE_PAGE)]
        self.rng.shuffle(names)
        days = range(2, self.days - 2 if self.alone else self.days - 8)
        agenda: dict[int, list[str]] = {day: [] for day in range(self.days + 1)}
        for name, day in zip(names, cycle(days), strict=False):
            agenda[day].append(name)
        return agenda

    def morning(self, day: int) -> None:
        """Edits, and the noise of the day. While validators lie, nothing happens but the one edit behind their back."""
        self.chrome(day)
        if self.is_blind(day):
            self.agenda[day + 1] += self.agenda[day]
            return
        self.go_on()
        if not self.alone and day % (3 * self.pace - 1) == 1 and day < self.days - 2:
            self.publish(day)
        for name in self.agenda[day]:
            if (self.alone and self.lives) or not self.begin(name):
                self.agenda[day + 1].append(name)

    def is_blind(self, day: int) -> bool:
        return 0 <= day - 4 * self.days // 5 < 2

    def go_on(self) -> None:
        """Take the next step of every life that is due for it."""
        going, self.lives = self.lives, []
        for ready_at, life, id in going:
            if ready_at > self.clock.now():
                self.lives.append((ready_at, life, id))
            else:
                self.step(life, id)

    def step(self, life: Iterator[Deed], id: int) -> bool:
        deed = next(life, None)
        if deed is None:
            return False
        self.ledger.deeds.append((self.clock.now(), deed))
        if deed.id != id:
            self.ledger.duplicates.add(deed.id)
        self.lives.append((self.clock.now() + self.gap, life, id))
        self.clock.wait(60)
        return True

    def begin(self, name: str) -> bool:
        """Let a life begin with some release that was looked at, that nothing befalls at the moment and that has room for it, if any."""
        busy = {id for _, _, id in self.lives} | {self.spared} | self.ledger.duplicates
        free = [r.id for r in self.site.listed() if r.id not in busy and r.id in self.looked_at]
        self.rng.shuffle(free)
        return any(self.step(LIVES[name](Scene(self.site, self.rng, id)), id) for id in free)

    def publish(self, day: int) -> None:
        """Publish a release, now and then with a date of last week."""
        made = self.site.publish(published=self.clock.now() - (7 * DAY if day % 3 == 0 else timedelta(hours=1)))
        self.site.put(enriched(made, self.rng), declared=False)

    def chrome(self, day: int) -> None:
        """Begin and end the noises that last for days; the redesign and the new paragraph about the organization stay."""
        for noise, end in [(noise, self.ends[id(noise)]) for noise in self.site.noises if id(noise) in self.ends]:
            if end <= self.clock.now():
                self.site.calm(noise)
        fitting = [name for name in _CHROME if self.fits(name)]
        for place, name in enumerate(fitting):
            if day == 1 + place * (self.days - 4) // len(fitting):
                self.during(NOISES[name](), name, 2 * DAY)
        if day == 4 * self.days // 5:
            self.during(NOISES["wrong validator"](), "wrong validator", 2 * DAY)
            self.begin("stealth edit")
        if day == 3 * self.days // 5:
            self.redesign()
        if not self.alone and not self.setup.is_filed:
            self.strike(day)

    def fits(self, name: str) -> bool:
        """Return whether a noise makes sense here; a promotion at random on the only page cannot be told from an edit by anybody."""
        if name in self.setup.standing or (self.setup.is_filed and name in _IN_THE_TEXT):
            return False
        return not (self.alone and name == "promo at random") and (name != "pdf remade" or self.setup.is_filed)

    def can_befall(self, name: str) -> bool:
        """Return whether a trouble makes sense here; our maker of PDFs writes no other letters."""
        return not (self.alone and name in _LISTS) and not (self.setup.is_filed and name == "wrong language")

    def strike(self, day: int) -> None:
        """What makes sense on a site of several pages alone."""
        if day == 2 * self.days // 5:
            self.about.text = self.about.text.replace("Six states", "Seven states")
            self.ledger.events.append(Event("about", self.clock.now(), self.clock.now() + DAY))
        if day == self.days // 3:
            tested = self.site.listed()[3]
            self.spared = tested.id
            self.during(HeadlineTest(tested.slug, f"What you must know: {tested.title}"), "headline test", 3 * DAY)

    def redesign(self) -> None:
        """The site is made anew, and one release is edited the same day."""
        self.site.disturb(NOISES["redesign"]())
        self.site.redesign()
        self.ledger.events.append(Event("redesign", self.clock.now(), self.clock.now() + DAY))
        if not (self.alone and self.lives):
            self.begin("number")

    def during(self, noise: Noise, name: str, length: timedelta) -> None:
        self.ends[id(noise)] = self.clock.now() + length - timedelta(hours=1)
        self.site.disturb(noise)
        self.ledger.events.append(Event(name, self.clock.now(), self.clock.now() + length))

    def noon(self, house: House, day: int) -> None:
        """An hour of trouble, and a look in the middle of it."""
        name = next(self.troubles)
        self.clock.reach(START + day * DAY + timedelta(hours=12))
        self.note_addresses()
        self.ledger.events.append(Event(name, self.clock.now(), self.clock.now() + timedelta(hours=12)))
        noise = self.site.disturb(NOISES[name]())
        if self.pace == 1:
            self.recheck(house)
        else:
            self.round(house, day, hours=12)
        self.site.calm(noise)
