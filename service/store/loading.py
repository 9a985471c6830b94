"""Versions and texts out of their rows: decoded, and held against their digests."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, and_, tuple_

from service.errors import StateError
from service.models import Fingerprint, Reading

from . import dictionaries, readings, texts
from .tables import text_, version

T = TypeVar("T")
AnyRow = Row[*tuple[Any, ...]]

_AT_ONCE = 500  # values of one IN: what every database takes

key_text = text_.alias("key_text")
key_version = version.alias("key_version")

# What a version's reading is made of; every statement that reads one asks for these.
READING = (
    version.c.extras,
    key_version.c.extras.label("key_extras"),
    version.c.snapshot,
    text_.c.id.label("text_id"),
    text_.c.digest.label("text_digest"),
    text_.c.codec,
    text_.c.data,
    key_text.c.data.label("key_data"),
)
PRINTS = (version.c.rule, version.c.content, version.c.exact, version.c.body)


def with_texts(versions: Any) -> Any:
    """Return a FROM joined with the texts of its versions, and with the key frames that both were encoded with."""
    with_text = versions.outerjoin(text_, text_.c.id == version.c.text_id).outerjoin(key_text, key_text.c.id == text_.c.base_id)
    is_key = and_(key_version.c.item_id == version.c.item_id, key_version.c.number == version.c.extras_base)
    return with_text.outerjoin(key_version, is_key)


def reading_of(row: AnyRow) -> Reading | None:
    """Return the reading of a row with the columns ``READING``; None for a tombstone. Raises ``StateError`` where it is damaged."""
    return None if row.text_id is None else _whole(row)


def _whole(row: AnyRow) -> Reading:
    try:
        return readings.unpack(text_of(row), extras_of(row))
    except ValueError as error:
        raise StateError(f"the database is damaged: text {row.text_id}: {error}") from error


def text_of(row: AnyRow) -> bytes:
    """Return a stored text. Raises ``ValueError`` where it is not what its digest says."""
    text = decoded(row.data, row.key_data)
    if digest_of(text) != row.text_digest:
        raise ValueError("its digest does not fit")
    return text


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def extras_of(row: AnyRow) -> bytes:
    """Return what is kept of a reading besides its text. Raises ``ValueError`` where it is damaged."""
    return decoded(row.extras, row.key_extras)


def decoded(data: bytes, key_data: bytes | None) -> bytes:
    """Return what was stored, decoded with the key frame that it was encoded against. Raises ``ValueError`` where it is damaged."""
    if key_data is None:
        return dictionaries.decode(texts.Encoded(texts.PLAIN, data))
    return dictionaries.decode(texts.Encoded(texts.KEYED, data), dictionaries.decode(texts.Encoded(texts.PLAIN, key_data)))


def fingerprint_of(row: AnyRow) -> Fingerprint:
    return Fingerprint(row.rule, row.content, row.exact, row.body)


def portions(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """Yield distinct values in portions that one statement takes."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), _AT_ONCE):
        yield distinct[start : start + _AT_ONCE]


def one_of(columns: Sequence[Any], keys: Sequence[tuple[Any, ...]]) -> ColumnElement[bool]:
    """Return the condition that these columns are one of the keys.

    The first column is asked for by itself too: SQLite looks for no index for tuples alone, and would read the whole table.
    """
    first = columns[0].in_(list(dict.fromkeys(key[0] for key in keys)))
    return first if len(columns) == 1 else and_(first, tuple_(*columns).in_(keys))
