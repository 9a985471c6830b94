"""What readers of the store are given: answers to questions, in the shapes that ``--json`` prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .copies import WebCopy
from .readings import Reading
from .sources import Entry, Kind, Source, Template


@dataclass(frozen=True, slots=True)
class TableCopied:
    """A table that was copied into another database: its rows, and the SHA-256 of all of them that both sides have in common."""

    table: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: how many rows each table got."""

    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """What is handed on; None means all. Versions are asked for by when they were first seen, changes by when they were found.

    ``sorts`` are tables by their names (``item``, ``version``, ``change``); none: all.
    """

    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    sorts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes are asked for; None means any. ``after`` and ``before`` are cursors: only ids above, only ids below."""

    source: str | None = None
    kind: str | None = None
    change_class: str | None = None
    significance: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: int | None = None
    before: int | None = None
    declared: str | None = None
    item_url: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line of the change log. Versions are numbers in the item; None where the change has none on that side.

    ``related`` is the address of the other item of a duplicate, or the new address of a moved one.
    """

    id: int
    source: str
    item_url: str | None
    title: str
    kind: str
    significance: str
    classes: tuple[str, ...]
    declared: str
    fields: tuple[str, ...]
    not_before: datetime | None
    not_after: datetime
    detected_at: datetime
    before_version: int | None
    after_version: int | None
    words_added: int
    words_removed: int
    summary: str
    related: str | None = None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a release, with when it was seen; ``reading`` is None for a tombstone."""

    number: int
    reason: str
    title: str
    published: str | None
    seen_from: datetime
    seen_until: datetime
    content_hash: str
    exact_hash: str
    rule: str
    snapshot: str
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Repeated:
    """The release that another one said the same as, or nearly so, when it was first read; ``percent`` 100 for the same body."""

    item_url: str
    percent: int


@dataclass(frozen=True, slots=True)
class Translation:
    """A release that is another one in another language: the pages of both name each other so."""

    item_url: str
    title: str


@dataclass(frozen=True, slots=True)
class Release:
    """A release with one of its versions read, and how many it has; ``published`` as its page says, else as the list said.

    ``copies`` are what a web archive has copied, in the order of the versions.
    """

    item_url: str
    source: str
    state: str
    versions: int
    language: str | None
    version: VersionLine | None
    published: str | None = None
    repeats: Repeated | None = None
    translations: tuple[Translation, ...] = ()
    copies: tuple[WebCopy, ...] = ()

    def copy_of(self, number: int) -> WebCopy | None:
        """Return the copy that was made after a version was found; None where there is none."""
        return next((copy for copy in self.copies if copy.version == number), None)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One tracked release in a table; ``last_look`` and ``outcome`` tell of its latest observation, ``id`` is a cursor."""

    item_url: str
    source: str
    title: str
    state: str
    published: str | None
    first_seen: datetime
    last_look: datetime | None
    next_look: datetime | None
    outcome: str
    versions: int
    edits: int
    id: int = 0


@dataclass(frozen=True, slots=True)
class PassLine:
    """One attempt at a source."""

    started_at: datetime
    finished_at: datetime
    outcome: str
    error: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source and its health, in words."""

    id: str
    name: str
    url: str
    kind: str
    enabled: bool
    health: str
    last_look: datetime | None
    next_look: datetime | None
    releases: int
    edits: int
    failures: int
    error: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is: sources, those switched on, those whose list cannot be read now; releases and their edits."""

    sources: int
    enabled: int
    failing: int
    releases: int
    edits: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many changes of one sort there are."""

    kind: str
    significance: str
    declared: str
    changes: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be done. ``unindexed`` versions are counted up to a hundred thousand; ``ready_at`` is when the next host is ready."""

    orders: int
    unindexed: int
    ready_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one pass over one source did: a line of ``refresh``. Counts are of items."""

    source: str
    outcome: str
    new: int = 0
    checked: int = 0
    edited: int = 0
    cosmetic: int = 0
    withdrawn: int = 0
    restored: int = 0
    moved: int = 0
    duplicates: int = 0
    incidents: int = 0
    held: int = 0
    failed: int = 0
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a refresh is with one source: ``done`` of ``total`` looks; ``report`` once its pass has ended."""

    source: str
    done: int = 0
    total: int = 0
    report: SourceReport | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """What would be tracked at an address: nothing of it is stored.

    ``final_url`` is where the list really is (a feed that the page announces), ``template`` what the sample's pages share,
    ``entries`` all that the list names, ``readings`` the releases read as a sample, ``source`` what to
    paste into the configuration.
    """

    url: str
    final_url: str
    kind: Kind
    title: str
    source: Source
    template: Template = Template()
    entries: tuple[Entry, ...] = ()
    readings: tuple[Reading, ...] = ()
    feeds: tuple[str, ...] = ()
    language: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefreshOrder:
    """A manual refresh asked of the daemon: what of, how far it is, and what came of it.

    ``sources`` are ids, ``urls`` addresses of releases; both empty means every source. ``reports`` grows as passes end; ``done`` of
    ``total`` looks are behind it.
    """

    id: int
    sources: tuple[str, ...]
    urls: tuple[str, ...]
    recheck: bool
    asked_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    done: int = 0
    total: int = 0
    reports: tuple[SourceReport, ...] = ()
