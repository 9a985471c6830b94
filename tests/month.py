"""A simulated month of a newsroom: every kind of edit and of noise at once, on a clock that is moved by hand, with a ledger of the truth.

By hand: ``python -m tests.month [SITE ...] [--days 30] [--releases 40] [--seed 1]`` prints what was found, missed and made up.
"""

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from service import settings
from service.bootstrap import House, SystemClock
from service.models import ChangeFilter, ChangeLine, ItemLine, Kind
from service.urls import address_key

from .newsroom import BitrixSite, DrupalSite, JsonFeedSite, Newsroom, PdfSite, SinglePageSite, Site, SitemapSite, WordPressSite
from .newsroom.edits import enriched
from .newsroom.lives import DELISTED, EDITED, LIVES, Deed, Scene
from .newsroom.noise import NOISES, About, HeadlineTest, Noise
from .watching import source, write_config

START = datetime(2026, 3, 2, tzinfo=UTC)
SETTINGS = """
[fetch]
allow_private_hosts = true
per_host_delay = 0
retries = 0

[schedule]
every = "3h"
"""
DAY = timedelta(days=1)
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


@dataclass(frozen=True, slots=True)
class Setup:
    """A kind of site: what makes it, the noises that it is never without, whether it shows stamps of edits."""

    make: Callable[[int], Site]
    standing: tuple[str, ...] = ()
    stamps: bool = False
    is_filed: bool = False  # releases are files: nobody puts anything into their text


SITES: dict[str, Setup] = {
    "bitrix": Setup(lambda count: BitrixSite(count=count), ("nonces",)),
    "wordpress": Setup(lambda count: WordPressSite(count=count), ("related posts", "view counter", "nonces"), stamps=True),
    "drupal": Setup(lambda count: DrupalSite(count=count), stamps=True),
    "sitemap": Setup(lambda count: SitemapSite(count=count), ("clock text",), stamps=True),
    "jsonfeed": Setup(lambda count: JsonFeedSite(count=count), ("view counter",), stamps=True),
    "russian": Setup(lambda count: BitrixSite(count=count, language="ru", charset="windows-1251"), ("session text",)),
    "pdf": Setup(lambda count: PdfSite(count=count), is_filed=True),
    "page": Setup(lambda count: SinglePageSite(), ("clock text",)),
}


