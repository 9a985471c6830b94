"""The ledger, written: every version and change that a pass writes is an entry, in the same transaction.

An entry is made of what the database gives back, not of what it was given: what ``verify`` will read. Writers of entries take turns
(``one_at_a_time``), so that numbers have no gaps and the chain does not fork. A pass that changed nothing asks nothing here.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, insert, select, type_coerce

from service.ledger import START, canonical_bytes, chained, entry_digest, kind_of
from service.models import ChangeEntry, FileEntry, LedgerEntry, MementoEntry, ReleaseEntry, VersionEntry

from . import loading, texts
from .columns import AsTold
from .database import one_at_a_time
from .loading import PRINTS, READING, AnyRow, one_of, portions, with_texts
from .tables import change, item, ledger, memento, source, version

_AT_ONCE = 500  # entries of one INSERT
_HEAD = select(ledger.c.number, ledger.c.chain).order_by(ledger.c.number.desc()).limit(1)

_version = version.c
VERSIONS: Select[Any] = select(
    _version.item_id,
    _version.number,
    _version.reason,
    type_coerce(_version.seen_at, AsTold).label("seen_at"),
    _version.title,
    _version.published,
    *PRINTS,
    *READING,
).select_from(with_texts(version))

_change = change.c
CHANGES: Select[Any] = select(
    _change.id,
    source.c.slug,
    _change.item_id,
    _change.kind,
    _change.significance,
    type_coerce(_change.classes, AsTold).label("classes"),
    _change.declared,
    type_coerce(_change.fields_touched, AsTold).label("fields_touched"),
    type_coerce(_change.not_before, AsTold).label("not_before"),
    type_coerce(_change.not_after, AsTold).label("not_after"),
    type_coerce(_change.detected_at, AsTold).label("detected_at"),
    _change.from_version,
    _change.to_version,
    _change.words_added,
    _change.words_removed,
    _change.summary,
    _change.url,
    _change.related,
).select_from(change.join(source, source.c.id == _change.source_id))

MEMENTOS: Select[Any] = select(
    memento.c.id,
    *(column for column in memento.c if column.name not in ("id", "captured_at", "imported_at")),
    type_coerce(memento.c.captured_at, AsTold).label("captured_at"),
    type_coerce(memento.c.imported_at, AsTold).label("imported_at"),
)

RELEASES: Select[Any] = select(item.c.id, source.c.slug, item.c.url).select_from(item.join(source, source.c.id == item.c.source_id))


def write_entries(connection: Connection, kept: Sequence[tuple[int, Sequence[int]]], told: Sequence[int]) -> None:
    """Append what a pass wrote: the versions by item and number, after each item's first the release; then the changes by their ids."""
    keys = [(item_id, number) for item_id, numbers in kept for number in numbers]
    if keys or told:
        append(connection, [*_of_versions(connection, keys), *_of_changes(connection, told)])


def append(connection: Connection, entries: Iterable[LedgerEntry], into: Table = ledger) -> None:
    """Append entries to the ledger, in their order. ``into`` is its table as it was in an older schema, for a migration."""
    one_at_a_time(connection)
    number, chain = head(connection)
    rows = []
    for entry in entries:
        digest = entry_digest(entry)
        number, chain = number + 1, chained(chain, digest)
        row = {"number": number, "digest": digest, "chain": chain, **_subject(entry)}
        rows.append({column.name: row[column.name] for column in into.c})
        if len(rows) == _AT_ONCE:
            connection.execute(insert(into), rows)
            rows = []
    if rows:
        connection.execute(insert(into), rows)


def head(connection: Connection) -> tuple[int, str]:
    """Return the number and the chain digest of the last entry; of an empty ledger 0 and what the first one is chained to."""
    last = connection.execute(_HEAD).first()
    return (0, START) if last is None else (last.number, last.chain)


def entry_of(connection: Connection, row: AnyRow) -> str:
    """Return the canonical bytes, as text, of what an entry (a row of ``ledger``) is of."""
    if row.said is not None:
        return str(row.said)
    if row.change_id is not None:
        (change_row,) = connection.execute(CHANGES.where(change.c.id == row.change_id))
        return canonical_bytes(change_entry(change_row)).decode("utf-8", "surrogatepass")
    if row.memento_id is not None:
        (memento_row,) = connection.execute(MEMENTOS.where(memento.c.id == row.memento_id))
        return canonical_bytes(memento_entry(memento_row)).decode("utf-8", "surrogatepass")
    (version_row,) = connection.execute(VERSIONS.where(version.c.item_id == row.item_id, version.c.number == row.version))
    return canonical_bytes(version_entry(version_row)).decode("utf-8", "surrogatepass")


