"""Rounds on workers anywhere: Procrastinate carries them, in the PostgreSQL that holds the state.

It is used for transport alone. A host waits in its queue once at most (``queueing_lock``); claim and enqueueing are one transaction;
nothing is retried, kept, or enqueued for later. Its tracker tells why: a lock per address scans all that wait (issue 1242), retrying what
a dead worker left behind hits the unique index (1543). And nothing fences a worker that was taken for dead: hence the tokens of
``store.frontier``.
"""

import asyncio
import hashlib
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

from ..errors import StateError, UsageError
from ..models import Claim, Due, Errand

_QUEUE = "presswatch"
_SCHEMA = "presswatch_queue"  # a schema of its own: another application's Procrastinate is none of our business
_ROUND, _REFRESH = "round", "refresh"
_FIRST = 10  # the priority of a manual refresh; that of a round is 0
_CROWD = 4  # rounds that wait for each slot, at most
_AT_ONCE = 500  # hosts claimed in one transaction, at most
_SILENT = 30  # seconds after which a worker is taken for dead
_HEARTBEAT = 5.0
_GLANCE = 0.5  # seconds between two looks at the queue, where no notification came
_AGAIN = 1.0  # seconds until the database is tried again
_KEEPALIVES = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2, "connect_timeout": 10, "tcp_user_timeout": 20_000}

# Its functions and triggers find its tables by the path; ours are found before them.
_WITHIN = f"SELECT set_config('search_path', current_setting('search_path') || ', {_SCHEMA}', true)"
_WAITING = f"SELECT queueing_lock FROM {_SCHEMA}.procrastinate_jobs WHERE status = 'todo' AND queue_name = '{_QUEUE}'"  # noqa: S608 - constants
_KNOWN = f"SELECT queueing_lock FROM {_SCHEMA}.procrastinate_jobs WHERE queue_name = '{_QUEUE}'"  # noqa: S608 - constants
_LIVING = f"SELECT count(*) FROM {_SCHEMA}.procrastinate_workers WHERE last_heartbeat > now() - interval '{_SILENT} s'"  # noqa: S608 - constants
_SWEEP = f"""
    DELETE FROM {_SCHEMA}.procrastinate_jobs WHERE status <> 'todo' AND (worker_id IS NULL OR worker_id IN (
        SELECT id FROM {_SCHEMA}.procrastinate_workers WHERE last_heartbeat <= now() - interval '{_SILENT} s'))
"""  # noqa: S608 - constants


