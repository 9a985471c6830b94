"""The daemon as a process: it polls, serves, takes orders, reloads, refuses a second one and stops cleanly."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service.lock import holder_of

from .newsroom import DrupalSite
from .watching import SETTINGS, source, write_config

ROOT = Path(__file__).parent.parent
PATIENCE = 90.0


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "service", "--config", str(folder / "config"), "--state", str(folder / "state"), *arguments]


class Daemon:
    """A running ``presswatch run``: its log as it comes, and what may be asked of it."""

    def __init__(self, folder: Path, *arguments: str, word: str = "run") -> None:
        self.folder = folder
        environ = {**os.environ, "PRESSWATCH_LOG__FORMAT": "json"}
        self.process = subprocess.Popen(command(folder, word, *arguments), cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environ)
        self.events: list[dict[str, Any]] = []
        self.told = threading.Condition()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self.told:
                self.events.append(json.loads(line) if line.startswith("{") else {"event": line})
                self.told.notify_all()

    def heard(self, event: str, matches: Callable[[dict[str, Any]], bool] = lambda told: True) -> dict[str, Any]:
        """Wait for an event of the log and return it."""

        def found() -> dict[str, Any] | None:
            return next((told for told in self.events if told["event"] == event and matches(told)), None)

        with self.told:
            assert self.told.wait_for(lambda: found() is not None, PATIENCE), self.events
        told = found()
        assert told is not None
        return told

    def call(self, *arguments: str) -> str:
        done = subprocess.run(command(self.folder, *arguments), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def daemon(folder: Path, *arguments: str, word: str = "run") -> Iterator[Daemon]:
    running = Daemon(folder, *arguments, word=word)
    try:
        yield running
    finally:
        running.process.terminate()
        try:
            code = running.process.wait(PATIENCE)
        finally:
            running.process.kill()
        running.reader.join(PATIENCE)
        assert code == 0, running.events[-3:]


def configured(folder: Path, sources: str, every: str = "1s") -> Path:
    write_config(folder, sources, f'{SETTINGS}\n[schedule]\nevery = "{every}"\nrecheck_min = "1s"\nrecheck_max = "2s"\n')
    return folder


def test_it_polls_finds_an_edit_by_itself_serves_it_and_stops_cleanly(site: DrupalSite, tmp_path: Path) -> None:
    with daemon(configured(tmp_path, source("news", site.url)), "--port", "0") as running:
        address = running.heard("serving")["url"]
        assert running.heard("pass-done")["new"] == len(site.releases)
        release = site.releases[2]
        first = release.body.split(" ")[0]
        site.edit(release.slug, first, f"{first} edited")
        change = running.heard("change", lambda told: told["kind"] == "edited")
        assert change["item"] == site.address(release.slug)
        told = json.load(urllib.request.urlopen(f"{address}api/v1/changes"))
        assert [line["item_url"] for line in told["changes"]] == [site.address(release.slug)]
        page = urllib.request.urlopen(f"{address}changes/{told['changes'][0]['id']}").read().decode()
        assert "<ins>" in page and "edited" in page
        assert urllib.request.urlopen(f"{address}healthz").read() == b"ok\n"
        assert json.loads(running.call("verify", "--json"))["holds"]  # beside it, while it works
    assert running.events[-1]["event"] == "stopped"
    told = json.loads(running.call("verify", "--json"))
    assert told["holds"] and told["notes"] == [] and told["checkpoint"]["number"] == told["number"] > len(site.releases)


def test_a_manual_refresh_is_done_by_the_daemon_and_told_to_who_asked(site: DrupalSite, tmp_path: Path) -> None:
    with daemon(configured(tmp_path, source("news", site.url), every="7d"), "--no-web") as running:
        running.heard("pass-done")
        site.publish()
        told = json.loads(running.call("refresh", "--all", "--json"))
        assert [(report["source"], report["new"]) for report in told["sources"]] == [("news", 1)]


def test_a_release_asked_for_by_its_address_is_looked_at_by_the_daemon(site: DrupalSite, tmp_path: Path) -> None:
    write_config(tmp_path, source("news", site.url, every='"7d"', recheck='{ min = "7d", max = "7d" }'))
    with daemon(tmp_path, "--no-web") as running:
        running.heard("pass-done")
        release = site.releases[2]
        first = release.body.split(" ")[0]
        site.edit(release.slug, first, f"{first} edited")
        told = json.loads(running.call("refresh", site.address(release.slug), "--json"))
        assert [(report["source"], report["edited"]) for report in told["sources"]] == [("news", 1)]


def test_a_second_daemon_refuses_to_start_and_says_why(site: DrupalSite, tmp_path: Path) -> None:
    with daemon(configured(tmp_path, source("news", site.url)), "--no-web") as running:
        running.heard("started")
        second = subprocess.run(
            command(tmp_path, "run", "--no-web"), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert second.returncode == 1
        assert f"in use by 'presswatch run' (process {running.process.pid})" in second.stderr


def test_sighup_takes_a_new_source_over_and_refuses_a_broken_file(site: DrupalSite, tmp_path: Path) -> None:
    with daemon(configured(tmp_path, source("news", site.url)), "--no-web") as running:
        running.heard("pass-done")
        sources = tmp_path / "config" / "sources.toml"
        sources.write_text(source("news", site.url, evry='"1s"'))
        running.process.send_signal(signal.SIGHUP)
        assert "every" in running.heard("config-refused")["error"]
        sources.write_text(source("news", site.url) + source("more", f"{site.url}?more=1"))
        running.process.send_signal(signal.SIGHUP)
        running.heard("reloaded")
        running.heard("pass-done", lambda told: told["source"] == "more")


def test_a_hanging_source_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        folder = configured(tmp_path, source("hang", url))
        with (folder / "config" / "presswatch.toml").open("a") as settings:
            settings.write('stop_after = "1s"\n')
        began = time.monotonic()
        with daemon(folder, "--no-web") as running:
            running.heard("started")
        assert time.monotonic() - began < PATIENCE


def test_a_second_signal_ends_it_at_once_whichever_of_the_two_it_is(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        patient = SETTINGS.replace("read_timeout = 2", "read_timeout = 60").replace("total_timeout = 5", "total_timeout = 60")
        write_config(tmp_path, source("hang", f"http://127.0.0.1:{silent.getsockname()[1]}/"), f'{patient}[schedule]\nstop_after = "1m"\n')
        running = Daemon(tmp_path, "--no-web")
        silent.settimeout(PATIENCE)
        try:
            asked, _ = silent.accept()
            running.process.terminate()
            while hears(running.process.pid, signal.SIGTERM):
                threading.Event().wait(0.02)
            running.process.send_signal(signal.SIGINT)
            assert running.process.wait(PATIENCE) == -signal.SIGINT
            asked.close()
        finally:
            running.process.kill()
    assert holder_of(tmp_path / "state") is None


def hears(pid: int, number: signal.Signals) -> bool:
    """Return whether a process has something of its own to do at a signal."""
    (caught,) = re.findall(r"^SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text(), re.M)
    return bool(int(caught, 16) >> (number - 1) & 1)


def test_listening_beyond_loopback_without_a_token_is_refused(site: DrupalSite, tmp_path: Path) -> None:
    configured(tmp_path, source("news", site.url))
    refused = subprocess.run(
        command(tmp_path, "run", "--host", "0.0.0.0"), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert refused.returncode == 2
    assert "needs a token" in refused.stderr and "Traceback" not in refused.stderr
