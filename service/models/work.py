"""What a pass reads, decides and writes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from .answers import Answer, Validators
from .changes import Change, Fingerprint
from .habits import Habits
from .incidents import Incident, Vitals
from .readings import Reading
from .sources import Entry, Kind, Source, Template


class State(StrEnum):
    """Where an item stands; ``SUSPECT`` is missing but not yet confirmed."""

    LIVE = "live"
    SUSPECT = "suspect"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why a version was kept."""

    FIRST = "first"
    EDIT = "edit"
    REBASE = "rebase"
    RESTORED = "restored"
    TOMBSTONE = "tombstone"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The reading that the next look is compared with, the number of the version that holds it, and where its raw page lies.

    ``unpack`` gives the reading: of a page that is as it was, and most are, nobody asks for it. ``rule`` and ``published`` are its own;
    an empty rule: only the reading tells.
    """

    version: int
    unpack: Callable[[], Reading] = field(compare=False, repr=False)
    fingerprint: Fingerprint
    snapshot: str = ""
    rule: str = ""
    published: str | None = None

    @property
    def reading(self) -> Reading:
        return self.unpack()

    @classmethod
    def of(cls, version: int, reading: Reading, fingerprint: Fingerprint, snapshot: str = "") -> Self:
        """Return the baseline that has this reading."""
        return cls(version, lambda: reading, fingerprint, snapshot, reading.rule, reading.published)

    def restated(self, reading: Reading, fingerprint: Fingerprint) -> Self:
        """Return the same version with another reading of it."""
        return self.of(self.version, reading, fingerprint, self.snapshot)


@dataclass(frozen=True, slots=True)
class Tracked:
    """An item as a pass finds it in the store.

    ``id`` is None for one that the list has only just named. ``versions`` counts the versions kept (a tombstone is one; the
    baseline is the latest that is none). ``misses`` counts the looks in a row that found it missing, the first of them at
    ``missing_since``. ``digest`` is that of the bytes last served and read: equal bytes need no reading.
    ``seen_at`` is the last look that saw the baseline's state, ``last_look_at`` the last of all, with its ``outcome``.
    ``modified`` is the stamp of its last change that the page bore at the last look that saw the release, whether or not anything had
    changed; ``listed`` the one that its list bore then.
    ``doubted_since`` is the first of the last looks in a row at which a page came that is more likely a bad one than an edit.
    ``variants`` are content prints that the page showed and did not keep to: one of several that it serves in turns.
    ``unlisted_since`` is when the whole list was first read without it; None while it is listed, and where no list ever named it;
    ``delisted`` says that this was told. ``edits`` counts the edits found so far, without cosmetic ones.
    """

    url: str
    key: str
    id: int | None = None
    state: State = State.LIVE
    baseline: Baseline | None = None
    versions: int = 0
    edits: int = 0
    misses: int = 0
    missing_since: datetime | None = None
    validators: Validators = Validators()
    digest: str = ""
    first_seen_at: datetime | None = None
    seen_at: datetime | None = None
    changed_at: datetime | None = None
    next_look_at: datetime | None = None
    last_look_at: datetime | None = None
    outcome: str = ""
    entry: Entry | None = None
    modified: str | None = None
    listed: str | None = None
    doubted_since: datetime | None = None
    variants: tuple[str, ...] = ()
    unlisted_since: datetime | None = None
    delisted: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a pass over one source starts from: the one read.

    ``due`` are the items to look at now, the longest due first. ``kind`` is what the source was found to be. ``baselined`` is
    False until a first pass has ended (at ``baselined_at``): what it finds is the baseline, not news. ``list_due`` is False in a
    pass for the sake of due items alone. ``thorough`` asks for the whole list, as far back as the source allows, for what may
    have entered it in the middle. ``failures`` counts the passes in a row, up to now, that could not read the list.
    ``price`` is that of a look at the host: 1 where nothing presses (``revisit``).
    """

    source: Source
    source_id: int
    kind: Kind = Kind.AUTO
    baselined: bool = False
    baselined_at: datetime | None = None
    list_due: bool = True
    thorough: bool = False
    failures: int = 0
    list_url: str = ""
    list_validators: Validators = Validators()
    list_digest: str = ""
    template: Template = Template()
    due: tuple[Tracked, ...] = ()
    incidents: tuple[Incident, ...] = ()
    vitals: Vitals = Vitals()
    habits: Habits = Habits()
    price: float = 1.0


@dataclass(frozen=True, slots=True)
class Known:
    """An address of the source that the store knows already: whose it is, and the digest of the entry last seen for it."""

    item_id: int
    entry_digest: str


