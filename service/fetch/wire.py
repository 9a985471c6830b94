"""One exchange over the wire: a request sent, an answer read within its bounds of time and size. Knows nothing of hosts' wishes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, IncompleteRead
from urllib.parse import urlsplit

import requests
import urllib3

from service.models import Clock, Exchange, Fault, FetchSettings

from .guard import GuardedAdapter, Patience
from .trouble import Trouble, size_words, wire_trouble
from .unpack import unpacked
from .watch import Watch

GONE = frozenset({404, 410})
_CHUNK = 1 << 16
_DIGITS = 20  # of a length that is one
_FOLD = re.compile(r"[ \t]*\r?\n[ \t]+")  # a value on two lines (RFC 9112 section 5.2)
_DRAINED = 1 << 16  # bytes of an answer we have no use for, read so that the connection can be used again


@dataclass(frozen=True, slots=True)
class Bound:
    """How many bytes of an answer are wanted, and of a PDF; ``cut``: what lies beyond is left away rather than refused."""

    page: int
    pdf: int
    cut: bool = False

    def size(self, url: str, media_type: str) -> int:
        """Return the bytes that this answer may have."""
        is_pdf = media_type.lower().startswith("application/pdf") or url.partition("?")[0].lower().endswith(".pdf")
        return self.pdf if is_pdf else self.page


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: headers in their order, the body without content encodings; ``seconds`` to its last byte."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float
    exchange: Exchange = Exchange()

    def header(self, name: str) -> str:
        """Return the first value of a header, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name), "")


class Wire:
    """The pooled connections of one thread, under the adapter of requests and no session of it.

    A session takes from the environment (proxies, netrc), follows, reads the body of every redirect, and keeps cookies, so that sites
    that page in the session would answer with the last page. It also takes as long as the exchange.
    """

    def __init__(self, settings: FetchSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._watch = Watch()
        self._adapter = GuardedAdapter(settings.allow_private_hosts, self._watch)
        self._patience = Patience(settings.connect_timeout, settings.read_timeout)
        self._verify: bool | str = True

    def ask(self, url: str, headers: dict[str, str], bound: Bound, seconds: float) -> Reply:
        """Return the answer to one GET, whatever its status. Raises ``Trouble``.

        Of answers other than 2xx no body is kept, but a short one of those that say that a page is gone.
        """
        started = self._clock.now()
        with self._watch.over(seconds) as term:
            try:
                reply = self._exchange(url, headers, bound)
            except (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
                if term.late:
                    raise self._too_late() from error
                if isinstance(error, Trouble):
                    raise
                raise wire_trouble(error, self._settings.read_timeout) from error
            if term.late:  # to a body without a length, a shut socket looks like its end
                raise self._too_late()
        status, answered, body, line = reply
        peer = self._adapter.peer
        exchange = Exchange((("Host", _host(url)), *headers.items()), line, peer.address, peer.certificate)
        return Reply(status, answered, body, (self._clock.now() - started).total_seconds(), exchange)

    def close(self) -> None:
        self._adapter.close()

    def _exchange(self, url: str, headers: dict[str, str], bound: Bound) -> tuple[int, tuple[tuple[str, str], ...], bytes, str]:
        with self._adapter.asked(url, headers, self._patience, self._verify) as raw:
            answered = tuple((name, _FOLD.sub(" ", value)) for name, value in raw.getheaders())
            line = f"HTTP/{raw.version / 10:.1f} {raw.status} {raw.reason}".rstrip()
            if 200 <= raw.status < 300:
                size = bound.size(url, raw.getheader("Content-Type", ""))
                return raw.status, answered, _body(raw, size, bound.cut), line
            left = _drain(raw)
            return raw.status, answered, _short(left, raw) if raw.status in GONE else b"", line

    def _too_late(self) -> Trouble:
        return Trouble(Fault.TIMEOUT, f"took longer than {self._settings.total_timeout:g} s")


def _body(raw: HTTPResponse, size: int, cut: bool) -> bytes:
    """Return the body, unpacked. Raises ``Trouble``: ``TOO_LARGE`` before or while too much of it is read, ``PROTOCOL``."""
    if (_announced(raw) or 0) > size and not cut:
        raise _too_large(size)
    packed = bytearray()
    for chunk in _chunks(raw):
        packed += chunk
        if len(packed) > size:
            if not cut:
                raise _too_large(size)
            break
    return unpacked(bytes(packed), raw.getheader("Content-Encoding", ""), size, cut=cut)[:size]


def _chunks(raw: HTTPResponse) -> Iterator[bytes]:
    """Yield a body as it comes. Raises ``IncompleteRead`` where less of it comes than was announced: http.client lets that pass."""
    left = _announced(raw) or 0
    while chunk := raw.read(_CHUNK):
        left -= len(chunk)
        yield chunk
    if left > 0:
        raise IncompleteRead(b"", left)


def _announced(raw: HTTPResponse) -> int | None:
    """Return how many bytes a body says that it has; None where it does not say. Raises ``HTTPException`` where it says two numbers."""
    if raw.chunked or raw.length == 0:
        return None
    told = {one.strip() for line in raw.headers.get_all("Content-Length", ()) for one in line.split(",")}
    if len(told) > 1:
        raise HTTPException("a body of two lengths")
    length = told.pop() if told else ""
    return int(length) if length.isdecimal() and len(length) < _DIGITS else None


def _drain(raw: HTTPResponse) -> bytes:
    """Read a short body to its end and return it; of a longer one nothing, and no more than that."""
    packed = bytearray()
    try:
        for chunk in _chunks(raw):
            packed += chunk
            if len(packed) > _DRAINED:
                return b""
    except (HTTPException, OSError, ValueError):
        return b""
    return bytes(packed)


def _short(packed: bytes, raw: HTTPResponse) -> bytes:
    """Return a body that nobody needs, unpacked; nothing where that is any trouble."""
    try:
        return unpacked(packed, raw.getheader("Content-Encoding", ""), _DRAINED)
    except Trouble:
        return b""


def _host(url: str) -> str:
    """Return the Host header that goes with an address (RFC 9110 section 7.2)."""
    parts = urlsplit(url)
    return parts.netloc.removesuffix({"http": ":80", "https": ":443"}.get(parts.scheme, ":"))


def _too_large(size: int) -> Trouble:
    return Trouble(Fault.TOO_LARGE, f"more than {size_words(size)}")
