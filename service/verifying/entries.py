"""The ledger recomputed: each entry against its rows, its text, its raw page, and the entry before it."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service.fingerprint import RULE, fingerprint, reading_from
from service.ledger import START, chained, entry_digest
from service.models import FileEntry, Flaw, MementoEntry, Stated, VersionEntry

from .flaws import flaw

Held = Callable[[str], str | None]
"""What says whether a raw page is as its pointer has it: None, or why not."""


@dataclass
class Walk:
    """How far the ledger was walked, and what was met on the way: ``files`` are the sizes and digests sworn to of files of raw pages."""

    number: int = 0
    chain: str = START
    files: dict[str, list[FileEntry]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    met: set[int] = field(default_factory=set)  # entries that a checkpoint kept elsewhere speaks of
    older: int = 0  # versions whose raw pages are older than the ledger and no longer there
    unchecked: int = 0  # versions whose fingerprints were made by another rule than today's


def flaws_of(stated: Iterable[Stated], held: Held, walk: Walk, seen: Mapping[int, Collection[str]]) -> Iterator[Flaw | None]:
    """Yield what does not hold of each entry, then None for the entry itself, so that its reader can count.

    ``seen`` are the chain digests of checkpoints that somebody else kept, by the number they speak of.
    """
    for one in stated:
        walk.kinds[f"{one.kind}s"] += 1
        yield from _of_chain(one, walk)
        if one.entry is None:
            yield flaw("lost", _place(one), f"{one.about}: {one.trouble}")
        elif one.trouble:
            yield flaw("altered", _place(one), f"{one.about}: {one.trouble}")
        elif entry_digest(one.entry) != one.digest:
            yield flaw("altered", _place(one), f"{one.about} is not what was recorded")
        if isinstance(one.entry, VersionEntry | MementoEntry):
            yield from _of_version(one, one.entry, held, walk)
        elif isinstance(one.entry, FileEntry):
            walk.files.setdefault(one.entry.name, []).append(one.entry)
        if one.number in seen:
            walk.met.add(one.number)
            if any(chain != one.chain for chain in seen[one.number]):
                yield flaw("checkpoint", _place(one), f"a checkpoint that was kept elsewhere speaks of another chain at entry {one.number}")
        yield None


def _of_chain(one: Stated, walk: Walk) -> Iterator[Flaw]:
    if one.number != walk.number + 1:
        yield flaw("chain", _place(one), f"after entry {walk.number} of the ledger comes entry {one.number}")
    elif not one.digest or chained(walk.chain, one.digest) != one.chain:
        yield flaw("chain", _place(one), f"entry {one.number} of the ledger ({one.about}) does not follow from the one before it")
    walk.number, walk.chain = one.number, one.chain or walk.chain


def _of_version(one: Stated, entry: VersionEntry | MementoEntry, held: Held, walk: Walk) -> Iterator[Flaw]:
    if one.displayed is not None:
        yield from (flaw("text", _place(one), f"{one.about}: {words}") for words in _of_text(one.displayed, one.size, entry, walk))
    if not entry.snapshot:
        return
    why = held(entry.snapshot)
    if why is None:
        return
    if entry.snapshot.count(":") < 3:  # older than the ledger: nothing was ever sworn to
        walk.older += 1
    else:
        yield flaw("raw-page", entry.snapshot.split(":")[0], f"{one.about}: its raw page {why}")


def _of_text(displayed: bytes, size: int, entry: VersionEntry | MementoEntry, walk: Walk) -> Iterator[str]:
    if hashlib.sha256(displayed).hexdigest() != entry.text:
        yield "its text does not have the digest it is kept under"
    if len(displayed) != size:
        yield f"its text has {len(displayed)} bytes, its row says {size}"
    if entry.rule != RULE:
        walk.unchecked += 1
        return
    try:
        found = fingerprint(reading_from(displayed))
    except (ValueError, KeyError, TypeError) as error:
        yield f"its text is none: {error}"
        return
    for name in ("exact", "content", "body"):
        if getattr(found, name) != getattr(entry, name):
            yield f"its {name} fingerprint is not that of its text"


def _place(one: Stated) -> str:
    return f"ledger entry {one.number}"
