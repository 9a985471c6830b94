"""The drill of the distributed engine: real processes, a real PostgreSQL, real signals, and a newsroom that keeps its own log.

By hand, longer, or with one of the checks of the token taken out of the workers, which must turn it red:

    python -m tests.drill --seconds 60
    python -m tests.drill --without fence        (take, fence, apply, release)
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from types import FunctionType
from typing import Any

from sqlalchemy import BindParameter, func
from sqlalchemy.sql.visitors import replacement_traverse

from service.models import ChangeFilter, Reason
from service.store import Store, frontier
from service.store.tables import host

from .storing import postgres
from .watching import source, write_config

ROOT = Path(__file__).parent.parent
PAUSE, EVERY, LEASE = 0.2, 2.0, 3.0  # seconds, as configured below
ANSWER = 0.15  # seconds that the newsroom takes for an answer
SLACK = 0.02  # by which two clocks of one machine may seem to differ
PATIENCE = 180.0
CHECKS = ("take", "fence", "apply", "release")  # of the token
HOSTS, SOURCES = 6, 3  # sources of each host
SETTINGS = f"""
[fetch]
allow_private_hosts = true
per_host_delay = {PAUSE}
retries = 0
total_timeout = 5
[edits]
confirm_after = 0
gone_after = 0
[schedule]
engine = "queue"
lease = "{LEASE}s"
every = "{EVERY}s"
recheck_min = "1h"
recheck_max = "1h"
workers = 4
stop_after = "10s"
"""
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Observers of the vote</title></head><body><main><article>
<h1>Observers of the vote</h1>
<p>The Harbour Union will send {serial} observers to the parliamentary election in Marlow, the press office of district {place} said.</p>
<p>They will visit the polling stations of the old town and of the three villages beyond the river, and report to the assembly.</p>
<p>The chair of the mission thanked the electoral commission for its help, and recalled that all its reports are made public.</p>
</article></main></body></html>"""


class Newsroom:
    """Hosts on loopback whose pages change every few seconds; every request is in its log, with when it came and was answered."""

    def __init__(self, log: Path, ports: int, seconds: float) -> None:
        self.log, self.seconds, self.lock, self.born, self.frozen_at = log, seconds, threading.Lock(), time.time(), 0.0
        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), self.handler()) for _ in range(ports)]

    def handler(self) -> type[BaseHTTPRequestHandler]:
        newsroom = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                newsroom.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        began, host = time.time(), asked.server.server_address[1]
        if asked.path == "/freeze":
            self.frozen_at = began
        if asked.path in ("/freeze", "/robots.txt"):
            status, text = (200, "") if asked.path == "/freeze" else (404, "")
        else:
            time.sleep(self.seconds)
            status, text = 200, PAGE.format(serial=self.serial(asked.path), place=asked.path.strip("/"))
        with self.lock, self.log.open("a") as log:
            log.write(json.dumps({"began": began, "ended": time.time(), "host": host, "path": asked.path}) + "\n")
        asked.send_response(status)
        asked.send_header("Content-Type", "text/html; charset=utf-8")
        asked.send_header("Content-Length", str(len(text)))
        asked.end_headers()
        with suppress(ConnectionError):  # who asked was killed
            asked.wfile.write(text.encode())

    def serial(self, path: str) -> int:
        now = self.frozen_at or time.time()
        return 1000 + int((now - self.born + len(path)) / 7)

    def serve(self) -> None:
        for server in self.servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        print(json.dumps([server.server_address[1] for server in self.servers]), flush=True)
        threading.Event().wait()


@dataclass(frozen=True)
class Request:
    began: float
    ended: float
    host: int
    path: str


@dataclass
class Findings:
    """What the newsroom's log and the database say after a drill."""

    requests: int = 0
    passes: int = 0
    least_pause: float = 9.0
    longest_wait: float = 0.0
    late: list[str] = field(default_factory=list)  # sent by one that was frozen in the moment of sending: one each time, and forgiven
    too_soon: list[str] = field(default_factory=list)  # the pause of a host broken
    early: list[str] = field(default_factory=list)  # fetched before due
    twice: list[str] = field(default_factory=list)  # a due time committed twice
    starved: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)  # lost, doubled, or out of order

    @property
    def faults(self) -> list[str]:
        return [*self.too_soon, *self.early, *self.twice, *self.starved, *self.versions]


