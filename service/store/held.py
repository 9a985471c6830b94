"""The items of a pass while it is written: which step belongs to which of them, old or new, and the addresses that led there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from service.models import Entry, Step

from .entries import entry_digest
from .loading import AnyRow, portions
from .prints import key_print, url_print
from .tables import address, item

_FACTS = ("entry_url", "entry_title", "entry_published", "entry_updated", "entry_guid")
_OWN = (
    "url", "key", "versions", "baseline", "reader", "key_text_id", "seen_at", "changed_at", "observation_id", "outcome", "status", "edits",
    "alternates",
)  # fmt: skip
_HELD = [item.c[name] for name in ("id", *_OWN, *_FACTS)]
_BY_ID = select(*_HELD).where(item.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(eq=False)
class Held:
    """An item as stored, changed while its step is written.

    The first of ``steps`` is the one that counts; others in the same pass only brought further addresses. ``versions`` and ``baseline`` are
    numbers of versions; ``kept`` that of the version which this step adds, ``compared`` that of the baseline it was decided against.
    ``moves`` says that the address it shall move to is its own to take, ``runs_on`` that its look found what the last one did.
    """

    id: int = 0
    url: str = ""
    key: str = ""
    versions: int = 0
    baseline: int | None = None
    reader: str = ""
    key_text_id: int | None = None
    seen_at: datetime | None = None
    changed_at: datetime | None = None
    observation_id: int | None = None
    runs_on: bool = False
    outcome: str = ""
    status: int = 0
    edits: int = 0
    new_edits: int = 0
    alternates: bytes | None = None
    entry: tuple[str | None, ...] = ()
    is_new: bool = False
    kept: int | None = None
    compared: int | None = None
    moves: bool = False
    steps: list[Step] = field(default_factory=list)

    @property
    def step(self) -> Step:
        return self.steps[0]

    @property
    def overtaken(self) -> bool:
        """Whether the step was decided on an older state: another pass was faster, or this very one is already written."""
        return self.step.item.versions != self.versions


class _Owner(NamedTuple):
    item_id: int
    entry_digest: str


def hold(connection: Connection, source_id: int, steps: Sequence[Step], now: datetime) -> list[Held]:
    """Return the items of these steps; the unknown ones are inserted, and every new address is written down.

    A step for a new item belongs to a known one where any of its addresses does: a list may name a release twice or by the address
    it has just moved to, and a pass may be written twice.
    """
    steps = sorted(steps, key=lambda step: step.item.id is None)  # a known item's move claims its address before what seems news there
    by_id = _load(connection, [step.item.id for step in steps if step.item.id is not None])
    ways = [_ways(step, by_id.get(step.item.id or 0)) for step in steps]
    owners = _owners(connection, source_id, (way for one in ways for way in one))
    by_id |= _load(connection, {owner.item_id for owner in owners.values()} - by_id.keys())
    by_print = {way: by_id[owner.item_id] for way, owner in owners.items()}
    every = [_joined(step, own, by_id, by_print) for step, own in zip(steps, ways, strict=True)]
    touched = list(dict.fromkeys(every))
    _insert(connection, source_id, touched, now)
    _write_addresses(connection, source_id, _claims(every, steps, ways, by_print), owners, now)
    for held in touched:
        held.moves = _may_move(held, by_print)
    return touched


def _joined(step: Step, ways: Iterable[bytes], by_id: dict[int, Held], by_print: dict[bytes, Held]) -> Held:
    """Return the item of a step, which joins its steps; those of the addresses that nobody had claimed are its own in ``by_print``."""
    held = _held(step, ways, by_id, by_print)
    held.steps.append(step)
    for way in ways:
        by_print.setdefault(way, held)
    return held


def _claims(
    every: Sequence[Held], steps: Sequence[Step], ways: Sequence[dict[bytes, str]], by_print: dict[bytes, Held]
) -> Iterator[tuple[Held, Step, dict[bytes, str]]]:
    """Yield each step with its item and those of its addresses that are this item's own."""
    for held, step, own in zip(every, steps, ways, strict=True):
        yield held, step, {way: url for way, url in own.items() if by_print[way] is held}


def _may_move(held: Held, by_print: dict[bytes, Held]) -> bool:
    if not held.step.moved_to:
        return False
    return by_print.get(url_print(held.step.moved_to) or b"") is held


def _held(step: Step, ways: Iterable[bytes], by_id: dict[int, Held], by_print: dict[bytes, Held]) -> Held:
    if step.item.id is not None:
        return by_id[step.item.id]
    met = next((by_print[way] for way in ways if way in by_print), None)
    return met or Held(url=step.item.url, key=step.item.key, is_new=True)


