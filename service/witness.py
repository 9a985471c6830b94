"""The witness: has an authority stamp the newest checkpoint, now and then, behind everything else.

A stamp of the newest checkpoint bears witness of all entries before it. What fails is tried again, less and less often; the ledger goes on.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from . import logs, stamping
from .errors import ConfigError, Unreadable
from .logs import Event
from .models import Clock, Delivered, EvidenceSettings
from .store import Store

Deliver = Callable[[str, Mapping[str, str], bytes], Delivered]
"""What sends a body with headers to an address, and gives the answer back."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)


class Witness:
    """Asks the authority of the settings; one thread at a time."""

    def __init__(self, store: Store, clock: Clock, settings: EvidenceSettings, deliver: Deliver) -> None:
        self._store, self._clock, self._settings, self._deliver = store, clock, settings, deliver
        self._failures = 0
        self._next: datetime | None = None

    def turn(self) -> int | None:
        """Have the newest checkpoint stamped if it is time; return its number, None where there is nothing to do or it failed."""
        now = self._clock.now()
        if not self._settings.timestamp_url or (self._next is not None and now < self._next):
            return None
        newest, last = self._store.checkpoints.newest(), self._store.checkpoints.stamped_at()
        if newest is None or newest.stamp is not None or (last is not None and now < last + self._settings.timestamp_every):
            return None
        try:
            answer = self._asked(newest.note)
        except (Unreadable, ConfigError) as error:
            self._fail(now, newest.number, str(error))
            return None
        self._store.checkpoints.write_stamp(newest.number, self._settings.timestamp_url, answer, now)
        self._failures, self._next = 0, None
        logs.log(Event.STAMPED, entries=newest.number, url=self._settings.timestamp_url)
        return newest.number

    def _asked(self, note: str) -> bytes:
        body, nonce = stamping.question(note)
        answer = self._deliver(self._settings.timestamp_url, {"Content-Type": stamping.SENT_AS}, body)
        if answer.status != 200 or not answer.body:
            raise Unreadable(f"the authority gives no time stamp: {answer.words}")
        stamping.stamped_at(answer.body, note, nonce)
        return answer.body

    def _fail(self, now: datetime, number: int, words: str) -> None:
        self._next = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._failures, 10))
        self._failures += 1
        logs.log(Event.STAMP_FAILED, entries=number, url=self._settings.timestamp_url, error=words)
