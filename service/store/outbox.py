"""The outbox: what targets are to be told, in the order of the changes, each once.

Notices are queued behind a target's mark, so that a kill queues none twice and leaves none out. They are sent by who holds the lease of
their target; who lost it may write nothing any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, delete, func, literal_column, select, update

from service.models import DeadNotice, Taken, TargetLine

from .database import Database, insert_unless_there
from .loading import AnyRow, portions
from .tables import change, notice, target
from .tables.notices import Standing

_is_open = notice.c.standing != literal_column("'sent'")  # spelled out, or SQLite does not see that there is an index of these
_waits = and_(_is_open, notice.c.standing == Standing.WAITING)
_counted = (
    select(
        notice.c.target_id,
        func.count(case((_waits, 1))).label("waiting"),
        func.min(case((_waits, notice.c.queued_at))).label("oldest_at"),
        func.count(case((notice.c.standing == Standing.DEAD, 1))).label("dead"),
    )
    .where(_is_open)
    .group_by(notice.c.target_id)
    .subquery()
)
_standings = select(target, _counted.c.waiting, _counted.c.oldest_at, _counted.c.dead)
_TARGETS = _standings.outerjoin(_counted, _counted.c.target_id == target.c.id).order_by(target.c.slug)  # asked for every other second


class Outbox:
    """Targets and their notices, from any thread: each call is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(self, enabled: Mapping[str, bool], now: datetime) -> None:
        """Take over the configured targets; one that is new, or on again, is told of what happens from now on."""
        with self._database.read() as connection:
            known = {row.slug: row.enabled for row in connection.execute(select(target.c.slug, target.c.enabled))}
        if {slug: enabled.get(slug, False) for slug in {*known, *enabled}} == known:
            return
        with self._database.write() as connection:
            mark = _newest(connection)
            fresh = [
                {**_FRESH, "slug": slug, "since": now, "enabled": on, "mark": mark} for slug, on in enabled.items() if slug not in known
            ]
            if fresh:
                connection.execute(insert_unless_there(connection, target), fresh)
            for slug, was_on in known.items():
                if was_on != enabled.get(slug, False):
                    values = {"enabled": False} if was_on else {"enabled": True, "mark": mark}
                    connection.execute(update(target).where(target.c.slug == slug).values(values))

    def newest(self) -> int:
        """Return the id of the newest change; 0 where there is none."""
        with self._database.read() as connection:
            return _newest(connection)

    def targets(self) -> dict[str, TargetLine]:
        """Return all targets that are or were configured, by their ids."""
        with self._database.read() as connection:
            return {row.slug: _line(row) for row in connection.execute(_TARGETS)}

    def queue(self, slug: str, mark: int, until: int, changes: Sequence[int], now: datetime) -> bool:
        """Queue those changes behind ``mark`` that a target is to be told of, and set its mark to ``until``.

        False, and nothing is done, where somebody else moved the mark meanwhile.
        """
        moved = update(target).where(target.c.slug == slug, target.c.mark == mark).values(mark=until).returning(target.c.id)
        with self._database.write() as connection:
            target_id = connection.execute(moved).scalar()
            if target_id is not None and changes:
                row = {"target_id": target_id, "queued_at": now, "standing": Standing.WAITING, "tries": 0, "error": ""}
                connection.execute(insert_unless_there(connection, notice), [{**row, "change_id": number} for number in changes])
            return target_id is not None

    def take(self, slug: str, now: datetime, lease: timedelta, most: int) -> Taken | None:
        """Take the next message of a target out, and its lease; None where nothing waits, it rests, is off, or is another's just now.

        A message that was taken before is the same again; a new one has up to ``most`` changes.
        """
        with self._database.write() as connection:
            row = connection.execute(select(target).where(target.c.slug == slug).with_for_update()).first()
            if row is None or not row.enabled or row.off_since or _is_after(row.leased_until, now) or _is_after(row.next_at, now):
                return None
            waiting = select(notice).where(notice.c.target_id == row.id, _waits).order_by(notice.c.change_id)
            first = connection.execute(waiting.limit(1)).first()
            if first is None:
                return None
            same = notice.c.message == first.message if first.message else notice.c.message.is_(None)
            taken = connection.execute(waiting.where(same).limit(None if first.message else most)).all()
            if not first.message:
                for portion in portions(one.id for one in taken):
                    connection.execute(update(notice).where(notice.c.id.in_(portion)).values(message=first.change_id))
            leased = {"token": row.token + 1, "leased_until": now + lease}
            connection.execute(update(target).where(target.c.id == row.id).values(leased))
            name = f"msg_{row.since:%Y%m%d%H%M%S}_{slug}_{first.message or first.change_id}"
            return Taken(slug, row.token + 1, name, tuple(one.change_id for one in taken), first.tries, first.queued_at)

    def sent(self, taken: Taken, now: datetime) -> bool:
        """Write down that a message was sent; False where the lease was lost: another may have sent it too."""
        values = {"tries": 0, "next_at": None, "error": "", "sent": target.c.sent + len(taken.changes), "sent_at": now}
        with self._database.write() as connection:
            target_id = _let_go(connection, taken, values)
            done = {"standing": Standing.SENT, "done_at": now, "tries": notice.c.tries + 1, "error": ""}
            _settle(connection, target_id, taken.changes, done)
            return target_id is not None

    def failed(self, taken: Taken, now: datetime, words: str, next_at: datetime, *, give_up: bool, before: datetime, off: bool) -> int:
        """Write down that a message was not sent, and when the target is tried next; return how many notices are given up.

        That is those of this message with ``give_up``, and all that were queued before a moment. ``off``: nobody is there any more.
        """
        values = {"tries": target.c.tries + 1, "next_at": next_at, "error": words, "off_since": now if off else None}
        with self._database.write() as connection:
            target_id = _let_go(connection, taken, values)
            _settle(connection, target_id, taken.changes, {"tries": notice.c.tries + 1, "error": words})
            if target_id is None or off:
                return 0
            dead = {"standing": Standing.DEAD, "done_at": now, "error": case((notice.c.error == "", words), else_=notice.c.error)}
            if give_up:
                _settle(connection, target_id, taken.changes, dead)
            late = and_(notice.c.target_id == target_id, _waits, notice.c.queued_at < before)
            return connection.execute(update(notice).where(late).values(dead)).rowcount + (len(taken.changes) if give_up else 0)

    def retry(self, slug: str, now: datetime) -> int:
        """Let the dead notices of a target wait again, and end its pause; one that was off is on. Return how many they are."""
        with self._database.write() as connection:
            row = connection.execute(select(target.c.id, target.c.off_since).where(target.c.slug == slug)).first()
            if row is None:
                return 0
            mark = {"mark": _newest(connection)} if row.off_since else {}
            rested = {"tries": 0, "next_at": None, "off_since": None, "error": "", **mark}
            connection.execute(update(target).where(target.c.id == row.id).values(rested))
            again = {"standing": Standing.WAITING, "done_at": None, "tries": 0, "error": "", "queued_at": now}
            dead = and_(notice.c.target_id == row.id, _is_open, notice.c.standing == Standing.DEAD)
            return connection.execute(update(notice).where(dead).values(again)).rowcount

    def dead(self, most: int) -> tuple[DeadNotice, ...]:
        """Return notices that were given up, the latest first."""
        columns = (target.c.slug, notice.c.change_id, notice.c.queued_at, notice.c.tries, notice.c.error)
        wanted = select(*columns).join(target, target.c.id == notice.c.target_id).where(_is_open, notice.c.standing == Standing.DEAD)
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(notice.c.done_at.desc(), notice.c.id.desc()).limit(most))
            return tuple(DeadNotice(row.slug, row.change_id, row.queued_at, row.tries, row.error) for row in rows)

    def forget(self, before: datetime) -> None:
        """Drop what was sent or given up before a moment, and what has waited since then for targets that are told nothing any more."""
        told_nothing = select(target.c.id).where(~target.c.enabled | target.c.off_since.is_not(None))
        left = and_(_waits, notice.c.queued_at < before, notice.c.target_id.in_(told_nothing))
        with self._database.write(durable=False) as connection:
            connection.execute(delete(notice).where(~_waits, notice.c.done_at < before))
            connection.execute(delete(notice).where(left))


