"""Rounds: the due passes of one host, one after another, and the manual refresh that jumps the queue.

A pass is written in one transaction; only then is anything told: first to the log of changes, then to the log of the process.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from . import logs, urls
from .errors import Abandoned, PresswatchError, StateError, UsageError
from .journal import Journal
from .leases import Lease, Leases
from .logs import Event
from .looks import Tools
from .meters import Meters
from .models import (
    NEAR,
    ChangeKind,
    ChangeLine,
    Due,
    PassRecord,
    Plan,
    Source,
    SourceReport,
    VerdictKind,
)
from .passes import run_pass
from .store import Store

_AFTER_TROUBLE = timedelta(minutes=1)  # until a host is tried again on which a pass failed


@dataclass(frozen=True, slots=True)
class Rounds:
    """What runs passes: shared by all threads. ``tools`` gives each thread its own; ``journal`` is None where another process keeps it."""

    store: Store
    tools: Callable[[], Tools]
    leases: Leases
    journal: Journal | None
    batch: int
    meters: Meters = field(default_factory=Meters)

    def run_host(self, due: Due, sources: Mapping[str, Source]) -> tuple[SourceReport, ...]:
        """Run the due passes of a claimed host. A lease lost to another ends the round, with nothing of its pass written.

        What stops one pass stops no other; the host is then tried again a little later.
        """
        lease = self.leases.take(due)
        if lease is None:
            return ()
        wait = timedelta(0)
        try:
            due_now = self.store.due_sources(due.host_id, self.tools().clock.now())
            reports = tuple(self.turn(slug, sources, lease) for slug in due_now)
            if any(report.outcome == "failed" for report in reports):
                wait = _AFTER_TROUBLE
            return reports
        finally:
            self.leases.let_go(lease, wait)

    def turn(self, slug: str, sources: Mapping[str, Source], lease: Lease) -> SourceReport:
        """Run a scheduled pass. A source that is not configured here fails: the others' configuration is another."""

        def run() -> SourceReport:
            if slug not in sources:
                raise UsageError(f"source {slug!r} is due, but this process does not know it: its configuration is another's")
            plan = self.store.plan(sources[slug], self.tools().clock.now(), batch=self.batch)
            return self.passed(plan, lease, batch=self.batch)

        return fenced(slug, run, self.meters)

    def refresh(
        self,
        source: Source,
        *,
        releases: Sequence[str] = (),
        recheck: bool = False,
        on_look: Callable[[int, int], None] = lambda done, total: None,
    ) -> SourceReport:
        """Run a pass over a source now, due or not: its list and what is due; all with ``recheck``; only ``releases`` if named.

        A round of its host that is under way is waited for.
        """
        lease = self.leases.seize(source.id)
        try:
            keys = [urls.address_key(url) for url in releases]
            plan = self.store.plan(source, self.tools().clock.now(), recheck=recheck, urls=keys, list_due=not releases)
            return self.passed(plan, lease, on_look=on_look)
        finally:
            self.leases.let_go(lease, timedelta(0))

    def passed(
        self, plan: Plan, lease: Lease, batch: int | None = None, on_look: Callable[[int, int], None] = lambda done, total: None
    ) -> SourceReport:
        """Run a pass under a lease and write it. Raises ``Abandoned`` where the lease is lost."""
        tools = self.tools()

        def heed() -> None:
            self.leases.heed(lease, tools.fetcher.pause(plan.source))

        return self.written(run_pass(tools, plan, batch=batch, on_look=on_look, before_request=heed), lease.due)

    def written(self, record: PassRecord, due: Due) -> SourceReport:
        """Write a pass, then tell of it."""
        lines = self.store.record(record, due)
        looks = (step.outcome for step in record.steps if step.looked_at is not None)
        self.meters.passed(record.outcome, (record.finished_at - record.started_at).total_seconds(), looks)
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

    def tell(self, lines: Sequence[ChangeLine]) -> None:
        """Tell of changes: in the change log, where it is this process that keeps it, and in the log of the process."""
        if lines and self.journal is not None:
            try:
                self.journal.catch_up(lines)
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


def fenced(slug: str, run: Callable[[], SourceReport], meters: Meters) -> SourceReport:
    """Return the report of a pass, or of why nothing of it was written: what stops one source stops no other. Raises ``Abandoned``."""
    try:
        return run()
    except Abandoned:
        raise
    except Exception as error:  # noqa: BLE001 - the one fence between sources: a bug met in one must not stop the others
        logs.bug(error, source=slug)
        meters.broke()
        known = isinstance(error, PresswatchError)
        words = str(error) if known else f"internal error, see the log: {type(error).__name__}: {error}"
        return SourceReport(slug, "failed", errors=(words,))


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
