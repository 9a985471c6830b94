"""How long after publication edits come, out of counts in steps: fine ones at first, coarse ones later. Pure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from service.models import Waits

_HOUR = 3600
_DAY = 24 * _HOUR
# Up to so many seconds, in steps of so many.
STEPS = ((_HOUR, _HOUR // 12), (_DAY, _HOUR), (30 * _DAY, 6 * _HOUR), (365 * _DAY, _DAY), (24_000 * _DAY, 30 * _DAY))
# What is shown: up to so many seconds, the last without an end. Each ends where a step ends.
SPANS = (_HOUR, 6 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY, 30 * _DAY, 90 * _DAY, 365 * _DAY, None)


def _starts() -> tuple[int, ...]:
    """Return the seconds at which each step starts."""
    bounds = [0, *(until for until, _ in STEPS)]
    return tuple(start for (low, high), (_, width) in zip(pairwise(bounds), STEPS, strict=True) for start in range(low, high, width))


_STARTS = _starts()
OPEN_STEP = len(_STARTS)  # beyond all others
_EDGES = (*_STARTS, STEPS[-1][0], STEPS[-1][0])  # where each step starts, and where the one before it ends


def first_step(until: int) -> int:
    """Return the number of the first step of those that go up to so many seconds."""
    bounds = [0, *(high for high, _ in STEPS)]
    return _STARTS.index(bounds[bounds.index(until) - 1])


def waits(counted: Mapping[int, int]) -> Waits:
    """Return quartiles and spans of counts by step."""
    spans = []
    low = 0
    for high in SPANS:
        steps = (number for step, number in counted.items() if low <= _EDGES[step] and (high is None or _EDGES[step] < high))
        spans.append((high, sum(steps)))
        low = high or low
    total = sum(counted.values())
    in_order = sorted(counted.items())
    first, median, third = (_quantile(in_order, total * share) for share in (0.25, 0.5, 0.75))
    return Waits((first, median, third) if total else None, tuple(spans))


def _quantile(in_order: Sequence[tuple[int, int]], rank: float) -> float:
    """Return the seconds under which so many lie, taking those of a step as spread evenly over it."""
    below = 0
    for step, number in in_order:
        if below + number >= rank:
            return _EDGES[step] + (_EDGES[step + 1] - _EDGES[step]) * (rank - below) / number
        below += number
    return 0.0
