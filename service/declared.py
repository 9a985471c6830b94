"""Did the publisher own up to a change? What a page and its list say of it, held against what was seen to change.

Stamps lie both ways: in the feeds measured 48 % of the edits came without a new date, and in a WordPress newsroom the stamp moved in
38 % of the looks that found the same text. A stamp is believed only as far as it is precise, and nobody is accused of more than is
seen: a stamp that stands still says nothing of an edit, even where its day is right. Nor is UTC a zone that can be relied on, for many
write it behind the time of their own clock: that newsroom's stamps are local, and read as UTC they made 70 of its 282 honest edits look
back-dated; with a day of grace, as for a stamp without a zone, none. Of 258 edits of gov.uk, with zones, none looks so either.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .dates import instant, stamp
from .models import Declared, Entry, Reading
from .text import folded

# How long a page may be served later than it was stamped: drafts, caches, clocks that are wrong. More where the zone is not sure.
_GRACE, _GRACE_WITHOUT_ZONE = timedelta(hours=1), timedelta(days=1)
_UTC = ("Z", "+00:00")
_DAY, _LONGEST_MONTH, _LONGEST_YEAR = timedelta(days=1), timedelta(days=31), timedelta(days=366)
_PARTS = re.compile(
    r"\s[-/|·+]\s|[;|\n]"
)  # of a folded line of dates: "Published 12 January 2021 / Last updated 2 February 2021 - see all updates"


@dataclass(frozen=True, slots=True)
class Said:
    """What a page and its list say of the last change: stamps as in ``Entry``, None where nothing is said.

    ``modified`` and ``published`` are the page's own words, ``listed`` those of its list (``updated`` of a feed, ``lastmod`` of a sitemap),
    ``notes`` the lines and log entries in which the page speaks of its updates. The HTTP header Last-Modified is no word to readers.
    """

    modified: str | None = None
    published: str | None = None
    listed: str | None = None
    notes: tuple[str, ...] = ()


def said(reading: Reading, entry: Entry | None) -> Said:
    """Return what a reading, and the list's entry of its release, say of the last change."""
    return Said(reading.modified, reading.published, entry.updated if entry is not None else None, reading.notes)


def declared(before: Said, after: Said, edited: bool, not_before: datetime | None, *, note: bool = False) -> Declared:
    """Return what the publisher said of what was seen to change between two looks.

    ``edited``: the text of the release changed, and ``note``: by a correction note among others. ``not_before``: the last look that saw
    the old text. Where several words contradict each other an honest one counts; only what readers see (a note, not a bare stamp)
    makes up for a publication date that was moved back. UNKNOWN: nothing changed, and nothing was said.
    """
    dates = ((before.modified, after.modified), (before.listed, after.listed))
    published = (before.published, after.published)
    notes = tuple(_new_notes(before.notes, after.notes))
    told = note or any(_is_timely(date, not_before) for date in notes)
    honest = told or any(_is_honest(*pair, not_before) for pair in (published, *dates))
    moved = bool(notes) or any(_order(*pair) for pair in dates)
    if not edited:
        return Declared.WITHOUT_CHANGE if honest or moved or _order(*published) else Declared.UNKNOWN
    if _order(*published) < 0 and not told:
        return Declared.BACK_DATED
    if honest:
        return Declared.DECLARED
    return Declared.BACK_DATED if moved else Declared.STEALTH


def _new_notes(before: Sequence[str], after: Sequence[str]) -> Iterator[str | None]:
    """Yield the date of each note that is new, None for one that bears none."""
    for dates, _ in Counter(map(_note, after)) - Counter(map(_note, before)):
        yield dates[-1] if dates else None


def _note(line: str) -> tuple[tuple[str, ...], str]:
    """Return what tells a note from another: its dates, which outlast a new wording of "see all updates"; without any, its words."""
    shown = folded(line)
    dates = tuple(found for part in _PARTS.split(shown) if (found := stamp(part)))
    return dates, "" if dates else shown


def _is_honest(old: str | None, new: str | None, not_before: datetime | None) -> bool:
    """Return whether a stamp moved on, or appeared, and can speak of a change after ``not_before``.

    One that appears with an older moment does not lie: it belongs to a template that has begun to print it.
    """
    appeared = old is None and not_before is not None and new is not None and instant(new) is not None
    return (appeared or _order(old, new) > 0) and _is_timely(new, not_before)


def _is_timely(told: str | None, not_before: datetime | None) -> bool:
    """Return whether a stamp is not clearly before a moment; what bears no date speaks of now."""
    first = instant(told) if told else None
    return told is None or first is None or not_before is None or first + _width(told) + _grace(told) >= not_before


def _order(old: str | None, new: str | None) -> int:
    """Return -1 for a stamp that moved back, 1 for one that moved on, 0 where it did not, or may not have: with another zone alone."""
    first, last = (instant(one) if one else None for one in (old, new))
    if first is None or last is None or old is None or new is None or _by_the_clock(old) == _by_the_clock(new):
        return 0
    if _form(old) == _form(new):  # of one precision, and of one zone where none is told
        return (last > first) - (last < first)
    slack = max(_grace(one) if not _zone(one) else timedelta(0) for one in (old, new))
    if last - slack > first + _width(old):
        return 1
    return -1 if last + _width(new) + slack < first else 0


def _width(told: str) -> timedelta:
    return {4: _LONGEST_YEAR, 7: _LONGEST_MONTH, 10: _DAY}.get(len(told), timedelta(minutes=1))


def _grace(told: str) -> timedelta:
    return _GRACE if _zone(told) and not told.endswith(_UTC) else _GRACE_WITHOUT_ZONE


def _zone(told: str) -> bool:
    return _by_the_clock(told) != told


def _by_the_clock(told: str) -> str:
    """Return a stamp without its zone."""
    return told[:11] + re.split("[Z+-]", told[11:])[0]


def _form(told: str) -> tuple[int, bool]:
    return (len(told) if "T" not in told else 11, _zone(told))