def version_entry(row: AnyRow, *, lenient: bool = False) -> VersionEntry:
    """Return what a row of ``VERSIONS`` says. Raises ``ValueError`` where what is kept of the reading besides its text is damaged.

    Where damage is to be lenient with, the digest of that is empty.
    """
    has_text = row.text_id is not None
    return VersionEntry(
        release=row.item_id,
        number=row.number,
        reason=row.reason,
        seen_at=row.seen_at,
        title=row.title,
        published=row.published,
        rule=row.rule,
        content=row.content,
        exact=row.exact,
        body=row.body,
        text=row.text_digest if has_text else None,
        rest=_rest_digest(row, lenient) if has_text else None,
        snapshot=row.snapshot,
    )


def _rest_digest(row: AnyRow, lenient: bool) -> str:
    try:
        return loading.digest_of(loading.extras_of(row))
    except ValueError:
        if lenient:
            return ""
        raise


def change_entry(row: AnyRow) -> ChangeEntry:
    """Return what a row of ``CHANGES`` says."""
    return ChangeEntry(
        change=row.id,
        source=row.slug,
        release=row.item_id,
        kind=row.kind,
        significance=row.significance,
        classes=row.classes,
        declared=row.declared,
        fields=row.fields_touched,
        not_before=row.not_before,
        not_after=row.not_after,
        detected_at=row.detected_at,
        before_version=row.from_version,
        after_version=row.to_version,
        words_added=row.words_added,
        words_removed=row.words_removed,
        summary=row.summary,
        url=row.url,
        related=row.related,
    )


def memento_entry(row: AnyRow) -> MementoEntry:
    """Return what a row of ``MEMENTOS`` says. Raises ``ValueError`` where its text is damaged."""
    displayed, rest = memento_texts(row)
    return MementoEntry(
        memento=row.id,
        release=row.item_id,
        url=row.url,
        original=row.original,
        keeper=row.keeper,
        captured_at=row.captured_at,
        imported_at=row.imported_at,
        payload=row.payload,
        title=row.title,
        published=row.published,
        rule=row.rule,
        content=row.content,
        exact=row.exact,
        body=row.body,
        text=loading.digest_of(displayed),
        rest=loading.digest_of(rest),
        snapshot=row.snapshot,
    )


def memento_texts(row: AnyRow) -> tuple[bytes, bytes]:
    """Return the reading of a memento as ``readings.pack`` gave it. Raises ``ValueError`` where it is damaged."""
    displayed, rest = (texts.decode(texts.Encoded(texts.PLAIN, data)) for data in (row.displayed, row.rest))
    return displayed, rest


def is_of(row: AnyRow, entry: LedgerEntry) -> bool:
    """Return whether a row of ``ledger`` points at what an entry is of and at nothing else, and itself says only what no other row does."""
    wanted = _subject(entry)
    is_said_here = (row.said is not None) == (wanted["said"] is not None)
    return is_said_here and all(getattr(row, name) == wanted[name] for name in ("kind", "item_id", "version", "change_id", "memento_id"))


def _subject(entry: LedgerEntry) -> dict[str, Any]:
    """Return the columns that say what an entry is of."""
    row: dict[str, Any] = dict.fromkeys(("item_id", "version", "change_id", "memento_id", "said")) | {"kind": kind_of(entry)}
    match entry:
        case ReleaseEntry():
            return row | {"item_id": entry.release, "version": 0, "said": canonical_bytes(entry).decode("utf-8", "surrogatepass")}
        case VersionEntry():
            return row | {"item_id": entry.release, "version": entry.number}
        case ChangeEntry():
            return row | {"change_id": entry.change}
        case MementoEntry():
            return row | {"memento_id": entry.memento}
        case FileEntry():
            return row | {"said": canonical_bytes(entry).decode("utf-8", "surrogatepass")}


def _of_versions(connection: Connection, keys: Sequence[tuple[int, int]]) -> Iterator[LedgerEntry]:
    releases = {row.id: ReleaseEntry(*row) for row in _rows(connection, RELEASES, item.c.id, [key[0] for key in keys if key[1] == 1])}
    entries: dict[tuple[int, int], VersionEntry] = {}
    for portion in portions(keys):
        found = connection.execute(VERSIONS.where(one_of((version.c.item_id, version.c.number), portion)))
        entries |= {(row.item_id, row.number): version_entry(row) for row in found}
    for key in keys:
        if key[1] == 1:
            yield releases[key[0]]
        yield entries[key]


def _of_changes(connection: Connection, told: Sequence[int]) -> Iterator[ChangeEntry]:
    yield from sorted(map(change_entry, _rows(connection, CHANGES, change.c.id, told)), key=lambda entry: entry.change)


def _rows(connection: Connection, wanted: Select[Any], column: Any, values: Iterable[Any]) -> Iterator[AnyRow]:
    for portion in portions(values):
        yield from connection.execute(wanted.where(column.in_(portion)))