class Queue:
    """The engine of several machines. ``address`` is the database's, ``slots`` the threads of a worker; ``trouble`` is told what fails."""

    def __init__(self, address: str, slots: int, trouble: Callable[[BaseException], None]) -> None:
        if find_spec("procrastinate") is None:
            raise UsageError("the engine 'queue' needs the extra: pip install 'presswatch[queue]' (procrastinate is missing)")
        self._address = address.replace("postgresql+psycopg://", "postgresql://", 1)
        self._slots = slots
        self._trouble = trouble
        self._stopping = threading.Event()
        self._runner: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._serving: asyncio.Task[None] | None = None
        self._under_way: set[Future[None]] = set()

    def prepare(self, connection: Any) -> None:
        """Make the tables of the queue, anew where another Procrastinate made them: what waits in them is enqueued again."""
        from procrastinate.schema import SchemaManager

        text = SchemaManager.get_schema()
        stamp = hashlib.sha256(text.encode()).hexdigest()
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7375)")
        found = connection.exec_driver_sql(f"SELECT obj_description(to_regnamespace('{_SCHEMA}'), 'pg_namespace')").scalar()
        if found != stamp:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {_SCHEMA}")
            connection.exec_driver_sql(f"SET LOCAL search_path = {_SCHEMA}")
            connection.connection.driver_connection.execute(text)  # past SQLAlchemy: many statements, without parameters
            connection.exec_driver_sql(f"COMMENT ON SCHEMA {_SCHEMA} IS '{stamp}'")

    def submit(self, connection: Any, claim: Claim) -> None:
        """See ``Engine``; hosts that wait already are not claimed again: that would make what waits stale."""
        connection.exec_driver_sql(_WITHIN)
        waiting = set(connection.exec_driver_sql(_WAITING).scalars())
        room = _CROWD * self._slots * self.workers(connection) - len(waiting)
        if room > 0:
            hosts = [int(lock.removeprefix(_ROUND)) for lock in waiting if lock and lock.startswith(_ROUND)]
            dues = claim(min(room, _AT_ONCE), hosts)
            self._enqueue(connection, _ROUND, 0, {f"{_ROUND}{due.host_id}": {"host": due.host_id, "token": due.token} for due in dues})

    def send(self, connection: Any, errands: Iterable[Errand]) -> None:
        """Carry parts of manual refreshes, before everything else that waits; those that are on their way already are passed over."""
        named = {f"{_REFRESH}{errand.order}:{errand.source}": errand for errand in errands}
        connection.exec_driver_sql(_WITHIN)
        known = set(connection.exec_driver_sql(_KNOWN).scalars())
        new = {lock: {"order": errand.order, "source": errand.source} for lock, errand in named.items() if lock not in known}
        self._enqueue(connection, _REFRESH, _FIRST, new)

    def sweep(self, connection: Any) -> None:
        """Forget what workers that died have left behind: its hosts come back when their leases end."""
        connection.exec_driver_sql(_WITHIN)
        connection.exec_driver_sql(_SWEEP)

    def workers(self, connection: Any) -> int:
        """Return how many workers are alive."""
        return int(connection.exec_driver_sql(_LIVING).scalar_one())

    def serve(self, work: Callable[[Due | Errand], None], threads: int) -> None:
        """See ``Engine``."""
        self._runner = threading.Thread(target=self._run, args=(work, threads), name="engine", daemon=True)
        self._runner.start()

    def stop(self, patience: timedelta) -> int:
        """See ``Engine``."""
        if not self._stopping.is_set():
            self._stopping.set()
            if self._loop is not None and self._serving is not None:
                with suppress(RuntimeError):  # it has ended by itself
                    self._loop.call_soon_threadsafe(self._serving.cancel)
        if self._runner is not None:
            self._runner.join(patience.total_seconds())
        return len(wait(self._under_way, 0).not_done)

    def _enqueue(self, connection: Any, name: str, priority: int, arguments: dict[str, dict[str, Any]]) -> None:
        if not arguments:
            return
        from procrastinate import SyncPsycopgConnector
        from procrastinate.exceptions import ProcrastinateException
        from procrastinate.jobs import Job
        from procrastinate.manager import JobManager

        jobs = [
            Job(queue=_QUEUE, priority=priority, lock=None, queueing_lock=lock, task_name=name, task_kwargs=given)
            for lock, given in arguments.items()
        ]
        try:
            JobManager(SyncPsycopgConnector()).batch_defer_jobs(jobs, connection.connection.driver_connection)
        except ProcrastinateException as error:
            raise StateError(f"nothing could be put into the queue: {error}") from error

    def _run(self, work: Callable[[Due | Errand], None], threads: int) -> None:
        """Serve until stopped, whatever happens to the database meanwhile."""
        with ThreadPoolExecutor(threads, thread_name_prefix="pass") as pool:
            while not self._stopping.is_set():
                try:
                    asyncio.run(self._serve(work, pool, threads))
                except asyncio.CancelledError:
                    return
                except Exception as error:  # noqa: BLE001 - of the engine, its driver or the pool of connections: tried again
                    self._trouble(StateError(f"the queue cannot be served: {str(error) or type(error).__name__}"))
                self._stopping.wait(_AGAIN)

    async def _serve(self, work: Callable[[Due | Errand], None], pool: ThreadPoolExecutor, threads: int) -> None:
        from procrastinate import App, PsycopgConnector

        self._loop, self._serving = asyncio.get_running_loop(), asyncio.current_task()
        if self._stopping.is_set():
            return
        self._loop.set_exception_handler(self._lost)

        async def carry(given: Due | Errand) -> None:
            future = pool.submit(work, given)
            self._under_way = {one for one in self._under_way if not one.done()} | {future}
            await asyncio.wrap_future(future)

        async def run_round(host: int, token: int) -> None:
            await carry(Due(host, token))

        async def run_errand(order: int, source: str) -> None:
            await carry(Errand(order, source))

        options = {"options": f"-c search_path={_SCHEMA}", **_KEEPALIVES}
        app = App(connector=PsycopgConnector(conninfo=self._address, kwargs=options, min_size=1, max_size=3))
        app.task(name=_ROUND, queue=_QUEUE)(run_round)
        app.task(name=_REFRESH, queue=_QUEUE)(run_errand)
        async with app.open_async():
            await app.run_worker_async(
                queues=[_QUEUE],
                concurrency=threads,
                delete_jobs="always",
                fetch_job_polling_interval=_GLANCE,
                update_heartbeat_interval=_HEARTBEAT,
                stalled_worker_timeout=_SILENT,
                install_signal_handlers=False,
            )

    def _lost(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tell in words what would be a traceback: the queue forgot a round that was under way, which harms nobody."""
        error = context.get("exception")
        self._trouble(StateError(f"the queue: {context.get('message')}: {error}"))
