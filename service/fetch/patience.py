"""How long to wait: what a host asks for in Retry-After, and our own growing pauses between tries."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WISH = timedelta(days=1)
_NONE = timedelta(0)
_FIRST = 1.0
_MOST = 30.0


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Return the time that a Retry-After header asks for (seconds or an HTTP date, RFC 9110 section 10.2.3), within a day.

    None for a header that says nothing readable.
    """
    value = value.strip()
    asked = _seconds(value)
    if asked is None:
        asked = _until(value, now)
    return None if asked is None else max(_NONE, min(asked, LONGEST_WISH))


def backoff(attempt: int, rng: random.Random) -> float:
    """Return the seconds to wait before a further try, ``attempt`` counted from 0.

    Source: exponential backoff with full jitter, M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
    """
    return rng.uniform(0.0, min(_MOST, _FIRST * 2**attempt))


def _seconds(value: str) -> timedelta | None:
    number = value.removeprefix("-")
    number = number.lstrip("0") or number[-1:]
    if not number.isascii() or not number.isdigit():
        return None
    if value.startswith("-"):
        return _NONE
    return timedelta(seconds=int(number)) if len(number) <= len("86400") else LONGEST_WISH


def _until(value: str, now: datetime) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
