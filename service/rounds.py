"""Rounds: the due passes of one host, one after another, and the manual refresh that jumps the queue.

A pass is written in one transaction; only then is anything told: first to the log of changes, then to the log of the process.
"""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from . import logs, urls
from .changelog import ChangeLog
from .errors import Abandoned, PresswatchError, StateError
from .logs import Event
from .looks import Tools
from .models import (
    NEAR,
    ChangeFilter,
    ChangeKind,
    ChangeLine,
    Due,
    PassRecord,
    ScheduleSettings,
    Source,
    SourceReport,
    VerdictKind,
)
from .passes import run_pass
from .render import change_json, unified
from .store import Store

_BUSY_FOR = timedelta(seconds=10)  # until a host is tried again that a manual refresh is busy with
_AFTER_TROUBLE = timedelta(minutes=1)  # until a host is tried again on which a pass failed


@dataclass(frozen=True, slots=True)
class Rounds:
    """What runs passes: shared by all threads. ``tools`` gives each thread its own."""

    store: Store
    tools: Callable[[], Tools]
    changelog: ChangeLog
    schedule: ScheduleSettings
    lease: timedelta
    turns: "Turns"

    def run_host(self, due: Due, sources: Mapping[str, Source]) -> tuple[SourceReport, ...]:
        """Run the due passes of a claimed host. A lease lost to another ends the round, with nothing of its pass written.

        What stops one pass stops no other; the host is then tried again a little later.
        """
        clock = self.tools().clock
        taken = self.store.take(due, clock.now(), self.lease)
        if taken is None:
            return ()
        wait = timedelta(0)
        try:
            due_now = self.store.due_sources(taken.host_id, clock.now())
            reports = tuple(self.turn(sources[slug], taken) for slug in due_now if slug in sources)
            if any(report is None for report in reports):
                wait = _BUSY_FOR
            elif any(report.outcome == "failed" for report in reports if report):
                wait = _AFTER_TROUBLE
            return tuple(report for report in reports if report)
        finally:
            self.store.let_go(taken, clock.now(), clock.now() + wait if wait else None)

    def turn(self, source: Source, due: Due) -> SourceReport | None:
        """Run a scheduled pass; None while a manual refresh is busy with the host: waiting for that would cost a thread."""
        turn = self.turns.at(source)
        if not turn.acquire(blocking=False):
            return None
        try:
            return fenced(source, lambda: self.scheduled(source, due))
        finally:
            turn.release()

    def scheduled(self, source: Source, due: Due) -> SourceReport:
        tools = self.tools()

        def renew() -> None:
            if not self.store.fence(due, tools.clock.now(), self.lease):
                raise Abandoned("another worker has taken over this host")

        plan = self.store.plan(source, tools.clock.now(), batch=self.schedule.batch)
        return self.written(run_pass(tools, plan, batch=self.schedule.batch, before_request=renew), due)

    def refresh(
        self,
        source: Source,
        *,
        releases: Sequence[str] = (),
        recheck: bool = False,
        on_look: Callable[[int, int], None] = lambda done, total: None,
    ) -> SourceReport:
        """Run a pass over a source now, due or not: its list and what is due; all with ``recheck``; only ``releases`` if named."""
        tools = self.tools()
        with self.turns.at(source):
            keys = [urls.address_key(url) for url in releases]
            plan = self.store.plan(source, tools.clock.now(), recheck=recheck, urls=keys, list_due=not releases)
            return self.written(run_pass(tools, plan, on_look=on_look))

    def written(self, record: PassRecord, due: Due | None = None) -> SourceReport:
        """Write a pass, then tell of it."""
        lines = self.store.record(record, due)
        self.tell(lines)
        report = report_of(record, lines)
        troubles = "; ".join(report.errors) or None
        if record.outcome == "failed":
            logs.log(Event.PASS_FAILED, source=report.source, error=troubles)
        else:
            logs.log(
                Event.PASS_DONE,
                source=report.source,
                outcome=report.outcome,
                new=report.new,
                checked=report.checked,
                edited=report.edited,
                failed=report.failed,
                error=troubles,
            )
        return report

    def tell(self, lines: Iterable[ChangeLine]) -> None:
        """Append changes to the change log and to the log of the process."""
        lines = tuple(lines)
        if lines:
            try:
                self.catch_up(lines)
            except StateError as error:  # the database has them: the next change brings the log up to date
                logs.log(Event.TROUBLE, error=str(error))
        for line in lines:
            logs.log(
                Event.CHANGE,
                source=line.source,
                item=line.item_url,
                change=line.id,
                kind=line.kind,
                significance=line.significance,
                summary=line.summary,
            )

    def log_line(self, line: ChangeLine) -> str:
        """Return a change as a line of the change log: the shape of ``changes --json``, and the edit as a unified diff."""
        before, after = self.store.readings_of(line.id) if line.kind == ChangeKind.EDITED else (None, None)
        names = (f"{line.item_url} version {line.before_version}", f"{line.item_url} version {line.after_version}")
        text = unified(before, after, names=names) if before is not None and after is not None else ""
        return json.dumps({**change_json(line), "diff": text}, ensure_ascii=False)

    def catch_up(self, lines: Sequence[ChangeLine] = ()) -> None:
        """Append to the change log what it lacks, in the order of the ids: these changes, and what a kill or a full disk kept back."""
        with self.turns.telling:
            last = self.changelog.last_id() or 0
            if lines:
                last = max(self.turns.told, min(last, lines[0].id - 1))  # a log of another database may be far ahead
            missed = self.store.changes(ChangeFilter(after=last))
            self.changelog.append(map(self.log_line, missed))
            self.turns.told = missed[-1].id if missed else self.turns.told


