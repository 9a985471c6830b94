"""A fetcher for each thread that asks the web: its connections are its own, its manners those of all, and so is the browser."""

import threading
from weakref import WeakSet

from .fetch import Browser, Fetcher, Gate, Robots
from .models import Clock, Settings


class Fetchers:
    """Given out one a thread; pauses between requests and what robots.txt allows are shared, and outlast new settings.

    So is the browser that builds pages: nothing of it runs before the first page is wanted.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings.fetch, clock
        self._gate, self._robots = Gate(clock, settings.fetch.per_host_delay), Robots(clock)
        self._browser = Browser(settings.browser, clock)
        self._local = threading.local()
        self._given: WeakSet[Fetcher] = WeakSet()  # a thread that ends takes its own with it

    def own(self) -> Fetcher:
        """Return that of the calling thread."""
        local = self._local  # new settings may put another in its place
        if not hasattr(local, "fetcher"):
            local.fetcher = Fetcher(self._settings, self._clock, self._gate, self._robots, browser=self._browser)
            self._given.add(local.fetcher)
        fetcher: Fetcher = local.fetcher
        return fetcher

    def renew(self, settings: Settings) -> None:
        """Give out fetchers with these settings from now on; of those of the browser, all but how many pages it builds at the same time."""
        self._settings, self._browser.settings, self._local = settings.fetch, settings.browser, threading.local()

    def close(self) -> None:
        """Close the connections of all, and the browser."""
        self._browser.close()
        for fetcher in list(self._given):
            fetcher.close()
