"""What each look saw, as runs: while looks find the same, one row is moved on; and each item as the pass leaves it."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from service.models import ChangeKind, Entry, State, Step, VerdictKind

from .held import Held, entry_facts
from .loading import portions
from .tables import item, observation, version
from .translations import named_by

# The looks that saw the state which their item's latest version tells.
SEEING = (
    VerdictKind.FIRST,
    VerdictKind.UNCHANGED,
    VerdictKind.EDITED,
    VerdictKind.COSMETIC,
    VerdictKind.REBASED,
    VerdictKind.RESTORED,
    VerdictKind.WITHDRAWN,
)
_ALTERED = update(item).where(item.c.id == bindparam("it"))
_MOVED_ON = (
    update(observation)
    .where(observation.c.id == bindparam("it"))
    .values(last_at=bindparam("at"), words=bindparam("said"), count=observation.c.count + 1)
)
# What a look may leave on its item besides the moment.
_TRACES = ("state", "misses", "missing_since", "validators", "digest", "modified", "listed", "doubted_since", "variants")


def observe(connection: Connection, touched: Iterable[Held]) -> None:
    """Write the observations of these items' looks."""
    longer, new = [], []
    for held in touched:
        step = held.step
        if step.looked_at is None:
            continue
        if held.observation_id is not None and held.kept is None and (held.outcome, held.status) == (step.outcome, step.status):
            held.runs_on = True
            longer.append({"it": held.observation_id, "at": step.looked_at, "said": step.words})
        else:
            new.append(held)
    if longer:
        connection.execute(_MOVED_ON, longer)
    if new:
        opened = insert(observation).returning(observation.c.id, sort_by_parameter_order=True)
        for held, number in zip(new, connection.scalars(opened, [_run(held) for held in new]), strict=True):
            held.observation_id = number


def _run(held: Held) -> dict[str, Any]:
    step = held.step
    return {
        "item_id": held.id,
        "version": held.versions,
        "outcome": step.outcome,
        "status": step.status,
        "words": step.words,
        "first_at": step.looked_at,
        "last_at": step.looked_at,
        "count": 1,
    }


def leave(connection: Connection, touched: Sequence[Held]) -> None:
    """Write the items as their steps leave them: all that were looked at, then what only some of them changed."""
    calm = {held for held in touched if _is_as_it_was(held)}
    _alter(connection, [_seen_again(held) for held in touched if held in calm])
    _alter(connection, [_looked(held) for held in touched if held.step.looked_at is not None and held not in calm])
    _alter(connection, [{"it": held.id, "next_look_at": held.step.next_look_at} for held in touched if held.step.looked_at is None])
    _alter(connection, [_listed(held) for held in touched if _is_listed_anew(held.step)])
    _alter(connection, [_grown(held) for held in touched if held.kept is not None or held.step.changes])
    named = {held: held.step.entry for held in touched if held.step.entry is not None and entry_facts(held.step.entry) != held.entry}
    _alter(connection, [_named(held, entry) for held, entry in named.items()])
    _date(connection, [held.id for held in touched if held.kept is not None or held in named])


def _date(connection: Connection, ids: Iterable[int]) -> None:
    """Write when these were published: as their baselines say, else as the list does."""
    baseline = select(version.c.published).where(version.c.item_id == item.c.id, version.c.number == item.c.baseline)
    published = func.coalesce(baseline.scalar_subquery(), item.c.entry_published)
    for portion in portions(ids):
        connection.execute(update(item).where(item.c.id.in_(portion)).values(published=published))


def _alter(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(_ALTERED, rows)


def _is_as_it_was(held: Held) -> bool:
    """Return whether a look leaves nothing on its item but the moment."""
    step, item = held.step, held.step.item
    is_same = held.runs_on and all(getattr(step, name) == getattr(item, name) for name in _TRACES)
    return is_same and named_by(held) == held.alternates


def _seen_again(held: Held) -> dict[str, Any]:
    step = held.step
    saw_it = step.state is State.LIVE and step.outcome in SEEING
    return {
        "it": held.id,
        "next_look_at": step.next_look_at,
        "last_look_at": step.looked_at,
        "seen_at": max(filter(None, (held.seen_at, step.seen_at or step.looked_at))) if saw_it else held.seen_at,
    }


def _looked(held: Held) -> dict[str, Any]:
    step = held.step
    return {
        **_seen_again(held),
        "state": step.state,
        "outcome": step.outcome,
        "status": step.status,
        "observation_id": held.observation_id,
        "misses": step.misses,
        "missing_since": step.missing_since,
        "etag": step.validators.etag,
        "last_modified": step.validators.last_modified,
        "digest": step.digest,
        "modified": step.modified,
        "listed": step.listed,
        "doubted_since": step.doubted_since,
        "variants": step.variants,
        "alternates": named_by(held),
    }


def _grown(held: Held) -> dict[str, Any]:
    """What a version or a change leaves on its item; a mere move does not make it look younger to the schedule."""
    step = held.step
    changed = any(change.kind is not ChangeKind.MOVED for change in step.changes)
    return {
        "it": held.id,
        "versions": held.versions,
        "baseline": held.baseline,
        "reader": held.reader,
        "key_text_id": held.key_text_id,
        "changed_at": step.looked_at if changed else held.changed_at,
        "edits": held.edits + held.new_edits,
        "url": held.url,
        "key": held.key,
    }


def _is_listed_anew(step: Step) -> bool:
    return (step.unlisted_since, step.delisted) != (step.item.unlisted_since, step.item.delisted)


def _listed(held: Held) -> dict[str, Any]:
    return {"it": held.id, "unlisted_since": held.step.unlisted_since, "delisted": held.step.delisted}


def _named(held: Held, entry: Entry) -> dict[str, Any]:
    names = ("entry_url", "entry_title", "entry_published", "entry_updated", "entry_guid")
    return {"it": held.id, **dict(zip(names, entry_facts(entry), strict=True))}
