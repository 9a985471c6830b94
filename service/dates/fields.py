"""What every way to write a date shares: plausible days, two-digit years, offsets."""

import re
from datetime import date

_YEARS = range(1900, 2101)


def is_year(year: int) -> bool:
    """Return whether a newsroom can mean this year."""
    return year in _YEARS


def two_digit_year(digits: str | None) -> int:
    """Return the year that two digits mean to a newsroom: 1990 to 2049, else 0."""
    if not digits or 50 <= int(digits) < 90:
        return 0
    return int(digits) + (2000 if int(digits) < 50 else 1900)


def iso_day(year: int, month: int, day: int) -> str | None:
    """Return ``2019-06-27``, or None for a day that is not in the calendar or in no newsroom's time."""
    if not is_year(year):
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def offset(zone: str | None) -> str:
    """Return ``+03:00`` for any way to write an offset, or nothing for a zone that is not told as one."""
    match = re.search(r"([+−-])(\d{1,2}):?(\d\d)?$", zone or "")
    if not match:
        return "+00:00" if (zone or "").strip().lower() in ("z", "utc", "gmt", "ut") else ""
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        return ""
    sign = "-" if match[1] in "-−" and (hours or minutes) else "+"
    return f"{sign}{hours:02d}:{minutes:02d}"
