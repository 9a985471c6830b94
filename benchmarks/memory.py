"""What the daemon takes of memory, by how many releases there are: ``python -m benchmarks.memory``.

A real daemon over a filled state asks a real server, which answers that nothing has changed. MB of its own (PSS: what it shares with other
processes counts in part), when it is ready and after so many looks; alone, and with the pages and the API, each asked for some times.
"""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .filling import BIG, fill, page_text
from .measuring import options

SIZES, TINY = (1_000, 100_000), (200,)
LISTED, LISTED_MOST = 200, 50_000  # releases that the list names; a sitemap may have so many
OTHERS = 100  # sources that have no releases
LOOKS, LOOKS_TINY = 3_000, 60
ASKED = ("", "?kind=edited", "sources", "api/v1/stats", "api/v1/changes", "api/v1/items", "feeds/changes.atom", "search?q=water", "metrics")
ROOT = Path(__file__).parent.parent
_FEED = b'<rss version="2.0"><channel><title>x</title></channel></rss>'
SETTINGS = """
[fetch]
allow_private_hosts = true
per_host_delay = 0
[web]
per_minute = 0
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One line of the table; MB."""

    releases: int
    listed: int
    with_pages: bool
    looks: int
    ready: float
    after: float
    most: float  # resident, ever


class Server:
    """Answers for every host: nothing has changed; the list, where it is not known yet, and feeds without entries."""

    def __init__(self, listed: int) -> None:
        urls = "".join(f"<url><loc>{BIG.url.rpartition('/')[0]}/news/{number}/</loc></url>" for number in range(listed))
        self.list = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
        self.asked, self.server = 0, ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def handler(self) -> type[BaseHTTPRequestHandler]:
        ours = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

            def do_GET(self) -> None:
                ours.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        is_list = asked.path.endswith(".xml")
        is_known = asked.headers.get("If-None-Match") and not (is_list and self.asked % 10 == 0)
        is_page = "/news/" in asked.path
        body = b"" if is_known else self.list if is_list else _page(asked.path) if is_page else _FEED
        status = 304 if is_known else 404 if asked.path == "/robots.txt" else 200
        asked.send_response(status)
        asked.send_header("ETag", '"as it was"')
        asked.send_header("Content-Type", "text/html" if is_page else "application/xml")
        asked.send_header("Content-Length", str(len(body) if status == 200 else 0))
        asked.end_headers()
        if status == 200:
            asked.wfile.write(body)


def _page(path: str) -> bytes:
    """Return the page of a release, for a look that is made past the validators."""
    reading = page_text(int(re.findall(r"/news/(\d+)/", path)[0]), 1)
    text = "".join(f"<p>{block.text}</p>" for block in reading.blocks)
    return f"<!DOCTYPE html><html lang=en><body><main><div class=body><h1>{reading.title}</h1>{text}</div></main></body></html>".encode()


def taken(folder: Path, releases: int, listed: int, looks: int, *, with_pages: bool) -> Taken:
    """Return what a daemon takes over a state of so many releases."""
    make_due(folder)
    server = Server(listed)
    with running(folder, server.server.server_address[1], with_pages=with_pages) as (process, url):
        ready = own(process.pid)
        for path in ASKED if url else ():
            urllib.request.urlopen(url + path).read()
        while server.asked < looks:
            assert process.poll() is None
            threading.Event().wait(0.05)
        for path in ASKED * 3 if url else ():
            urllib.request.urlopen(url + path).read()
        after, most = own(process.pid), of(process.pid, "status", "VmHWM")
    server.server.shutdown()
    return Taken(releases, listed, with_pages, server.asked, ready, after, most)


def own(pid: int) -> float:
    return of(pid, "smaps_rollup", "Pss")


def of(pid: int, file: str, name: str) -> float:
    """Return a figure of a process, in MB."""
    found = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/{file}").read_text(), re.MULTILINE)
    assert found is not None
    return round(int(found[1]) * 1024 / 1e6, 1)


@contextmanager
def running(folder: Path, port: int, *, with_pages: bool) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Give a daemon that is ready, and the address of its pages."""
    words = ["--config", str(folder), "--state", str(folder), "run", *(("--port", "0") if with_pages else ("--no-web",))]
    command = [sys.executable, "-m", "benchmarks.memory", "daemon", str(port), *words]
    environ = {**os.environ, "PRESSWATCH_LOG__FORMAT": "json"}
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environ)
    assert process.stderr is not None
    url = ""
    try:
        for line in process.stderr:
            told = json.loads(line)
            url = told.get("url", url)
            if told["event"] == "started":
                break
        reader = threading.Thread(target=process.stderr.read, daemon=True)
        reader.start()
        yield process, url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def daemon(port: int, words: Sequence[str]) -> int:
    """Be a daemon to which every host is on this machine, at one port."""
    from service.doors.cli import main as presswatch

    resolved = socket.getaddrinfo

    def here(host: Any, asked: Any, *more: Any, **named: Any) -> Any:
        return resolved("127.0.0.1", port if str(host).endswith(".example") else asked, *more, **named)

    socket.getaddrinfo = here
    return presswatch(list(words))


def prepared(folder: Path, releases: int) -> None:
    """Fill a state of so many releases, and watch their source and others."""
    folder.mkdir()
    fill(folder / "presswatch.db", releases, OTHERS).close()
    (folder / "presswatch.toml").write_text(SETTINGS)
    sources = [(BIG.id, BIG.url), *((f"s{number}", f"http://s{number}.example/feed") for number in range(OTHERS))]
    (folder / "sources.toml").write_text("".join(f'[[source]]\nid = "{slug}"\nurl = "{url}"\n' for slug, url in sources))


def make_due(folder: Path) -> None:
    """Let all releases have been looked at an hour ago and be due again, with validators."""
    with closing(sqlite3.connect(folder / "presswatch.db")) as database, database:
        before = "strftime('%Y-%m-%d %H:%M:%S.000000', 'now', '-1 hours')"
        database.execute(f"UPDATE item SET etag = '\"as it was\"', seen_at = {before}, last_look_at = {before}, next_look_at = {before}")
        database.execute(f"UPDATE host SET ready_at = {before}, price = 1")


def main(argv: Sequence[str] | None = None) -> None:
    chosen = options(__doc__ or "", argv, turns=1)
    sizes, looks = (TINY, LOOKS_TINY) if chosen.tiny else (SIZES, LOOKS)
    lines = []
    with tempfile.TemporaryDirectory() as place:
        for releases in sizes:
            folder = Path(place) / str(releases)
            prepared(folder, releases)
            cases = [(LISTED, False)] if chosen.tiny else [(LISTED, False), (LISTED, True)]
            if releases >= LISTED_MOST:
                cases.append((LISTED_MOST, True))
            lines += [taken(folder, releases, listed, min(looks, releases), with_pages=pages) for listed, pages in cases]
    tell(lines, as_json=chosen.json)


def tell(lines: Sequence[Taken], *, as_json: bool) -> None:
    title = "What the daemon takes of memory, MB"
    if as_json:
        print(json.dumps({"comparison": title, "rows": [asdict(line) for line in lines]}))
        return
    print(f"{title}\n\n  releases  in its list  pages   looks   ready   after   most resident")
    for one in lines:
        pages = "yes" if one.with_pages else "no"
        print(f"{one.releases:10,}  {one.listed:11,}  {pages:>5}  {one.looks:6,}  {one.ready:6.1f}  {one.after:6.1f}  {one.most:14.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["daemon"]:
        sys.exit(daemon(int(sys.argv[2]), sys.argv[3:]))
    main()
