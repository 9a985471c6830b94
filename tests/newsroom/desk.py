"""The releases of a newsroom, and what its editors do to them."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any

from . import prose
from .releases import Release, Teaser, first_paragraph, teaser_of

FIRST_RELEASE = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """The releases, and the sidebar that shows the latest.

    Every edit is one method call and takes effect at once, between two requests. An edit that makes no sense raises, so that a test that
    edits nothing cannot pass. The same ``seed`` gives the same releases.
    """

    section = "/news/"
    world = prose.ENGLISH

    def __init__(self, releases: Iterable[Release] | None = None, *, count: int = 12, seed: int = 1, sidebar_size: int = 5) -> None:
        self.lock = RLock()
        self.rng = random.Random(seed)
        self.now: Callable[[], datetime] = utc_now
        self.design = 0
        self._releases: dict[str, Release] = {}
        self._withdrawn: dict[str, int] = {}
        self._delisted: set[str] = set()
        self._moved: dict[str, str] = {}
        self._mirrored: dict[str, str] = {}
        for release in self.made_up(count) if releases is None else releases:
            self._keep(release)
        self.sidebar_size = sidebar_size
        self.teasers = [teaser_of(release) for release in self._ordered()[:sidebar_size]]

    # What there is

    @property
    def releases(self) -> list[Release]:
        with self.lock:
            return list(self._releases.values())

    @property
    def latest(self) -> Release:
        return self._ordered()[0]

    def __getitem__(self, slug: str) -> Release:
        return self._releases[slug]

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
