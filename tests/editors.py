"""Newsrooms in a process of their own, whose editors work by the hour, and the book they keep of what they did and what was seen of it."""

import multiprocessing
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from multiprocessing.connection import Connection
from typing import Any

from service.urls import address_key

from .newsroom import Newsroom, Site

_PATIENCE = 120  # seconds to wait for newsrooms that work for milliseconds
_WORD = re.compile(r"Amended\d+")  # what an edit puts in the place of a word; another one each time
Step = tuple[str, str, str]  # the key of an address, and the amended words of a release before and after: "" where it has none


@dataclass
class Book:
    """What editors did (``deeds``, by kind), and what presswatch was shown of it: of every release its texts in a row, by amended word.

    Releases go by the keys of their addresses. ``edits``: when each word was written. ``away``: from when until when they were withdrawn.
    """

    deeds: Counter[str] = field(default_factory=Counter)
    edits: dict[str, datetime] = field(default_factory=dict)
    away: dict[str, list[tuple[datetime, datetime | None]]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[str, list[tuple[str, datetime]]] = field(default_factory=lambda: defaultdict(list))
    misses: dict[str, set[datetime]] = field(default_factory=lambda: defaultdict(set))  # in which hours a release was asked for in vain
    looks: int = 0  # requests for pages of releases
    lists: int = 0  # all other requests

    def steps(self) -> list[tuple[Step, datetime]]:
        """Return every edit that was shown, and since when: what is to be told, each once."""
        pairs = ((key, old, new) for key, texts in self.shown.items() for old, new in pairwise(texts))
        return [((key, old[0], new[0]), new[1]) for key, old, new in pairs]


class Editors:
    """The editors of some sites: the same moments, the same deeds."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self.sites, self.book = sites, Book()
        self.moment = sites[0].now()
        self._rng = random.Random(7)
        self._words: dict[str, str] = {}  # the amended word that stands in a release, by its key
        self._addresses = [self._known(site) for site in sites]

    def work(self, moment: datetime) -> None:
        """Do what editors do in some hours: mostly publish, now and then edit; seldom withdraw or put back."""
        self.read_log()
        for number, site in enumerate(self.sites):
            young, rng = site.releases[-12:], self._rng
            if rng.random() < 0.5:
                site.publish(published=moment)
                self._addresses[number] = self._known(site)
                self.book.deeds["published"] += 1
            if rng.random() < 0.3:
                self._edit(site, rng.choice(young).slug, f"Amended{rng.randrange(10**6)}", moment)
            if rng.random() < 0.05 and len(site._withdrawn) < 2:
                self._withdraw(site, rng.choice(young).slug, moment)
            elif rng.random() < 0.05 and site._withdrawn:
                self._restore(site, next(iter(site._withdrawn)), moment)
        self.moment = moment

    def read_log(self) -> None:
        """Write into the book who was shown what since the last deeds."""
        for site, addresses in zip(self.sites, self._addresses, strict=True):
            for line in site.requests:
                key = addresses.get(line.target) or addresses.get(line.path)
                self.book.looks += key is not None
                self.book.lists += key is None
                if key is not None and line.status == 200:
                    texts, word = self.book.shown[key], self._words.get(key, "")
                    if not texts or texts[-1][0] != word:
                        texts.append((word, self.moment))
                elif key is not None and line.status == 404:
                    self.book.misses[key].add(self.moment)
            site.requests.clear()

    def _edit(self, site: Site, slug: str, word: str, moment: datetime) -> None:
        site.edit(slug, site[slug].body.split(" ")[0], word)
        self._words[address_key(site.address(slug))] = word
        self.book.edits[word] = moment
        self.book.deeds["edited"] += 1

    def _withdraw(self, site: Site, slug: str, moment: datetime) -> None:
        if slug not in site._withdrawn:
            site.withdraw(slug)
            self.book.away[address_key(site.address(slug))].append((moment, None))
            self.book.deeds["withdrawn"] += 1

    def _restore(self, site: Site, slug: str, moment: datetime) -> None:
        site.restore(slug)
        times = self.book.away[address_key(site.address(slug))]
        times[-1] = (times[-1][0], moment)
        self.book.deeds["restored"] += 1

    def _known(self, site: Site) -> dict[str, str]:
        return {release.path: address_key(site.address(release.slug)) for release in site.releases}


def amended(text: str) -> str:
    """Return the amended word of a release, "" where it has none."""
    found = _WORD.search(text)
    return found[0] if found else ""


def _serve(ours: Connection, line: Connection, kinds: Sequence[type[Site]], ports: Sequence[int], releases: int, start: datetime) -> None:
    """Serve these sites; at each moment that is sent, their editors do something; in the end, send the book."""
    ours.close()  # so that the end of who turns the daemon is heard here
    moment = [start]
    sites = [kind(count=releases, seed=number) for number, kind in enumerate(kinds, start=1)]
    rooms = [Newsroom(site, port=port, now=lambda: moment[0]) for site, port in zip(sites, ports or [0] * len(kinds), strict=True)]
    for room in rooms:
        room.__enter__()
    editors = Editors(sites)
    line.send([site.url for site in sites])
    while (sent := line.recv()) is not None:
        moment[0] = sent
        editors.work(sent)
        line.send("done")
    editors.read_log()
    line.send(editors.book)
    for room in rooms:
        room.__exit__(None, None, None)


class World:
    """The line to newsrooms in another process."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self.urls: list[str] = self._told()
        self.ports = [int(url.split(":")[2].split("/")[0]) for url in self.urls]

    def work(self, moment: datetime) -> None:
        """Have the editors of all newsrooms do something."""
        self._line.send(moment)
        self._told()

    def book(self) -> Book:
        """End the newsrooms, and return their book."""
        self._line.send(None)
        book: Book = self._told()
        return book

    def _told(self) -> Any:
        """Raises ``EOFError`` where they crashed, ``TimeoutError`` where they hang."""
        if not self._line.poll(_PATIENCE):
            raise TimeoutError(f"the newsrooms said nothing for {_PATIENCE} s")
        return self._line.recv()


@contextmanager
def world(kinds: Sequence[type[Site]], ports: Sequence[int], releases: int, start: datetime) -> Iterator[World]:
    """Give newsrooms in a process of their own; the same ``ports`` (none: any) give them the same addresses."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()
    process = fork.Process(target=_serve, args=(here, there, kinds, ports, releases, start), daemon=True)
    process.start()
    there.close()  # so that a newsroom that crashed is told of here, not waited for
    try:
        yield World(here)
    finally:
        process.terminate()
        process.join(10)
        process.kill()