_FRESH: dict[str, Any] = {"token": 0, "tries": 0, "sent": 0, "error": ""}


def _newest(connection: Connection) -> int:
    return int(connection.execute(select(func.max(change.c.id))).scalar() or 0)


def _is_after(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now


def _let_go(connection: Connection, taken: Taken, values: Mapping[str, Any]) -> int | None:
    """End a lease; return the target, or None where the lease was another's by then."""
    ours = and_(target.c.slug == taken.target, target.c.token == taken.token)
    let_go = update(target).where(ours).values({**values, "leased_until": None}).returning(target.c.id)
    found: int | None = connection.execute(let_go).scalar()
    return found


def _settle(connection: Connection, target_id: int | None, changes: Iterable[int], values: Mapping[str, Any]) -> None:
    if target_id is None:
        return
    for portion in portions(changes):
        of_message = and_(notice.c.target_id == target_id, notice.c.change_id.in_(portion), _waits)
        connection.execute(update(notice).where(of_message).values(dict(values)))


def _line(row: AnyRow) -> TargetLine:
    return TargetLine(
        id=row.slug,
        mark=row.mark,
        enabled=row.enabled,
        waiting=row.waiting or 0,
        oldest_at=row.oldest_at,
        dead=row.dead or 0,
        sent=row.sent,
        sent_at=row.sent_at,
        tries=row.tries,
        next_at=row.next_at,
        off_since=row.off_since,
        error=row.error,
    )