class Calendar(SystemClock):
    """A clock moved by hand; waiting moves it."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=max(0.0, seconds))

    def reach(self, moment: datetime) -> None:
        self.moment = max(self.moment, moment)


@dataclass(frozen=True, slots=True)
class Event:
    """What struck the whole site, from when to when: one incident at most."""

    name: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class Ledger:
    """The truth: what was done to releases, and when; what struck the site; which address was whose."""

    deeds: list[tuple[datetime, Deed]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    addresses: dict[str, int] = field(default_factory=dict)
    duplicates: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Verdict:
    """What the observer made of it. ``found`` and ``due`` count by kind of deed."""

    due: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[datetime, Deed, str]] = field(default_factory=list)
    false: list[ChangeLine] = field(default_factory=list)
    dishonest: list[tuple[datetime, ChangeLine]] = field(default_factory=list)
    unclassed: list[tuple[Deed, ChangeLine]] = field(default_factory=list)
    misdeclared: list[tuple[Deed, ChangeLine]] = field(default_factory=list)
    cosmetic: list[ChangeLine] = field(default_factory=list)
    incidents: dict[Event, list[ChangeLine]] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return len(self.missed) + len(self.false) + len(self.excess) + len(self.lost) + len(self.doubled)

    @property
    def excess(self) -> list[Event]:
        """The events that were told more than once."""
        return [event for event, told in self.incidents.items() if len(told) > 1]


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
        self.clock = Calendar(START)
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
            house = House(settings.load(config, {}, self.folder / "state"), {}, self.clock)
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
        return Judge(self, house.store.items(), house.store.sources()[0].kind).verdict(changes)

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


class Judge:
    """Compares the change log with the ledger."""

    def __init__(self, month: Month, items: Sequence[ItemLine], kind: str) -> None:
        self.ledger, self.stamps = month.ledger, month.setup.stamps
        self.ids = {release.id: release for release in month.site.releases}
        self.items, self.is_feed = items, kind == Kind.FEED
        self.left: list[ChangeLine] = []
        self.found = Verdict()

    def verdict(self, changes: Sequence[ChangeLine]) -> Verdict:
        self.left = list(changes)
        for at, deed in self.ledger.deeds:
            self.settle(at, deed)
        for at, deed in self.ledger.deeds:
            for kind in deed.may:
                self.take(at, replace(deed, cosmetic=False), kind)
            if deed.cosmetic and (change := self.take(at, deed, EDITED, late=False)):
                self.found.cosmetic.append(change)
        for change in self.left:
            self.sort(change)
        self.count()
        return self.found

    def settle(self, at: datetime, deed: Deed) -> None:
        must = tuple(kind for kind in deed.must if not (kind == DELISTED and self.is_feed))
        for kind in must:
            self.found.due[deed.kind] += 1
            change = self.take(at, deed, kind)
            if change is None:
                self.found.missed.append((at, deed, kind))
                continue
            self.found.found[deed.kind] += 1
            if not is_honest(change, at):
                self.found.dishonest.append((at, change))
            if kind == EDITED and deed.classes and not deed.classes & set(change.classes):
                self.found.unclassed.append((deed, change))
            owned_up = self.stamps or deed.kind in ("updated line", "correction note")
            if kind == EDITED and deed.declared and owned_up and change.declared != deed.declared:
                self.found.misdeclared.append((deed, change))

    def take(self, at: datetime, deed: Deed, kind: str, *, late: bool = True) -> ChangeLine | None:
        """Take the change that a deed explains out of what is left: the one whose bounds hold it, else (``late``) one within three days."""
        mine = [c for c in self.left if c.kind == kind and deed.id in self.ids_of(c)]
        mine = [c for c in mine if kind != EDITED or (c.significance == "cosmetic") is deed.cosmetic]
        near = [c for c in mine if late and at <= c.not_after <= at + 3 * DAY]
        change = next(iter([c for c in mine if is_honest(c, at)] or near), None)
        if change is not None:
            self.left.remove(change)
        return change

    def ids_of(self, change: ChangeLine) -> set[int | None]:
        return {self.ledger.addresses.get(address_key(url)) for url in (change.item_url, change.related) if url}

    def sort(self, change: ChangeLine) -> None:
        """Put a change that no deed explains where it belongs."""
        if change.kind == "incident":
            struck = [event for event in self.ledger.events if event.since <= change.not_after <= event.until + DAY]
            told = self.found.incidents
            event = next((event for event in struck if event not in told), struck[0] if struck else None)
            if event is not None:
                told.setdefault(event, []).append(change)
                return
        if change.kind == EDITED and change.significance == "cosmetic":
            self.found.cosmetic.append(change)
        else:
            self.found.false.append(change)

    def count(self) -> None:
        """Find releases that were lost, and those that were taken for two."""
        held = Counter(self.ledger.addresses.get(address_key(item.item_url)) for item in self.items)
        self.found.lost = [id for id in self.ids if not held[id]]
        self.found.doubled = [self.ids[id].title for id, times in held.items() if id is not None and times > 1]
        self.found.doubled += [item.item_url for item in self.items if address_key(item.item_url) not in self.ledger.addresses]


def is_honest(change: ChangeLine, at: datetime) -> bool:
    """Return whether the bounds of a change hold a moment."""
    return (change.not_before is None or change.not_before <= at) and at <= change.not_after


def told(month: Month, verdict: Verdict) -> str:
    """Return a verdict as a table, and every mistake as a line."""
    lines = [f"{month.kind}: {sum(verdict.found.values())} of {sum(verdict.due.values())} found, {len(verdict.false)} false"]
    lines += [f"  {kind:<40}{verdict.found[kind]:>4} of {due}" for kind, due in sorted(verdict.due.items()) if verdict.found[kind] < due]
    lines += [f"  missed  {at:%d %H:%M} {deed.kind} (release {deed.id}): {kind}" for at, deed, kind in verdict.missed]
    lines += [f"  false   {_line(change)}" for change in verdict.false]
    lines += [f"  bounds  {at:%d %H:%M} {_line(change)}" for at, change in verdict.dishonest]
    lines += [f"  class   {deed.kind}: {_line(change)} {change.classes}" for deed, change in verdict.unclassed]
    lines += [f"  honesty {deed.kind}: {change.declared}" for deed, change in verdict.misdeclared]
    lines += [f"  twice   {event.name}: {[line.summary for line in verdict.incidents[event]]}" for event in verdict.excess]
    lines += [f"  incidents: {', '.join(event.name for event in verdict.incidents)}" if verdict.incidents else "  no incidents"]
    lines += [f"  lost {verdict.lost}; doubled {verdict.doubled}; cosmetic {len(verdict.cosmetic)}; no room for {month.skipped}"]
    return "\n".join(lines)


def _line(change: ChangeLine) -> str:
    since = f"{change.not_before:%d %H:%M}" if change.not_before else "?"
    where = (change.item_url or "").rsplit("/", 2)[-2:]
    return f"{since} .. {change.not_after:%d %H:%M} {change.kind} {change.significance} {'/'.join(where)[:40]} {change.summary}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.month", description=__doc__)
    parser.add_argument("site", nargs="*", help=f"of {', '.join(SITES)}; all when none is named")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--releases", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=int, default=1, help="2: half as many looks and troubles")
    options = parser.parse_args()
    for kind in options.site or SITES:
        with tempfile.TemporaryDirectory() as folder:
            month = Month(kind, Path(folder), days=options.days, releases=options.releases, seed=options.seed, pace=options.pace)
            print(told(month, month.run()), flush=True)


if __name__ == "__main__":
    main()
