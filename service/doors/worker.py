"""A worker of the distributed engine: runs the rounds that the schedulers hand out, on any machine that reaches the database."""

import gc

from .. import logs
from ..bootstrap import House
from ..errors import UsageError
from ..logs import Event
from ..models import Due, Errand
from ..refresh import run_errand
from .process import Process
from .thrift import share_heaps


def run(house: House, threads: int | None = None) -> int:
    """Work until told to stop; return the exit code. Raises ``UsageError`` where the engine is not the queue."""
    if not house.is_spread:
        raise UsageError('workers belong to the engine "queue": set [schedule] engine = "queue" in presswatch.toml')
    return _Worker(house).run(threads or house.settings.schedule.workers)


class _Worker(Process):
    def run(self, threads: int) -> int:
        share_heaps()
        self.take_over()
        queue = self.house.queue
        gc.freeze()  # as the daemon does
        with self.signals():
            queue.serve(lambda given: self.guarded(lambda: self.work(given))(), threads)
            self.live()
            self.drain(queue.stop)
        logs.log(Event.STOPPED)
        return 0

    def work(self, given: Due | Errand) -> None:
        house = self.house
        house.keep_time()
        if isinstance(given, Due):
            house.rounds.run_host(given, self.sources)
        else:
            run_errand(given, house.store, house.rounds, self.wish, house.clock)
