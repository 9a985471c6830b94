"""Where rounds run: on threads of this process, or on workers anywhere, with a queue in the same PostgreSQL between them.

An engine carries hosts to whoever has time for them, and nothing depends on its doing so well: what it loses comes back when the hold on
its claim ends, what it delivers twice or late is stale by its token (``store.frontier``). So the port is narrow.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from ..models import Claim, Due, Errand
from .queue import Queue
from .threads import Threads

__all__ = ["Engine", "Queue", "Threads"]


class Engine(Protocol):
    """The port."""

    def submit(self, connection: Any, claim: Claim) -> None:
        """Claim as many hosts as there is room for, and carry them to whoever serves; in the transaction of ``connection``, if at all."""
        ...

    def serve(self, work: Callable[[Due | Errand], None], threads: int) -> None:
        """Begin to work on what is submitted, on so many threads. ``work`` raises nothing."""
        ...

    def stop(self, patience: timedelta) -> int:
        """Begin nothing more; return how much is still under way after so long, at most. May be called again."""
        ...
