"""The engines: what is submitted is worked on once; what the queue loses, doubles or keeps for too long harms nobody."""

import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.bootstrap import House, open_house
from service.doors.daemon import Daemon, Scheduler
from service.engine import Queue, Threads
from service.errors import ConfigErrors, StateError, UsageError
from service.leases import Leases
from service.models import Due, Errand, Source
from service.refresh import errands_of, run_errand
from service.store import Store

from .conftest import HandClock
from .newsroom import DrupalSite
from .storing import HOUR, START, Shelf, at, postgres
from .watching import SETTINGS, source, write_config

ROOT = Path(__file__).parent.parent
NONE, HOLD, LEASE = timedelta(0), timedelta(minutes=1), timedelta(seconds=30)
SOURCES = tuple(Source(id=f"s{number}", url=f"https://h{number}.example/") for number in range(5))
PATIENCE = timedelta(seconds=60)


@pytest.fixture(scope="module")
def address() -> str:
    return postgres("presswatch_engine")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    store = Store.open(address)
    Queue(address, 2, print)
    with store._database.write() as connection:
        connection.exec_driver_sql("TRUNCATE host, source, refresh_order RESTART IDENTITY CASCADE")
        connection.exec_driver_sql("DROP SCHEMA IF EXISTS presswatch_queue CASCADE")
    yield store
    store.close()


class Fleet:
    """A queue with as many living workers as a test wants, and what waits in it."""

    def __init__(self, store: Store, address: str, workers: int = 1) -> None:
        Shelf(store, *SOURCES)
        self.store, self.told = store, list[BaseException]()
        self.queue = Queue(address, 2, self.told.append)
        store.lend(self.queue.prepare)
        for _ in range(workers):
            self.ask("INSERT INTO presswatch_queue.procrastinate_workers DEFAULT VALUES")

    def ask(self, statement: str) -> list[Any]:
        with self.store._database.write() as connection:
            result = connection.exec_driver_sql(statement)
            return list(result) if result.returns_rows else []

    def cut(self) -> None:
        """End every connection to the database, this one last: whoever ends himself may end before he comes to the next."""
        everybody = "FROM pg_stat_activity WHERE datname = current_database()"
        self.ask(f"SELECT pg_terminate_backend(pid, 60000) {everybody} AND pid <> pg_backend_pid()")
        with pytest.raises(StateError):
            self.ask("SELECT pg_terminate_backend(pg_backend_pid())")

    def empty(self) -> None:
        self.ask("TRUNCATE presswatch_queue.procrastinate_jobs CASCADE")

    def hand_out(self, hours: float = 0) -> bool:
        return self.store.hand_out(at(hours), HOLD, self.queue.submit)

    def waiting(self) -> list[tuple[str, int]]:
        return [tuple(row) for row in self.ask("SELECT queueing_lock, priority FROM presswatch_queue.procrastinate_jobs ORDER BY id")]

    def served(self, count: int) -> list[Due | Errand]:
        """Return what a worker is given first."""
        given, done = list[Due | Errand](), threading.Event()

        def work(one: Due | Errand) -> None:
            given.append(one)
            if len(given) == count:
                done.set()

        self.queue.serve(work, 1)
        assert done.wait(PATIENCE.total_seconds()), (given, self.told)
        assert self.queue.stop(PATIENCE) == 0
        return given


