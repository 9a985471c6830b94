"""From moments to hours and back: the next look at a release, as its source and its own past suggest."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf, isfinite

from service.models import Habits, Pace

from .hazards import HAZARDS, Hazard, pace_of, scale_of
from .moments import spread
from .worth import Past, wait

# At this price a release has some fifty looks in its first month; a loss of the same size weighs more where edits are rare.
_USUAL_PRICE = {Pace.NEWS: 0.0045, Pace.OFFICIAL: 0.00065}
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What holds for all releases of a source: its pace, how many times as often as usual they are edited, the price of a look."""

    pace: Pace
    scale: float
    price: float

    @property
    def hazard(self) -> Hazard:
        return HAZARDS[self.pace]


def outlook(habits: Habits, price: float = 1.0, weight: float = 1.0, pace: Pace | None = None) -> Outlook:
    """Return the outlook of a source: ``price`` is that of its host (1: nothing presses), ``weight`` what its edits are worth to us.

    ``pace`` is as configured; None: as learned.
    """
    chosen = pace or pace_of(habits)
    scale = scale_of(habits, HAZARDS[chosen])
    return Outlook(chosen, scale, _USUAL_PRICE[chosen] * price / weight)


def past_of(now: datetime, born_at: datetime, first_seen_at: datetime, edits: int, edited_at: datetime | None) -> Past:
    """Return the past of a release in hours; moments out of their order count as now."""
    age = max((now - born_at) / _HOUR, 0.0)
    quiet = inf if edited_at is None else max((now - edited_at) / _HOUR, 0.0)
    return Past(age, min(max((first_seen_at - born_at) / _HOUR, 0.0), age), max(edits, 0), quiet)


def next_wait(past: Past, view: Outlook, low: timedelta, high: timedelta, key: str) -> timedelta:
    """Return how long to wait before the next look at a release: never less than ``low``, never more than ``high``.

    ``key`` spreads releases of one age by up to a tenth; the same key always gives the same answer.
    """
    hours = wait(past, view.hazard, view.scale, view.price, low / _HOUR, high / _HOUR)
    return min(high, max(low, hours * spread(key) * _HOUR)) if isfinite(hours) else low
