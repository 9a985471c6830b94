"""A question and the head of its answer in HTTP/1.1 (RFC 9112); bodies are read by http.client.

Its own way to a head is by the parser of letters, which takes longer than all else of an exchange.
"""

from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage, HTTPResponse, IncompleteRead, LineTooLong, UnknownProtocol
from typing import BinaryIO

_LONGEST = 1 << 16  # bytes of a line
_MOST = 100  # lines of a head
_BODYLESS = (204, 304)
_OLD = ("HTTP/1.0", "HTTP/0.9")


def question(target: str, headers: Mapping[str, str]) -> bytes:
    """Return a GET as it goes on the wire. Raises ``ValueError`` for what would break out of its line, or has no bytes in HTTP."""
    lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if any("\n" in line or "\r" in line for line in lines):
        raise ValueError("a header of more than one line")
    return "\r\n".join((*lines, "", "")).encode("latin-1")


class Answer(HTTPResponse):
    """The answer to a GET; ``fields`` are its headers, in their order. What is said before it, in passing (1xx), is passed over."""

    fields: tuple[tuple[str, str], ...] = ()

    def begin(self) -> None:
        """Read the head. Raises ``HTTPException``, ``OSError``."""
        version, status, reason = self._read_status()  # type: ignore[attr-defined] # of its base
        while 100 <= status < 200:
            _fields(self.fp)
            version, status, reason = self._read_status()  # type: ignore[attr-defined] # as above
        if version not in _OLD and not version.startswith("HTTP/1."):
            raise UnknownProtocol(version)
        self.version, self.status, self.reason = 10 if version in _OLD else 11, status, reason.strip()
        self.fields = _fields(self.fp)
        self.headers = self.msg = HTTPMessage()
        for name, value in self.fields:
            self.headers.set_raw(name, value)
        self._measure()

    def _measure(self) -> None:
        """Note where the body ends (RFC 9112 section 6.3)."""
        length = self.headers.get("Content-Length", "")
        self.chunked = self.headers.get("Transfer-Encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.length = 0 if self.status in _BODYLESS else int(length) if length.isdecimal() and not self.chunked else None
        self.will_close = bool(self._check_close()) or not (self.chunked or self.length is not None)  # type: ignore[attr-defined] # as above

    def _read_next_chunk_size(self) -> int:
        size = int(super()._read_next_chunk_size())  # type: ignore[misc] # as above
        if size < 0:
            raise ValueError("a chunk of less than nothing")  # its base would read on without end
        return size


def _fields(fp: BinaryIO) -> tuple[tuple[str, str], ...]:
    """Return the lines of a head as names and values; those that are folded in one piece. What is no such line is passed over."""
    found: list[tuple[str, str]] = []
    for _ in range(_MOST + 1):
        line = fp.readline(_LONGEST + 1)
        if len(line) > _LONGEST:
            raise LineTooLong("header line")
        if not line:
            raise IncompleteRead(b"")
        text = line.decode("latin-1").rstrip("\r\n")
        if not text:
            return tuple(found)
        if text[0] in " \t" and found:
            name, value = found.pop()
            found.append((name, f"{value} {text.strip()}"))
        else:
            name, colon, value = text.partition(":")
            if colon and name.strip():
                found.append((name.strip(), value.strip()))
    raise HTTPException(f"got more than {_MOST} headers")