@dataclass(frozen=True, slots=True)
class Named:
    """A live release that the source's list named once, and how it stands with it; ``published`` by its page or its list."""

    item_id: int
    published: str | None = None
    unlisted_since: datetime | None = None
    delisted: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """One fetch of one item, with its answer, and the reading of it if there was one to read.

    ``problem`` says in words why a snapshot gave no reading; ``astray`` that a redirect led to the listing or the front page.
    ``torn`` says that the page ends without its closing tag, ``stale`` that it is an older copy than the one its baseline was read from.
    ``restated`` says that ``item.baseline`` is not as stored, but as it reads by what is known now: without noise, by today's rule.
    """

    item: Tracked
    answer: Answer
    reading: Reading | None = None
    fingerprint: Fingerprint | None = None
    problem: str = ""
    astray: str = ""
    restated: bool = False
    torn: bool = False
    stale: bool = False


class VerdictKind(StrEnum):
    """What sift makes of a look."""

    FIRST = "first"
    UNCHANGED = "unchanged"
    EDITED = "edited"
    COSMETIC = "cosmetic"
    REBASED = "rebased"
    MISSED = "missed"  # missing, and not yet confirmed
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    HELD = "held"  # an alarm that is not to be believed, or not yet
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What sift makes of a look; ``why`` in words where it is not plain from the kind.

    ``capture`` names what came instead of a release (``captures.bad_capture``), ``variant`` is the content print that the page showed
    and did not keep to, ``moved_to`` the address at which the release of ``look.item`` was found, None while that cannot be told.
    ``doubted``: it is held for a while, for the page is more likely a bad one than an edit. ``again`` are the answers of all looks that it
    rests on, where they were more than one.
    """

    kind: VerdictKind
    look: Look
    why: str = ""
    capture: str = ""
    variant: str = ""
    moved_to: str | None = ""
    doubted: bool = False
    again: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A reading to be kept as the next version of its item; a tombstone has no reading.

    ``snapshot`` points to the raw page in the archive.
    """

    reason: Reason
    seen_at: datetime
    reading: Reading | None = None
    fingerprint: Fingerprint | None = None
    snapshot: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """All that a pass writes of one item.

    ``item`` is as it was; the other fields are as they shall be. ``outcome`` and ``status`` make the observation (``status`` 0: no
    answer), ``words`` tell it. ``aliases`` are further addresses that led to the item; ``moved_to`` is
    its address from now on, where that changed. ``rebase`` is kept before ``version``: the baseline as it reads by today's rule, where
    that is not as it was kept. ``seen_at`` is when what a look showed was there for certain: before ``looked_at`` where a cache
    answered. A step without ``looked_at`` only records an entry and the next look. ``alternates`` are the addresses of the release in
    other languages, None where its page was not read. ``born_at`` is when the release's age counts from.
    """

    item: Tracked
    state: State
    next_look_at: datetime
    looked_at: datetime | None = None
    outcome: str = ""
    status: int = 0
    words: str = ""
    misses: int = 0
    missing_since: datetime | None = None
    validators: Validators = Validators()
    digest: str = ""
    rebase: NewVersion | None = None
    version: NewVersion | None = None
    changes: tuple[Change, ...] = ()
    aliases: tuple[str, ...] = ()
    moved_to: str = ""
    entry: Entry | None = None
    modified: str | None = None
    listed: str | None = None
    doubted_since: datetime | None = None
    variants: tuple[str, ...] = ()
    unlisted_since: datetime | None = None
    delisted: bool = False
    seen_at: datetime | None = None
    born_at: datetime | None = None
    alternates: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PassRecord:
    """All that a pass writes: one transaction.

    ``outcome`` is ``ok``, ``baseline`` (the first pass), ``partial`` (some looks failed) or ``failed`` (the list could not be
    read); ``errors`` are plain words. ``list_torn`` where a part of the list could not be had: the next pass is to be thorough.
    ``resting_until`` is set where the host asked us to stay away. ``incidents`` are those that the pass opened, met again or saw end;
    ``troubles`` say in words what is the matter with the source.
    """

    plan: Plan
    started_at: datetime
    finished_at: datetime
    outcome: str
    next_list_at: datetime
    kind: Kind = Kind.AUTO
    list_url: str = ""
    list_validators: Validators = Validators()
    list_digest: str = ""
    list_torn: bool = False
    template: Template = Template()
    steps: tuple[Step, ...] = ()
    errors: tuple[str, ...] = ()
    baselined: bool = False
    resting_until: datetime | None = None
    incidents: tuple[Incident, ...] = ()
    vitals: Vitals = Vitals()
    habits: Habits = Habits()
    troubles: tuple[str, ...] = ()
