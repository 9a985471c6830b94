"""The hosts that this process has in hand: leased, renewed while their rounds live, let go as soon as they end.

A lease is short, so that the hosts of a process that died are soon taken over; renewed in the background, so that neither a long
pause nor a slow page loses it; and looked at before every request, so that a process that slept finds out before it asks for anything.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import logs
from .errors import Abandoned, PresswatchError
from .logs import Event
from .models import Clock, Due, EditsSettings, FetchSettings, Source
from .store import Store

_GLANCE = 0.3  # seconds between two looks whether a host is free
_LONGEST_PAUSE = 330.0  # seconds: a Crawl-delay, and a short rest


@dataclass(eq=False)
class Lease:
    """A host in hand until ``until``. ``heard_at`` is the last sign of life of its round, ``pause`` the one between its requests."""

    due: Due
    until: datetime
    heard_at: datetime
    pause: timedelta = timedelta(0)


class Leases:
    """Shared by all threads. ``length`` is that of a lease; ``quiet`` the longest that a round may go on without asking for anything."""

    def __init__(self, store: Store, clock: Clock, length: timedelta, quiet: timedelta) -> None:
        self._store, self._clock, self._length, self._quiet = store, clock, length, quiet
        self._held: set[Lease] = set()
        self._lock = threading.Lock()
        self._keeper: threading.Thread | None = None
        self._closing = threading.Event()

    def take(self, due: Due) -> Lease | None:
        """Turn a claim into a lease; None where the claim is stale."""
        now = self._clock.now()
        taken = self._store.take(due, now, self._length)
        return self._kept(taken, now) if taken is not None else None

    def seize(self, source: str) -> Lease:
        """Lease the host of a source as soon as it is free and may be asked."""
        while True:
            now = self._clock.now()
            taken = self._store.seize(source, now, self._length)
            if taken is not None:
                return self._kept(taken, now)
            self._clock.wait(_GLANCE)

    def heed(self, lease: Lease, pause: timedelta) -> None:
        """Note that a request is to be made now, ``pause`` after the last. Raises ``Abandoned`` where the lease was lost."""
        now = self._clock.now()
        lease.pause, lease.heard_at = pause, now
        if lease.until - now < self._full(lease) * 2 / 3 and not self._renew(lease, now):
            raise Abandoned("another worker has taken over this host")

    def let_go(self, lease: Lease, wait: timedelta) -> None:
        """Let a host go, to be asked again after its pause, and ``wait`` at least."""
        with self._lock:
            self._held.discard(lease)
        now = self._clock.now()
        self._store.let_go(lease.due, now, now + max(wait, lease.pause))

    def close(self) -> None:
        """Renew nothing any more."""
        self._closing.set()

    def _kept(self, due: Due, now: datetime) -> Lease:
        lease = Lease(due, now + self._length, now)
        with self._lock:
            self._held.add(lease)
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="leases", daemon=True)
                self._keeper.start()
        return lease

    def _keep(self) -> None:
        """Renew the leases of living rounds, for as long as there are any."""
        while not self._closing.wait(self._length.total_seconds() / 3):
            with self._lock:
                if not self._held:
                    self._keeper = None
                    return
                held = list(self._held)
            now = self._clock.now()
            for lease in held:
                if now - lease.heard_at < self._quiet:
                    self._renew_or_tell(lease, now)

    def _renew_or_tell(self, lease: Lease, now: datetime) -> None:
        try:
            self._renew(lease, now)
        except PresswatchError as error:
            logs.log(Event.TROUBLE, error=str(error))

    def _renew(self, lease: Lease, now: datetime) -> bool:
        length = self._full(lease)
        if not self._store.fence(lease.due, now, length):
            return False
        lease.until = now + length
        return True

    def _full(self, lease: Lease) -> timedelta:
        """A third of it may be gone before it is renewed, and its end must not fall into the pause after the last request."""
        return max(self._length, lease.pause * 2)


def quiet_time(fetch: FetchSettings, edits: EditsSettings, sources: Iterable[Source]) -> timedelta:
    """Return how long a round may go on without asking for anything: the longest request, its pauses and tries, and a second look."""
    pause = max(_LONGEST_PAUSE, fetch.per_host_delay, *(source.per_host_delay or 0.0 for source in sources))
    request = (fetch.retries + 1) * (fetch.total_timeout + pause)
    return timedelta(seconds=2 * request) + edits.confirm_after  # twice: it may need robots.txt first
