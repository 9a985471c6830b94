"""Rounds on threads of this process."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

from ..models import Claim, Due, Errand


class Threads:
    """Claims no more hosts than it has threads for: nothing ever waits here."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._work: Callable[[Due | Errand], None] = lambda given: None
        self._threads = 0
        self._under_way: set[Future[None]] = set()

    def submit(self, connection: Any, claim: Claim) -> None:
        """See ``Engine``; needs no connection."""
        self._under_way = {future for future in self._under_way if not future.done()}
        free = self._threads - len(self._under_way)
        if self._pool is not None and free > 0:
            self._under_way |= {self._pool.submit(self._work, due) for due in claim(free, ())}

    def serve(self, work: Callable[[Due | Errand], None], threads: int) -> None:
        """See ``Engine``."""
        self._work, self._threads = work, threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pass")

    def stop(self, patience: timedelta) -> int:
        """See ``Engine``."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None
        return len(wait({future for future in self._under_way if not future.cancelled()}, patience.total_seconds()).not_done)
