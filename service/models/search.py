"""What is searched for, and what is found."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand one after another; with ``prefix`` the last of them may go on."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A text fits where one phrase of each group of ``wanted`` stands in it, and none of ``unwanted``."""

    wanted: tuple[tuple[Phrase, ...], ...]
    unwanted: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Where to search: everything that was ever said, or with ``removed`` what edits and withdrawals took away.

    ``since`` and ``until`` are when the version came, ``before`` is a cursor: only hits older than that of this number.
    """

    query: Query
    removed: bool = False
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A version that first said what was searched for, or whose coming removed it.

    ``snippet`` are parts of the passage, each with whether it is what was searched for. ``change`` is the change that brought the version;
    None for a first one.
    """

    id: int
    item_url: str
    source: str
    title: str
    state: str
    version: int
    change: int | None
    seen_at: datetime
    snippet: tuple[tuple[str, bool], ...]
