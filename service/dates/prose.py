"""Dates in words, as people read them."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from .fields import is_year, iso_day, offset, two_digit_year
from .machine import machine_stamp
from .months import folded, months

_LONGEST = 400  # a piece of text longer than this is no date line
_REMEMBERED = 4_096  # texts: pages of one source show the same lines again and again

_LONGEST_BARE = 60
# Each begins with a digit, not with a choice, so that a text without digits is passed over in no time.
_PLAUSIBLE = re.compile(r"[0-9](?:(?:(?<=1)9|(?<=2)0)[0-9]{2}|(?<=2)100|[^0-9]{3,60}[0-9]{2}|[0-9](?:[^0-9]{1,2}[0-9]{2}){2})")
_PLAUSIBLE_ANYWHERE = re.compile(r"\d(?:\d{3}|\D{3,60}\d\d|\d(?:\D{1,2}\d\d){2})")  # in digits of any script
_SMALL, _LONGEST_WEEKDAY = 2, 12  # letters: "at", "kl"; "воскресенье"

_W = r"(?P<w>[^\W\d_]{3,14})\.?"
_D = r"(?P<d>\d{1,2})"
_Y = r"(?P<y>\d{4})(?!\d|[.,/-]\d)"
_OF = r"(?:\s{0,2}(?:de|del|of|di|d['’]|den)(?=[\s'’]))?['’]?"
_START, _END = r"(?<![\w./–—-])", r"(?![\w]|[./-]\d)"
_NUMERIC = re.compile(r"\d[-./]\d")
_NUMERIC_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_START}(?P<y>\d{{4}})(?P<sep>[-./])(?P<m>\d{{1,2}})(?P=sep){_D}(?:(?=t\d)|{_END})",
        rf"{_START}(?P<a>\d{{1,2}})(?P<sep>[-./])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}){_END}",
        rf"{_START}(?P<a>\d\d)(?P<sep>\.)(?P<b>\d\d)\.(?P<yy>\d\d)(?![\w]|[.:/-]\d)",
    )
)
_WORDED = re.compile(r"[^\W\d_]{3}")
_WORDED_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_START}{_D}(?:st|nd|rd|th|er|o|a|°|-?го|-?е|\.)?{_OF}[\s.,/-]{{0,3}}{_W}{_OF}[\s.,/'’-]{{0,3}}{_Y}",
        rf"{_START}{_D}\.?[\s-]{{1,2}}{_W}[\s-]{{1,2}}['’]?(?P<yy>\d\d)(?=\s*$|\s*[,;|)(]|\s+\d{{1,2}}[:h]\d\d|\s+-\s)",
        rf"(?<!\w){_W}\s{{0,2}}{_D}(?:st|nd|rd|th)?(?:\s{{0,2}}[,.]\s{{0,2}}|\s{{1,2}}){_Y}",
        rf"{_START}(?P<y>\d{{4}})\.?(?:\s?(?:m\.|gada|жылғы|жылгы|-?\s?ж\.|-?жыл\w*))?,?\s{{1,2}}{_W}\s{{1,2}}{_D}(?![\d:]|[.,]\d)",
    )
)
_RARE = re.compile("gada|m[.]|ж|[年년]|thang")
_RARE_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_START}(?P<y>\d{{4}})\.?\s?(?:gada|m\.|жылғы|жылгы|-?\s?ж\.|-?жыл\w*),?\s{{1,2}}{_D}[\s.-]{{1,3}}{_W}",
        rf"(?<!\d)(?P<y>\d{{4}})\s?[年년]\s?(?P<m>\d{{1,2}})\s?[月월]\s?{_D}\s?[日일号]",
        rf"{_START}{_D}\s+thang\s+(?P<m>\d{{1,2}}),?\s+(?:nam\s+)?{_Y}",
    )
)
_FORMS = ((_NUMERIC, _NUMERIC_FORMS), (_WORDED, _WORDED_FORMS), (_RARE, _RARE_FORMS))  # each kind with a sign of all that it finds
_YEAR = re.compile(r"\d{4}")  # stands in what any other form finds than one with two digits for the year
_MONTH_AND_YEAR = re.compile(rf"(?<!\w){_W}{_OF}[\s,]{{1,3}}{_Y}")
_DAY_AND_MONTH = re.compile(
    rf"(?<![\w.:]){_D}(?:st|nd|rd|th|er|\.)?{_OF}\s{{0,2}}{_W}|(?<!\w)(?P<w2>[^\W\d_]{{3,14}})\.?\s{{1,2}}(?P<d2>\d{{1,2}})(?!\d)"
)
_AND = r"(?:[-–—/&+,]|to|till|until|through|and|bis|und|и|по|до|та|au|al|et|e|y|a|i|do|ve|en|tot|och|og|ja)"
_RANGE_BEFORE = re.compile(
    rf"(?<![\d./])\d{{1,2}}(?:st|nd|rd|th|er|\.|-?го|-?е)?(?:\.\d{{1,2}}\.?)?\s{{0,2}}{_AND}\s{{0,2}}(?:the\s|\d{{1,2}}[./])?\s?$"
)
_RANGE_AFTER = re.compile(r"^\s{0,2}(?:[-–—]|to|bis|по|до)\s{0,2}\d{1,2}(?!\d)")

# A bare minus is no zone here: "10:00-12:00" is a span of hours.
_ZONE = r"(?P<zone>z\b|(?:(?:utc|gmt)\s?[+−-]|\+)\d{1,2}(?::?\d\d)?(?!\d)|utc|gmt)"
_CLOCK = re.compile(
    r"(?<![\d:.+−])(?P<before>午前|午後|上午|下午|오전|오후)?\s?"
    r"(?:(?P<h>[01]?\d|2[0-3])(?::|\s?h\s?|時|时|시\s?)(?P<n>[0-5]\d)(?::(?P<s>[0-5]\d))?(?:[.,]\d{1,9})?(?:分|분)?"
    r"|(?P<h2>[01]?\d|2[0-3])\.(?P<n2>[0-5]\d)(?=\s?(?:uhr|[ap]\.?\s?m\b))|(?P<h3>1[0-2]|0?[1-9])(?=\s?[ap]\.?\s?m\b))"
    r"(?![\d:])(?:\s?(?P<after>[ap]\.?\s?m\b\.?|μ\.?\s?μ\.?|π\.?\s?μ\.?|م\b|ص\b|مساء|صباحا))?"
    rf"(?:\s?(?:uhr|hrs?|h)\b)?(?:\s?\(?{_ZONE}\)?)?"
)
_TIMED = re.compile(r"\d(?::|\s?[h時时시ap]|\.\d\d\s?[uap])")  # stands in what the pattern above finds, and takes a tenth of its time
_JOINT = re.compile(r"(?:[\s,.|·•()\-–—/:;@]|\b(?:at|um|в|о|у|а|a|las|alle|ore|ora|as|la|om|kl|klo|saat|г|года|t|time|godz)\b){0,12}")


class _Found(NamedTuple):
    start: int
    end: int
    day: str


def stamp(text: str, *, language: str | None = None, day_first: bool = True) -> str | None:
    """Return the one date that a short piece of free text names, with its time where one stands beside it; None if unsure.

    The stamp is ISO 8601 as precise as the text: ``2019-06``, ``2019-06-27``, ``2022-10-19T13:14``, an offset only where the text has
    one. ``language`` (BCP 47) decides words that two languages give to two months; ``day_first`` decides ``03/04/2021``.
    Two dates, a range, a date without year, "today" and "33 minutes ago" give None.
    """
    return _stamp(text, language, _decides(text, day_first)) if len(text) <= _LONGEST and may_be_dated(text) else None


def _decides(text: str, day_first: bool) -> bool:
    """Return ``day_first`` where it decides anything, else True, so that what is remembered of a text serves both."""
    return day_first or (text.isascii() and _NUMERIC.search(text) is None)


def may_be_dated(text: str) -> bool:
    """Return whether a text has the digits that any date has; most texts with digits do not."""
    return (_PLAUSIBLE if text.isascii() else _PLAUSIBLE_ANYWHERE).search(text) is not None


@lru_cache(_REMEMBERED)
def _stamp(text: str, language: str | None, day_first: bool) -> str | None:
    exact = machine_stamp(text) if len(text.strip()) >= len("2019-06-27") else None
    if exact:
        return exact
    shown = folded(text)
    names = months(language)
    found = _found(shown, language, day_first)
    if not found:
        return _month_and_year(shown, names)
    first = found[0]
    if len({one.day for one in found}) > 1 or _is_range(shown, found, names):
        return None
    return first.day + _time_beside(shown, first)


def is_bare(text: str, *, language: str | None = None, day_first: bool = True) -> bool:
    """Return whether a text is one date and nothing else: with its time, the day of its week and small words at most."""
    return len(text) <= _LONGEST_BARE and may_be_dated(text) and _is_bare(text, language, _decides(text, day_first))


@lru_cache(_REMEMBERED)
def _is_bare(text: str, language: str | None, day_first: bool) -> bool:
    if not _stamp(text, language, day_first):
        return False
    if machine_stamp(text):
        return True
    shown = folded(text)
    for one in _found(shown, language, day_first):
        shown = shown[: one.start] + " " * (one.end - one.start) + shown[one.end :]
    left = [word for word in re.findall(r"[^\W_]+", _without_clocks(shown)) if len(word) > _SMALL or word.isdigit()]
    return not left or (len(left) == 1 and left[0].isalpha() and len(left[0]) <= _LONGEST_WEEKDAY)


@lru_cache(_REMEMBERED)
def _found(shown: str, language: str | None, day_first: bool) -> tuple[_Found, ...]:
    names = months(language)
    matches = (match for form in _forms(shown) for match in form.finditer(shown))
    days = ((match, _day(match.groupdict(), names, day_first)) for match in matches)
    return tuple(_Found(match.start(), match.end(), day) for match, day in days if day)


def _forms(shown: str) -> list[re.Pattern[str]]:
    """Return the forms that may find anything in a text, in their order."""
    dated = _YEAR.search(shown) is not None
    return [form for sign, forms in _FORMS if sign.search(shown) for form in forms if dated or "yy" in form.groupindex]


def _day(parts: dict[str, str | None], names: Mapping[str, int], day_first: bool) -> str | None:
    year = int(parts.get("y") or 0) or two_digit_year(parts.get("yy"))
    if parts.get("w"):
        month, day = names.get(str(parts["w"]), 0), int(str(parts["d"]))
    elif parts.get("a"):
        one, two = int(str(parts["a"])), int(str(parts["b"]))
        swapped = two > 12 or (not day_first and parts["sep"] != "." and one <= 12)
        day, month = (two, one) if swapped else (one, two)
    else:
        day, month = int(str(parts["d"])), int(str(parts["m"]))
    return iso_day(year, month, day)


def _month_and_year(shown: str, names: Mapping[str, int]) -> str | None:
    """Return ``2019-06`` where a month and a year stand, and no other number or month near which they might belong."""
    match = _MONTH_AND_YEAR.search(shown)
    if not match or match["w"] not in names or not is_year(int(match["y"])):
        return None
    rest = shown[: match.start()] + " " + shown[match.end() :]
    if any(letter.isdigit() for letter in rest) or any(word in names for word in re.findall(r"[^\W\d_]+", rest)):
        return None
    return f"{match['y']}-{names[match['w']]:02d}"


def _is_range(shown: str, found: Sequence[_Found], names: Mapping[str, int]) -> bool:
    """Return whether the date is an end of a span of days, or stands beside another day of the year."""
    bare = _without_clocks(shown)
    for one in found:
        bare_before, bare_after = bare[: one.start], bare[one.end :]
        if _RANGE_BEFORE.search(bare_before) or _RANGE_AFTER.search(bare_after):
            return True
        bare = bare_before + " " * (one.end - one.start) + bare_after
    return any((match["w"] or match["w2"]) in names for match in _DAY_AND_MONTH.finditer(bare))


def _without_clocks(shown: str) -> str:
    """Return a text with blanks in place of its times."""
    return _CLOCK.sub(lambda match: " " * len(match[0]), shown) if _TIMED.search(shown) else shown


def _time_beside(shown: str, day: _Found) -> str:
    """Return ``T13:14`` (with seconds and offset where told) if exactly one time stands beside the date, else nothing."""
    if not _TIMED.search(shown):
        return ""
    times = [match for match in _CLOCK.finditer(shown) if match.start() >= day.end or match.end() <= day.start]
    if len(times) != 1:
        return ""
    match = times[0]
    between = shown[day.end : match.start()] if match.start() >= day.end else shown[match.end() : day.start]
    return _clock(match) if _JOINT.fullmatch(between) else ""


def _clock(match: re.Match[str]) -> str:
    half = (match["before"] or match["after"] or "").replace(" ", "")
    hour = _hour(int(match["h"] or match["h2"] or match["h3"]), half)
    if hour is None:
        return ""
    seconds = f":{match['s']}" if match["s"] else ""
    return f"T{hour:02d}:{match['n'] or match['n2'] or '00'}{seconds}{offset(match['zone'])}"


def _hour(told: int, half: str) -> int | None:
    """Return the hour of the day that is told, in a half of it where one is told as well; None where that has no such hour."""
    if not half:
        return told
    if not 1 <= told <= 12:
        return None
    late = half.startswith(("p", "م", "μ")) or half in ("午後", "下午", "오후")
    return told % 12 + (12 if late else 0)
