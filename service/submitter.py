"""A web archive, asked to keep a copy of what is found: a third party's, at an address of its own.

    versions behind the mark -> queue -> asked, one at a time -> under way -> copied, or tried again

Behind the passes, never in their way: whatever the archive does, nothing waits for it. It is asked politely: a pause after each request, so
many copies a day, a rest when it wants one; a release that it does not copy within a week is given up.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from . import logs, savepage
from .logs import Event
from .models import Clock, CopyAnswer, CopyFate, Delivered, Submission, WaybackSettings
from .store import Store

Ask = Callable[[str, Mapping[str, str], bytes | None], Delivered]
"""What sends a body with headers to an address, or asks for it where there is no body, and gives the answer back."""

_LEASE = timedelta(minutes=3)  # longer than any request takes
_PATIENCE = timedelta(minutes=15)  # with a copy that is under way
_GIVEN_UP_AFTER = timedelta(days=7)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(days=1)  # between two askings for one release
_FIRST_REST, _LONGEST_REST = timedelta(minutes=1), timedelta(hours=6)  # for an archive that fails


class Submitter:
    """Asks the web archive of the settings; in one thread at a time."""

    def __init__(self, store: Store, clock: Clock, settings: WaybackSettings, ask: Ask) -> None:
        self._queue, self._clock, self._settings, self._ask = store.submissions, clock, settings, ask

    def begin(self) -> None:
        """Take over the settings: where an archive is asked for the first time, it is of what is found from now on."""
        self._queue.sync(self._clock.now(), enabled=bool(self._settings.sources))

    def turn(self) -> None:
        """Queue what is new, and ask one thing if it is time."""
        if not self._settings.sources:
            return
        self._queue.gather(self._settings.sources, self._clock.now())
        taken = self._queue.take(self._clock.now(), _LEASE, self._settings.per_day)
        if taken is not None:
            self._settle(taken, self._asked(taken))

    def _asked(self, taken: Submission) -> CopyAnswer:
        service = self._settings.url
        headers = savepage.headers(self._settings.access_key, self._settings.secret_key)
        if not taken.ticket:
            return savepage.begun(self._ask(service, headers, savepage.question(taken.url)))
        told = self._ask(savepage.status_url(service, taken.ticket), headers, None)
        return savepage.ended(told, taken, service, self._clock.now())

    def _settle(self, taken: Submission, answer: CopyAnswer) -> None:
        now = self._clock.now()
        after = now + self._settings.pause
        match answer.fate:
            case CopyFate.COPIED if answer.copied_at is not None:
                self._queue.copied(taken, answer.url, answer.copied_at, after)
                logs.log(Event.COPIED, item=taken.url, url=answer.url)
            case CopyFate.UNDER_WAY if taken.asked_at is None or now < taken.asked_at + _PATIENCE:
                self._queue.under_way(taken, answer.ticket, now, after)
            case CopyFate.NEVER:
                self._queue.drop(taken, after)
                logs.log(Event.COPY_GIVEN_UP, item=taken.url, url=self._settings.url, error=answer.words)
            case _:
                self._fail(taken, answer)

    def _fail(self, taken: Submission, answer: CopyAnswer) -> None:
        now, by_itself = self._clock.now(), answer.fate is CopyFate.RESTING
        asked = answer.retry_after or timedelta(0)
        words = answer.words or "it has been at it for too long"
        pause = max(_grown(_FIRST_PAUSE, taken.tries, _LONGEST_PAUSE), asked)
        rest = _grown(_FIRST_REST, self._queue.failures(), _LONGEST_REST) if by_itself else self._settings.pause
        given_up = self._queue.failed(
            taken,
            words,
            now if by_itself else now + pause,
            now + max(rest, self._settings.pause, asked if by_itself else timedelta(0)),
            by_itself=by_itself,
            before=now - _GIVEN_UP_AFTER,
        )
        logs.log(Event.COPY_FAILED, item=taken.url, url=self._settings.url, error=words)
        if given_up:
            logs.log(Event.COPY_GIVEN_UP, url=self._settings.url, failed=given_up, error=f"tried for a week; last: {words}")


def _grown(first: timedelta, failures: int, longest: timedelta) -> timedelta:
    return timedelta(seconds=min(longest.total_seconds(), first.total_seconds() * 3 ** min(failures, 10)))
