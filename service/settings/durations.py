"""Durations as people write them: ``20`` (seconds), ``"20s"``, ``"15m"``, ``"1h30m"``, ``"7d"``."""

import re
from datetime import timedelta

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WRITTEN = re.compile(r"(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+(?:\.\d+)?)s?)?", re.I)
EXPECTED = 'a duration: seconds as a number, or text such as "20s", "15m", "1h30m", "7d"'


def read(value: object) -> object:
    """Return the duration that a number of seconds or a text means; anything else comes back as it is, for others to refuse.

    Raises ``ValueError`` for a text or number that is no duration.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    try:
        return timedelta(seconds=_seconds(value) if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        raise ValueError(f"expected {EXPECTED}; found {value!r}") from None


def _seconds(text: str) -> float:
    compact = text.replace(" ", "")
    match = _WRITTEN.fullmatch(compact)
    if not compact or match is None:
        raise ValueError(text)
    return sum(float(match[unit]) * size for unit, size in _UNITS.items() if match[unit])


def shown(duration: timedelta) -> str:
    """Return the duration in its largest units, ``"1h30m"``; what ``read`` gives back exactly. Whole milliseconds are kept."""
    left = round(duration.total_seconds(), 3)
    parts = []
    for unit, size in _UNITS.items():
        count = left if unit == "s" else left // size
        left -= count * size
        if count:
            parts.append(f"{round(count, 3):g}{unit}")
    return "".join(parts) or "0s"
