"""A line to a database that can be cut, or go dead while both ends still believe in it: what a network does."""

import re
import socket
import threading
from contextlib import suppress
from typing import Self


class Relay:
    """Carries TCP on loopback to the Unix socket of a PostgreSQL; ``address`` is that of the database at its end."""

    def __init__(self, address: str) -> None:
        name, folder = re.fullmatch(r"postgresql://postgres:@/(\w+)\?host=(.+)", address).groups()  # type: ignore[union-attr] # as the tests' server is
        self._there = f"{folder}/.s.PGSQL.5432"
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()
        self._flows = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.address = f"postgresql://postgres@127.0.0.1:{self.port}/{name}?sslmode=disable"
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._flows.set()
        self.cut()

    def cut(self) -> None:
        """End every connection, and refuse new ones until it is mended."""
        _close(self._door)
        with self._lock:
            ended, self._lines = self._lines, []
        for line in ended:
            _close(line)

    def mute(self) -> None:
        """Carry nothing any more, either way, and tell nobody: what is sent meanwhile arrives when it is mended."""
        self._flows.clear()

    def mend(self) -> None:
        self._flows.set()
        if self._door.fileno() < 0:
            self._door = socket.create_server(("127.0.0.1", self.port))
            self._open()

    def _open(self) -> None:
        self._flows.set()
        threading.Thread(target=self._welcome, args=(self._door,), daemon=True).start()

    def _welcome(self, door: socket.socket) -> None:
        with suppress(OSError):  # cut
            while True:
                here, _ = door.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(self._there)
                with self._lock:
                    self._lines += [here, there]
                for ends in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):  # cut, or ended by one of the two
            while told := here.recv(65_536):
                self._flows.wait()
                there.sendall(told)
        _close(there)


def _close(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
