"""The end of an exchange that takes too long, whatever it is doing: time-outs of a socket bound only the gap between two bytes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_SLICES = 20  # of a term: how exactly its end is told


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

    A server that sends one byte of a header now and then never trips a read time-out; a shut socket ends every read. One thread counts
    slices of time for all exchanges while there are any: a timer for each of them would cost more than the exchange itself.
    """

    def __init__(self) -> None:
        self._term = Term()
        self._running: Term | None = None
        self._slice = 0.0  # seconds
        self._left = 0  # slices of the running term
        self._counting = False
        self._changed = threading.Condition()

    def see(self, sock: socket.socket | None) -> None:
        """Take note of the socket that the exchange under way uses."""
        self._term.see(sock)

    @contextmanager
    def over(self, seconds: float) -> Iterator[Term]:
        """Bound what is done inside to so many seconds, and a slice of them at most."""
        self._term = term = Term()
        self._begin(term, seconds / _SLICES)
        try:
            yield term
        finally:
            self._running = None
            term.see(None)

    def _begin(self, term: Term, slice_: float) -> None:
        with self._changed:
            is_shorter = slice_ < self._slice
            self._running, self._slice, self._left = term, slice_, _SLICES + 1  # the first has begun already
            if not self._counting:
                threading.Thread(target=self._count, name="watch", daemon=True).start()
                self._counting = True
            elif is_shorter:
                self._changed.notify()

    def _count(self) -> None:
        """Count slices down until nothing is under way any more."""
        with self._changed:
            while True:
                if self._changed.wait(self._slice):
                    continue
                term = self._running
                if term is None:
                    break
                self._left -= 1
                if not self._left:
                    term.end()
            self._counting = False
