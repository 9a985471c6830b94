"""How often a host is asked: one request at a time, a pause between two, and rest where it asks for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.models import Clock

from .patience import LONGEST_WISH

_SHORT_REST = timedelta(seconds=30)  # waited out; longer ones are told to the caller
_FIRST_REST = timedelta(seconds=10)
_LONGEST_REST = timedelta(hours=1)  # that we think of ourselves
_ASK_AGAIN = 0.5  # seconds between two looks whether the process is to stop, while another worker holds the host
_CROWD = 1_000  # hosts remembered before the idle ones are forgotten
_IDLE = timedelta(minutes=10)  # longer than any pause


@dataclass(eq=False)
class _Place:
    """What is remembered of a host; ``holders`` counts the workers that hold it or wait for it."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    holders: int = 0
    left_at: datetime | None = None
    resting_until: datetime | None = None
    refusals: int = 0


class Gate:
    """Shared by all workers; hosts are ``urls.host_key``. Waits through the clock, so a stopping process is not held up."""

    def __init__(self, clock: Clock, default_delay: float) -> None:
        self._clock = clock
        self._delay = default_delay
        self._places: dict[str, _Place] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, delay: float | None = None) -> Iterator[None]:
        """Hold a host for one request, ``delay`` seconds (the default where None) after the last one ended. Raises ``Abandoned``."""
        place = self._come(host)
        try:
            while not place.turn.acquire(timeout=_ASK_AGAIN):
                self._clock.wait(0)
            try:
                self._pause(place, self._delay if delay is None else delay)
                try:
                    yield
                finally:
                    place.left_at = self._clock.now()
            finally:
                place.turn.release()
        finally:
            self._go(place)

    def rest(self, host: str, until: datetime) -> None:
        """Leave a host alone until then."""
        place = self._come(host)
        place.resting_until = until
        self._go(place)

    def refused(self, host: str, asked: timedelta | None, *, overload: bool = False) -> timedelta | None:
        """Take note that a host turned us away, and rest as long as it asked, or ever longer; return how long, None for not at all.

        ``overload`` (503) without a wish may be the trouble of one page: only the next in a row is taken for the host's.
        """
        place = self._come(host)
        place.refusals += 1
        times = place.refusals - overload
        self._go(place)
        if asked is None and times:
            asked = min(_FIRST_REST * 2 ** min(times - 1, 10), _LONGEST_REST)
        if asked is not None:
            self.rest(host, self._clock.now() + asked)
        return asked

    def welcomed(self, host: str) -> None:
        """Take note that a host answered as usual."""
        place = self._come(host)
        place.refusals = 0
        self._go(place)

    def resting(self, host: str) -> datetime | None:
        """Return until when a host is to be left alone, if longer than is worth waiting for."""
        with self._lock:
            place = self._places.get(host)
        now = self._clock.now()
        until = _resting_until(place, now) if place else None
        return until if until and until - now > _SHORT_REST else None

    def _pause(self, place: _Place, delay: float) -> None:
        now = self._clock.now()
        next_at = min(place.left_at, now) + timedelta(seconds=delay) if place.left_at else now  # a clock may be set back
        seconds = (max(next_at, _resting_until(place, now) or now) - now).total_seconds()
        if seconds > 0:
            self._clock.wait(seconds)

    def _come(self, host: str) -> _Place:
        with self._lock:
            if len(self._places) > _CROWD:
                self._forget()
            place = self._places.get(host)
            if place is None:
                place = self._places[host] = _Place()
            place.holders += 1
            return place

    def _go(self, place: _Place) -> None:
        with self._lock:
            place.holders -= 1

    def _forget(self) -> None:
        now = self._clock.now()
        self._places = {host: place for host, place in self._places.items() if _remembered(place, now)}


def _resting_until(place: _Place, now: datetime) -> datetime | None:
    """Return until when a host rests; it is not later than anybody may ask for, unless the clock was set back."""
    until = place.resting_until
    return until if until is not None and until <= now + LONGEST_WISH else None


def _remembered(place: _Place, now: datetime) -> bool:
    until = _resting_until(place, now)
    resting = until is not None and until > now
    fresh = place.left_at is not None and now - place.left_at < _IDLE
    return bool(place.holders) or resting or fresh
