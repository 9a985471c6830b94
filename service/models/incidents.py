"""What befalls a source as a whole, and what is usual for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IncidentKind(StrEnum):
    """What befell a source as a whole."""

    REDESIGN = "redesign"  # its pages are made anew
    BOILERPLATE = "boilerplate"  # the same words changed on many pages
    OUTAGE = "outage"  # many pages missing, failing or in error at once
    BLOCKED = "blocked"  # walls where releases should be
    LISTING = "listing"  # its list is empty, or lost much at once


@dataclass(frozen=True, slots=True)
class Incident:
    """A step in a source's life, told once: it struck its pages, and no single release.

    ``signature`` tells it from others of its kind while it is open (``until`` None). ``seen_at`` is the last pass that met it, ``items``
    how many looks it explained, ``features`` the prints of the changes that pages share (``sift``), by which later looks know it again.
    """

    kind: IncidentKind
    signature: str
    since: datetime
    seen_at: datetime
    words: str
    items: int = 0
    features: frozenset[str] = frozenset()
    until: datetime | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a healthy source looks like, as far as learned; the moving averages of ``health``.

    ``list_size`` is how many entries the first part of its list has, ``body_length`` how many characters its releases, ``every`` the
    usual seconds between new releases, ``news_at`` when the last one was found. Zero and None: not known yet.
    """

    list_size: int = 0
    body_length: float = 0.0
    every: float = 0.0
    news_at: datetime | None = None