class TestQueue:
    def test_a_host_waits_in_it_once_and_its_token_stays(self, store: Store, address: str) -> None:
        fleet = Fleet(store, address)
        fleet.hand_out()
        assert len(fleet.waiting()) == len(SOURCES)
        fleet.hand_out(5)  # all holds are over: nobody has come for what waits
        assert len(fleet.waiting()) == len(SOURCES)
        given = fleet.served(len(SOURCES))
        assert {due.host_id for due in given if isinstance(due, Due)} == set(range(1, 6))
        assert all(store.take(due, at(5), HOLD) for due in given if isinstance(due, Due))
        assert fleet.waiting() == []

    def test_what_it_lost_comes_back_when_the_hold_ends(self, store: Store, address: str) -> None:
        fleet = Fleet(store, address)
        fleet.hand_out()
        fleet.empty()
        fleet.hand_out()
        assert fleet.waiting() == []
        fleet.hand_out(1)
        assert len(fleet.waiting()) == len(SOURCES)

    def test_what_is_delivered_twice_or_an_hour_late_is_taken_once(self, store: Store, address: str) -> None:
        fleet, jobs = Fleet(store, address), "presswatch_queue.procrastinate_jobs"
        again = f"INSERT INTO {jobs} (queue_name, task_name, args) SELECT queue_name, task_name, args FROM"
        fleet.hand_out()
        fleet.ask(f"CREATE TABLE late AS SELECT * FROM {jobs}")
        fleet.empty()
        fleet.hand_out(1)  # their hold is over: each host is claimed anew
        for what in ("late", jobs):
            fleet.ask(f"SET LOCAL search_path = public, presswatch_queue; {again} {what}")
        fleet.ask("DROP TABLE late")
        given = fleet.served(4 * len(SOURCES))
        taken = Counter(due.host_id for due in given if isinstance(due, Due) and store.take(due, at(1), HOLD))
        assert taken == Counter(range(1, len(SOURCES) + 1))

    def test_while_no_worker_is_there_nothing_piles_up_and_the_first_one_gets_each_host_once(self, store: Store, address: str) -> None:
        fleet, silent = Fleet(store, address), "UPDATE presswatch_queue.procrastinate_workers SET last_heartbeat = now() - interval"
        fleet.hand_out()
        fleet.ask(f"{silent} '31 s'")
        for second in range(0, 600, 5):
            fleet.hand_out(second / 3600)
        assert len(fleet.waiting()) == len(SOURCES)
        fleet.empty()  # and its queue was lost meanwhile
        for second in range(600, 700, 5):
            fleet.hand_out(second / 3600)
        assert fleet.waiting() == []
        fleet.ask(f"{silent} '0 s'")
        fleet.hand_out(700 / 3600)
        given = fleet.served(len(SOURCES))
        assert sorted(due.host_id for due in given if isinstance(due, Due) and store.take(due, at(0.2), HOLD)) == list(range(1, 6))
        assert fleet.waiting() == []

    def test_no_more_waits_than_the_workers_will_soon_have_done(self, store: Store, address: str) -> None:
        fleet = Fleet(store, address, workers=0)
        fleet.hand_out()
        assert fleet.waiting() == []
        fleet.queue._slots = 1
        fleet.ask("INSERT INTO presswatch_queue.procrastinate_workers DEFAULT VALUES")
        fleet.hand_out()
        fleet.hand_out()
        assert len(fleet.waiting()) == 4
        assert len(store.claim(START, 10, HOLD)) == 1

    def test_manual_refreshes_come_first_and_once(self, store: Store, address: str) -> None:
        fleet = Fleet(store, address)
        fleet.hand_out()
        errands = [Errand(7, "s1"), Errand(7, "s2")]
        for _ in range(2):
            store.lend(lambda connection: fleet.queue.send(connection, errands))
        assert fleet.served(3)[:2] == errands

    def test_claims_are_undone_where_they_cannot_be_enqueued(self, store: Store, address: str) -> None:
        fleet = Fleet(store, address)
        fleet.ask("ALTER TABLE presswatch_queue.procrastinate_jobs ADD CONSTRAINT never CHECK (task_name <> 'round')")
        with pytest.raises(StateError, match="into the queue"):
            fleet.hand_out()
        assert len(store.claim(START, 10, HOLD)) == len(SOURCES)

    def test_what_a_dead_worker_left_is_swept_and_what_a_living_one_does_is_not(self, store: Store, address: str) -> None:
        fleet = Fleet(store, address, workers=2)
        fleet.hand_out()
        jobs = "UPDATE presswatch_queue.procrastinate_jobs SET status = 'doing', worker_id = {} WHERE queueing_lock = 'round{}'"
        for number in (1, 2):
            fleet.ask(f"SET LOCAL search_path = presswatch_queue; {jobs.format(number, number)}")
        fleet.ask("UPDATE presswatch_queue.procrastinate_workers SET last_heartbeat = now() - interval '31 s' WHERE id = 1")
        store.lend(fleet.queue.sweep)
        assert [lock for lock, _ in fleet.waiting()] == ["round2", "round3", "round4", "round5"]

    def test_its_tables_are_made_anew_where_another_version_made_them(self, store: Store, address: str) -> None:
        fleet = Fleet(store, address)
        fleet.hand_out()
        store.lend(fleet.queue.prepare)
        assert len(fleet.waiting()) == len(SOURCES)
        fleet.ask("COMMENT ON SCHEMA presswatch_queue IS 'of another version'")
        store.lend(fleet.queue.prepare)
        assert fleet.waiting() == []

    def test_a_worker_outlives_its_queue(self, store: Store, address: str) -> None:
        """Every connection is cut while it serves, and its job is gone when it has done it."""
        fleet = Fleet(store, address)
        fleet.hand_out()
        given = list[Due | Errand]()
        begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

        def work(one: Due | Errand) -> None:
            given.append(one)
            begun.set()
            if len(given) > len(SOURCES):
                done.set()
            go_on.wait(PATIENCE.total_seconds())

        fleet.queue.serve(work, 1)
        assert begun.wait(PATIENCE.total_seconds()), fleet.told
        fleet.empty()
        fleet.cut()
        go_on.set()
        with pytest.raises(StateError):
            fleet.hand_out(2)  # the seat went with its session
        fleet.hand_out(2)
        fleet.ask("INSERT INTO presswatch_queue.procrastinate_workers DEFAULT VALUES")
        fleet.hand_out(4)
        assert done.wait(PATIENCE.total_seconds()), (given, fleet.told)
        fleet.queue.stop(PATIENCE)


