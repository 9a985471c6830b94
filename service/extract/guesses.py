"""Dates in languages that our own table lacks: dateparser, kept to what certainly is a date line."""

import re
import warnings

from service.dates import machine_stamp

_LONGEST = 100
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"\d+")
_SPAN = re.compile(r"\d\s*[-–—/]\s*\d")
_MOST_NUMBERS = 4  # day, year, hour, minute


def guessed_stamp(text: str, language: str | None) -> str | None:
    """Return the date of a short line with one year, a day or month besides, and no span; else None. Needs to know the language."""
    if not language or len(text) > _LONGEST or not _looks_like_date(text):
        return None
    from dateparser import parse

    settings = {"REQUIRE_PARTS": ["year", "month"], "PREFER_DAY_OF_MONTH": "first", "RETURN_AS_TIMEZONE_AWARE": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells users of its own deprecations
        try:
            found = parse(text, languages=[language.split("-")[0].lower()], settings=settings)
        except ValueError:  # a language that it does not know
            return None
    if found is None or str(found.year) not in text:
        return None
    return machine_stamp(found.isoformat(timespec="minutes") if ":" in text else found.date().isoformat())


def _looks_like_date(text: str) -> bool:
    numbers = _NUMBER.findall(text)
    return len(_YEAR.findall(text)) == 1 and 2 <= len(numbers) <= _MOST_NUMBERS and not _SPAN.search(text) and len(text.split()) <= 8
