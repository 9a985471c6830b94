"""Copies that a web archive keeps of what was found, on our asking: a third party's, at an address of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class WebCopy:
    """That a web archive says it has copied a release: where the copy is, and when it was made, by the archive's word.

    It was asked after version ``version`` was found; what the copy says is for its reader to see.
    """

    version: int
    url: str
    copied_at: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """A release that a web archive is to be asked to copy, or was asked to: then ``ticket`` is the archive's name for that."""

    id: int
    url: str
    seen_at: datetime
    queued_at: datetime
    tries: int
    ticket: str = ""
    asked_at: datetime | None = None


class CopyFate(StrEnum):
    """What a web archive makes of a question: it is at it; it has done so; not this address, not now, or never; it wants a rest itself."""

    UNDER_WAY = "under way"
    COPIED = "copied"
    REFUSED = "refused"
    NEVER = "never"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class CopyAnswer:
    """What a web archive answered, in words; with ``ticket`` where it has begun, with the copy's address and moment where it is done."""

    fate: CopyFate
    words: str = ""
    ticket: str = ""
    url: str = ""
    copied_at: datetime | None = None
    retry_after: timedelta | None = None
