"""The end of an exchange that takes too long, whatever it is doing: time-outs of a socket bound only the gap between two bytes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Term:
    """The time one exchange has; ``late`` tells that it is over, and that the socket was shut for it."""

    def __init__(self) -> None:
        self.late = False
        self._sock: socket.socket | None = None
        self._lock = threading.Lock()

    def see(self, sock: socket.socket | None) -> None:
        """Take note of the socket in use; None when the exchange is done with it."""
        with self._lock:
            self._sock = sock
            if self.late:
                self._shut()

    def end(self) -> None:
        """End the exchange now."""
        with self._lock:
            self.late = True
            self._shut()

    def _shut(self) -> None:
        if self._sock is not None:
            with suppress(OSError):
                # not sock.shutdown(): on a TLS socket that drops the cipher under the thread that reads
                socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


class Watch:
    """Gives each exchange of one worker its term.

    A server that sends one byte of a header now and then never trips a read time-out; a shut socket ends every read.
    """

    def __init__(self) -> None:
        self._term = Term()

    def see(self, sock: socket.socket | None) -> None:
        """Take note of the socket that the exchange under way uses."""
        self._term.see(sock)

    @contextmanager
    def over(self, seconds: float) -> Iterator[Term]:
        """Bound what is done inside to so many seconds."""
        self._term = term = Term()
        timer = threading.Timer(seconds, term.end)
        timer.daemon = True
        timer.start()
        try:
            yield term
        finally:
            timer.cancel()
            term.see(None)
