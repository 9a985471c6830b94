"""``verify``: everything recomputed, from the raw bytes up, and each thing named that does not hold.

    database -> ledger entries, their rows, texts and raw pages -> files of raw pages -> versions and changes -> checkpoints

Reads alone, in portions; what it holds at once does not grow with the state. What is appended meanwhile is taken in or left out, whole.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from service.archive.audit import RawFiles
from service.errors import StateError
from service.models import Flaw
from service.notes import Note, key_id

from . import entries, signatures
from .flaws import flaw
from .signatures import Proofs

if TYPE_CHECKING:
    from service.store import Store

__all__ = ["OnFlaw", "OnProgress", "Place", "Proofs", "Verified", "verify"]

OnProgress = Callable[[str, int, int], None]
OnFlaw = Callable[[Flaw], None]

_OF_LATE = (
    "{} changes were signed more than a day after they were found: so it is after an upgrade or a long stop; else somebody may have taken "
    "signatures away, and had another ledger signed. A checkpoint kept elsewhere would tell"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parts of a state lie that are no rows, and what is relied on.

    ``public`` is the public key (32 bytes) that checkpoints should be signed with, None where none is known; ``strict`` says that
    somebody named it. ``seen`` are checkpoints that somebody else kept.
    """

    raw: Path
    checkpoints: Path
    public: bytes | None = None
    strict: bool = False
    seen: tuple[Note, ...] = ()


@dataclass
class Verified:
    """What was looked at, how many flaws of each sort were found, and what is to be known besides."""

    counts: Counter[str] = field(default_factory=Counter)
    flaws: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    head: tuple[int, str] = (0, "")
    newest: Note | None = None

    @property
    def holds(self) -> bool:
        return not self.flaws


def verify(
    store: "Store",
    place: Place,
    proofs: signatures.Proofs,
    on_flaw: OnFlaw = lambda flaw: None,
    on_progress: OnProgress = lambda part, done, total: None,
) -> Verified:
    """Verify a state; ``on_flaw`` hears of each thing that does not hold, ``on_progress`` of a part, how much is done, of how much."""
    return _Verifying(store, place, proofs, on_flaw, on_progress).run()


class _Verifying:
    def __init__(self, store: "Store", place: Place, proofs: signatures.Proofs, on_flaw: OnFlaw, on_progress: OnProgress) -> None:
        self.audit, self.place, self.proofs = store.audit, place, proofs
        self.on_flaw, self.on_progress = on_flaw, on_progress
        self.raw = RawFiles(place.raw)
        self.walk = entries.Walk()
        self.done = Verified()

    def run(self) -> Verified:
        for part in (self.database, self.ledger, self.rows, self.files, self.checkpoints, self.told):
            try:
                part()
            except StateError as error:
                self.tell(flaw("database", "the database", str(error)))
        self.raw.close()
        return self.done

    def tell(self, found: Flaw) -> None:
        self.done.flaws[found.sort] += 1
        self.on_flaw(found)

    def count(self, part: str, total: int, found: Iterable[Flaw | None]) -> None:
        """Tell of flaws, and count the things between them."""
        for one in found:
            if one is not None:
                self.tell(one)
                continue
            self.done.counts[part] += 1
            self.on_progress(part, self.done.counts[part], total)

    def database(self) -> None:
        self.on_progress("database", 0, 0)
        for words in self.audit.damages():
            self.tell(flaw("database", "the database", words))

    def ledger(self) -> None:
        extent = self.audit.extent()
        wanted: dict[int, set[str]] = {}
        for note in self.place.seen:
            wanted.setdefault(note.number, set()).add(note.chain)
        stated = self.audit.entries()
        self.count("entries", extent.entries, entries.flaws_of(stated, self.raw.why_not, self.walk, wanted))
        self.done.counts |= self.walk.kinds
        self.done.head = self.walk.number, self.walk.chain
        for number in sorted(wanted.keys() - self.walk.met):
            words = f"a checkpoint that was kept elsewhere speaks of entry {number}: the ledger ends at {self.walk.number}"
            self.tell(flaw("checkpoint", f"ledger entry {number}", words))

    def rows(self) -> None:
        self.on_progress("rows", 0, 0)
        for sort, found in (
            ("unentered", (f"no entry of the ledger tells of {what}" for what in self.audit.unentered())),
            ("numbering", self.audit.misnumbered()),
            ("altered", self.audit.misdirected()),
            ("address", self.audit.misplaced()),
        ):
            for words in found:
                self.tell(flaw(sort, "the database", words))

    def files(self) -> None:
        names = self.raw.names()
        total = sum(map(self.raw.size, names))
        for name in names:
            size = self.raw.size(name)
            for words in self.raw.troubles(name, ((entry.size, entry.sha256) for entry in self.walk.files.get(name, ()))):
                self.tell(flaw("raw-file", name, f"{name}: {words}"))
            self.done.counts["raw files"] += 1
            self.done.counts["bytes"] += size
            self.on_progress("raw pages", self.done.counts["bytes"], max(total, self.done.counts["bytes"]))
        gone = self.walk.files.keys() - set(names)
        if gone:
            self.done.notes.append(
                f"{len(gone)} files of raw pages that the ledger knows are not here any more; told above where a version stands on one"
            )

    def checkpoints(self) -> None:
        path = self.place.checkpoints
        size = path.stat().st_size if path.is_file() else 0
        keys = signatures.Keys(None if self.place.public is None else self.place.public.hex())
        found = signatures.flaws_of(self.audit.checkpoints(), self.proofs, keys, strict=self.place.strict)
        self.count("checkpoints", self.audit.extent().checkpoints, found)
        self.done.newest, self.done.counts["stamps"] = keys.newest, keys.stamps
        if keys.stamps and not self.proofs.trusts:
            self.done.notes.append("who signed the time stamps was not looked at: [evidence] timestamp_roots names no certificates")
        if late := signatures.late(self.audit.signed()):
            self.done.notes.append(_OF_LATE.format(late))
        if size:
            for one in signatures.flaws_of_file(path, size, self.audit.checkpoints):
                self.tell(one)
        if not self.place.strict:
            self.done.notes += _of_keys(keys)

    def told(self) -> None:
        walk = self.walk
        if walk.older:
            self.done.notes.append(f"{walk.older} versions are older than the ledger, and their raw pages are not here any more")
        if walk.unchecked:
            self.done.notes.append(
                f"{walk.unchecked} versions have fingerprints of an older rule: their texts hold, these were not recomputed"
            )
        signed = 0 if self.done.newest is None else self.done.newest.number
        if walk.number > signed:
            self.done.notes.append(f"the last {walk.number - signed} entries are not signed yet: the daemon does so, and every refresh")


def _of_keys(keys: signatures.Keys) -> Iterator[str]:
    if keys.seen and keys.own is None:
        yield "the key of this state (ledger.key) is not here, or not ours to read: rely on the one you know, with --key"
    for key, number in keys.seen.items():
        if keys.own is not None and key != keys.own:
            yield f"{number} checkpoints are signed with another key, {key_id(bytes.fromhex(key)).hex()}: rely on them only if you know it"
