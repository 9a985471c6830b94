"""The clock as an argument: bootstrap hands the real one down, tests one of their own."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What knows the moment and how to let time pass."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC."""
        ...

    def wait(self, seconds: float) -> None:
        """Return after so many seconds; raise ``errors.Abandoned`` at once when the process is asked to stop."""
        ...
