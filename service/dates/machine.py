"""Dates in fields, as programs write and read them."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from .fields import iso_day, offset, two_digit_year
from .months import months

_TIME_FIELD = (
    r"(?P<h>[01]\d|2[0-3]):?(?P<n>[0-5]\d)(?::?(?P<s>[0-5]\d)(?:[.,]\d+)?)?\s?(?P<zone>z|utc|gmt|[+−-]\d\d(?::?\d\d)?)?(?:\[[\w/+-]+\])?"
)
_ISO = re.compile(rf"(?P<y>\d{{4}})(?:-(?P<m>\d\d)(?:-(?P<d>\d\d)(?:[t ]\s?{_TIME_FIELD})?)?)?", re.I)
_ISO_BASIC = re.compile(rf"(?P<y>\d{{4}})(?P<m>\d\d)(?P<d>\d\d)(?:t{_TIME_FIELD})?", re.I)
_RFC = re.compile(
    r"(?:[a-z]{3,9},?\s{1,2})?(?P<d>\d{1,2})[\s-](?P<w>[a-z]{3,9})[\s-](?P<y>\d{4}|\d\d)"
    r"(?:\s{1,2}(?P<h>[01]?\d|2[0-3]):(?P<n>[0-5]\d)(?::(?P<s>[0-5]\d))?(?:\s?(?P<zone>[a-z]{1,5}|[+-]\d{4}|[+-]\d\d:\d\d))?)?(?:\s\([\w\s]+\))?",
    re.I,
)
_ASCTIME = re.compile(
    r"[a-z]{3}\s(?P<w>[a-z]{3})\s{1,2}(?P<d>\d{1,2})\s(?P<h>\d\d):(?P<n>[0-5]\d):(?P<s>[0-5]\d)(?P<zone>)\s(?P<y>\d{4})", re.I
)
_REMEMBERED = 1_024  # fields: a page says its dates several times
_RFC_ZONES = {
    "est": "-05:00",
    "edt": "-04:00",
    "cst": "-06:00",
    "cdt": "-05:00",
    "mst": "-07:00",
    "mdt": "-06:00",
    "pst": "-08:00",
    "pdt": "-07:00",
}


@lru_cache(_REMEMBERED)
def machine_stamp(text: str) -> str | None:
    """Return the stamp of a date field that programs write, or None: ISO 8601 (RFC 3339 and wider), RFC 822, RFC 850, asctime.

    What the field does not say stays unsaid: a date stays a date, a time without zone has none. Fractions of seconds are dropped.
    Zone names count as RFC 822 section 5.1 defines them, no others. A bare count of seconds is no date.
    """
    field = text.strip()
    if len(field) > 80:
        return None
    iso = _ISO.fullmatch(field) or _ISO_BASIC.fullmatch(field)
    if iso:
        return _iso_stamp(iso)
    rfc = _RFC.fullmatch(field) or _ASCTIME.fullmatch(field)
    return _rfc_stamp(rfc) if rfc else None


def _iso_stamp(match: re.Match[str]) -> str | None:
    year, month, day = int(match["y"]), int(match["m"] or 1), int(match["d"] or 1)
    full = iso_day(year, month, day)
    if full is None:
        return None
    shown = full if match["d"] else full[:7] if match["m"] else full[:4]
    return shown + _time_fields(match, offset(match["zone"]))


def _rfc_stamp(match: re.Match[str]) -> str | None:
    year = int(match["y"]) if len(match["y"]) == 4 else two_digit_year(match["y"])
    full = iso_day(year, months("en").get(match["w"].lower(), 0), int(match["d"]))
    zone = (match["zone"] or "").lower()
    return full and full + _time_fields(match, _RFC_ZONES.get(zone) or offset(zone))


def _time_fields(match: re.Match[str], offset: str) -> str:
    if not match["h"]:
        return ""
    return f"T{int(match['h']):02d}:{match['n']}" + (f":{match['s']}" if match["s"] else "") + offset


def instant(stamp: str, timezone: str | None = None) -> datetime | None:
    """Return the earliest moment that a stamp can mean, aware and in UTC; None for what is no stamp.

    A stamp without offset is read in ``timezone`` (IANA name; None: UTC). A date is its midnight, a month its first day.
    Raises ``zoneinfo.ZoneInfoNotFoundError`` for a name that no zone has: settings checks them first.
    """
    match = _ISO.fullmatch(stamp)
    normal = machine_stamp(stamp) if match else None
    if not match or not normal:
        return None
    day = date(int(match["y"]), int(match["m"] or 1), int(match["d"] or 1))
    clock = normal[10:] or "T00:00"
    moment = datetime.fromisoformat(day.isoformat() + clock)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone) if timezone else UTC)
    return moment.astimezone(UTC)
