"""The places in the life of a round at which it may end, or stand still: a process armed with one of them is killed or frozen there."""

import os
import signal
from collections.abc import Callable
from importlib import import_module
from threading import Lock
from typing import Any

# name: where, what, and whether it is reached before or after it
POINTS: dict[str, tuple[str, str, str]] = {
    "after the claim": ("service.store.frontier", "claim", "after"),
    "after the take": ("service.store.frontier", "take", "after"),
    "after the fence": ("service.leases.Leases", "heed", "after"),
    "in the middle of an answer": ("service.fetch.wire", "_body", "before"),
    "before the raw page": ("service.archive.Archive", "_kept", "before"),
    "after the raw page": ("service.archive.Archive", "_kept", "after"),
    "before the commit": ("service.store.record", "count", "after"),
    "after the commit": ("service.store.record", "record", "after"),
    "before the change log": ("service.journal.Journal", "catch_up", "before"),
    "before letting go": ("service.store.frontier", "release", "before"),
}
OF_WORKERS = tuple(name for name in POINTS if name not in ("after the claim", "before the change log"))


def arm(name: str, deed: signal.Signals) -> None:
    """Make this process send itself a signal when it first comes to a point with something at stake."""
    where, what, when = POINTS[name]
    place = _found(where)
    whole: Callable[..., Any] = getattr(place, what)
    first = Lock()

    def armed(*given: Any, **named: Any) -> Any:
        result = whole(*given, **named) if when == "after" else None
        is_idle = result in ((), None) and what in ("claim", "take")  # nothing was to be had
        if not is_idle and first.acquire(blocking=False):
            os.kill(os.getpid(), deed)
        return result if when == "after" else whole(*given, **named)

    setattr(place, what, armed)


def _found(where: str) -> Any:
    """Return a module, or a class of one."""
    module, _, name = where.rpartition(".")
    return getattr(import_module(module), name) if name[0].isupper() else import_module(where)
