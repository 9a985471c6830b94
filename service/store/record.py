"""The one write of a pass: everything it found and decided, in one transaction, or nothing.

    lease held -> items and addresses -> texts and versions -> observations -> changes -> incidents -> items -> ledger -> source
    -> pass -> tally

Written in sets, never row by row: a look that found nothing new costs two small updates.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, case, insert, select, update

from service.errors import Abandoned
from service.models import ChangeLine, Due, Kind, PassRecord, Step

from . import changes, frontier, templates
from .absorbing import absorb
from .chaining import write_entries
from .database import Database, one_at_a_time
from .held import Held, hold
from .incidents import write_incidents
from .keeping import keep
from .looks import leave, observe
from .tables import host, pass_, source
from .tallying import count
from .telling import move, tell


def record(database: Database, done: PassRecord, due: Due | None) -> tuple[ChangeLine, ...]:
    """Write a pass; see ``Store.record``."""
    with database.write(in_turn=_tells(done)) as connection:
        host_id = _lock(connection, done, due)
        steps = absorb(connection, done.plan.source_id, [_with_look(step) for step in done.steps])
        touched = hold(connection, done.plan.source_id, steps, done.finished_at)
        current = [held for held in touched if not held.overtaken]
        keep(connection, current)
        observe(connection, current)
        moved = move(connection, done.plan.source_id, current)
        told = tell(connection, done.plan.source_id, current, moved, done.finished_at)
        told += write_incidents(connection, done.plan.source_id, done.incidents, done.finished_at)
        leave(connection, current)
        write_entries(connection, [(held.id, range(held.step.item.versions + 1, held.versions + 1)) for held in current], told)
        _write_source(connection, done, touched, current)
        _write_pass(connection, done, len(told))
        if done.resting_until is not None:
            connection.execute(update(host).where(host.c.id == host_id).values(blocked_until=done.resting_until))
        if due is None:
            frontier.settle(connection, [host_id], done.finished_at)
        lines = changes.by_ids(connection, told)
        count(connection, done.plan.source_id, lines)
        return lines


def _lock(connection: Connection, done: PassRecord, due: Due | None) -> int:
    """Keep everybody else off the source's host, and return its id. Raises ``Abandoned`` where the lease was lost."""
    if due is not None and not frontier.holds(connection, due):
        raise Abandoned("another worker has taken over this host: nothing of the pass was written")
    held = select(host.c.id).join(source, source.c.host_id == host.c.id).where(source.c.id == done.plan.source_id)
    host_id = connection.execute(held.with_for_update(of=host)).scalar_one()
    if _tells(done):
        # ids of changes must become visible in their order, for readers that go on from the last one they saw; the ledger is one chain
        one_at_a_time(connection)
    return int(host_id)


def _tells(done: PassRecord) -> bool:
    return any(step.version or step.rebase or step.changes for step in done.steps) or bool(done.incidents)


def _with_look(step: Step) -> Step:
    """No version without the observation that saw it."""
    if step.version is None or step.looked_at is not None:
        return step
    return replace(step, looked_at=step.version.seen_at)


def _write_source(connection: Connection, done: PassRecord, touched: Sequence[Held], current: Sequence[Held]) -> None:
    """Write what the pass learned of its source. A pass for the sake of items alone says nothing of the list."""
    values: dict[str, Any] = {
        "releases": source.c.releases + sum(held.is_new for held in touched),
        "edits": source.c.edits + sum(held.new_edits for held in current),
        "last_pass_at": done.finished_at,
    }
    if done.template != done.plan.template:
        values["template"] = templates.pack(done.template)
    values["troubles"] = done.troubles
    if done.vitals != done.plan.vitals:
        vitals = done.vitals
        values |= {"list_size": vitals.list_size, "body_length": vitals.body_length}
        values |= {"news_every": vitals.every, "news_at": vitals.news_at}
    if done.habits != done.plan.habits:
        values |= {"hours_watched": done.habits.hours, "edits_found": done.habits.edits}
    if done.plan.list_due:
        values |= _list_values(done)
    connection.execute(update(source).where(source.c.id == done.plan.source_id).values(values))


def _list_values(done: PassRecord) -> dict[str, Any]:
    failed = done.outcome == "failed"
    values: dict[str, Any] = {
        "list_url": done.list_url,
        "list_etag": done.list_validators.etag,
        "list_modified": done.list_validators.last_modified,
        "list_digest": done.list_digest,
        "next_list_at": done.next_list_at,
        "failures": source.c.failures + 1 if failed else 0,
        "failing_since": case((source.c.failures == 0, done.started_at), else_=source.c.failing_since) if failed else None,
        "error": done.errors[0] if done.errors else "",
    }
    if not failed:
        values["last_list_at"] = None if done.list_torn else done.started_at
    if done.kind is not Kind.AUTO:
        values["kind"] = done.kind
    if done.baselined and not done.plan.baselined:
        values["baselined_at"] = done.finished_at
    return values


def _write_pass(connection: Connection, done: PassRecord, changes_told: int) -> None:
    row = {
        "source_id": done.plan.source_id,
        "started_at": done.started_at,
        "finished_at": done.finished_at,
        "outcome": done.outcome,
        "looks": sum(step.looked_at is not None for step in done.steps),
        "changes": changes_told,
        "error": "; ".join(done.errors),
    }
    connection.execute(insert(pass_), row)
