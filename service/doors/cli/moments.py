"""Moments as people write and read them."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import click

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)\s*", re.I)
_UNITS = {"s": "seconds", "m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS = {"today": 0, "yesterday": 1}


def parse(text: str, now: datetime, *, end: bool = False) -> datetime:
    """Return the moment in UTC that a user means: ISO 8601, ``now``, ``today``, ``yesterday``, or a span back from now (``2h30m``, ``3d``).

    What has no zone is local time. A day alone is its beginning, or with ``end`` its end. Raises ``ValueError`` for anything else.
    """
    words = text.strip()
    try:
        if words.lower() == "now":
            return now
        if words and not _PART.sub("", words):
            return now - sum((timedelta(**{_UNITS[unit.lower()]: float(amount)}) for amount, unit in _PART.findall(words)), timedelta())
        day = _day(words, now)
        return (datetime.fromisoformat(words) if day is None else datetime.combine(day + timedelta(days=end), time())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is no moment: write 2026-11-21, 2026-11-21T14:30, 2026-11-21T14:30+01:00, 2h30m, 3d, today or yesterday"
        ) from None


def _day(words: str, now: datetime) -> date | None:
    if words.lower() in _DAYS:
        return now.astimezone().date() - timedelta(days=_DAYS[words.lower()])
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def option(name: str, text: str | None, now: datetime, *, end: bool = False) -> datetime | None:
    """Return the moment that an option names; raises ``click.BadParameter`` with what would be understood."""
    try:
        return None if text is None else parse(text, now, end=end)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=name) from None


def local(moment: datetime, *, zone: bool = False) -> str:
    """Return a moment as ``2026-11-21 14:30:05`` in local time, with the zone if it is to be named."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z" if zone else "%Y-%m-%d %H:%M:%S")


def local_column(moments: Iterable[datetime]) -> tuple[str, tuple[str, ...]]:
    """Return the zone that all of these moments share, and them without it; or no zone, and each with its own."""
    known = tuple(moments)
    zones = {moment.astimezone().strftime("%Z") for moment in known}
    if len(zones) == 1:
        return zones.pop(), tuple(local(moment) for moment in known)
    return "", tuple(local(moment, zone=True) for moment in known)


def between(not_before: datetime | None, not_after: datetime) -> str:
    """Return when something happened, as honestly as it is known."""
    if not_before is None:
        return f"before {local(not_after, zone=True)}"
    zone, (earlier, later) = local_column((not_before, not_after))
    return f"between {earlier} and {later} {zone}".rstrip()


def distance(moment: datetime | None, now: datetime) -> str:
    """Return how far a moment is from now, in the one unit that fits: ``3 min ago``, ``in 2 h``, ``now``; ``-`` for none."""
    if moment is None:
        return "-"
    seconds = (moment - now).total_seconds()
    if abs(seconds) < 1:
        return "now"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if abs(seconds) >= size:
            amount = f"{abs(seconds) / size:.0f} {unit}"
            break
    return f"in {amount}" if seconds > 0 else f"{amount} ago"
