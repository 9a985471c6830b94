"""The clock of this machine, or what is left of it where another machine's goes: the only place that reads the time."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .errors import Abandoned


class SystemClock:
    """The real clock; ``stop`` makes every wait end at once, now and later."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def follow(self, ask: Callable[[], datetime]) -> None:
        """Go by another clock: set ours only by as much as it is wrong for certain, for the answer was on its way for a while."""
        asked_at = datetime.now(UTC)
        there = ask()
        self._ahead = min(max(self._ahead, there - datetime.now(UTC)), there - asked_at)

    def wait(self, seconds: float) -> None:
        if self._stopping.is_set() or (seconds > 0 and self._stopping.wait(seconds)):
            raise Abandoned("presswatch is stopping")

    def stop(self) -> None:
        self._stopping.set()
