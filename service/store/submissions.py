"""Submissions: versions of which a web archive is to keep a copy, in the order of the ledger, and what came of asking.

Queued behind a mark in the ledger, so that a kill queues none twice and leaves none out. Of a release, the newest version alone waits: the
archive copies what is served now. One is under way at a time, and nobody asks before ``next_at``, which is set before the asking.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, or_, select, update

from service.models import Reason, Submission, WebCopy

from .chaining import head
from .database import Database, insert_unless_there
from .loading import AnyRow, portions
from .tables import asking, item, ledger, source, submission, version, web_copy

ALL = "*"
_PORTION = 500  # entries of the ledger considered at once
_NEW = (Reason.FIRST, Reason.EDIT, Reason.RESTORED)


class Submissions:
    """The queue and its results, from any thread: each call is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(self, now: datetime, *, enabled: bool) -> None:
        """Take over whether a web archive is asked; where it newly is, of what is found from now on."""
        with self._database.read() as connection:
            known = connection.execute(select(asking.c.enabled)).scalar()
        if bool(known) == enabled:
            return
        with self._database.write() as connection:
            values = {"enabled": enabled, **({"mark": head(connection)[0], "next_at": now, "tries": 0} if enabled else {})}
            if known is None:
                connection.execute(insert_unless_there(connection, asking), [{"id": 1, "day": "", "asked": 0, **values}])
            else:
                connection.execute(update(asking).values(values))
                connection.execute(delete(submission))

    def gather(self, sources: Sequence[str], now: datetime) -> int:
        """Queue what is new of these sources; return how many. What a source's baseline found is not new."""
        with self._database.read() as connection:
            mark = connection.execute(select(asking.c.mark).where(asking.c.enabled)).scalar()
            if mark is None or (end := head(connection)[0]) <= mark:
                return 0
            until = min(end, mark + _PORTION)
            found = {row.item_id: row for row in connection.execute(_new(sources, mark, until))}
        with self._database.write() as connection:
            moved = connection.execute(update(asking).where(asking.c.mark == mark).values(mark=until)).rowcount
            if moved and found:
                for portion in portions(found):
                    connection.execute(delete(submission).where(submission.c.item_id.in_(portion), submission.c.ticket == ""))
                row = {"queued_at": now, "next_at": now, "tries": 0, "ticket": "", "error": ""}
                connection.execute(insert_unless_there(connection, submission), [{**one._mapping, **row} for one in found.values()])
            return len(found) if moved else 0

    def take(self, now: datetime, lease: timedelta, per_day: int) -> Submission | None:
        """Return what to ask about: what is under way, else the next that is due, if any may be asked for today.

        Nobody else asks within ``lease``.
        """
        with self._database.read() as connection:
            if _taken(connection, now, per_day) is None:
                return None
        with self._database.write() as connection:
            state = connection.execute(select(asking).with_for_update()).first()
            row = _taken(connection, now, per_day)
            if state is None or row is None:
                return None
            today = _day(now)
            asked = (state.asked if state.day == today else 0) + (not row.ticket)
            connection.execute(update(asking).values(next_at=now + lease, day=today, asked=asked))
            return Submission(row.id, row.url, row.seen_at, row.queued_at, row.tries, row.ticket, row.asked_at)

    def under_way(self, taken: Submission, ticket: str, now: datetime, next_at: datetime) -> None:
        """Write down that the archive is at it."""
        with self._database.write() as connection:
            values = {"ticket": ticket, "asked_at": taken.asked_at or now}
            connection.execute(update(submission).where(submission.c.id == taken.id).values(values))
            connection.execute(update(asking).values(next_at=next_at, tries=0))

    def copied(self, taken: Submission, url: str, copied_at: datetime, next_at: datetime) -> None:
        """Write down where the copy is; the submission is over."""
        with self._database.write() as connection:
            row = connection.execute(select(submission.c.item_id, submission.c.version).where(submission.c.id == taken.id)).first()
            if row is not None:
                kept = {"item_id": row.item_id, "version": row.version, "url": url, "copied_at": copied_at}
                connection.execute(insert_unless_there(connection, web_copy), [kept])
                connection.execute(delete(submission).where(submission.c.id == taken.id))
            connection.execute(update(asking).values(next_at=next_at, tries=0))

    def failed(self, taken: Submission, words: str, next_at: datetime, rested: datetime, *, by_itself: bool, before: datetime) -> int:
        """Write down that there is no copy, and when it is asked for again: of this one at ``next_at``, of anything at ``rested``.

        ``by_itself``: it is the archive that fails, and not this release. Return how many were given up: those queued before a moment.
        """
        with self._database.write() as connection:
            values = {"ticket": "", "asked_at": None, "error": words, "next_at": next_at, "tries": taken.tries + (not by_itself)}
            connection.execute(update(submission).where(submission.c.id == taken.id).values(values))
            connection.execute(update(asking).values(next_at=rested, tries=asking.c.tries + 1 if by_itself else 0))
            return connection.execute(delete(submission).where(submission.c.queued_at < before)).rowcount

    def drop(self, taken: Submission, next_at: datetime) -> None:
        """Give one up."""
        with self._database.write() as connection:
            connection.execute(delete(submission).where(submission.c.id == taken.id))
            connection.execute(update(asking).values(next_at=next_at, tries=0))

    def failures(self) -> int:
        """Return how often in a row the archive itself has failed."""
        with self._database.read() as connection:
            return int(connection.scalar(select(asking.c.tries)) or 0)

    def waiting(self) -> int:
        """Return how many wait or are under way."""
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).select_from(submission)) or 0


def copies_of(connection: Connection, item_id: int) -> tuple[WebCopy, ...]:
    """Return the copies of a release, in the order of its versions."""
    wanted = select(web_copy).where(web_copy.c.item_id == item_id).order_by(web_copy.c.version)
    return tuple(WebCopy(row.version, row.url, row.copied_at) for row in connection.execute(wanted))


def _new(sources: Sequence[str], mark: int, until: int) -> Select[Any]:
    """Return the statement that finds what is new of these sources, among the entries behind a mark."""
    found = ledger.join(version, and_(version.c.item_id == ledger.c.item_id, version.c.number == ledger.c.version))
    found = found.join(item, item.c.id == version.c.item_id).join(source, source.c.id == item.c.source_id)
    wanted = select(version.c.item_id, version.c.number.label("version"), item.c.url, version.c.seen_at).select_from(found)
    wanted = wanted.where(ledger.c.number.between(mark + 1, until), version.c.reason.in_(_NEW))
    wanted = wanted.where(or_(version.c.reason != Reason.FIRST, version.c.seen_at > source.c.baselined_at))
    if ALL not in sources:
        wanted = wanted.where(source.c.slug.in_(sources))
    return wanted.order_by(ledger.c.number)


def _taken(connection: Connection, now: datetime, per_day: int) -> AnyRow | None:
    state = connection.execute(select(asking).where(asking.c.enabled)).first()
    if state is None or (state.next_at is not None and state.next_at > now):
        return None
    under_way = connection.execute(select(submission).where(submission.c.ticket != "").order_by(submission.c.id).limit(1)).first()
    if under_way is not None or (state.day == _day(now) and state.asked >= per_day):
        return under_way
    due = select(submission).where(submission.c.next_at <= now).order_by(submission.c.next_at, submission.c.id).limit(1)
    return connection.execute(due).first()


def _day(now: datetime) -> str:
    return f"{now:%Y-%m-%d}"
