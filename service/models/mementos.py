"""Mementos of others: captures of a release that somebody else made. They say what its keeper says that he saw, never what we saw."""

from dataclasses import dataclass
from datetime import datetime

from .changes import Fingerprint
from .readings import Reading


@dataclass(frozen=True, slots=True)
class NewMemento:
    """A capture by somebody else, read here, on its way into the store.

    ``url`` is where it was got from: the address of the memento, or ``file.warc.gz#record``; ``original`` what was captured, ``keeper`` who
    captured it and says that it was at ``captured_at``; ``payload`` the SHA-256 (hex) of its bytes as given to us, ``snapshot`` points to
    them where they were kept.
    """

    url: str
    original: str
    keeper: str
    captured_at: datetime
    payload: str
    reading: Reading
    fingerprint: Fingerprint
    snapshot: str = ""


@dataclass(frozen=True, slots=True)
class Memento:
    """A capture by somebody else, as kept: ``number`` is ours, and people call it ``m7``; ``reading`` where it was asked for."""

    number: int
    url: str
    original: str
    keeper: str
    captured_at: datetime
    imported_at: datetime
    payload: str
    title: str
    published: str | None
    rule: str
    content_hash: str
    exact_hash: str
    snapshot: str
    reading: Reading | None = None

    @property
    def name(self) -> str:
        return f"m{self.number}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One memento that a list of somebody else names: where it is, of which address it is, when it was captured."""

    url: str
    original: str
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class MementosBrought:
    """What came of an import: how many were kept, known already, left for the next time; and in words what could not be taken."""

    kept: int = 0
    known: int = 0
    left: int = 0
    failures: tuple[str, ...] = ()
