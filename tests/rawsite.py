"""A site on loopback that says exactly the bytes it is told to, for what a well-bred HTTP server would never send."""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Asked:
    """One request as it came in; ``connection`` numbers the connections from 1."""

    path: str
    headers: dict[str, str]
    connection: int


Says = bytes | Callable[[socket.socket], bool | None]


def page(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Return a whole answer; ``content_type="x"`` becomes ``Content-Type: x``."""
    told = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


@dataclass
class RawSite:
    """``routes`` says what each path answers: bytes, or a function of the socket (True keeps the connection). Lists are used up."""

    routes: dict[str, Says | list[Says]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    @property
    def connections(self) -> int:
        """How many connections were made so far."""
        return len(self._open)

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked if one.path != "/robots.txt"]

    def until_stopped(self, _: socket.socket) -> None:
        """A route that never answers."""
        self._stopped.wait(30)

    def dripping(self, head: bytes, drop: bytes, gap: float) -> Callable[[socket.socket], None]:
        """A route that sends a drop now and then, for ever."""

        def drip(sock: socket.socket) -> None:
            sock.sendall(head)
            while not self._stopped.wait(gap):
                sock.sendall(drop)

        return drip

    def close(self) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        number = 0
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._server.accept()
                number += 1
                self._open.append(sock)
                thread = threading.Thread(target=self._serve, args=(sock, number), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), sock, sock.makefile("rb") as lines:
            while line := lines.readline():
                headers = {}
                while (header := lines.readline().strip()) != b"":
                    name, _, value = header.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                path = line.decode("latin-1").partition(" ")[2].partition(" ")[0]
                self.asked.append(Asked(path, headers, number))
                if not self._say(sock, path):
                    return

    def _say(self, sock: socket.socket, path: str) -> bool:
        says = self.routes.get(path, page(b"no such page", "404 Not Found"))
        if isinstance(says, list):
            says = says.pop(0) if len(says) > 1 else says[0]
        if callable(says):
            return bool(says(sock))
        sock.sendall(says)
        return True