class Drill:
    """A fleet on one database: start, signal and stop its processes; then judge what they did."""

    def __init__(
        self,
        folder: Path,
        address: str,
        settings: str = SETTINGS,
        *,
        hosts: int = HOSTS,
        answer: float = ANSWER,
        without: str = "",
        slow: float = 1.0,
    ) -> None:
        self.folder, self.address, self.without, self.slow = folder, address, without, slow
        self.processes: dict[str, subprocess.Popen[Any]] = {}
        self.killed: set[str] = set()
        self.freezes = 0
        newsroom = [*self.module, "newsroom", str(folder / "newsroom.log"), str(hosts), str(answer)]
        room = subprocess.Popen(newsroom, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert room.stdout is not None
        self.room, self.ports = room, json.loads(room.stdout.readline())
        sources = "".join(
            source(f"s{port}-{number}", f"http://127.0.0.1:{port}/{port}-{number}/", kind='"page"')
            for port in self.ports
            for number in range(SOURCES)
        )
        self.config = write_config(folder, sources, settings)
        self.store = Store.open(address)

    module = (sys.executable, "-m", "tests.drill")

    def start(self, name: str) -> None:
        """Start a scheduler (its name begins with ``r``) or a worker; the database knows it by its name."""
        doing = ["run", "--no-web"] if name.startswith("r") else ["worker"]
        environ = {
            **os.environ,
            "PRESSWATCH_DATABASE_URL": f"{self.address}&application_name={name}",
            "PRESSWATCH_LOG__FORMAT": "json",
        }
        arguments = ["presswatch", "--without", self.without, "--config", str(self.config), "--state", str(self.folder / name), *doing]
        with (self.folder / f"{name}.log").open("w") as log:
            self.processes[name] = subprocess.Popen([*self.module, *arguments], cwd=ROOT, stderr=log, env=environ)

    def signal(self, name: str, number: signal.Signals) -> None:
        self.processes[name].send_signal(number)
        if number == signal.SIGKILL:
            self.killed.add(name)
        self.freezes += number == signal.SIGSTOP

    def leader(self) -> str:
        """Return the name of the scheduler that sits."""
        asked = (
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND objid = 7374 AND granted"
        )
        return self.until(lambda: self.ask(asked))[0][0]

    def ask(self, statement: str) -> list[Any]:
        with self.store._database.write() as connection:
            result = connection.exec_driver_sql(statement)
            return list(result) if result.returns_rows else []

    def until(self, there: Callable[[], Any]) -> Any:
        """Return the first truth."""
        ends = time.monotonic() + PATIENCE
        while not (found := there()):
            assert time.monotonic() < ends, self.logs()
            time.sleep(0.1)
        return found

    def passed(self, since: float = 0.0) -> bool:
        """Return whether every source had a pass since then."""
        counted = self.ask(f"SELECT count(DISTINCT source_id) FROM pass WHERE started_at > to_timestamp({since})")
        return bool(counted[0][0] == len(self.ports) * SOURCES)

    def everybody_once(self) -> None:
        now = time.time()
        self.until(lambda: self.passed(now))

    def empty_queue(self) -> None:
        self.ask("TRUNCATE presswatch_queue.procrastinate_jobs CASCADE")

    def double_queue(self) -> None:
        """Deliver all that waits once more, and to every host what was delivered last and the time before."""
        into = "SET LOCAL search_path = public, presswatch_queue; INSERT INTO procrastinate_jobs (queue_name, task_name, args) SELECT"
        self.ask(f"{into} queue_name, task_name, args FROM procrastinate_jobs WHERE status = 'todo'")
        for back in (1, 2):  # takers of a claim, and those who let go, have moved the token on
            self.ask(f"{into} 'presswatch', 'round', jsonb_build_object('host', id, 'token', token - {back}) FROM host")

    def started(self, name: str) -> None:
        """Return when a process is at work."""
        self.until(lambda: '"started"' in (self.folder / f"{name}.log").read_text())

    def stop(self) -> list[int]:
        """Stop all that still run, and return their exit codes."""
        left = {name: process for name, process in self.processes.items() if name not in self.killed}
        for process in left.values():
            process.send_signal(signal.SIGTERM)
        return [process.wait(PATIENCE) for process in left.values()]

    def close(self) -> None:
        for process in [*self.processes.values(), self.room]:
            process.kill()
            process.wait()
        self.store.close()

    def logs(self) -> str:
        return "\n".join(line for path in sorted(self.folder.glob("*.log")) if path.stem != "newsroom" for line in _ends(path))

    def freeze_pages(self) -> None:
        with socket.create_connection(("127.0.0.1", self.ports[0])) as line:
            line.sendall(b"GET /freeze HTTP/1.0\r\n\r\n")
            line.recv(100)

    # the judge

    def requests(self) -> list[Request]:
        log = (self.folder / "newsroom.log").read_text().splitlines()
        return [one for one in (Request(**json.loads(line)) for line in log) if one.path != "/freeze"]

    def findings(self) -> Findings:
        found, requests = Findings(), self.requests()
        found.requests = len(requests)
        self._judge_pauses(found, requests)
        self._judge_passes(found, requests)
        self._judge_versions(found)
        if len(found.too_soon) + len(found.early) <= self.freezes:
            found.late, found.too_soon, found.early = found.too_soon + found.early, [], []
        return found

    def _judge_pauses(self, found: Findings, requests: Sequence[Request]) -> None:
        by_host = defaultdict(list)
        for one in sorted(requests, key=lambda one: one.began):
            by_host[one.host].append(one)
        for asked in by_host.values():
            for before, after in pairwise(asked):
                pause = after.began - before.ended
                found.least_pause = min(found.least_pause, pause)
                if pause < PAUSE - SLACK:
                    found.too_soon.append(f"{after.host}{after.path} asked {pause:.3f} s after {before.path}")

    def _judge_passes(self, found: Findings, requests: Sequence[Request]) -> None:
        done: dict[str, list[tuple[float, float]]] = defaultdict(list)
        told = (
            "SELECT slug, extract(epoch FROM started_at), extract(epoch FROM finished_at)"
            " FROM pass JOIN source ON source.id = source_id ORDER BY pass.id"
        )
        for slug, started, finished in self.ask(told):
            done[slug].append((float(started), float(finished)))
            found.passes += 1
        for slug, spans in done.items():
            for (_, finished), (started, _) in pairwise(spans):
                found.longest_wait = max(found.longest_wait, started - finished)
                if started < finished + EVERY - SLACK:
                    found.twice.append(f"{slug}: a pass ended at {finished:.3f}, the next one began at {started:.3f}")
                if started - finished > self.slow * (EVERY + 3 * LEASE):
                    found.starved.append(f"{slug} waited for {started - finished:.1f} s")
        for one in requests:
            spans = done.get(f"s{one.path.strip('/')}", [])
            last = max((finished for _, finished in spans if finished < one.began), default=0.0)
            if one.began < last + EVERY - SLACK:
                found.early.append(f"{one.path} asked {one.began - last:.3f} s after its last pass")

    def _judge_versions(self, found: Findings) -> None:
        changes = self.store.changes(ChangeFilter())
        for item in self.store.items():
            lines = self.store.version_lines(item.item_url)
            if [line.number for line in lines] != list(range(1, len(lines) + 1)):
                found.versions.append(f"{item.item_url}: versions {[line.number for line in lines]}")
            lines = tuple(line for line in lines if line.reason != Reason.REBASE)  # the same page, read by what is known now
            readings = [self.store.reading(item.item_url, line.number) for line in lines]
            serials = [int(re.findall(r"send (\d+) observers", shown.text)[0]) for shown in readings if shown is not None]
            if serials != sorted(set(serials)):
                found.versions.append(f"{item.item_url}: serials {serials}")
            if self.frozen(item.item_url) not in (None, serials[-1]):
                found.versions.append(f"{item.item_url}: ends with {serials[-1]}")
            told = [line.after_version for line in changes if line.item_url == item.item_url]
            if told != [line.number for line in lines[1:]]:
                found.versions.append(f"{item.item_url}: changes {told} of {len(lines)} versions")

    def frozen(self, url: str) -> int | None:
        """Return what a page says for good."""
        port, _, path = url.removeprefix("http://127.0.0.1:").partition("/")
        with socket.create_connection(("127.0.0.1", int(port))) as line:
            line.sendall(f"GET /{path} HTTP/1.0\r\n\r\n".encode())
            answer = b"".join(iter(lambda: line.recv(10_000), b"")).decode()
        return int(re.findall(r"send (\d+) observers", answer)[0])


def _ends(path: Path) -> list[str]:
    lines = path.read_text().splitlines()
    return [f"{path.stem}: {line[:300]}" for line in lines[-8:]]


@contextmanager
def drill(folder: Path, name: str, *, without: str = "", slow: float = 1.0) -> Iterator[Drill]:
    """Give a fleet of two schedulers and three workers at work."""
    fleet = Drill(folder, postgres(name), without=without, slow=slow)
    try:
        for each in ("r1", "r2", "w1", "w2", "w3"):
            fleet.start(each)
        for each in ("r1", "r2", "w1", "w2", "w3"):
            fleet.started(each)
        fleet.until(fleet.passed)
        yield fleet
    finally:
        fleet.close()


def frozen_worker(fleet: Drill, name: str) -> None:
    """Freeze a worker for longer than its leases, and wake it up."""
    fleet.signal(name, signal.SIGSTOP)
    time.sleep(2 * LEASE)
    fleet.signal(name, signal.SIGCONT)


def everything(fleet: Drill, seconds: float) -> None:
    """All that may befall a fleet, then quiet."""
    ends = time.monotonic() + seconds
    fleet.signal("w1", signal.SIGKILL)
    fleet.start("w4")
    fleet.double_queue()
    fleet.signal(leader := fleet.leader(), signal.SIGKILL)
    assert fleet.leader() != leader or fleet.until(lambda: fleet.leader() != leader)
    fleet.start("r3")
    fleet.started("w4")
    while True:
        fleet.empty_queue()
        frozen_worker(fleet, "w2")
        fleet.double_queue()
        frozen_worker(fleet, "w3")
        if time.monotonic() > ends:
            break
    fleet.started("r3")
    fleet.freeze_pages()
    fleet.everybody_once()
    fleet.everybody_once()


def without_token(check: str) -> tuple[str, Any]:
    """Return the name of a function of ``store.frontier``, and what it is without its check of the token."""

    def loose(element: Any, **_: Any) -> Any:
        is_token = isinstance(element, BindParameter) and element.key == "held"
        return func.coalesce(host.c.token, element) if is_token else None  # the token there is, whichever is held

    if check == "apply":
        return "holds", lambda connection, due: True
    whole, statement = getattr(frontier, check), f"_{check.upper()}"
    changed = replacement_traverse(getattr(frontier, statement), {}, loose)
    return check, FunctionType(whole.__code__, {**whole.__globals__, statement: changed}, check)


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["newsroom"]:
        Newsroom(Path(arguments[1]), int(arguments[2]), float(arguments[3])).serve()
    if arguments[:1] == ["presswatch"]:
        from service.doors.cli import main as presswatch

        if arguments[2]:
            setattr(frontier, *without_token(arguments[2]))
        return presswatch(arguments[3:])
    parser = argparse.ArgumentParser(description="The drill of the distributed engine.")
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--slow", type=float, default=1.0, help="how much longer a source may wait, on a machine that is busy")
    parser.add_argument("--without", choices=CHECKS, default="")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, drill(Path(folder), "drill_by_hand", without=asked.without, slow=asked.slow) as fleet:
        everything(fleet, asked.seconds)
        codes = fleet.stop()
        found = fleet.findings()
        print(f"{found.requests} requests, {found.passes} passes, exit codes {codes}")
        print(f"smallest pause {found.least_pause:.3f} s, longest wait of a source {found.longest_wait:.1f} s")
        for name in ("late", "too_soon", "early", "twice", "starved", "versions"):
            faults = getattr(found, name)
            print(f"{name}: {len(faults)}", *faults[:3], sep="\n    ")
        print(fleet.logs() if found.faults or any(codes) else "green")
    return bool(found.faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
