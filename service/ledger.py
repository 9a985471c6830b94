"""The ledger's bytes and digests: what is hashed, in which order. Pure; ``docs/evidence.md`` tells it to those who recompute it.

    canonical bytes = UTF-8 JSON without spaces: {"entry":KIND,...}, the fields of the entry in the order of its class
    entry digest    = SHA-256(canonical bytes)
    chain digest    = SHA-256(chain digest of the entry before, 32 bytes || entry digest, 32 bytes); before the first: 32 zero bytes

What an entry says is never said in another way later: to tell more, a new kind is needed.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, datetime

from .models import ChangeEntry, FileEntry, LedgerEntry, MementoEntry, Proof, ReleaseEntry, VersionEntry

START = "00" * 32
"""The chain digest before the first entry."""

KINDS: dict[str, type[LedgerEntry]] = {
    "release": ReleaseEntry,
    "version": VersionEntry,
    "change": ChangeEntry,
    "file": FileEntry,
    "memento": MementoEntry,
}
_NAMES = {sort: name for name, sort in KINDS.items()}


def kind_of(entry: LedgerEntry) -> str:
    return _NAMES[type(entry)]


def canonical_bytes(entry: LedgerEntry) -> bytes:
    """Return what is hashed of an entry: different entries have different bytes (``entry_from`` leads back)."""
    said = {"entry": kind_of(entry)} | {field.name: getattr(entry, field.name) for field in fields(entry)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def entry_from(data: bytes) -> LedgerEntry:
    """Return the entry whose canonical bytes these are. Raises ``ValueError`` for others."""
    try:
        said = json.loads(data.decode("utf-8", "surrogatepass"))
        sort: Callable[..., LedgerEntry] = KINDS[said.pop("entry")]
        entry = sort(**{name: tuple(value) if isinstance(value, list) else value for name, value in said.items()})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an entry of a ledger: {error}") from error
    if canonical_bytes(entry) != data:
        raise ValueError("not the canonical bytes of an entry")
    return entry


def entry_digest(entry: LedgerEntry) -> str:
    return hashlib.sha256(canonical_bytes(entry)).hexdigest()


def chained(before: str, digest: str) -> str:
    """Return the chain digest behind an entry, given that of the entry before it. Digests are hex."""
    return hashlib.sha256(bytes.fromhex(before) + bytes.fromhex(digest)).hexdigest()


def chained_all(before: str, digests: Iterable[str]) -> str:
    """Return the chain digest behind several entries."""
    for digest in digests:
        before = chained(before, digest)
    return before


def proven(proof: Proof) -> tuple[int, str]:
    """Return the number and the chain digest that a checkpoint must show, if the entry stands where the proof says."""
    own = hashlib.sha256(proof.entry.encode("utf-8", "surrogatepass")).hexdigest()
    return proof.number + len(proof.after), chained_all(proof.before, (own, *proof.after))


def stamp_digest(url: str, stamped_at: str, answer: bytes) -> str:
    """Return the digest that the answer of an authority is kept with: of its address, the moment and the answer, a line break between."""
    return hashlib.sha256(f"{url}\n{stamped_at}\n".encode("utf-8", "surrogatepass") + answer).hexdigest()


def moment(when: datetime) -> str:
    """Return an instant as entries tell it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