class Turns:
    """Who waits for whom in this process: passes over one host for each other, and whoever tells of changes.

    ``told`` is the last change that this process brought into the change log.
    """

    def __init__(self) -> None:
        self.telling = threading.Lock()
        self.told = 0
        self._hosts: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def at(self, source: Source) -> threading.Lock:
        """Return the lock of a source's host: a manual refresh and a scheduled round take turns."""
        return self._hosts[urls.host_key(source.url)]


def fenced(source: Source, run: Callable[[], SourceReport]) -> SourceReport:
    """Return the report of a pass, or of why nothing of it was written: what stops one source stops no other. Raises ``Abandoned``."""
    try:
        return run()
    except Abandoned:
        raise
    except Exception as error:  # noqa: BLE001 - the one fence between sources: a bug met in one must not stop the others
        logs.bug(error, source=source.id)
        known = isinstance(error, PresswatchError)
        words = str(error) if known else f"internal error, see the log: {type(error).__name__}: {error}"
        return SourceReport(source.id, "failed", errors=(words,))


def report_of(record: PassRecord, lines: Iterable[ChangeLine]) -> SourceReport:
    """Return what a pass did as a line of ``refresh``: counts of items by what came of them."""
    lines = tuple(lines)
    kinds = [line.kind for line in lines]
    cosmetic = sum(line.kind == ChangeKind.EDITED and line.significance == "cosmetic" for line in lines)
    outcomes = [step.outcome for step in record.steps if step.looked_at is not None]
    duplicates = sum(line.kind == ChangeKind.DUPLICATE and NEAR not in line.classes for line in lines)
    return SourceReport(
        source=record.plan.source.id,
        outcome=record.outcome,
        new=outcomes.count(VerdictKind.FIRST) - duplicates,
        checked=len(outcomes),
        edited=kinds.count(ChangeKind.EDITED) - cosmetic,
        cosmetic=cosmetic,
        withdrawn=kinds.count(ChangeKind.WITHDRAWN),
        restored=kinds.count(ChangeKind.RESTORED),
        moved=kinds.count(ChangeKind.MOVED),
        duplicates=duplicates,
        incidents=kinds.count(ChangeKind.INCIDENT),
        held=outcomes.count(VerdictKind.HELD) + outcomes.count(VerdictKind.MISSED),
        failed=outcomes.count(VerdictKind.FAILED),
        errors=record.errors,
    )
