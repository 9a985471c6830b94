"""The state of a newsroom, and what its editors do to it. What it looks like is the business of the kinds of sites."""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any

from . import prose
from .noise import Noise
from .releases import Release, Teaser, first_paragraph, teaser_of
from .troubles import Trouble, troubled
from .wire import Exchange, Request, Response, canonical, html, plain, redirect

ROBOTS = "/robots.txt"
_FRONT = "<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>Welcome</h1><p>Use the menu or the search.</p></body></html>"
FIRST_RELEASE = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Site(ABC):
    """A newsroom: releases, the sidebar that shows the latest, the views made of both, and a log of who asked.

    Every edit is one method call and takes effect between two requests, never within one. An edit that makes no sense raises
    at once, so that a test that edits nothing cannot pass. The same ``seed`` gives the same newsroom.
    """

    section = "/news/"
    list_path = "/news/"
    world = prose.ENGLISH

    def __init__(self, releases: Iterable[Release] | None = None, *, count: int = 12, seed: int = 1, sidebar_size: int = 5) -> None:
        self.lock = RLock()
        self.rng = random.Random(seed)
        self.noise = random.Random(f"noise {seed}")  # apart, so that what is published does not hang on how often was asked
        self.now: Callable[[], datetime] = utc_now
        self.base = ""
        self.design = 0
        self.robots = ""
        self.requests: list[Exchange] = []
        self._releases: dict[str, Release] = {}
        self._withdrawn: dict[str, int] = {}
        self._delisted: set[str] = set()
        self._moved: dict[str, str] = {}
        self._troubles: list[tuple[Trouble, str, bool]] = []
        self._views: dict[str, int] = {}
        self._mirrored: dict[str, str] = {}
        self.noises: list[Noise] = []
        for release in self.made_up(count) if releases is None else releases:
            self._keep(release)
        self.sidebar_size = sidebar_size
        self.teasers = [teaser_of(release) for release in self.listed()[:sidebar_size]]

    # What there is

    @property
    def url(self) -> str:
        """The address to watch."""
        return self.base + self.list_path

    @property
    def releases(self) -> list[Release]:
        with self.lock:
            return list(self._releases.values())

    @property
    def latest(self) -> Release:
        return self._ordered()[0]

    def __getitem__(self, slug: str) -> Release:
        return self._releases[slug]

    def address(self, slug: str) -> str:
        """Return the absolute address of a release."""
        return self.base + self._releases[slug].path

    def listed(self, under: str = "/") -> list[Release]:
        """Return the releases that lists show, newest first; among equal dates by sort field, then by the order of their coming."""
        shown = self._ordered(under)
        for noise in self.noises:
            shown = noise.arrange(self, shown)
        return shown

    def asked(self, path: str) -> list[Exchange]:
        """Return the log lines of one path, or of one path with its query."""
        return [line for line in list(self.requests) if path in (line.path, line.target)]

    # What editors do

    def edit(self, slug: str, old: str, new: str, *, declared: bool = True) -> Release:
        """Replace words of the body's HTML; a declared edit also moves the date of the last change that the site shows."""
        release = self._releases[slug]
        if old not in release.body or old == new:
            raise ValueError(f"{slug} does not say {old!r}, or would not change")
        return self._replace(release, declared, body=release.body.replace(old, new))

    def retitle(self, slug: str, title: str, *, declared: bool = True) -> Release:
        """Change the title; the address stays as it is."""
        return self._replace(self._releases[slug], declared, title=title)

    def redate(self, slug: str, published: datetime) -> Release:
        return self._replace(self._releases[slug], False, published=published)

    def put(self, release: Release, *, declared: bool = True) -> Release:
        """Put a release in the place of that of its slug, as ``edits`` make them; a declared edit moves the stamp of its last change."""
        with self.lock:
            self._releases[release.slug] = kept = replace(release, modified=self.now()) if declared else release
            return kept

    def touch(self, slug: str) -> Release:
        """Claim a change without changing anything."""
        return self._replace(self._releases[slug], True)

    def withdraw(self, slug: str, status: int = 404) -> None:
        """Take a release off the site: 404, 410, 200 for a page of excuses, 302 to the list, 301 to the front page; it leaves all lists."""
        with self.lock:
            self._withdrawn[self._releases[slug].slug] = status

    def restore(self, slug: str) -> None:
        """Undo a withdrawal or a delisting."""
        with self.lock:
            self._withdrawn.pop(slug, None)
            self._delisted.discard(slug)

    def delist(self, slug: str) -> None:
        """Take a release out of every list; its page stays."""
        with self.lock:
            self._delisted.add(self._releases[slug].slug)

    def move(self, slug: str, new_slug: str, *, redirect: bool = True) -> Release:
        """Give a release a new address; the old one redirects there for good (301), or is 404."""
        with self.lock:
            old = self._releases[slug]
            moved = replace(old, slug=new_slug, address="")
            kept = [moved if release is old else release for release in self._releases.values()]
            self._releases = {release.slug: release for release in kept}
            self._moved[old.path] = new_slug if redirect else ""
            self._moved.pop(moved.path, None)
            return moved

    def mirror(self, slug: str, new_slug: str) -> Release:
        """Give a release a new address that its page names as the canonical one; the old address serves the same page."""
        with self.lock:
            old_path = self._releases[slug].path
            moved = self.move(slug, new_slug, redirect=False)
            self._moved.pop(old_path)
            self._mirrored[old_path] = new_slug
            return moved

    def disturb(self, noise: Noise) -> Noise:
        """Let a noise begin; each strikes what the ones before it have left."""
        with self.lock:
            self.noises.append(noise)
            return noise

    def calm(self, noise: Noise) -> None:
        """Let a noise end."""
        with self.lock:
            self.noises.remove(noise)

    def publish(self, title: str = "", body: str = "", published: datetime | None = None, slug: str = "") -> Release:
        """Publish a release, made up where nothing is given: the newest, unless dated otherwise; it rolls the sidebar."""
        with self.lock:
            newest = max((r.published for r in self._releases.values()), default=FIRST_RELEASE)
            when = published or newest + timedelta(days=1)
            made = self._make_up(when)
            body = body or made.body
            slug = slug or (prose.slug_of(title) if title else made.slug)
            release = replace(made, slug=slug, title=title or made.title, body=body, lead=first_paragraph(body))
            return self.add(release)

    def add(self, release: Release) -> Release:
        """Publish a release that is ready."""
        with self.lock:
            if release.slug in self._releases:
                raise ValueError(f"{release.slug} is there already")
            kept = self._keep(release)
            if self.latest is kept:
                self.roll_sidebar(teaser_of(kept))
            return kept

    def roll_sidebar(self, teaser: Teaser | None = None) -> None:
        """Put a teaser on top of the sidebar of every page; without one, of news from elsewhere on the site."""
        with self.lock:
            if teaser is None:
                when = self.latest.published if self._releases else FIRST_RELEASE
                text = prose.fill(self.rng, self.world, self.rng.choice(self.world.leads), when)
                teaser = Teaser(text, f"/events/{self.rng.randrange(10**6)}/", when, text[:60])
            self.teasers = [teaser, *self.teasers][: self.sidebar_size]

    def redesign(self) -> None:
        """Serve every page in another layout, with the same texts."""
        with self.lock:
            self.design += 1

    def fault(self, kind: str, path: str = "/", *, exact: bool = False) -> None:
        """Put a path, and unless ``exact`` all below it, into trouble (a value of ``Trouble``) until ``heal``.

        robots.txt is in trouble only when it is named, so that a site can be asked at all.
        """
        with self.lock:
            self._troubles.append((Trouble(kind), path, exact))

    def heal(self) -> None:
        with self.lock:
            self._troubles.clear()

    # What is served

    def answer(self, request: Request) -> Response:
        """Return the response to a request, whole and from one state."""
        with self.lock:
            for trouble, path, exact in self._troubles:
                named = path in (request.path, request.target)
                if named or (not exact and request.path != ROBOTS and request.target.startswith(path)):
                    return troubled(trouble, request)
            if request.path == ROBOTS:
                return plain(self.robots or self.own_robots())
            response = self.respond(request)
            for noise in self.noises:
                response = noise.serve(self, request, response)
            return response

    def own_robots(self) -> str:
        """Return the robots.txt of this kind of site; ``robots`` stands for it when set."""
        return "User-agent: *\nDisallow: /search\n"

    @abstractmethod
    def respond(self, request: Request) -> Response:
        """Return the response of this kind of site; called with the lock held."""

    def respond_with_release(self, request: Request) -> Response:
        """Return the page of the release at this address, or what is served in its place."""
        left = next((place for place in (request.target, request.path) if place in self._moved), None)
        if left is not None:
            new_slug = self._moved[left]
            return redirect(self.base + self._releases[new_slug].path) if new_slug else self.not_found(404)
        release = self.find(request)
        if release is None:
            return self.not_found(404) if request.path != "/" else html(_FRONT)
        if release.slug in self._withdrawn:
            return self.gone(self._withdrawn[release.slug])
        self._views[release.slug] = self._views.get(release.slug, 0) + 1
        for noise in self.noises:
            release = noise.dress(self, release, request)
        shown = self.page(release, request)
        is_mirror = request.path in self._mirrored or request.target in self._mirrored
        return canonical(shown, self.base + release.path) if is_mirror else shown

    def gone(self, status: int) -> Response:
        """Return what is served for a withdrawn release: with 301 and 302 the way to the front page and to the list."""
        return redirect(self.base + ("/" if status == 301 else self.list_path), status) if status in (301, 302) else self.not_found(status)

    def find(self, request: Request) -> Release | None:
        """Return the release that a request means, withdrawn or not."""
        places = (request.target, request.path, f"{request.path}/")
        mirrored = next((self._mirrored[place] for place in places if place in self._mirrored), None)
        if mirrored is not None:
            return self._releases[mirrored]
        return next((release for release in self._releases.values() if release.path in places), None)

    @abstractmethod
    def page(self, release: Release, request: Request) -> Response:
        """Return the page of a release."""

    def not_found(self, status: int) -> Response:
        return html("<!DOCTYPE html><title>Page not found</title><h1>Page not found</h1><p>Nothing is published here.</p>", status)

    def views(self, slug: str) -> int:
        return self._views.get(slug, 0)

    def token(self, digits: int = 32) -> str:
        """Return random hex digits, others at each call."""
        return f"{self.noise.getrandbits(4 * digits):0{digits}x}"

    # How the state is kept

    def _ordered(self, under: str = "/") -> list[Release]:
        with self.lock:
            shown = [r for r in self._releases.values() if r.slug not in self._withdrawn and r.slug not in self._delisted]
        return sorted((r for r in shown if r.path.startswith(under)), key=lambda r: (-r.published.timestamp(), r.sort))

    def made_up(self, count: int) -> list[Release]:
        """Return made-up releases, oldest first, some days apart."""
        made: list[Release] = []
        for number in range(count):
            taken = frozenset(release.slug for release in made)
            release = prose.release(self.rng, self.world, number + 1, FIRST_RELEASE + timedelta(days=3 * number), taken)
            made.append(replace(release, section=self.section))
        return made

    def _make_up(self, when: datetime) -> Release:
        made = prose.release(self.rng, self.world, len(self._releases) + 1, when, frozenset(self._releases))
        return replace(made, section=self.section)

    def _keep(self, release: Release) -> Release:
        numbered = release if release.id else replace(release, id=len(self._releases) + 1)
        self._releases[numbered.slug] = numbered
        return numbered

    def _replace(self, release: Release, declared: bool, **fields: Any) -> Release:
        with self.lock:
            stamp = self.now() if declared else release.modified
            changed = replace(release, modified=stamp, **fields)
            self._releases[release.slug] = changed
            return changed
