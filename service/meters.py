"""What this process has done since it began: passes, how long they took, and their looks, counted where they are written."""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

BOUNDS = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0)  # seconds of a pass: the upper ends of the parts of the histogram
BROKEN = "broken"  # the outcome of a pass that ended by an error, and of which nothing was written


@dataclass(frozen=True, slots=True)
class Reading:
    """What was counted: passes and looks by outcome; ``durations`` of the passes by ``BOUNDS`` and beyond, ``seconds`` in all."""

    passes: dict[str, int]
    looks: dict[str, int]
    durations: tuple[int, ...]
    seconds: float


class Meters:
    """The counts, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._passes: Counter[str] = Counter()
        self._looks: Counter[str] = Counter()
        self._durations = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    def passed(self, outcome: str, seconds: float, looks: Iterable[str]) -> None:
        """Count a pass that was written, with the outcomes of its looks."""
        with self._lock:
            self._passes[outcome] += 1
            self._looks.update(looks)
            self._durations[bisect_left(BOUNDS, seconds)] += 1
            self._seconds += seconds

    def broke(self) -> None:
        """Count a pass of which nothing was written."""
        with self._lock:
            self._passes[BROKEN] += 1

    def read(self) -> Reading:
        with self._lock:
            return Reading(dict(self._passes), dict(self._looks), tuple(self._durations), self._seconds)
