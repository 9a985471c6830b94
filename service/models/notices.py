"""Notices: who is told of which changes, what is sent, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from .changes import Significance
from .readings import Reading
from .views import ChangeLine


@dataclass(frozen=True, slots=True)
class Target:
    """Where notices go, as configured in ``[[notify]]``, and of which changes: of those that every filter given lets through.

    ``url`` is a webhook (``https://``) or an address of Apprise; it and ``secret`` are never shown. ``words``, ``removed`` and ``added``
    are standing interests in the language of ``service.query``: what a change brought or took away, took away, brought; one that fits is
    enough. ``quiet`` are hours of the day in ``timezone`` (an IANA name) in which nothing is sent. Empty means any.
    """

    id: str
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    significance: Significance = Significance.COSMETIC
    declared: tuple[str, ...] = ()
    words: str = ""
    removed: str = ""
    added: str = ""
    digest: timedelta | None = None
    quiet: tuple[time, time] | None = None
    timezone: str = "UTC"
    give_up_after: timedelta = timedelta(days=3)
    enabled: bool = True

    @property
    def is_webhook(self) -> bool:
        return self.url.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change with its readings before and after; None on a side without a text."""

    line: ChangeLine
    before: Reading | None = None
    after: Reading | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent at once: one change, or those of a digest, in the order of their ids.

    Sent again, it has the same ``id``; ``at`` is when it is sent.
    """

    id: str
    at: datetime
    told: tuple[ToldChange, ...]
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a web server answered to what was sent to it: ``status`` 0 where nothing came back, ``words`` say why.

    ``body`` is as much of the answer as was asked for.
    """

    status: int
    words: str
    retry_after: timedelta | None = None
    body: bytes = b""


class Fate(StrEnum):
    """What became of a message: taken; to be tried later; refused for what it says; or nobody is there to be told ever again."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, in words without any secret; ``retry_after`` is the receiver's wish."""

    fate: Fate
    words: str = ""
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A message taken out of the outbox by who holds the lease of its target; ``changes`` are ids, ``queued_at`` is of the first."""

    target: str
    token: int
    id: str
    changes: tuple[int, ...]
    tries: int
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target as the store knows it: how far it was told, what waits for it, and how it fares.

    ``mark`` is the last change that was considered; ``oldest_at`` when the first notice that waits was queued; ``next_at`` the end of a
    pause after ``tries`` failures in a row; ``off_since`` when it said that nobody is there any more.
    """

    id: str
    mark: int
    enabled: bool
    waiting: int = 0
    oldest_at: datetime | None = None
    dead: int = 0
    sent: int = 0
    sent_at: datetime | None = None
    tries: int = 0
    next_at: datetime | None = None
    off_since: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class DeadNotice:
    """A notice that was given up, and why."""

    target: str
    change: int
    queued_at: datetime
    tries: int
    error: str
