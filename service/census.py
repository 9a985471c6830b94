"""Which releases the list no longer names: delisted, where their pages are still there. Pure.

A feed is a window, and says nothing of what has left it. A list that was not read to its end says nothing of what is older than its end.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .listings import Listed
from .models import Entry, Kind, Tracked
from .sift import STEADY

# Of what a list names, so much may leave it at once, or one release; more than that is trouble with the list, until it has stood for a day.
_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Census:
    """What became of the releases that a source's list used to name: ``unlisted``, and ``back``; ``lost`` counts many that left at once."""

    unlisted: dict[int, Tracked] = field(default_factory=dict)
    back: dict[int, Tracked] = field(default_factory=dict)
    lost: int = 0


def tells_all(listed: Listed, *, thorough: bool) -> bool:
    """Return whether a list as read says anything of what it does not name."""
    is_read = listed.fault is None and not listed.unchanged and not listed.torn
    return thorough and is_read and bool(listed.entries) and listed.kind in (Kind.LISTING, Kind.SITEMAP)


def census(listed: Listed, missing: Iterable[Tracked], back: Iterable[Tracked], listed_ids: Collection[int]) -> Census:
    """Return what a list that ``tells_all`` says of the releases ``missing`` from it, and of those that are ``back``; all by id."""
    oldest = None if listed.complete else _oldest(listed.entries)
    unlisted = {item.id or 0: item for item in missing if listed.complete or _is_newer(item, oldest)}
    fresh = sum(not item.delisted for item in unlisted.values())
    if fresh > max(1, _SHARE * len(listed_ids)):
        return Census(unlisted, lost=fresh)
    return Census(unlisted, {item.id or 0: item for item in back})


def is_delisted(item: Tracked, found: Census, now: datetime, gone_after: timedelta) -> bool:
    """Return whether the list has been without a release for so long that it is told, if its page is still there."""
    if item.delisted or item.id not in found.unlisted:
        return False
    least = max(gone_after, STEADY) if found.lost else gone_after
    return now - (item.unlisted_since or now) >= least


def _oldest(entries: Iterable[Entry]) -> str | None:
    """Return the stamp before which a list that goes on may name anything."""
    stamps = sorted(entry.published for entry in entries if entry.published)
    return stamps[min(len(stamps) - 1, 2)][:10] if stamps else None


def _is_newer(item: Tracked, oldest: str | None) -> bool:
    stamp = item.entry.published if item.entry is not None else None
    return oldest is not None and stamp is not None and stamp[:10] > oldest
