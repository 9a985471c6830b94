"""Which releases say nearly the same: news are compared with all that is kept, in any source, by a few hashes of their sketches.

Kept is the sketch of what a release says *now* (its baseline), replaced with every version: a copy is made of the text that stands
there, not of the one that stood there first. One query finds the candidates of some eighty news.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from struct import pack, unpack
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from service.models import Reading, Reason, Repeated, State
from service.sketch import NEAR, keys, resemblance
from service.sketch import sketch as sketch_of

from .held import Held
from .loading import portions
from .tables import item, likeness, sketch, sketch_key

# A hash that so many releases show is a standing phrase and tells nothing apart: no further one is found by it. It bounds every query.
_CROWD = 50
_MOST_COMPARED = 16  # candidates a news is compared with: those that share most keys; texts at ``NEAR`` share four of six


class Like(NamedTuple):
    """The release that another one repeats, and how many of a hundred word triples they have in common; 100: the same body."""

    item_id: int
    url: str
    percent: int


@dataclass(slots=True)
class _Shelf:
    """Sketches of releases by their keys, as far as the news of a pass may be like them; ``crowds`` counts who shows each key."""

    sketches: dict[int, tuple[int, ...]] = field(default_factory=dict)
    by_key: dict[int, list[int]] = field(default_factory=dict)
    crowds: Counter[int] = field(default_factory=Counter)

    def put(self, item_id: int, hashes: tuple[int, ...]) -> list[int]:
        """Add a release; return the keys that it can be found by."""
        self.sketches[item_id] = hashes
        telling = [key for key in keys(hashes) if self.crowds[key] < _CROWD]
        self.crowds.update(telling)
        for key in telling:
            self.by_key.setdefault(key, []).append(item_id)
        return telling

    def nearest(self, hashes: tuple[int, ...]) -> tuple[int, int] | None:
        """Return the release that is most like a text and near to it, the first kept of equals, with their likeness in percent."""
        met = Counter(other for key in keys(hashes) for other in self.by_key.get(key, ()))
        scored = ((resemblance(hashes, self.sketches[other]), -other) for other, _ in met.most_common(_MOST_COMPARED))
        score, other = max(scored, default=(0.0, 0))
        return (-other, min(99, round(100 * score))) if score >= NEAR else None


def alike(connection: Connection, touched: Sequence[Held]) -> dict[Held, Like]:
    """Return, for each first version that nearly repeats a release still served, that release; and remember what all of these now say.

    Of two news in one pass the later is like the earlier. A release that was withdrawn, or now says something else, is not repeated.
    """
    told = {held: sketch_of(reading) for held in touched if (reading := _shown(held)) is not None}
    if not told:
        return {}
    shelf = _load(connection, told, {held.id for held in touched if held.step.state is State.WITHDRAWN})
    nearest: dict[Held, tuple[int, int]] = {}
    found_by: dict[Held, list[int]] = {}
    for held in sorted(told, key=_is_news):  # an edited release says what it says before the news do
        if _is_news(held) and (met := shelf.nearest(told[held])) is not None:
            nearest[held] = met
        found_by[held] = shelf.put(held.id, told[held])
    _remember(connection, told, found_by)
    urls = {held.id: held.url for held in touched}
    urls |= _urls(connection, {other for other, _ in nearest.values()} - urls.keys())
    return {held: Like(other, urls[other], percent) for held, (other, percent) in nearest.items()}


def near(connection: Connection, source_id: int, reading: Reading) -> tuple[int, ...]:
    """Return the releases of a source that say nearly what this one says, withdrawn or not; the most alike first."""
    hashes = sketch_of(reading)
    found = select(item.c.id, item.c.source_id, sketch.c.hashes).distinct().join(item, item.c.id == sketch_key.c.item_id)
    met = connection.execute(found.join(sketch, sketch.c.item_id == item.c.id).where(sketch_key.c.hash.in_(keys(hashes))))
    # the source is not asked for: a database would begin with all of its releases, and a few share a key
    scored = sorted((-resemblance(hashes, _unpacked(row.hashes)), row.id) for row in met if row.source_id == source_id)
    return tuple(number for score, number in scored if -score >= NEAR)


def link(connection: Connection, likes: Mapping[Held, Like]) -> None:
    """Write down which release each of these repeated when it was first read."""
    rows = [{"item_id": held.id, "other_id": like.item_id, "percent": like.percent} for held, like in likes.items()]
    if rows:
        connection.execute(insert(likeness), rows)


def repeated(connection: Connection, item_id: int) -> Repeated | None:
    """Return what a release repeated when it was first read, if it did."""
    met = select(item.c.url, likeness.c.percent).join(item, item.c.id == likeness.c.other_id).where(likeness.c.item_id == item_id)
    row = connection.execute(met).first()
    return None if row is None else Repeated(row.url, row.percent)


def _shown(held: Held) -> Reading | None:
    """What a step makes the release say from now on; None where it keeps nothing that can be read."""
    kept = (held.step.version, held.step.rebase) if held.kept is not None else ()
    return next((new.reading for new in kept if new is not None and new.reading is not None), None)


def _is_news(held: Held) -> bool:
    return held.step.version is not None and held.step.version.reason is Reason.FIRST


def _load(connection: Connection, told: Mapping[Held, tuple[int, ...]], gone: set[int]) -> _Shelf:
    """Return the kept sketches that share a key with these, of releases still served."""
    shelf = _Shelf()
    outdated = gone | {held.id for held in told}
    here = select(sketch_key.c.hash, item.c.id, item.c.state, sketch.c.hashes)
    here = here.join(item, item.c.id == sketch_key.c.item_id).join(sketch, sketch.c.item_id == item.c.id)
    for portion in portions(key for hashes in told.values() for key in keys(hashes)):
        for row in connection.execute(here.where(sketch_key.c.hash.in_(portion)).order_by(item.c.id)):
            shelf.crowds[row.hash] += 1
            if row.id not in outdated and row.state != State.WITHDRAWN:
                shelf.sketches[row.id] = _unpacked(row.hashes)
                shelf.by_key.setdefault(row.hash, []).append(row.id)
    return shelf


def _remember(connection: Connection, told: Mapping[Held, tuple[int, ...]], found_by: Mapping[Held, Sequence[int]]) -> None:
    """Write what releases now say, in place of what they said, and by which keys they are found."""
    for portion in portions(held.id for held in told if not _is_news(held)):
        for table in (sketch_key, sketch):
            connection.execute(delete(table).where(table.c.item_id.in_(portion)))
    sketches = [{"item_id": held.id, "hashes": _packed(hashes)} for held, hashes in told.items() if hashes]
    if sketches:
        connection.execute(insert(sketch), sketches)
    ways = [{"hash": key, "item_id": held.id} for held, telling in found_by.items() for key in telling]
    if ways:
        connection.execute(insert(sketch_key), ways)


def _urls(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for portion in portions(ids):
        found |= {row.id: row.url for row in connection.execute(select(item.c.id, item.c.url).where(item.c.id.in_(portion)))}
    return found


def _packed(hashes: tuple[int, ...]) -> bytes:
    return pack(f">{len(hashes)}Q", *hashes)


def _unpacked(data: bytes) -> tuple[int, ...]:
    return unpack(f">{len(data) // 8}Q", data)
