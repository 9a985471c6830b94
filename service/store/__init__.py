"""The store: everything that presswatch remembers, behind one door.

Values of ``models`` go in and come out; nobody else ever sees a row, a session or an error of a database. The same on SQLite and
PostgreSQL.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

from service.models import (
    ChangeLine,
    Due,
    Errand,
    Fingerprint,
    Imported,
    Known,
    Named,
    PassRecord,
    Plan,
    Reading,
    RefreshOrder,
    Source,
    SourceReport,
    Submit,
    TableCopied,
    Tracked,
)

from . import frontier, orders, overview, plan, record, searching, sources
from .auditing import Audit
from .checkpoints import Checkpoints
from .database import Database
from .entries import entry_digest
from .mementos import Mementos
from .outbox import Outbox
from .questions import Questions
from .schema import FIRST_WITH_LEDGER, is_current, prepare
from .seat import Seat
from .submissions import Submissions

__all__ = ["Store", "entry_digest"]


class Store(Questions):
    """The database, from any thread: each call is one short transaction. Every call may raise ``StateError``."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._seat = Seat(database)
        self.outbox = Outbox(database)
        self.mementos = Mementos(database)
        self.submissions = Submissions(database)
        self.audit, self.checkpoints = Audit(database), Checkpoints(database)
        self.is_shared = not database.on_sqlite
        self.is_chained_anew = False  # whether the ledger was begun with what an older state held, when it was opened

    @classmethod
    def open(cls, place: str | Path, lease: timedelta = timedelta.max) -> Self:
        """Open a file (SQLite) or a ``postgresql://`` address; its tables are made or migrated where they have to be.

        A process that is frozen in the middle of a write holds the others up for as long as its ``lease``, and ten seconds at most.
        Raises ``StateError`` for one that cannot be reached or written, is damaged, or was made by a newer presswatch.
        """
        database = Database(place, silence=lease)
        try:
            before = prepare(database)
        except BaseException:
            database.close()
            raise
        store = cls(database)
        store.is_chained_anew = before is not None and before < FIRST_WITH_LEDGER
        return store

    def close(self) -> None:
        self._seat.leave()
        self._database.close()

    def now(self) -> datetime:
        """Return the moment by the clock of the database: the one that all machines share (PostgreSQL)."""
        with self._database.read() as connection:
            moment: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
            return moment.astimezone(UTC)

    def sync_sources(self, sources_configured: Sequence[Source], now: datetime) -> None:
        """Take over the configured sources. One that is gone is switched off and keeps its history; a new one is due at once."""
        sources.sync_sources(self._database, sources_configured, now)

    # whose turn it is

    def claim(self, now: datetime, limit: int, hold: timedelta) -> tuple[Due, ...]:
        """Give up to ``limit`` hosts that are ready, the longest ready first; nobody else gets them for ``hold``."""
        if not frontier.is_any_ready(self._database, now):
            return ()
        with self._database.write(durable=False) as connection:
            return frontier.claim(connection, now, hold, limit)

    def lend(self, act: Callable[[Any], None]) -> None:
        """Let an engine act in a transaction of ours (its argument is a connection)."""
        with self._database.write() as connection:
            act(connection)

    def hand_out(self, now: datetime, hold: timedelta, submit: Submit) -> bool:
        """Let an engine claim hosts and take them over in one transaction, on the session that holds the seat.

        False while another scheduler sits there, and hands out itself.
        """
        return self._seat.act(lambda connection: submit(connection, partial(frontier.claim, connection, now, hold)))

    def take(self, due: Due, now: datetime, lease: timedelta) -> Due | None:
        """Start on a claimed host; the result is what to go on with, None where the claim is stale or was taken already."""
        return frontier.take(self._database, due, now, lease)

    def seize(self, source: str, now: datetime, lease: timedelta) -> Due | None:
        """Start on the host of a source out of turn; None while another holds it, or its pause is not over."""
        return frontier.seize(self._database, source, now, lease)

    def fence(self, due: Due, now: datetime, lease: timedelta) -> bool:
        """Renew a lease before a request; False where it was lost: stop."""
        return frontier.fence(self._database, due, now, lease)

    def let_go(self, due: Due, now: datetime, earliest: datetime | None) -> None:
        """Let a host go; it is asked again when something is due, not before ``earliest``."""
        frontier.release(self._database, due, now, earliest)

    def clear_leases(self, now: datetime) -> None:
        """Free all hosts: only for a worker that knows itself alone, at its start."""
        frontier.clear_leases(self._database, now)

    def set_back(self, now: datetime) -> int:
        """Bring back to now what lies ahead of it, after a clock was set back; return of how many sources."""
        from .set_back import set_back

        return set_back(self._database, now)

    def due_sources(self, host_id: int, now: datetime) -> tuple[str, ...]:
        """Return the ids of a host's sources whose list or items are due."""
        return frontier.due_sources(self._database, host_id, now)

    def next_due(self) -> datetime | None:
        """Return when the next host is ready; None where nothing ever is."""
        return frontier.next_due(self._database)

    # a pass

    def plan(
        self,
        source: Source,
        now: datetime,
        *,
        recheck: bool = False,
        urls: Sequence[str] = (),
        batch: int | None = None,
        list_due: bool | None = None,
    ) -> Plan:
        """Return what a pass over a source starts from: its list as last read, and the items to look at, the longest due first.

        Those that are due; all with ``recheck``; only those at the address keys ``urls`` if any are given; at most ``batch``.
        ``list_due`` overrides the schedule of the list. Raises ``UsageError`` for a source that was never configured.
        """
        return plan.plan(self._database, source, now, recheck, urls, batch, list_due)

    def known(self, source_id: int, keys: Sequence[str]) -> dict[str, Known]:
        """Return which of these address keys the source has met; aliases count."""
        return plan.known(self._database, source_id, keys)

    def items_by_key(self, source_id: int, keys: Sequence[str]) -> dict[str, Tracked]:
        """Return the source's items at these address keys, by the key asked for."""
        return plan.items_by_key(self._database, source_id, keys)

    def showing(self, source_id: int, fingerprint: Fingerprint) -> tuple[Tracked, ...]:
        """Return the source's items whose baseline has this body, the oldest first, a few at most."""
        return plan.showing(self._database, source_id, fingerprint)

    def alike(self, source_id: int, reading: Reading) -> tuple[Tracked, ...]:
        """Return the source's items whose baseline says nearly the same, withdrawn ones too, the most alike first, a few at most."""
        return plan.alike(self._database, source_id, reading)

    def named(self, ids: Sequence[int]) -> tuple[Named, ...]:
        """Return those of these items that are live and that their list named once, without their readings."""
        return plan.named(self._database, ids)

    def named_since(self, source_id: int, day: str) -> tuple[Named, ...]:
        """Return the source's live items that its list named once and that were published after the beginning of a day."""
        return plan.named_since(self._database, source_id, day)

    def items_by_id(self, ids: Sequence[int]) -> tuple[Tracked, ...]:
        """Return the items of these ids."""
        return plan.items_by_id(self._database, ids)

    def record(self, done: PassRecord, due: Due | None = None) -> tuple[ChangeLine, ...]:
        """Write a pass in one transaction and return the changes it made, with their ids.

        With ``due`` the lease is looked at first: raises ``Abandoned`` and writes nothing where it was lost. A step that was decided
        on an older state of its item than the store's is passed over, so that a pass may be written twice. The same text under
        another address is found here, and told as a duplicate.
        """
        return record.record(self._database, done, due)

    # search

    def index(self) -> int:
        """Make some of the versions searchable that are not yet; return how many they were, 0 where all are."""
        return searching.index(self._database)

    def unindex(self) -> None:
        """Forget what was made searchable, lost or damaged as it may be: ``index`` begins anew."""
        searching.unindex(self._database)

    # manual refreshes

    def order(self, sources_wanted: Sequence[str], urls: Sequence[str], recheck: bool, now: datetime) -> int:
        """Ask the daemon for a refresh; return the number of the order."""
        return orders.ask(self._database, sources_wanted, urls, recheck, now)

    def open_orders(self) -> tuple[RefreshOrder, ...]:
        """Return the orders not yet finished, the oldest first."""
        return orders.open_orders(self._database)

    def order_state(self, number: int) -> RefreshOrder | None:
        """Return an order as it stands; None for one unknown or forgotten."""
        return orders.state(self._database, number)

    def update_order(self, told: RefreshOrder) -> None:
        """Write down how far an order is."""
        orders.write_state(self._database, told)

    def advance_order(self, number: int, done: int, total: int, now: datetime) -> None:
        """Add to how far an order is, in looks."""
        orders.advance(self._database, number, done, total, now)

    def report_errand(self, errand: Errand, report: SourceReport, of: int, now: datetime) -> None:
        """Write down what came of one source of an order; the order is done when as many as ``of`` are told."""
        orders.report(self._database, errand.order, report, of, now)

    # the database as a whole

    def is_current(self) -> bool:
        """Return whether its tables are those of this program: another one may have brought them further meanwhile."""
        return is_current(self._database)

    @property
    def place(self) -> str:
        """Where it is, for words: a file, or an address without its password."""
        return self._database.name

    def copy_to(self, place: str, on_progress: Callable[[str, int], None]) -> tuple[TableCopied, ...]:
        """Copy everything into another database, verified; return its tables. ``on_progress`` is told of a table and its rows done.

        Raises ``UsageError`` for one that is not empty, ``StateError`` where it cannot be written or is not the same; then nothing is kept.
        """
        from .copying import copy

        target = self.open(place)
        try:
            return copy(self._database, target._database, on_progress)
        finally:
            target.close()

    def backup(self, file: Path, on_progress: Callable[[int, int], None]) -> int:
        """Write everything into a new file while others read and write; return its size in bytes once it was found whole.

        ``on_progress`` is told of pages done, of all. Raises ``UsageError`` for a file that is there, and for PostgreSQL.
        """
        from .backup import backup

        return backup(self._database, file, on_progress)

    def import_lines(self, given: Iterable[bytes], on_progress: Callable[[str, int], None] = lambda table, rows: None) -> Imported:
        """Write what was exported elsewhere into this database, which must be empty; all is held against its digests.

        Raises ``UsageError`` where it is not empty, or the lines are no whole export; then nothing is written.
        """
        from .importing import import_lines

        return import_lines(self._database, given, on_progress)

    # housekeeping

    def forget_passes(self, before: datetime) -> None:
        """Drop the attempts at sources that ended before a moment."""
        overview.forget_passes(self._database, before)

    def forget_orders(self, before: datetime) -> None:
        """Drop the orders that were finished before a moment."""
        orders.forget(self._database, before)
