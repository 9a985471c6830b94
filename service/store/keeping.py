"""Readings kept as versions: texts first, each once, then the versions that show them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select

from service.models import Fingerprint, NewVersion, Reading

from . import dictionaries, readings, texts
from .database import insert_unless_there
from .held import Held
from .loading import AnyRow, portions
from .tables import item, text_, unindexed, version

_NO_EXTRAS: dict[str, Any] = {"extras": None, "extras_base": None}


@dataclass(frozen=True, slots=True)
class _Packed:
    """A reading on its way into the store."""

    held: Held
    displayed: bytes
    rest: bytes
    digest: str
    rule: str


def keep(connection: Connection, touched: Iterable[Held]) -> None:
    """Write the new versions of these items with their texts, and number them on: first those that restate what was known."""
    touched = list(touched)
    _keep(connection, [(held, held.step.rebase) for held in touched if held.step.rebase is not None])
    _keep(connection, [(held, held.step.version) for held in touched if held.step.version is not None])


def _keep(connection: Connection, keeping: Sequence[tuple[Held, NewVersion]]) -> None:
    if not keeping:
        return
    packed = {held: _packed(held, new.reading) for held, new in keeping if new.reading is not None}
    dictionary = dictionaries.newest(connection, [(one.displayed, one.rest) for one in packed.values()]) if packed else None
    stored = _keep_texts(connection, list(packed.values()), dictionary)
    extras = _extras(connection, packed, dictionary)
    for held, _ in keeping:
        held.compared = held.baseline
        held.kept = held.versions = held.versions + 1
        if held in packed:
            held.baseline, held.reader = held.kept, packed[held].rule
            held.key_text_id = _key_frame(held, stored[packed[held].digest])
    rows = [_row(held, new, packed.get(held), stored) | extras.get(held, _NO_EXTRAS) for held, new in keeping]
    connection.execute(insert(version), rows)
    unread = [{"item_id": held.id, "version": held.kept, "before": held.compared} for held, _ in keeping]
    connection.execute(insert(unindexed), unread)


def _packed(held: Held, reading: Reading) -> _Packed:
    displayed, rest = readings.pack(reading)
    return _Packed(held, displayed, rest, hashlib.sha256(displayed).hexdigest(), reading.rule)


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
    }


def _extras(connection: Connection, packed: Mapping[Held, _Packed], dictionary: texts.Dictionary | None) -> dict[Held, dict[str, Any]]:
    """What is kept of readings besides their texts: encoded against that of the item's baseline, or what that was encoded against."""
    keys = _key_extras(connection, (held.id for held in packed))
    encoded = {}
    for held, one in packed.items():
        number, key = keys.get(held.id, (None, None))
        codec, data = texts.encode(one.rest, key, dictionary)
        encoded[held] = {"extras": data, "extras_base": number if codec == texts.KEYED else None}
    return encoded


def _key_extras(connection: Connection, item_ids: Iterable[int]) -> dict[int, tuple[int, bytes]]:
    found = {}
    key = version.alias()
    number, data = func.coalesce(key.c.number, version.c.number), func.coalesce(key.c.extras, version.c.extras)
    wanted = select(item.c.id, number.label("number"), data.label("extras"))
    wanted = wanted.join(version, and_(version.c.item_id == item.c.id, version.c.number == item.c.baseline))
    wanted = wanted.outerjoin(key, and_(key.c.item_id == item.c.id, key.c.number == version.c.extras_base))
    for portion in portions(item_ids):
        for row in connection.execute(wanted.where(item.c.id.in_(portion))):
            found[row.id] = (row.number, dictionaries.decode(texts.Encoded(texts.PLAIN, row.extras)))
    return found


def _key_frame(held: Held, text: AnyRow) -> int:
    """What the item's next text is compressed against: its latest text that stands by itself."""
    if text.codec == texts.PLAIN:
        return int(text.id)
    return int(text.base_id) if held.key_text_id is None else held.key_text_id


def _keep_texts(connection: Connection, packed: Sequence[_Packed], dictionary: texts.Dictionary | None) -> dict[str, AnyRow]:
    """Store the texts that are new, and return the rows of all, by digest."""
    stored = _stored(connection, (one.digest for one in packed))
    # in one order for all, or two writers of the same texts could wait for each other for ever
    new = sorted({one.digest: one for one in packed if one.digest not in stored}.values(), key=lambda one: one.digest)
    if new:
        frames = _frames(connection, (one.held.key_text_id for one in new if one.held.key_text_id is not None))
        connection.execute(insert_unless_there(connection, text_), [_text_row(one, frames, dictionary) for one in new])
        stored |= _stored(connection, (one.digest for one in new))
    return stored


def _text_row(packed: _Packed, frames: dict[int, bytes], dictionary: texts.Dictionary | None) -> dict[str, Any]:
    key_text_id = packed.held.key_text_id
    encoded = texts.encode(packed.displayed, frames.get(key_text_id or 0), dictionary)
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
            found[row.id] = dictionaries.decode(texts.Encoded(row.codec, row.data))
    return found
