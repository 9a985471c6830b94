"""What all pages of a source are made with, their scripts above all, kept for a while: a server need not send it for each page anew."""

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.models import Clock, Snapshot

from .values import Given

_USUAL = timedelta(minutes=10)
_LONGEST = timedelta(hours=1)
_MOST_BYTES = 32_000_000
_FORBIDS = re.compile(r"\b(no-store|no-cache|private)\b", re.I)
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*(\d{1,9})", re.I)


@dataclass(frozen=True, slots=True)
class _Kept:
    until: datetime
    given: Given


class Shelf:
    """Shared by all threads; for each source its own, for its headers may hold secrets."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def taken(self, source: str, url: str) -> Given | None:
        """Return what was given for an address, as long as it may be given again."""
        now = self._clock.now()
        with self._lock:
            kept = self._kept.get((source, url))
            return kept.given if kept is not None and now < kept.until <= now + _LONGEST else None

    def put(self, source: str, url: str, given: Given, answer: Snapshot) -> None:
        """Keep what was given for an address, as long as its server allows (RFC 9111 section 5.2.2), an hour at most."""
        told = answer.header("cache-control")
        stated = _MAX_AGE.search(told)
        lasts = min(timedelta(seconds=int(stated[1])) if stated else _USUAL, _LONGEST)
        if _FORBIDS.search(told) or not lasts or len(given.body) > _MOST_BYTES:
            return
        with self._lock:
            before = self._kept.pop((source, url), None)
            self._bytes += len(given.body) - (len(before.given.body) if before else 0)
            self._kept[source, url] = _Kept(self._clock.now() + lasts, given)
            while self._bytes > _MOST_BYTES:
                self._bytes -= len(self._kept.popitem(last=False)[1].given.body)
