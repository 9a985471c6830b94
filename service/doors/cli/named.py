"""Finding what a user names: a source, a release."""

from datetime import datetime
from typing import TYPE_CHECKING

from service.errors import UsageError
from service.models import Release, VersionLine
from service.urls import is_web

from .nearest import did_you_mean

if TYPE_CHECKING:
    from service.bootstrap import House


def known_source(house: "House", source: str | None) -> None:
    """Raise ``UsageError`` for a source that is neither configured nor in the history."""
    if source is None or any(source == known.id for known in house.sources):
        return
    known_ids = {known.id for known in house.sources} | {line.id for line in house.store.sources()}
    if source not in known_ids:
        raise UsageError(f"no source {source!r}. {did_you_mean(source, known_ids)}".strip())


def nothing_tracked(house: "House") -> str:
    """Return why no release is tracked at all, with what to do; empty where some are."""
    if house.store.items(limit=1):
        return ""
    if any(line.last_look for line in house.store.sources()):
        return "Nothing could be read yet. What fails, in words: presswatch sources"
    return "Nothing was looked at yet. To look now: presswatch refresh --all"


def tracked(house: "House", url: str, version: int | None = None, at: datetime | None = None) -> Release:
    """Return the release at an address, with one of its versions; raises ``UsageError`` where none is tracked there."""
    if not is_web(url):
        raise UsageError(f"{url!r} is no web address. It starts with https:// or http://")
    release = house.store.release(url, version, at)
    if release is None:
        raise UsageError(f"no release is tracked at {url}. To see which are: presswatch items")
    return release


def readable_versions(house: "House", url: str) -> tuple[VersionLine, ...]:
    """Return the versions of a release that have a text, oldest first."""
    return tuple(line for line in house.store.version_lines(url) if line.reason != "tombstone")
