"""Telling others, after the commit: changes that targets asked for go into the outbox, and out of it.

    changes behind a target's mark -> its filters -> outbox -> lease -> send -> sent, or tried again

A message is sent at least once: a kill between the sending and its note sends it again, under the same id. To one target, messages go
in the order of the changes, and one that cannot be sent holds up those behind it until it is given up. Nothing is sent inside of a
transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from . import logs
from .interest import asks_for_words, is_quiet, is_ripe, meets, passes
from .logs import Event
from .models import ChangeFilter, ChangeLine, Clock, Fate, Message, Outcome, Taken, Target, TargetLine, ToldChange
from .store import Store

Send = Callable[[Target, Message], Outcome]

_PORTION = 200  # changes considered at once
_DIGEST = 100  # changes of one message, at most; the rest comes with the next
_LEASE = timedelta(minutes=3)  # longer than any sending takes
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 2.0, 3600.0, 3  # seconds between tries: 2, 6, 18 and so on
_TRIES = 5  # of a message that is refused for what it says


class Messenger:
    """Fills the outbox for targets and empties it; for any number of threads and processes, each target's messages one after another."""

    def __init__(self, store: Store, clock: Clock, send: Send, targets: Sequence[Target]) -> None:
        self._store, self._clock, self._send = store, clock, send
        self._targets: Mapping[str, Target] = {target.id: target for target in targets}

    def begin(self) -> None:
        """Take over the configured targets: a new one is told of what happens from now on."""
        self._store.outbox.sync({target.id: target.enabled for target in self._targets.values()}, self._clock.now())

    def turn(self) -> int:
        """Queue what is new and send all that is due, target by target; return how many messages were sent."""
        self.gather()
        return sum(self.empty(slug) for slug in self.due())

    def gather(self) -> None:
        """Queue what is new for the targets that want it."""
        outbox, awake = self._store.outbox, self._awake()
        newest = outbox.newest() if awake else 0
        marks = {line.id: line.mark for line in awake if line.mark < newest}
        while marks:
            lines = self._store.changes(ChangeFilter(after=min(marks.values()), limit=_PORTION))
            if not lines:
                return
            told = cache(self._told)
            for slug, mark in list(marks.items()):
                behind = [line for line in lines if line.id > mark]
                wanted = [line.id for line in behind if self._wants(self._targets[slug], line, told)]
                if not behind or outbox.queue(slug, mark, behind[-1].id, wanted, self._clock.now()):
                    marks[slug] = max(mark, lines[-1].id)
                else:
                    del marks[slug]  # somebody else is at it

    def due(self) -> tuple[str, ...]:
        """Return the targets for which something is to be sent now."""
        now = self._clock.now()
        return tuple(
            line.id
            for line in self._awake()
            if is_ripe(self._targets[line.id], line.oldest_at, now) and (line.next_at is None or line.next_at <= now)
        )

    def empty(self, slug: str, until: Callable[[], bool] = lambda: False) -> int:
        """Send what waits for a target, in order, until something fails or ``until`` says so; return how many messages were sent."""
        count, target = 0, self._targets[slug]
        while not until() and (slug in self.due() if target.digest else not is_quiet(target, self._clock.now())):
            taken = self._store.outbox.take(slug, self._clock.now(), _LEASE, _DIGEST if target.digest else 1)
            if taken is None or not self._sent(target, taken):
                break
            count += 1
        return count

    def _sent(self, target: Target, taken: Taken) -> bool:
        message = Message(taken.id, self._clock.now(), tuple(self._told(number) for number in taken.changes))
        outcome = self._send(target, message)
        if outcome.fate is Fate.SENT:
            logs.log(Event.NOTICE_SENT, target=target.id, change=taken.changes[0], changes=len(taken.changes))
            return self._store.outbox.sent(taken, self._clock.now())
        self._fail(target, taken, outcome)
        return False

    def _fail(self, target: Target, taken: Taken, outcome: Outcome) -> None:
        now, off = self._clock.now(), outcome.fate is Fate.OFF
        failures = self._store.outbox.targets()[target.id].tries
        pause = max(pause_after(failures), outcome.retry_after or timedelta(0))
        given_up = self._store.outbox.failed(
            taken,
            now,
            outcome.words,
            now + pause,
            give_up=outcome.fate is Fate.REFUSED and taken.tries + 1 >= _TRIES,
            before=now - target.give_up_after,
            off=off,
        )
        event = Event.TARGET_OFF if off else Event.NOTICE_GIVEN_UP if given_up else Event.NOTICE_FAILED
        logs.log(event, target=target.id, change=taken.changes[0], changes=given_up or len(taken.changes), error=outcome.words)

    def _told(self, number: int) -> ToldChange:
        line = self._store.change(number)
        assert line is not None, "changes are kept for ever"
        return ToldChange(line, *self._store.readings_of(number))

    def _wants(self, target: Target, line: ChangeLine, told: Callable[[int], ToldChange]) -> bool:
        return passes(target, line) and (not asks_for_words(target) or meets(target, told(line.id)))

    def _awake(self) -> Sequence[TargetLine]:
        found = self._store.outbox.targets() if self._targets else {}
        return [line for slug, line in found.items() if slug in self._targets and line.enabled and line.off_since is None]


def pause_after(failures: int) -> timedelta:
    """Return how long a target rests after one more failure than these in a row."""
    return timedelta(seconds=min(_LONGEST_PAUSE, _FIRST_PAUSE * _GROWTH ** min(failures, 10)))


def sample(now: datetime) -> Message:
    """Return the message that shows whether a target can be reached: a change that nobody made."""
    from .models import Block, Reading

    def reading(number: str) -> Reading:
        return Reading("A test notice of presswatch", (Block("p", f"The mission will send {number} observers on 6 October."),))

    line = ChangeLine(
        id=0,
        source="test",
        item_url="https://www.example.org/news/test/",
        title="A test notice of presswatch",
        kind="edited",
        significance="substantive",
        classes=("number",),
        declared="stealth",
        fields=("body",),
        not_before=now - timedelta(minutes=15),
        not_after=now,
        detected_at=now,
        before_version=1,
        after_version=2,
        words_added=1,
        words_removed=1,
        summary='"15" → "51" (number), in paragraph 1; nothing happened, this is a test',
    )
    return Message(f"test_{now:%Y%m%d%H%M%S%f}", now, (ToldChange(line, reading("15"), reading("51")),), is_sample=True)
