"""Which releases the list no longer names: delisted, where their pages are still there. Pure.

A feed is a window, and says nothing of what has left it. A list that was not read to its end says nothing of what is older than its end.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from .listings import Listed
from .models import Entry, Kind, Tracked

_FEW = 3
_SHARE = 0.2  # of what was listed; more than that at once is trouble with the list


@dataclass(frozen=True, slots=True)
class Census:
    """What became of the releases that a source's list used to name: ``unlisted`` and ``back``; ``lost`` are too many to be believed."""

    unlisted: tuple[Tracked, ...] = ()
    back: tuple[Tracked, ...] = ()
    lost: int = 0


def tells_all(listed: Listed, *, thorough: bool) -> bool:
    """Return whether a list as read says anything of what it does not name."""
    is_read = listed.fault is None and not listed.unchanged and not listed.torn
    return thorough and is_read and bool(listed.entries) and listed.kind in (Kind.LISTING, Kind.SITEMAP)


def census(listed: Listed, missing: Iterable[Tracked], back: Sequence[Tracked], listed_ids: Collection[int]) -> Census:
    """Return what a list that ``tells_all`` says of the releases ``missing`` from it, and of those that are ``back``."""
    oldest = None if listed.complete else _oldest(listed.entries)
    unlisted = tuple(item for item in missing if listed.complete or _is_newer(item, oldest))
    fresh = sum(item.unlisted_since is None for item in unlisted)
    if fresh > max(_FEW, _SHARE * len(listed_ids)):
        return Census(back=tuple(back), lost=fresh)
    return Census(unlisted, tuple(back))


def _oldest(entries: Iterable[Entry]) -> str | None:
    """Return the stamp before which a list that goes on may name anything."""
    stamps = sorted(entry.published for entry in entries if entry.published)
    return stamps[min(len(stamps) - 1, 2)][:10] if stamps else None


def _is_newer(item: Tracked, oldest: str | None) -> bool:
    stamp = item.entry.published if item.entry is not None else None
    return oldest is not None and stamp is not None and stamp[:10] > oldest
