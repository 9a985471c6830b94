"""When to look at a release again. Pure.

    the habits of its source -> outlook;  outlook and the past of the release -> the wait until a look is worth its price

Young releases often, old ones ever less often, never never; soon again after an edit; more often what was edited before.
"""

from .hazards import HAZARDS, Hazard, pace_of, scale_of
from .moments import asks_anyway, born_at, next_try
from .outlook import Outlook, next_wait, outlook, past_of
from .price import LEAST_PRICE, steered
from .watching import Span, watched
from .why import Standing, why
from .worth import Past, wait

__all__ = [
    "HAZARDS",
    "LEAST_PRICE",
    "Hazard",
    "Outlook",
    "Past",
    "Span",
    "Standing",
    "asks_anyway",
    "born_at",
    "next_try",
    "next_wait",
    "outlook",
    "pace_of",
    "past_of",
    "scale_of",
    "steered",
    "wait",
    "watched",
    "why",
]
