"""The daemon: the table is the schedule, a handful of fixed jobs act on it, a bounded pool of threads runs the passes.

SIGTERM and SIGINT end it: passes under way may finish for ``[schedule] stop_after``, what is left is abandoned with nothing written.
SIGHUP reads the configuration again; a broken one is told of and the old one kept.
"""

import gc
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any

from .. import lock, logs
from ..bootstrap import House
from ..errors import Abandoned, ConfigErrors, PresswatchError, UsageError
from ..logs import Event
from ..models import Due, RefreshOrder, Source
from ..refresh import Wish, serve_order
from . import systemd

_TICK = timedelta(seconds=1)
_HOLD = timedelta(minutes=2)  # how long a claimed host may wait for a thread before it may be claimed again


def run(house: House, *, web: bool = True, host: str | None = None, port: int | None = None) -> int:
    """Poll, re-check and serve until told to stop; return the exit code. Raises ``StateError`` where another process holds the state."""
    with lock.StateLock(house.settings.state_dir, lock.DAEMON):
        return _Daemon(house).run(_pages(house, host, port) if web else None)


class _Daemon:
    def __init__(self, house: House) -> None:
        self.house = house
        self.sources: dict[str, Source] = {}
        self.orders = ThreadPoolExecutor(2, thread_name_prefix="refresh")
        self.workers = house.settings.schedule.workers
        self.pool = ThreadPoolExecutor(self.workers, thread_name_prefix="pass")
        self.passes: set[Future[Any]] = set()
        self.refreshes: dict[int, Future[Any]] = {}  # by the number of their order
        self.stopping = threading.Event()
        self.reloading = threading.Event()

    def run(self, pages: "Callable[[], Callable[[], None]] | None") -> int:
        house, store = self.house, self.house.store
        self.take_over()
        store.clear_leases(house.clock.now())
        house.rounds.catch_up()
        gc.freeze()  # what is loaded by now stays until the end: it is never garbage, and looking at it slows every pass
        with _signals(self.stop, self.reload):
            stop_pages = pages() if pages else lambda: None
            scheduler = self.scheduler()
            scheduler.start()
            logs.log(Event.STARTED, sources=sum(source.enabled for source in self.sources.values()), state=str(house.settings.state_dir))
            systemd.ready()
            while not self.stopping.wait(0.5):
                if self.reloading.is_set():
                    self.guarded(self.reloaded)()
            systemd.stopping()
            scheduler.shutdown()
            self.drain()
            stop_pages()
        logs.log(Event.STOPPED)
        return 0

    def scheduler(self) -> Any:
        """Return the fixed jobs: none of them may be dropped for being late, piled up, or run twice at once."""
        from apscheduler.executors.pool import ThreadPoolExecutor as Executor
        from apscheduler.schedulers.background import BackgroundScheduler

        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = BackgroundScheduler(executors={"default": Executor(3)}, job_defaults=defaults, timezone="UTC")
        scheduler.add_job(self.guarded(self.tick), "interval", seconds=_TICK.total_seconds(), id="tick")
        scheduler.add_job(self.guarded(self.take_orders), "interval", seconds=_TICK.total_seconds() / 2, id="orders")
        scheduler.add_job(self.guarded(self.forget), "interval", hours=6, id="retention")
        return scheduler

    def guarded(self, job: Callable[[], None]) -> Callable[[], None]:
        """Return the job with its failures told instead of lost; the next turn tries again."""

        def run() -> None:
            try:
                job()
            except Abandoned:
                pass
            except PresswatchError as error:
                logs.log(Event.TROUBLE, error=str(error))
            except Exception as bug:  # noqa: BLE001 - the fence around a job: a bug must not end the daemon
                logs.bug(bug)

        return run

    def tick(self) -> None:
        """Hand the hosts that are due to the pool, no more than it has threads for."""
        self.passes = {future for future in self.passes if not future.done()}
        free = self.workers - len(self.passes)
        if free <= 0 or self.stopping.is_set():
            return
        for due in self.house.store.claim(self.house.clock.now(), free, _HOLD):
            self.passes.add(self.pool.submit(self.guarded(lambda due=due: self.round(due))))  # type: ignore[misc] # bound now, not later

    def round(self, due: Due) -> None:
        self.house.rounds.run_host(due, self.sources)

    def take_orders(self) -> None:
        """Start the manual refreshes that were asked for; they have threads of their own, so that they jump the queue."""
        asked = {order.id: order for order in self.house.store.open_orders()}
        self.refreshes = {number: future for number, future in self.refreshes.items() if number in asked}
        for number, order in asked.items():
            if number not in self.refreshes and not self.stopping.is_set():
                self.refreshes[number] = self.orders.submit(self.guarded(lambda order=order: self.serve(order)))  # type: ignore[misc] # as above

    def serve(self, order: RefreshOrder) -> None:
        house = self.house
        serve_order(order, house.rounds, house.store, lambda: self.wish(order), self.workers, house.clock)

    def wish(self, order: RefreshOrder) -> Wish:
        """Return what an order asks for. Raises ``UsageError`` for a source that this process does not know."""
        unknown = [slug for slug in order.sources if slug not in self.sources]
        if unknown:
            raise UsageError(f"the daemon does not know {', '.join(unknown)} yet: send it SIGHUP, or start it again")
        return self.house.wish([self.sources[slug] for slug in order.sources], order.urls, order.recheck)

    def forget(self) -> None:
        now = self.house.clock.now()
        self.house.store.forget_passes(now - self.house.settings.keep.passes)
        self.house.store.forget_orders(now - timedelta(days=1))

    def stop(self) -> None:
        self.stopping.set()

    def reload(self) -> None:
        self.reloading.set()

    def reloaded(self) -> None:
        """Take over the configuration as it is now; a broken one changes nothing."""
        self.reloading.clear()
        try:
            self.house.reload()
        except ConfigErrors as errors:
            logs.log(Event.CONFIG_REFUSED, error=str(errors))
            return
        self.take_over()
        logs.log(Event.RELOADED, sources=sum(source.enabled for source in self.sources.values()))

    def take_over(self) -> None:
        """Make the configured sources the ones that are watched."""
        self.sources = {source.id: source for source in self.house.sources}
        self.house.store.sync_sources(self.house.sources, self.house.clock.now())

    def drain(self) -> None:
        """Let passes finish for a while, then abandon what is left: it is due again at the next start."""
        from concurrent.futures import wait

        self.pool.shutdown(wait=False, cancel_futures=True)
        self.orders.shutdown(wait=False, cancel_futures=True)
        under_way = {future for future in (*self.passes, *self.refreshes.values()) if not future.done() and not future.cancelled()}
        _, left = wait(under_way, timeout=self.house.settings.schedule.stop_after.total_seconds())
        if left:
            logs.log(Event.ABANDONED, passes=len(left))
        self.house.clock.stop()
        wait(left, timeout=self.house.settings.fetch.total_timeout)


@contextmanager
def _signals(stop: Callable[[], None], reload: Callable[[], None]) -> Iterator[None]:
    """Hear SIGTERM, SIGINT and SIGHUP for the length of a ``with``; a second SIGINT or SIGTERM ends the process at once."""

    def on_stop(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop()

    before = {
        number: signal.signal(number, handler)
        for number, handler in (
            (signal.SIGTERM, on_stop),
            (signal.SIGINT, on_stop),
            (signal.SIGHUP, lambda number, frame: reload()),
        )
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _pages(house: House, host: str | None, port: int | None) -> "Callable[[], Callable[[], None]]":
    from .web import start

    return lambda: start(house, host or house.settings.web.host, house.settings.web.port if port is None else port)
