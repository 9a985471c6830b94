"""The manual refresh: run right here, or asked of the daemon that holds the state and followed until it is done."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from . import logs, urls
from .errors import Abandoned, PresswatchError
from .models import Clock, Progress, RefreshOrder, Source, SourceReport
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


def refresh_here(rounds: Rounds, wish: Wish, workers: int, on_progress: Told) -> tuple[SourceReport, ...]:
    """Run the passes that a wish asks for, hosts side by side, sources of one host in turn. Reports come in the order of the sources."""
    by_host: dict[str, list[Source]] = defaultdict(list)
    for source in wish.sources:
        by_host[urls.host_key(source.url)].append(source)
    reports: dict[str, SourceReport] = {}

    def run(host_sources: Sequence[Source]) -> None:
        for source in host_sources:
            reports[source.id] = _pass(rounds, wish, source, on_progress)
            on_progress(Progress(source.id, report=reports[source.id]))

    with ThreadPoolExecutor(max(1, min(workers, len(by_host))), thread_name_prefix="refresh") as pool:
        for done in [pool.submit(run, group) for group in by_host.values()]:
            done.result()
    return tuple(reports[source.id] for source in wish.sources)


def _pass(rounds: Rounds, wish: Wish, source: Source, on_progress: Told) -> SourceReport:
    def on_look(done: int, total: int) -> None:
        on_progress(Progress(source.id, done, total))

    releases = wish.releases.get(source.id, ())
    return fenced(source, lambda: rounds.refresh(source, releases=releases, recheck=wish.recheck, on_look=on_look))


def refresh_there(store: Store, clock: Clock, wish: Wish, on_progress: Told, is_served: Callable[[], bool]) -> tuple[SourceReport, ...]:
    """Ask the daemon on the same state to do it, and follow it. Raises ``StateError`` of the store, nothing of the passes'.

    Raises ``PresswatchError`` once ``is_served`` says that no daemon is there any more: the next one will do it.
    """
    ids = tuple(source.id for source in wish.sources)
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
            raise PresswatchError("the daemon has ended before this refresh was done; it will be done when the daemon runs again")
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
        failed = tuple(SourceReport(slug, "failed", errors=(str(error),)) for slug in order.sources or ("",))
        store.update_order(replace(order, started_at=clock.now(), finished_at=clock.now(), reports=failed))


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
