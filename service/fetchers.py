"""A fetcher for each thread that asks the web: its connections are its own, its manners those of all."""

import threading
from weakref import WeakSet

from .fetch import Fetcher, Gate, Robots
from .models import Clock, FetchSettings


class Fetchers:
    """Given out one a thread; pauses between requests and what robots.txt allows are shared, and outlast new settings."""

    def __init__(self, settings: FetchSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._gate, self._robots = Gate(clock, settings.per_host_delay), Robots(clock)
        self._local = threading.local()
        self._given: WeakSet[Fetcher] = WeakSet()  # a thread that ends takes its own with it

    def own(self) -> Fetcher:
        """Return that of the calling thread."""
        local = self._local  # new settings may put another in its place
        if not hasattr(local, "fetcher"):
            local.fetcher = Fetcher(self._settings, self._clock, self._gate, self._robots)
            self._given.add(local.fetcher)
        fetcher: Fetcher = local.fetcher
        return fetcher

    def renew(self, settings: FetchSettings) -> None:
        """Give out fetchers with these settings from now on."""
        self._settings, self._local = settings, threading.local()

    def close(self) -> None:
        """Close the connections of all."""
        for fetcher in list(self._given):
            fetcher.close()
