"""What differs between two readings, and what is said of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Fingerprint(NamedTuple):
    """Identity of a reading: ``content`` over its normal form, ``exact`` over what is displayed; SHA-256 in hex.

    ``body`` is over the words of the body alone: it finds the same text under another address. ``rule`` names the version of
    the rule that made them: prints of different rules are never compared.
    """

    rule: str
    content: str
    exact: str
    body: str


class Op(StrEnum):
    """What happened to a run of words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words with the same fate; the ``text`` of a hunk's runs joined without ADDED gives the old text exactly."""

    op: Op
    text: str


class HunkKind(StrEnum):
    """What happened to one block or field."""

    EDITED = "edited"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Hunk:
    """One block or field that differs.

    ``field`` is one of ``title, body, published, links, attachments``. ``before`` and ``after`` are the positions of a body block, from 0
    (None where it has none on that side, or is no body block). A moved block that was also edited is ``MOVED`` with its runs.
    ``tag`` is the tag of a body block.
    """

    field: str
    kind: HunkKind
    runs: tuple[Run, ...]
    before: int | None = None
    after: int | None = None
    tag: str = ""

    @property
    def old(self) -> str:
        return "".join(run.text for run in self.runs if run.op is not Op.ADDED)

    @property
    def new(self) -> str:
        return "".join(run.text for run in self.runs if run.op is not Op.REMOVED)


@dataclass(frozen=True, slots=True)
class Diff:
    """The comparison of two readings, hunks in the order of the newer text; ``coarse`` where the bound on work was reached."""

    hunks: tuple[Hunk, ...] = ()
    words_added: int = 0
    words_removed: int = 0
    coarse: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        order = ("title", "body", "published", "links", "attachments")
        touched = {hunk.field for hunk in self.hunks}
        return tuple(field for field in order if field in touched)


class ChangeKind(StrEnum):
    """A step in an item's life (``INCIDENT``: in a source's)."""

    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    MOVED = "moved"
    DELISTED = "delisted"
    DUPLICATE = "duplicate"
    INCIDENT = "incident"


class Significance(StrEnum):
    """How much a change matters; it orders, it never hides."""

    COSMETIC = "cosmetic"
    MINOR = "minor"
    SUBSTANTIVE = "substantive"


class Declared(StrEnum):
    """Whether the publisher owned up to the change."""

    DECLARED = "declared"
    STEALTH = "stealth"
    WITHOUT_CHANGE = "declared-without-change"
    BACK_DATED = "back-dated"
    UNKNOWN = "unknown"


# The class of a duplicate that is not the same word for word: news, with versions of its own.
NEAR = "near"


@dataclass(frozen=True, slots=True)
class Change:
    """A step in an item's life as decided by a pass, before it has an id.

    It happened between ``not_before`` (the last look that saw the old state) and ``not_after`` (the first that saw the new).
    """

    kind: ChangeKind
    not_before: datetime | None
    not_after: datetime
    significance: Significance = Significance.SUBSTANTIVE
    classes: tuple[str, ...] = ()
    declared: Declared = Declared.UNKNOWN
    fields: tuple[str, ...] = ()
    words_added: int = 0
    words_removed: int = 0
    summary: str = ""
