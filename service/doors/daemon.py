"""The daemon: the table is the schedule, a handful of fixed jobs act on it, an engine runs the rounds.

With ``[schedule] engine = "queue"`` it hands them to workers, and any number of daemons may stand by: one of them sits.
"""

import gc
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from typing import Any

from .. import lock, logs
from ..bootstrap import House
from ..logs import Event
from ..models import Due, Errand, RefreshOrder
from ..refresh import errands_of, serve_order
from .process import Process
from .thrift import share_heaps

_TICK = timedelta(seconds=0.5)
_UNSURE = timedelta(minutes=1)  # by which a clock may be set without our heed


def run(house: House, *, web: bool = True, host: str | None = None, port: int | None = None) -> int:
    """Poll, re-check and serve until told to stop; return the exit code. Raises ``StateError`` where another process holds the state."""
    daemon = Scheduler(house) if house.is_spread else Daemon(house)
    with nullcontext() if house.is_spread else lock.StateLock(house.settings.state_dir, lock.DAEMON):
        return daemon.run(_pages(house, host, port) if web else None)


class Daemon(Process):
    """The daemon whose rounds run on threads of its own."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.orders = ThreadPoolExecutor(2, thread_name_prefix="refresh")
        self.refreshes: dict[int, Future[Any]] = {}  # by the number of their order
        self.letters = ThreadPoolExecutor(4, thread_name_prefix="notify")
        self.sending: dict[str, Future[Any]] = {}  # by the target that is told
        self.stamping: Future[Any] | None = None
        self.submitting: Future[Any] | None = None
        self.glanced_at = house.clock.now()
        self.turns: Any = None  # the scheduler of the fixed jobs, once it runs
        self.hold = house.settings.schedule.lease  # of a claim that got lost on its way; one that waits is not claimed again

    def run(self, pages: "Callable[[], Callable[[], None]] | None") -> int:
        share_heaps()
        self.begin()
        gc.freeze()  # what is loaded by now stays until the end: it is never garbage, and looking at it slows every pass
        with self.signals():
            stop_pages = pages() if pages else lambda: None
            self.turns = self.scheduler()
            self.turns.start()
            self.live()
            self.turns.shutdown()
            self.drain(self.stopped)
            for last in (self.swear, self.sign):
                self.guarded(last)()
            stop_pages()
        logs.log(Event.STOPPED)
        return 0

    def begin(self) -> None:
        self.take_over()
        self.house.begin()
        self.house.engine.serve(lambda given: self.guarded(lambda: self.work(given))(), self.house.settings.schedule.workers)

    def scheduler(self) -> Any:
        """Return the fixed jobs: none of them may be dropped for being late, piled up, or run twice at once."""
        from apscheduler.executors.pool import ThreadPoolExecutor as Executor
        from apscheduler.schedulers.background import BackgroundScheduler

        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = BackgroundScheduler(executors={"default": Executor(3)}, job_defaults=defaults, timezone="UTC")
        for name, job, every in self.jobs():
            scheduler.add_job(self.guarded(job), "interval", seconds=every.total_seconds(), id=name)
        return scheduler

    def jobs(self) -> tuple[tuple[str, Callable[[], None], timedelta], ...]:
        """Return the fixed jobs, each with its name and how often it is done."""
        return (
            ("tick", self.tick, _TICK),
            ("orders", self.take_orders, _TICK),
            ("index", self.index, timedelta(seconds=2)),
            ("outbox", self.notify, timedelta(seconds=2)),
            ("checkpoint", self.sign, timedelta(seconds=10)),
            ("raw-files", self.swear, timedelta(hours=1)),
            ("witness", self.stamp, timedelta(seconds=10)),
            ("wayback", self.submit, timedelta(seconds=2)),
            ("retention", self.forget, timedelta(hours=6)),
            ("sweep", self.sweep, timedelta(hours=6)),
        )

    def tick(self) -> None:
        """Hand the hosts that are due to the engine, no more than it has threads for; and bring the change log up to date, if it is not."""
        store, now = self.house.store, self.house.clock.now()
        self.house.engine.submit(None, lambda limit, but_not: store.claim(now, limit, self.hold))
        if self.house.journal.is_behind:
            self.house.journal.catch_up()

    def glance(self) -> None:
        """Look at the clock: where it was set back, bring back what lies ahead of it; the scheduler would wait for that as well."""
        clock = self.house.clock
        if clock.now() < self.glanced_at - _UNSURE:
            self.wake()
            self.house.keep_time()
            self.house.store.set_back(clock.now())
        self.glanced_at = clock.now()

    def wake(self) -> None:
        """Begin to count anew until the next turn of each fixed job."""
        for name, _, every in self.jobs() if self.turns is not None else ():
            self.turns.reschedule_job(name, trigger="interval", seconds=every.total_seconds())

    def work(self, given: Due | Errand) -> None:
        if isinstance(given, Due):
            self.house.rounds.run_host(given, self.sources)

    def take_orders(self) -> None:
        """Start the manual refreshes that were asked for; they have threads of their own, so that they jump the queue."""
        asked = {order.id: order for order in self.house.store.open_orders()}
        self.refreshes = {number: future for number, future in self.refreshes.items() if number in asked}
        for number, order in asked.items():
            if number not in self.refreshes and not self.stopping.is_set():
                self.refreshes[number] = self.orders.submit(self.guarded(partial(self.serve, order)))

    def serve(self, order: RefreshOrder) -> None:
        house = self.house
        serve_order(order, house.rounds, house.store, lambda: self.wish(order), house.settings.schedule.workers, house.clock)

    def index(self) -> None:
        """Make searchable what the passes brought."""
        while not self.stopping.is_set() and self.house.store.index():
            pass

    def notify(self) -> None:
        """Queue what targets are to be told, and send what is due; a target that is slow to answer holds up no other."""
        messenger = self.house.messenger
        messenger.gather()
        self.sending = {slug: future for slug, future in self.sending.items() if not future.done()}
        for slug in messenger.due():
            if slug not in self.sending and not self.stopping.is_set():
                self.sending[slug] = self.letters.submit(self.guarded(partial(self.tell, slug)))

    def sign(self) -> None:
        """Sign what the ledger has got: a checkpoint each ten seconds at most, none where nothing was found."""
        number = self.house.evidence.notary.sign()
        if number is not None:
            logs.log(Event.CHECKPOINT, entries=number)

    def stamp(self) -> None:
        """Have the newest checkpoint witnessed; an authority that is slow to answer holds up nothing."""
        if (self.stamping is None or self.stamping.done()) and not self.stopping.is_set():
            self.stamping = self.letters.submit(self.guarded(self.house.evidence.witnessed))

    def swear(self) -> None:
        self.house.evidence.notary.swear()

    def submit(self) -> None:
        """Have a web archive copy what was found; one that is slow to answer holds up nothing."""
        if (self.submitting is None or self.submitting.done()) and not self.stopping.is_set():
            self.submitting = self.letters.submit(self.guarded(self.house.submitter.turn))

    def tell(self, slug: str) -> None:
        self.house.messenger.empty(slug, self.stopping.is_set)

    def forget(self) -> None:
        now = self.house.clock.now()
        self.house.store.outbox.forget(now - self.house.settings.keep.notices)
        self.house.store.forget_passes(now - self.house.settings.keep.passes)
        self.house.store.forget_orders(now - timedelta(days=1))

    def sweep(self) -> None:
        swept = self.house.archive.sweep(self.house.settings.keep.captures, self.house.store.standing)
        if swept.files:
            logs.log(Event.SWEPT, files=swept.files, freed=swept.freed)

    def take_over(self) -> None:
        super().take_over()
        self.house.store.sync_sources(self.house.sources, self.house.clock.now())
        self.house.messenger.begin()
        self.house.submitter.begin()

    def stopped(self, patience: timedelta) -> int:
        for pool in (self.orders, self.letters):
            pool.shutdown(wait=False, cancel_futures=True)
        left = self.house.engine.stop(patience)
        others = (*self.refreshes.values(), *self.sending.values(), *filter(None, (self.stamping, self.submitting)))
        under_way = {one for one in others if not one.cancelled()}
        return left + len(wait(under_way, patience.total_seconds() if not left else 0).not_done)


class Scheduler(Daemon):
    """The daemon that leaves the rounds to workers: it hands them out while it sits, and stands by while another does."""

    sits = False

    def begin(self) -> None:
        self.take_over()
        self.house.store.lend(self.house.queue.prepare)

    def jobs(self) -> tuple[tuple[str, Callable[[], None], timedelta], ...]:
        return (*super().jobs(), ("queue", self.tidy, timedelta(seconds=10)))

    def tick(self) -> None:
        """Hand out what is due, and keep the change log, which is one scheduler's at a time."""
        self.house.keep_time()
        self.sits = self.house.store.hand_out(self.house.clock.now(), self.hold, self.house.queue.submit)
        if self.sits:
            self.house.journal.catch_up()

    def notify(self) -> None:
        if self.sits:
            super().notify()

    def sign(self) -> None:
        if self.sits:
            super().sign()

    def swear(self) -> None:
        if self.sits:
            super().swear()

    def stamp(self) -> None:
        if self.sits:
            super().stamp()

    def submit(self) -> None:
        if self.sits:
            super().submit()

    def take_orders(self) -> None:
        """Send the manual refreshes to the workers, again where they were lost; whoever asks, and how often, each is done once."""
        house = self.house
        errands = [errand for order in house.store.open_orders() for errand in errands_of(order, house.store, self.wish, house.clock)]
        if errands:
            house.store.lend(lambda connection: house.queue.send(connection, errands))

    def tidy(self) -> None:
        self.house.store.lend(self.house.queue.sweep)


def _pages(house: House, host: str | None, port: int | None) -> "Callable[[], Callable[[], None]]":
    from .web import start

    return lambda: start(house, host or house.settings.web.host, house.settings.web.port if port is None else port)
