"""A web archive on loopback that is asked for copies (Save Page Now 2): it writes down what it is asked, and answers as told, or well."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, str], object]  # status, headers, and an object as JSON or bytes as they are


@dataclass
class SavePages:
    """``next`` are the next answers, whatever is asked; without any it begins, is at it for ``pending`` askings, and has copied."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    url: str = ""
    next: list[Answer] = field(default_factory=list)
    pending: int = 0
    slow: float = 0.0
    asked: list[str] = field(default_factory=list)  # the addresses that it was asked to copy
    told: list[str] = field(default_factory=list)  # every request: its method and path
    headers: list[dict[str, str]] = field(default_factory=list)

    def answer(self, path: str, body: bytes | None) -> Answer:
        if body is not None:
            self.asked.append(parse_qs(body.decode())["url"][0])
        if self.next:
            return self.next.pop(0)
        if body is not None:
            return 200, {}, {"url": self.asked[-1], "job_id": f"spn2-{len(self.asked)}"}
        if self.pending:
            self.pending -= 1
            return 200, {}, {"status": "pending", "resources": []}
        original = self.asked[int(path.rpartition("-")[2]) - 1]
        return 200, {}, {"status": "success", "timestamp": f"{self.now():%Y%m%d%H%M%S}", "original_url": original, "resources": []}


@contextmanager
def savepages(now: Callable[[], datetime] | None = None, port: int = 0) -> Iterator[SavePages]:
    archive = SavePages(now) if now is not None else SavePages()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.reply(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self.reply(None)

        def reply(self, body: bytes | None) -> None:
            archive.told.append(f"{self.command} {urlsplit(self.path).path}")
            archive.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, said = archive.answer(self.path, body)
            data = said if isinstance(said, bytes) else json.dumps(said).encode()
            time.sleep(archive.slow)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    archive.url = f"http://127.0.0.1:{server.server_port}/save"
    try:
        yield archive
    finally:
        server.shutdown()
        server.server_close()