def _ways(step: Step, held: Held | None) -> dict[bytes, str]:
    """The addresses of a step, by print, that may not be written down yet: for most steps none."""
    ways = {} if held is not None else {key_print(step.item.key): step.item.url}
    urls = [*step.aliases, step.moved_to]
    if step.entry is not None and (held is None or entry_facts(step.entry) != held.entry):
        urls.insert(0, step.entry.url)
    for url in urls:
        way = url_print(url)
        if way is not None:
            ways.setdefault(way, url)
    return ways


def entry_facts(entry: Entry) -> tuple[str | None, ...]:
    """Return what an item keeps of its entry, in the order of the columns ``entry_*``."""
    return (entry.url, entry.title, entry.published, entry.updated, entry.guid)


def _load(connection: Connection, ids: Iterable[int]) -> dict[int, Held]:
    found = {}
    for portion in portions(ids):
        for row in connection.execute(_BY_ID, {"ids": portion}):
            found[row.id] = _from_row(row)
    return found


def _from_row(row: AnyRow) -> Held:
    return Held(
        id=row.id,
        url=row.url,
        key=row.key,
        versions=row.versions,
        baseline=row.baseline,
        reader=row.reader,
        key_text_id=row.key_text_id,
        seen_at=row.seen_at,
        changed_at=row.changed_at,
        observation_id=row.observation_id,
        outcome=row.outcome,
        status=row.status,
        edits=row.edits,
        alternates=row.alternates,
        entry=(row.entry_url, row.entry_title, row.entry_published, row.entry_updated, row.entry_guid),
    )


def _owners(connection: Connection, source_id: int, prints: Iterable[bytes]) -> dict[bytes, _Owner]:
    found = {}
    for portion in portions(prints):
        met = select(address.c.print, address.c.item_id, address.c.entry_digest)
        for row in connection.execute(met.where(address.c.source_id == source_id, address.c.print.in_(portion))):
            found[row.print] = _Owner(row.item_id, row.entry_digest)
    return found


def _insert(connection: Connection, source_id: int, touched: Iterable[Held], now: datetime) -> None:
    """Insert the items that no address led to, and give them their ids."""
    new = [held for held in touched if held.is_new][::-1]  # the highest id for the first of its list
    if not new:
        return
    blank = {
        "misses": 0,
        "versions": 0,
        "edits": 0,
        "status": 0,
        "outcome": "",
        "etag": "",
        "last_modified": "",
        "digest": "",
        "variants": (),
        "delisted": False,
        "reader": "",
    }
    no_entry = {"entry_url": "", "entry_title": "", "entry_guid": ""}
    rows = [
        {
            **blank,
            **no_entry,
            "source_id": source_id,
            "url": held.url,
            "key": held.key,
            "first_seen_at": held.step.looked_at or now,
            "state": held.step.state,
            "next_look_at": held.step.next_look_at,
        }
        for held in new
    ]
    ids = connection.scalars(insert(item).returning(item.c.id, sort_by_parameter_order=True), rows)
    for held, number in zip(new, ids, strict=True):
        held.id = number


def _write_addresses(
    connection: Connection,
    source_id: int,
    mine: Iterable[tuple[Held, Step, dict[bytes, str]]],
    owners: dict[bytes, _Owner],
    now: datetime,
) -> None:
    """Insert the addresses that are new, and note what the list says at each."""
    new: dict[bytes, dict[str, Any]] = {}
    other = []
    for held, step, ways in mine:
        digests = _entry_digests(step) if ways else {}
        for way, url in ways.items():
            if way not in owners:
                row = {"source_id": source_id, "print": way, "item_id": held.id, "url": url, "entry_digest": "", "since": now}
                new.setdefault(way, row)
                new[way]["entry_digest"] = digests.get(way) or new[way]["entry_digest"]
            elif digests.get(way, owners[way].entry_digest) != owners[way].entry_digest:
                other.append({"at": way, "told": digests[way]})
    if new:
        connection.execute(insert(address), list(new.values()))
    if other:
        at = (address.c.source_id == source_id) & (address.c.print == bindparam("at"))
        connection.execute(update(address).where(at).values(entry_digest=bindparam("told")), other)


def _entry_digests(step: Step) -> dict[bytes, str]:
    way = None if step.entry is None else url_print(step.entry.url)
    return {} if way is None or step.entry is None else {way: entry_digest(step.entry)}
