"""Readings kept as versions: texts first, each once, then the versions that show them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from service.models import Fingerprint, NewVersion, Reading

from . import readings, texts
from .database import insert_unless_there
from .held import Held
from .loading import AnyRow, portions
from .tables import text_, unindexed, version


@dataclass(frozen=True, slots=True)
class _Packed:
    """A reading on its way into the store."""

    held: Held
    displayed: bytes
    rest: bytes
    digest: str


def keep(connection: Connection, touched: Iterable[Held]) -> None:
    """Write the new versions of these items with their texts, and number them on: first those that restate what was known."""
    touched = list(touched)
    _keep(connection, [(held, held.step.rebase) for held in touched if held.step.rebase is not None])
    _keep(connection, [(held, held.step.version) for held in touched if held.step.version is not None])


def _keep(connection: Connection, keeping: Sequence[tuple[Held, NewVersion]]) -> None:
    if not keeping:
        return
    packed = {held: _packed(held, new.reading) for held, new in keeping if new.reading is not None}
    stored = _keep_texts(connection, list(packed.values()))
    for held, _ in keeping:
        held.compared = held.baseline
        held.kept = held.versions = held.versions + 1
        if held in packed:
            held.baseline = held.kept
            held.key_text_id = _key_frame(held, stored[packed[held].digest])
    rows = [_row(held, new, packed.get(held), stored) for held, new in keeping]
    connection.execute(insert(version), rows)
    unread = [{"item_id": held.id, "version": held.kept, "before": held.compared} for held, _ in keeping]
    connection.execute(insert(unindexed), unread)


def _packed(held: Held, reading: Reading) -> _Packed:
    displayed, rest = readings.pack(reading)
    return _Packed(held, displayed, rest, hashlib.sha256(displayed).hexdigest())


def _row(held: Held, new: NewVersion, packed: _Packed | None, stored: dict[str, AnyRow]) -> dict[str, Any]:
    """A version as stored; a tombstone goes by the title of what it stands for."""
    baseline = held.step.item.baseline
    shown = new.reading or (baseline.reading if baseline is not None else None)
    prints = new.fingerprint or Fingerprint("", "", "", "")
    return {
        "item_id": held.id,
        "number": held.kept,
        "text_id": stored[packed.digest].id if packed else None,
        "reason": new.reason,
        "seen_at": new.seen_at,
        "title": shown.title if shown else "",
        "published": shown.published if shown else None,
        **prints._asdict(),
        "snapshot": new.snapshot,
        "extras": packed.rest if packed else None,
    }


def _key_frame(held: Held, text: AnyRow) -> int:
    """What the item's next text is compressed against: its latest text that stands by itself."""
    if text.codec == texts.PLAIN:
        return int(text.id)
    return int(text.base_id) if held.key_text_id is None else held.key_text_id


def _keep_texts(connection: Connection, packed: Sequence[_Packed]) -> dict[str, AnyRow]:
    """Store the texts that are new, and return the rows of all, by digest."""
    stored = _stored(connection, (one.digest for one in packed))
    # in one order for all, or two writers of the same texts could wait for each other for ever
    new = sorted({one.digest: one for one in packed if one.digest not in stored}.values(), key=lambda one: one.digest)
    if new:
        frames = _frames(connection, (one.held.key_text_id for one in new if one.held.key_text_id is not None))
        connection.execute(insert_unless_there(connection, text_), [_text_row(one, frames) for one in new])
        stored |= _stored(connection, (one.digest for one in new))
    return stored


def _text_row(packed: _Packed, frames: dict[int, bytes]) -> dict[str, Any]:
    key_text_id = packed.held.key_text_id
    encoded = texts.encode(packed.displayed, frames.get(key_text_id or 0))
    return {
        "digest": packed.digest,
        "codec": encoded.codec,
        "base_id": key_text_id if encoded.codec == texts.KEYED else None,
        "size": len(packed.displayed),
        "data": encoded.data,
    }


def _stored(connection: Connection, digests: Iterable[str]) -> dict[str, AnyRow]:
    found = {}
    for portion in portions(digests):
        wanted = select(text_.c.id, text_.c.digest, text_.c.codec, text_.c.base_id).where(text_.c.digest.in_(portion))
        found.update({row.digest: row for row in connection.execute(wanted)})
    return found


def _frames(connection: Connection, ids: Iterable[int]) -> dict[int, bytes]:
    """The key frames of these ids, decoded."""
    found = {}
    for portion in portions(ids):
        for row in connection.execute(select(text_.c.id, text_.c.codec, text_.c.data).where(text_.c.id.in_(portion))):
            found[row.id] = texts.decode(texts.Encoded(row.codec, row.data))
    return found
