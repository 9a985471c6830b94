"""The manual refresh: run right here, or asked of the daemon or the workers on the same state and followed until it is done."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from . import logs, urls
from .errors import Abandoned, PresswatchError, UsageError
from .models import Clock, Errand, Progress, RefreshOrder, Source, SourceReport
from .rounds import Rounds, fenced
from .store import Store

Told = Callable[[Progress], None]

_GLANCE = 0.3  # seconds between two looks at how far the daemon is


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user wants refreshed: sources, each with the releases asked for (none named: its list and what is due)."""

    sources: tuple[Source, ...]
    releases: Mapping[str, tuple[str, ...]]
    recheck: bool = False


def wish(store: Store, configured: Sequence[Source], sources: Sequence[Source], releases: Sequence[str], recheck: bool) -> Wish:
    """Return what is to be refreshed, each release with its source. Raises ``UsageError`` for a release that is not tracked."""
    named: dict[str, tuple[str, ...]] = {}
    for url in releases:
        release = store.release(url)
        if release is None:
            raise UsageError(f"{url}: not a release that is tracked; 'presswatch items' lists them")
        named[release.source] = (*named.get(release.source, ()), release.item_url)
    wanted = {source.id for source in sources}
    of_releases = [source for source in configured if source.id in named and source.id not in wanted]
    return Wish((*sources, *of_releases), {slug: named[slug] for slug in named if slug not in wanted}, recheck)


def refresh_here(rounds: Rounds, wish: Wish, workers: int, on_progress: Told) -> tuple[SourceReport, ...]:
    """Run the passes that a wish asks for, hosts side by side, sources of one host in turn. Reports come in the order of the sources."""
    by_host: dict[str, list[Source]] = defaultdict(list)
    for source in wish.sources:
        by_host[urls.host_key(source.url)].append(source)
    reports: dict[str, SourceReport] = {}

    def run(host_sources: Sequence[Source]) -> None:
        for source in host_sources:
            reports[source.id] = _refreshed(rounds, wish, source, on_progress)
            on_progress(Progress(source.id, report=reports[source.id]))

    with ThreadPoolExecutor(max(1, min(workers, len(by_host))), thread_name_prefix="refresh") as pool:
        for done in [pool.submit(run, group) for group in by_host.values()]:
            done.result()
    return tuple(reports[source.id] for source in wish.sources)


def _refreshed(rounds: Rounds, wish: Wish, source: Source, on_progress: Told) -> SourceReport:
    def on_look(done: int, total: int) -> None:
        on_progress(Progress(source.id, done, total))

    releases = wish.releases.get(source.id, ())
    run = partial(rounds.refresh, source, releases=releases, recheck=wish.recheck, on_look=on_look)
    return fenced(source.id, run, rounds.meters)


def refresh_there(store: Store, clock: Clock, wish: Wish, on_progress: Told, is_served: Callable[[], bool]) -> tuple[SourceReport, ...]:
    """Ask whoever serves the same database to do it, and follow it. Raises ``StateError`` of the store, nothing of the passes'.

    Raises ``PresswatchError`` once ``is_served`` says that nobody is there any more: the next one will do it.
    """
    ids = tuple(source.id for source in wish.sources if source.id not in wish.releases)
    releases = tuple(url for told in wish.releases.values() for url in told)
    number = store.order(ids, releases, wish.recheck, clock.now())
    told: set[str] = set()
    while True:
        order = store.order_state(number)
        if order is None:
            raise PresswatchError("the daemon forgot this refresh: ask again")
        for report in order.reports:
            if report.source not in told:
                told.add(report.source)
                on_progress(Progress(report.source, report=report))
        if order.finished_at is not None:
            return order.reports
        if not is_served():
            raise PresswatchError(
                "nobody is there to do this refresh: the daemon has ended, or no worker is at work; it is done as soon as one is"
            )
        on_progress(Progress("", order.done, order.total))
        clock.wait(_GLANCE)


