"""When to look next: young releases often, old ones ever less often, never never.

Edits of official releases come late (first one after 50 hours at the median, 85 % within 30 days), and at a rate that falls
with age about as 1/age; looking again after a constant share of the age keeps the expected delay in proportion to it.
"""

import hashlib
from datetime import datetime, timedelta

# A look each sixth of the age: 50 looks in the first six weeks of a release's life, then one a week.
_SHARE = 6
# What stood in the list before we came, without a date, is taken to be this old: nobody just published it.
_FOUND_AGE = timedelta(days=7)
# A 304 is believed for so long, and on all days but one in so many.
_BELIEVED = timedelta(days=1)
_ONE_DAY_IN = 8


def born_at(first_seen_at: datetime, published_at: datetime | None, *, news: bool) -> datetime:
    """Return the moment from which a release's age counts: the publisher's, if not in the future; else when we found it.

    ``news`` is False for what was already in the list at the first pass over its source.
    """
    if published_at is not None and published_at <= first_seen_at:
        return published_at
    return first_seen_at if news else first_seen_at - _FOUND_AGE


def next_look(now: datetime, born: datetime, changed_at: datetime | None, low: timedelta, high: timedelta, key: str) -> datetime:
    """Return when to look at a release again: never sooner than ``low``, never later than ``high`` from now.

    A change makes a release young again: edits come in bursts. ``key`` spreads releases of one age by up to a tenth, so that they are
    not all due at once; the same key always gives the same answer.
    """
    youngest = max(born, changed_at) if changed_at is not None else born
    gap = (now - youngest) / _SHARE
    return now + min(high, max(low, gap * _spread(key)))


def next_try(now: datetime, tried_at: datetime | None, low: timedelta) -> datetime:
    """Return when to look again after a look that settled nothing: after ``low``, then twice as long after each further one.

    ``tried_at`` is the look before, where that settled nothing either.
    """
    return now + (low if tried_at is None else max(low, 2 * (now - tried_at)))


def asks_anyway(now: datetime, seen_at: datetime | None, key: str) -> bool:
    """Return whether to ask for a whole page, whatever the server would say to "changed since?": it may be wrong about it.

    Always after a day without a look, and all of one day in eight, which ``key`` chooses.
    """
    if seen_at is None or now - seen_at >= _BELIEVED:
        return True
    return (hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[1] + now.toordinal()) % _ONE_DAY_IN == 0


def _spread(key: str) -> float:
    return 0.9 + 0.2 * hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[0] / 255
