"""Since when a release is there, and the looks that follow rules of their own."""

import hashlib
from datetime import datetime, timedelta

# What stood in the list before we came, without a date, is taken to be this old: nobody just published it.
_FOUND_AGE = timedelta(days=7)
# A 304 is believed for so long, and on all days but one in so many.
_BELIEVED = timedelta(days=1)
_ONE_DAY_IN = 8


def born_at(first_seen_at: datetime, published_at: datetime | None, *, news: bool, precise: bool = True) -> datetime:
    """Return the moment from which a release's age counts: the publisher's, if not in the future; else when we found it.

    ``news`` is False for what was already in the list at the first pass over its source. ``precise`` is False where the publisher names
    no more than a day, of which ``published_at`` is the beginning: what we find on its day is as young as it can be.
    """
    if published_at is not None and published_at <= first_seen_at:
        return published_at if precise else min(first_seen_at, published_at + timedelta(days=1))
    return first_seen_at if news else first_seen_at - _FOUND_AGE


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
    return (_hash(key)[1] + now.toordinal()) % _ONE_DAY_IN == 0


def spread(key: str) -> float:
    """Return a factor between 0.9 and 1.1, always the same for a key: releases of one age are not to be due all at once."""
    return 0.9 + 0.2 * _hash(key)[0] / 255


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