def serve_order(order: RefreshOrder, rounds: Rounds, store: Store, wish: Callable[[], Wish], workers: int, clock: Clock) -> None:
    """Do what another process asked for, and tell it in any case: what came of it, or why it cannot be done. Raises ``Abandoned``."""
    try:
        _serve(order, rounds, store, wish(), workers, clock)
    except Abandoned:
        raise
    except Exception as error:  # noqa: BLE001 - whoever asked is waiting for an end, whatever it is
        logs.bug(error)
        _refuse(order, store, clock, error)


def _serve(order: RefreshOrder, rounds: Rounds, store: Store, wish: Wish, workers: int, clock: Clock) -> None:
    """Do what was asked for, writing down how far it is."""
    looks: dict[str, tuple[int, int]] = {}
    reports: list[SourceReport] = []
    started = replace(order, started_at=clock.now())
    store.update_order(started)
    last_told = clock.now()

    def on_progress(progress: Progress) -> None:
        nonlocal last_told
        if progress.report is not None:
            reports.append(progress.report)
        else:
            looks[progress.source] = (progress.done, progress.total)
        if progress.report is None and (clock.now() - last_told).total_seconds() < _GLANCE:
            return
        last_told = clock.now()
        done, total = (sum(pair[part] for pair in list(looks.values())) for part in (0, 1))
        store.update_order(replace(started, done=done, total=total, reports=tuple(reports)))

    done = refresh_here(rounds, wish, workers, on_progress)
    total = sum(pair[1] for pair in looks.values())
    store.update_order(replace(started, finished_at=clock.now(), done=total, total=total, reports=done))


def errands_of(order: RefreshOrder, store: Store, wish: Callable[[RefreshOrder], Wish], clock: Clock) -> tuple[Errand, ...]:
    """Return what is still to be done of an order, a source each; an order that cannot be understood is ended with words."""
    told = {report.source for report in order.reports}
    try:
        return tuple(Errand(order.id, source.id) for source in wish(order).sources if source.id not in told)
    except PresswatchError as error:
        _refuse(order, store, clock, error)
        return ()


def run_errand(errand: Errand, store: Store, rounds: Rounds, wish: Callable[[RefreshOrder], Wish], clock: Clock) -> None:
    """Do one source's part of an order, and tell what came of it; nothing where it was told already. Raises ``Abandoned``."""
    order = store.order_state(errand.order)
    if order is None or order.finished_at is not None or any(report.source == errand.source for report in order.reports):
        return
    wanted = wish(order)
    source = next((one for one in wanted.sources if one.id == errand.source), None)
    if source is None:
        return
    teller = _Teller(store, order.id, clock)
    report = _refreshed(rounds, wanted, source, teller.note)
    teller.tell()
    store.report_errand(errand, report, len(wanted.sources), clock.now())


class _Teller:
    """Adds to how far an order is, now and then."""

    def __init__(self, store: Store, order: int, clock: Clock) -> None:
        self.store, self.order, self.clock = store, order, clock
        self.now = self.told = (0, 0)  # looks done, and in all
        self.told_at = clock.now()

    def note(self, progress: Progress) -> None:
        self.now = (progress.done, progress.total)
        if (self.clock.now() - self.told_at).total_seconds() >= _GLANCE:
            self.tell()

    def tell(self) -> None:
        done, total = (now - told for now, told in zip(self.now, self.told, strict=True))
        self.told, self.told_at = self.now, self.clock.now()
        self.store.advance_order(self.order, done, total, self.told_at)


def _refuse(order: RefreshOrder, store: Store, clock: Clock, error: Exception) -> None:
    failed = tuple(SourceReport(slug, "failed", errors=(str(error),)) for slug in order.sources or ("",))
    store.update_order(replace(order, started_at=clock.now(), finished_at=clock.now(), reports=failed))
