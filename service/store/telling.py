"""What a pass tells: the changes of its items, the duplicates among its news, and the addresses that moved."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from service.models import NEAR, Change, ChangeKind, Reason, Significance, State
from service.urls import address_key

from .held import Held
from .likeness import Like, alike, link
from .loading import portions
from .prints import key_print
from .tables import address, change, item, source, version

# What the log says of a version; the other kinds tell of an address or of a source.
_OF_VERSIONS = (ChangeKind.EDITED, ChangeKind.WITHDRAWN, ChangeKind.RESTORED, ChangeKind.DUPLICATE)


def move(connection: Connection, source_id: int, touched: Iterable[Held]) -> dict[Held, str]:
    """Give items their new addresses; return the old ones of those that moved."""
    old = {}
    for held in touched:
        if not held.moves or address_key(held.step.moved_to) == held.key:
            continue
        at = address.c.source_id == source_id
        for key, until in ((held.key, held.step.looked_at), (address_key(held.step.moved_to), None)):
            connection.execute(update(address).where(at, address.c.print == key_print(key)).values(until=until))
        old[held] = held.url
        held.url, held.key = held.step.moved_to, address_key(held.step.moved_to)
    return old


def tell(connection: Connection, source_id: int, touched: Sequence[Held], moved: dict[Held, str], now: datetime) -> list[int]:
    """Write the changes of a pass; return their ids, in the order of its steps.

    A release that repeats another one, or nearly does, is linked with it. What is nearly another is told of news only: a source that is
    read for the first time may have a hundred such.
    """
    repeated = alike(connection, touched) | _originals(connection, touched)
    link(connection, repeated)
    news = _news(connection, source_id, repeated)
    rows = []
    for held in touched:
        for one in {one.kind: one for one in held.step.changes}.values():
            if one.kind is ChangeKind.MOVED:
                rows += [{**_row(held, one), "url": moved[held], "related": held.url}] if held in moved else []
            else:
                rows.append(_row(held, one))
            held.new_edits += one.kind is ChangeKind.EDITED and one.significance is not Significance.COSMETIC
        if held in news:
            rows.append({**_row(held, _duplicate(held, repeated[held])), "related": repeated[held].url})
    if not rows:
        return []
    written = insert(change).returning(change.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(written, [{**row, "source_id": source_id, "detected_at": now} for row in rows]))


def _news(connection: Connection, source_id: int, repeated: dict[Held, Like]) -> set[Held]:
    """Return those releases that repeat another one word for word, or were first met after the source's first pass had ended."""
    met_at = {held: held.step.item.first_seen_at for held in repeated}
    if not met_at:
        return set()
    baselined_at = connection.execute(select(source.c.baselined_at).where(source.c.id == source_id)).scalar_one()
    return {
        held
        for held, met in met_at.items()
        if repeated[held].percent == 100 or (baselined_at is not None and (met is None or met > baselined_at))
    }


def _row(held: Held, told: Change) -> dict[str, Any]:
    before, after = _sides(held, told.kind)
    return {
        "item_id": held.id,
        "kind": told.kind,
        "significance": told.significance,
        "classes": told.classes,
        "declared": told.declared,
        "fields_touched": told.fields,
        "not_before": told.not_before,
        "not_after": told.not_after,
        "from_version": before,
        "to_version": after,
        "words_added": told.words_added,
        "words_removed": told.words_removed,
        "summary": told.summary,
        "url": None,
        "related": None,
    }


def _sides(held: Held, kind: ChangeKind) -> tuple[int | None, int | None]:
    """The versions that a change leads from and to: an edit from the text before, a restoration from its tombstone."""
    if kind not in _OF_VERSIONS:
        return None, None
    if kind is ChangeKind.RESTORED and held.kept is not None:
        return held.kept - 1, held.kept
    return held.compared if held.kept is not None else held.baseline, held.kept


def _duplicate(held: Held, like: Like) -> Change:
    assert held.step.version is not None
    near = like.percent < 100
    words = f"nearly the same text as {like.url} ({like.percent} % of it)" if near else f"the same text as {like.url}"
    classes = (NEAR,) if near else ()
    return Change(ChangeKind.DUPLICATE, None, held.step.version.seen_at, Significance.COSMETIC, classes, summary=words)


def _originals(connection: Connection, touched: Sequence[Held]) -> dict[Held, Like]:
    """Return, for each first version whose body a live release already shows, in any source, that release."""
    news = [(held, body) for held in touched if (body := _first_body(held)) is not None]
    gone = {held.id for held in touched if held.step.state is State.WITHDRAWN}
    shown: dict[tuple[str, str], list[Like]] = defaultdict(list)
    for portion in portions(body for _, (_, body) in news):
        baseline = and_(item.c.id == version.c.item_id, item.c.baseline == version.c.number, item.c.state != State.WITHDRAWN)
        same = select(version.c.rule, version.c.body, item.c.id, item.c.url).join(item, baseline).where(version.c.body.in_(portion))
        for row in connection.execute(same.order_by(item.c.id)):
            if row.id not in gone:
                shown[row.rule, row.body].append(Like(row.id, row.url, 100))
    originals = {}
    for held, body in news:
        if shown[body]:
            originals[held] = shown[body][0]
        shown[body].append(Like(held.id, held.url, 100))
    return originals


def _first_body(held: Held) -> tuple[str, str] | None:
    """The print of a first version's body, with its rule; None for one without a body, which tells nothing apart."""
    new = held.step.version
    if held.kept is None or new is None or new.reason is not Reason.FIRST or new.fingerprint is None or new.reading is None:
        return None
    return (new.fingerprint.rule, new.fingerprint.body) if new.reading.blocks and new.fingerprint.body else None
