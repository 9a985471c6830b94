"""Checkpoints recomputed: their signatures, the entries they speak of, their copy in the state folder, their stamps."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from service.ledger import stamp_digest
from service.models import Flaw, SignedNote
from service.notes import Note, first_number, key_id, note_from

from .flaws import flaw

_LATE = timedelta(days=1)


@dataclass(frozen=True)
class Proofs:
    """What says whether a signature of a text was made with the key of a public key; and why a stamp of a note does not hold, or None.

    ``trusts`` says whether it also looks who signed the stamp.
    """

    is_signed: Callable[[bytes, str, bytes], bool]
    why_not: Callable[[bytes, str], str | None]
    trusts: bool = False


@dataclass
class Keys:
    """The public key (hex) that is relied on, None where there is none; and how many checkpoints each key has signed."""

    own: str | None
    seen: dict[str, int] = field(default_factory=dict)
    newest: Note | None = None
    stamps: int = 0


def flaws_of(kept: Iterable[SignedNote], proofs: Proofs, keys: Keys, *, strict: bool) -> Iterator[Flaw | None]:
    """Yield what does not hold of each checkpoint, then None for it. With ``strict``, one of another key than relied on does not hold."""
    for one in kept:
        place = f"checkpoint {one.number}"
        try:
            note = note_from(one.note)
        except ValueError as error:
            yield flaw("checkpoint", place, f"checkpoint {one.number} cannot be read: {error}")
        else:
            yield from (flaw("checkpoint", place, f"checkpoint {one.number} {words}") for words in _why_not(one, note, proofs))
            keys.seen[one.key] = keys.seen.get(one.key, 0) + 1
            keys.newest = note
            if strict and one.key != keys.own:
                yield flaw("checkpoint", place, f"checkpoint {one.number} is signed with another key than the one relied on")
        if one.stamp is not None:
            keys.stamps += 1
            if stamp_digest(one.stamp_url, one.stamped_at, one.stamp) != one.stamp_digest:
                yield flaw("stamp", place, f"the time stamp of checkpoint {one.number} is not the one that was kept")
            elif why := proofs.why_not(one.stamp, one.note):
                yield flaw("stamp", place, f"the time stamp of checkpoint {one.number} does not hold: {why}")
        yield None


def late(signed: Iterable[tuple[str, str]]) -> int:
    """Return how many changes were signed more than a day after they had been found; ``signed`` is when, and the first note of each."""
    return sum(_is_late(found_at, note) for found_at, note in signed)


def _is_late(found_at: str, note: str) -> bool:
    try:
        return datetime.fromisoformat(note_from(note).signed_at) - datetime.fromisoformat(found_at) > _LATE
    except (ValueError, TypeError):  # a moment or a note that is none: that is told of by itself
        return False


def _why_not(one: SignedNote, note: Note, proofs: Proofs) -> Iterator[str]:
    public = bytes.fromhex(one.key)
    if note.number != one.number:
        yield f"speaks of entry {note.number}"
    if one.chain is None:
        yield "speaks of an entry that is not there: the end of the ledger is missing"
    elif note.chain != one.chain:
        yield "speaks of another chain than the ledger has there"
    if note.key_id != key_id(public) or not proofs.is_signed(public, note.text, note.signature):
        yield "bears a signature that does not hold"


def flaws_of_file(path: Path, size: int, kept: Callable[[int], Iterable[SignedNote]]) -> Iterator[Flaw]:
    """Yield where the copy of the checkpoints is not what the database has, as far as it had come when it had this size.

    A torn end is none: the next checkpoint mends it. ``kept`` gives the checkpoints from a number on.
    """
    with path.open("rb") as file:
        number = first_number(file)
        if number is None:
            yield flaw("checkpoint-file", str(path), "the copy of the checkpoints does not begin with one")
            return
        file.seek(0)
        left = size
        for one in kept(number):
            wanted = f"{one.note}\n".encode("utf-8", "surrogateescape")
            found = file.read(min(len(wanted), left))
            left -= len(found)
            if found != wanted[: len(found)]:
                yield flaw("checkpoint-file", str(path), f"the copy of checkpoint {one.number} is not what was signed")
            if not left:
                return
    yield flaw("checkpoint-file", str(path), f"its last {left} bytes are no checkpoint of this ledger")
