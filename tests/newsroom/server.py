"""The wire: each site on a port of its own, its request log, and the control that a person edits it with."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from .bitrix import BitrixSite
from .desk import utc_now
from .site import Site
from .wire import Exchange, Manner, Request, Response, plain

CONTROL = "/__edit"
EDITS = frozenset(
    "edit retitle redate touch withdraw restore delist move mirror publish roll_sidebar redesign fault heal change_about swap_ties".split()
)


class Newsroom:
    """Real HTTP on loopback: ``with Newsroom(BitrixSite(), DrupalSite()) as newsroom``; without sites, one Bitrix site.

    ``now`` is the clock of all its sites. A crash inside a site is raised again when the newsroom closes.
    """

    def __init__(self, *sites: Site, port: int = 0, now: Callable[[], datetime] = utc_now) -> None:
        self.sites = sites or (BitrixSite(),)
        self.now = now
        self.closing = threading.Event()
        self.crashes: list[Exception] = []
        self._hosts = [_Host(self, site, port + place if port else 0) for place, site in enumerate(self.sites)]

    @property
    def site(self) -> Site:
        """The first site."""
        return self.sites[0]

    @property
    def url(self) -> str:
        """The address to watch of the first site."""
        return self.site.url

    @property
    def requests(self) -> list[Exchange]:
        """The request log of all sites, in order."""
        return sorted((line for site in self.sites for line in list(site.requests)), key=lambda line: line.moment)

    def __enter__(self) -> Self:
        for host in self._hosts:
            threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.closing.set()
        for host in self._hosts:
            host.close()
        if self.crashes and error is None:
            raise self.crashes[0]


def dead_url() -> str:
    """Return an address of a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/news/"


class _Host(ThreadingHTTPServer):
    """One site's port."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, newsroom: Newsroom, site: Site, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.newsroom, self.site = newsroom, site
        self.open: set[socket.socket] = set()
        site.base = f"http://127.0.0.1:{self.server_port}"
        site.now = newsroom.now

    def close(self) -> None:
        self.shutdown()
        for connection in list(self.open):
            _hang_up(connection)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is no crash, and crashes of sites are kept by the handler."""


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client was first


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "nginx", ""
    disable_nagle_algorithm = True
    server: _Host

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        request = self._request()
        try:
            response = self._control(request) if request.path == CONTROL else self.server.site.answer(request)
        except Exception as crash:  # noqa: BLE001 - a crash of the replica itself: told to the test that uses it
            self.server.newsroom.crashes.append(crash)
            response = plain(f"the newsroom itself crashed: {crash!r}", 500)
        status = 0 if response.manner is Manner.HANG else response.status
        target = request.target
        self.server.site.requests.append(Exchange(request.method, target, request.moment, status, request.headers))
        self._send(response)

    do_HEAD = do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Keep stderr quiet: the log is ``site.requests``."""

    def _request(self) -> Request:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        return Request(self.command, path, query, headers, self.server.newsroom.now(), body)

    def _send(self, response: Response) -> None:
        if response.manner is Manner.HANG:
            self.close_connection = True
            self.server.newsroom.closing.wait()
            return
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self._send_length(response)
        self.end_headers()
        if self.command != "HEAD":
            for _ in range(response.repeat):
                self.wfile.write(response.body)
        if response.manner is Manner.RESET:
            self._reset()

    def _send_length(self, response: Response) -> None:
        """Tell the length: too much of it before a reset, and nothing of a huge body, which only counting can stop."""
        if response.repeat > 1:
            self.close_connection = True
            self.send_header("Connection", "close")
        elif response.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(response.body) + (1000 if response.manner is Manner.RESET else 0)))

    def _reset(self) -> None:
        """Break the connection: closing with a linger time of zero sends RST."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _control(self, request: Request) -> Response:
        """Do the edit that a person posts as JSON: ``{"do": "edit", "slug": "...", "old": "...", "new": "..."}``."""
        site = self.server.site
        if request.method != "POST":
            lines = [f"POST here as JSON: {', '.join(sorted(EDITS))}", "", *(f"{r.slug}\t{r.title}" for r in site.listed())]
            return plain("\n".join(lines) + "\n")
        try:
            order = json.loads(request.body)
            name = order.pop("do")
            if name not in EDITS or not hasattr(site, name):
                return plain(f"{name}: not one of {', '.join(sorted(EDITS))}\n", 400)
            if "published" in order:
                order["published"] = datetime.fromisoformat(order["published"])
            getattr(site, name)(**order)
        except (ValueError, KeyError, TypeError, AttributeError) as mistake:
            return plain(f"{type(mistake).__name__}: {mistake}\n", 400)
        return plain("done\n")