def takes_over(hand_out: Callable[[], object]) -> None:
    """Try until it sits: PostgreSQL frees the seat of a session that ended in its own time."""
    for _ in range(1_000):
        if hand_out():
            return
        threading.Event().wait(0.01)
    pytest.fail("the seat stays taken")


class TestSeat:
    def test_one_sits_and_another_takes_over_at_once(self, store: Store, address: str) -> None:
        fleet, other = Fleet(store, address), Store.open(address)
        try:
            assert fleet.hand_out()
            assert not other.hand_out(START, HOLD, fleet.queue.submit)
            fleet.ask("SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7374")
            takes_over(lambda: other.hand_out(START, HOLD, fleet.queue.submit))
            with pytest.raises(StateError):
                fleet.hand_out()
            assert not fleet.hand_out()
        finally:
            other.close()
        takes_over(fleet.hand_out)

    def test_who_sits_and_sleeps_is_put_out(self, store: Store, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        fleet, other = Fleet(store, address), Store.open(address)
        try:
            fleet.hand_out()
            monkeypatch.setattr("service.store.seat._PUT_OUT", _silent_for(0))
            assert not other.hand_out(START, HOLD, fleet.queue.submit)
            takes_over(lambda: other.hand_out(START, HOLD, fleet.queue.submit))
            with pytest.raises(StateError):
                fleet.hand_out()
        finally:
            other.close()


def _silent_for(seconds: int) -> str:
    from service.store.seat import _PUT_OUT

    return re.sub(r"interval '\d+ seconds'", f"interval '{seconds} seconds'", _PUT_OUT)


class TestThreads:
    def test_no_more_is_claimed_than_there_are_threads_for_and_all_is_done(self) -> None:
        engine, begun, go_on = Threads(), Counter[int](), threading.Event()
        hosts = iter(range(100))

        def work(given: Due | Errand) -> None:
            assert isinstance(given, Due)
            begun[given.host_id] += 1
            go_on.wait(PATIENCE.total_seconds())

        engine.serve(work, 3)
        for _ in range(4):
            engine.submit(None, lambda limit, but_not: [Due(next(hosts), 1) for _ in range(limit)])
        assert engine.stop(NONE) == 3
        go_on.set()
        assert engine.stop(PATIENCE) == 0
        assert begun == Counter(range(3))


class TestLeases:
    """A clock moved by hand stands for a process that slept."""

    def taken(self, store: Store, clock: HandClock, length: timedelta = LEASE) -> tuple[Leases, Any]:
        Shelf(store, *SOURCES)
        clock.moment = START
        leases = Leases(store, clock, length, HOUR)
        (due, *_) = store.claim(START, 1, HOLD)
        return leases, leases.take(due)

    def test_a_young_one_is_trusted_an_older_one_is_renewed(self, store: Store, clock: HandClock) -> None:
        leases, lease = self.taken(store, clock)
        leases.heed(lease, NONE)
        assert lease.until == START + LEASE
        clock.moment += LEASE / 2
        leases.heed(lease, NONE)
        assert lease.until == clock.moment + LEASE
        leases.close()

    def test_it_lasts_beyond_the_pause_of_its_host(self, store: Store, clock: HandClock) -> None:
        leases, lease = self.taken(store, clock)
        leases.heed(lease, timedelta(minutes=5))
        assert lease.until >= START + timedelta(minutes=5)
        leases.let_go(lease, NONE)
        assert store.claim(START + timedelta(minutes=4.9), 10, HOLD)[0].host_id != lease.due.host_id
        leases.close()

    def test_who_slept_for_too_long_finds_out_before_the_next_request(self, store: Store, clock: HandClock) -> None:
        leases, lease = self.taken(store, clock)
        clock.moment += HOUR
        assert lease.due.host_id in {due.host_id for due in store.claim(clock.moment, 10, HOLD)}
        with pytest.raises(Exception, match="taken over"):
            leases.heed(lease, NONE)
        leases.close()

    def test_they_are_renewed_while_their_rounds_live_and_no_longer(self, store: Store, clock: HandClock) -> None:
        leases, lease = self.taken(store, clock, timedelta(seconds=0.3))
        clock.moment += timedelta(minutes=59)
        renewed = clock.moment
        while lease.until < renewed:
            threading.Event().wait(0.05)
        clock.moment += HOUR
        threading.Event().wait(0.3)
        assert lease.until < clock.moment
        leases.close()


class TestHouse:
    @pytest.fixture
    def house(self, address: str, store: Store, site: DrupalSite, tmp_path: Path) -> Iterator[House]:
        config = write_config(tmp_path, source("news", site.url), f'{SETTINGS}\n[schedule]\nengine = "queue"\n')
        with open_house(config_dir=config, state_dir=tmp_path, environ={"PRESSWATCH_DATABASE_URL": address}) as house:
            yield house

    def test_a_manual_refresh_is_done_by_a_worker_once(self, house: House) -> None:
        store, clock = house.store, house.clock
        scheduler = Scheduler(house)
        scheduler.begin()
        order = store.order_state(store.order(("news",), (), True, clock.now()))
        assert order is not None
        for _ in range(2):
            scheduler.take_orders()
        (errand,) = errands_of(order, store, scheduler.wish, clock)
        run_errand(errand, store, house.rounds, scheduler.wish, clock)
        done = store.order_state(order.id)
        assert done is not None and done.finished_at is not None
        assert [(report.source, report.outcome) for report in done.reports] == [("news", "baseline")]
        assert done.done == done.total > 0
        run_errand(errand, store, house.rounds, scheduler.wish, clock)
        assert store.passes("news") == store.passes("news", 1)

    def test_an_order_for_a_source_unknown_is_ended_with_words(self, house: House) -> None:
        scheduler = Scheduler(house)
        number = house.store.order(("elsewhere",), (), False, house.clock.now())
        scheduler.take_orders()
        order = house.store.order_state(number)
        assert order is not None and order.finished_at is not None
        assert "does not know elsewhere" in order.reports[0].errors[0]

    def test_without_a_worker_who_asks_for_a_refresh_is_told(self, house: House) -> None:
        house.store.sync_sources(house.sources, house.clock.now())
        with pytest.raises(Exception, match="no worker is at work"):
            house.refresh(house.sources)

    def test_moments_are_told_by_the_clock_of_the_database(self, house: House) -> None:
        house.clock._ahead = timedelta(hours=5)
        house.keep_time()
        assert abs(house.clock._ahead) < timedelta(seconds=5)  # the database is on this machine

    def test_every_fixed_job_is_done_however_late_and_never_twice_at_once(self, house: House) -> None:
        for daemon in (Daemon(house), Scheduler(house)):
            scheduler = daemon.scheduler()
            scheduler.start(paused=True)
            jobs = scheduler.get_jobs()
            assert {"tick", "orders", "retention"} <= {job.id for job in jobs}
            assert all((job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1) for job in jobs)
            scheduler.shutdown()


class TestRefusals:
    def test_the_queue_needs_a_postgresql(self, tmp_path: Path) -> None:
        config = write_config(tmp_path, "", '[schedule]\nengine = "queue"\n')
        for environ in ({}, {"PRESSWATCH_DATABASE_URL": "sqlite:///x.db"}):
            with pytest.raises(ConfigErrors, match="PRESSWATCH_DATABASE_URL=postgresql://"), open_house(config_dir=config, environ=environ):
                pass

    def test_and_its_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("service.engine.queue.find_spec", lambda name: None)
        with pytest.raises(UsageError, match=re.escape("pip install 'presswatch[queue]'")):
            Queue("postgresql://nowhere/x", 1, print)

    def test_a_worker_needs_the_queue(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        from service.doors.cli import main

        config = write_config(tmp_path, "")
        assert main(["--config", str(config), "--state", str(tmp_path), "worker"]) == 2
        assert '[schedule] engine = "queue"' in capsys.readouterr().err


def test_the_compose_file_starts_two_schedulers_and_workers_on_one_database() -> None:
    composed = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
    services = composed["services"]
    assert set(services) == {"database", "scheduler-1", "scheduler-2", "worker"}
    ours = [services[name] for name in services if name != "database"]
    assert all(one["environment"]["PRESSWATCH_SCHEDULE__ENGINE"] == "queue" for one in ours)
    assert all(one["depends_on"] == {"database": {"condition": "service_healthy"}} for one in ours)
    assert all("state:/app/state" in one["volumes"] for one in ours)
    assert services["worker"]["command"] == ["worker"]
    named = {volume.partition(":")[0] for one in services.values() for volume in one["volumes"] if not volume.startswith(("/", "."))}
    assert named == set(composed["volumes"])


def test_threads_alone_load_nothing_of_the_queue() -> None:
    import subprocess

    loads = "import service.engine, service.doors.daemon, sys; sys.exit('procrastinate' in sys.modules or 'psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loads], cwd=ROOT, check=False).returncode == 0
