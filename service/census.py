"""Which releases the list no longer names: delisted, where their pages are still there. Pure.

A feed is a window, and says nothing of what has left it. Any other list may be one too: only what is newer than some that it still
names was taken out of it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .listings import Listed
from .models import Kind, Named
from .sift import STEADY

# Of what a list names, so much may leave it at once, or one release; more than that is trouble with the list, until it has stood for a day.
_SHARE = 0.1
_OLDER = 2  # releases that are older, at least, are still listed where one was taken out; of a short list a quarter will do


@dataclass(frozen=True, slots=True)
class Census:
    """What became of the releases that a list used to name: ``unlisted``, and ``back``, by id; ``lost`` counts many that left at once."""

    unlisted: frozenset[int] = frozenset()
    back: frozenset[int] = frozenset()
    lost: int = 0


def tells_all(listed: Listed, *, thorough: bool) -> bool:
    """Return whether a list as read says anything of what it does not name."""
    is_read = listed.fault is None and not listed.unchanged and not listed.torn
    return thorough and is_read and bool(listed.entries) and listed.kind in (Kind.LISTING, Kind.SITEMAP)


def edge(listed: Iterable[Named]) -> str | None:
    """Return the day after which a list that names these names all that was published; None where they are too few to tell."""
    days = sorted(_day(one) for one in listed if one.published)
    return days[min(_OLDER, len(days) // 4)] if len(days) > _OLDER else None


def census(known: Sequence[Named], listed: Collection[int]) -> Census:
    """Return what a list that ``tells_all`` says of the releases it named once; it names those of the ids ``listed``.

    Nothing can be told of releases from before the ``edge`` of those listed: they need not be among the ``known``.

    Nothing is back while more is missing than is known to: where the list is empty for once, the links beside it are taken for it.
    """
    told_since = edge([one for one in known if one.item_id in listed])
    if told_since is None:
        return Census()
    gone = [one for one in known if one.item_id not in listed and _day(one) > told_since]
    unlisted = frozenset(one.item_id for one in gone)
    fresh = sum(not one.delisted for one in gone)
    if fresh > max(1, _SHARE * len(listed)):
        return Census(unlisted, lost=fresh)
    back = frozenset(one.item_id for one in known if one.item_id in listed and one.unlisted_since is not None)
    return Census(unlisted, back if not fresh else frozenset())


def is_delisted(unlisted_since: datetime | None, now: datetime, gone_after: timedelta, *, lost: bool) -> bool:
    """Return whether a list has been without a release for so long that it is told, if its page is still there."""
    least = max(gone_after, STEADY) if lost else gone_after
    return now - (unlisted_since or now) >= least


def _day(one: Named) -> str:
    return (one.published or "")[:10]
