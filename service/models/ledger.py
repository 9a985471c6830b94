"""What the ledger says: its entries, and what proves one of them to somebody who holds a checkpoint."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """That a release is tracked: under which number, of which source, at which address it was when its first version was kept."""

    release: int
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """A version as its row says it.

    ``text`` is the SHA-256 of what is displayed (``fingerprint.canonical_bytes``), ``rest`` that of what is kept of the reading besides it;
    both None for a tombstone. ``snapshot`` points to the raw page and ends with the SHA-256 of its WARC record as stored; in states that
    are older than the ledger without it. Moments are ``2026-11-22T06:00:00.000000Z``; digests are hex, empty where there is none.
    """

    release: int
    number: int
    reason: str
    seen_at: str
    title: str
    published: str | None
    rule: str
    content: str
    exact: str
    body: str
    text: str | None
    rest: str | None
    snapshot: str


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """A line of the change log as its row says it; of an incident, ``release`` is None."""

    change: int
    source: str
    release: int | None
    kind: str
    significance: str
    classes: tuple[str, ...]
    declared: str
    fields: tuple[str, ...]
    not_before: str | None
    not_after: str
    detected_at: str
    before_version: int | None
    after_version: int | None
    words_added: int
    words_removed: int
    summary: str
    url: str | None
    related: str | None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """That a file of raw pages began with these bytes: as many as ``size``, of this SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MementoEntry:
    """That somebody else's capture of a release was imported, as its row says it: by whose word, from where, which bytes, read how.

    It says that we were given this, and nothing of what we saw. ``payload`` is the SHA-256 of the bytes as given.
    """

    memento: int
    release: int
    url: str
    original: str
    keeper: str
    captured_at: str
    imported_at: str
    payload: str
    title: str
    published: str | None
    rule: str
    content: str
    exact: str
    body: str
    text: str
    rest: str
    snapshot: str


LedgerEntry = ReleaseEntry | VersionEntry | ChangeEntry | FileEntry | MementoEntry


@dataclass(frozen=True, slots=True)
class Proof:
    """What leads from an entry to a signed checkpoint.

    ``entry`` are its canonical bytes as text, ``number`` its place in the ledger, ``before`` the chain digest of the entry before it,
    ``after`` the digests of the entries behind it up to the one that the ``checkpoint`` (a signed note) speaks of, signed with the key of
    the public ``key`` (hex). Where no checkpoint has come to it yet, these three are empty, and nothing is proven.
    """

    number: int
    entry: str
    before: str
    after: tuple[str, ...]
    checkpoint: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """An entry as stored, and what the rows that it is of say now.

    ``about`` names in words what it is of. ``entry`` is None where those rows are not there, or cannot be read: ``trouble`` then says why;
    else it says what is wrong with the entry as stored, if anything. Of a version with a text, ``displayed`` is that text, decoded, and
    ``size`` what its row gives as its length.
    """

    number: int
    kind: str
    about: str
    digest: str
    chain: str
    entry: LedgerEntry | None = None
    trouble: str = ""
    displayed: bytes | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that does not hold: its sort (a short name that stays), what and where, what that means, what to do."""

    sort: str
    what: str
    where: str
    means: str
    todo: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to verify."""

    entries: int = 0
    versions: int = 0
    changes: int = 0
    checkpoints: int = 0


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A checkpoint as stored: the number it stands under, its text, and the public key (hex) it says it was signed with.

    ``chain`` is the chain digest of the entry with this number, where that was asked for; None where there is no such entry. ``stamp`` is
    what an authority (at ``stamp_url``, asked at ``stamped_at``) answered when it was to witness it, kept with ``stamp_digest``.
    """

    number: int
    note: str
    key: str
    chain: str | None = None
    stamp: bytes | None = None
    stamp_digest: str = ""
    stamp_url: str = ""
    stamped_at: str = ""
