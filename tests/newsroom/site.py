"""A newsroom as its readers and its test see it. What it looks like is the business of the kinds of sites."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterable

from .desk import Desk
from .noise import Noise
from .releases import Release
from .troubles import Trouble, troubled
from .wire import Exchange, Request, Response, canonical, html, plain, redirect

ROBOTS = "/robots.txt"
_FRONT = "<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>Welcome</h1><p>Use the menu or the search.</p></body></html>"


class Site(Desk, ABC):
    """A newsroom on the wire: views of its releases and of its sidebar, noises and troubles, and a log of who asked.

    No edit takes effect within a request. The same ``seed`` gives the same newsroom.
    """

    list_path = "/news/"

    def __init__(self, releases: Iterable[Release] | None = None, *, count: int = 12, seed: int = 1, sidebar_size: int = 5) -> None:
        super().__init__(releases, count=count, seed=seed, sidebar_size=sidebar_size)
        self.noise = random.Random(f"noise {seed}")  # apart, so that what is published does not hang on how often was asked
        self.base = ""
        self.robots = ""
        self.requests: list[Exchange] = []
        self.noises: list[Noise] = []
        self._troubles: list[tuple[Trouble, str, bool]] = []
        self._views: dict[str, int] = {}

    @property
    def url(self) -> str:
        """The address to watch."""
        return self.base + self.list_path

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

    # What befalls it

    def disturb(self, noise: Noise) -> Noise:
        """Let a noise begin; each strikes what the ones before it have left."""
        with self.lock:
            self.noises.append(noise)
            return noise

    def calm(self, noise: Noise) -> None:
        """Let a noise end."""
        with self.lock:
            self.noises.remove(noise)

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
