"""Finding what a user names: a source, a release."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from service.errors import UsageError
from service.models import Memento, Reading, Release, VersionLine
from service.urls import is_web

from .nearest import did_you_mean

if TYPE_CHECKING:
    from service.bootstrap import House


class Numbered(click.ParamType):  # type: ignore[type-arg] # generic in newer clicks alone
    """The number of a version, or of a memento of somebody else as people write it: ``2``, ``m7``. As a text without leading zeros."""

    name = "version"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        met = re.fullmatch(r"(m?)0*([1-9]\d{0,17})", str(value))
        if met is None:
            self.fail(f"{value!r} is no number of a version (1 is the first), nor of a memento of others (m7)", param, ctx)
        return met[1] + met[2]


def memento_named(house: "House", url: str, name: str) -> Memento:
    """Return a memento by its name; raises ``UsageError`` where the release has none of it."""
    found = house.store.mementos.one(url, int(name.removeprefix("m")))
    if found is None:
        there = ", ".join(one.name for one in house.store.mementos.of(url))
        raise UsageError(f"there is no memento {name} of {url}. " + (f"There are: {there}" if there else "There is none"))
    return found


def reading_named(house: "House", url: str, name: str) -> Reading | None:
    """Return the reading of a version or a memento by its name; None where there is no such version, or it has no text."""
    return memento_named(house, url, name).reading if name.startswith("m") else house.store.reading(url, int(name))


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
