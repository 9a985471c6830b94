"""Captures as records: what is written of a look (see ``records``)."""

import hashlib
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from service.models import Built, Snapshot

from .records import (
    ASKED,
    BROWSER,
    CERTIFICATE,
    HEADER,
    HOP,
    ON_THE_WIRE,
    PART,
    REFUSED,
    SECONDS,
    STATUS,
    Fields,
    on_a_line,
    stamp,
    written,
)

_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding"})  # they speak of other bytes than those we keep


def capture(snapshot: Snapshot, again: Iterable[Snapshot] = ()) -> tuple[bytes, bytes]:
    """Return the record that a snapshot is known by, and what follows it.

    Of an answer, that is its response; its request follows, and a revisit by each of ``again`` that brought the same. Of a page that a
    browser built, it is the page.
    """
    if snapshot.built is not None:
        return _page(snapshot, snapshot.built, again)
    own = uuid.uuid4()
    picture = _picture(snapshot, own)
    followers = [_request(snapshot, own)] if snapshot.exchange.request else []
    followers += [_revisit(other, snapshot, own) for other in again if _repeats(other, snapshot)]
    return _response(snapshot, own, _parts([], snapshot.picture)), b"".join([*followers, *picture])


def _response(snapshot: Snapshot, own: uuid.UUID, more: Fields) -> bytes:
    payload = ("WARC-Payload-Digest", f"sha256:{snapshot.digest}")
    fields = [*_told(snapshot), *more, payload, ("Content-Type", "application/http; msgtype=response")]
    return written("response", own, fields, _head(snapshot) + snapshot.body)


def _page(snapshot: Snapshot, built: Built, again: Iterable[Snapshot]) -> tuple[bytes, bytes]:
    """Return the record of a page that a browser built, and what it was built of."""
    own, of_served = uuid.uuid4(), uuid.uuid4()
    answers = [built.served, *built.data] if built.served is not None else []
    fields = [*_told(snapshot), (STATUS, str(snapshot.status)), (BROWSER, built.browser)]
    fields += [(HEADER, f"{name}: {value}") for name, value in snapshot.headers]
    fields += [(REFUSED, words) for words in built.refused]
    fields += _parts((answer.body for answer in answers), snapshot.picture)
    fields += [("WARC-Refers-To", f"<{of_served.urn}>"), ("WARC-Payload-Digest", f"sha256:{snapshot.digest}")]
    page = written("conversion", own, [*fields, ("Content-Type", "text/html; charset=utf-8")], snapshot.body)
    followers = []
    for answer in answers:
        identity = of_served if answer is built.served else uuid.uuid4()
        followers.append(_response(answer, identity, [("WARC-Concurrent-To", f"<{own.urn}>")]))
        followers += [_request(answer, identity)] if answer.exchange.request else []
    followers += [_built_again(other, own) for other in again if _repeats(other, snapshot)]
    return page, b"".join([*followers, *_picture(snapshot, own)])


def _parts(bodies: Iterable[bytes], picture: bytes) -> Fields:
    return [(PART, f"sha256:{hashlib.sha256(body).hexdigest()}") for body in (*bodies, *([picture] if picture else []))]


def _picture(snapshot: Snapshot, of: uuid.UUID) -> list[bytes]:
    if not snapshot.picture:
        return []
    fields = [("WARC-Target-URI", snapshot.final_url), ("WARC-Date", stamp(snapshot.fetched_at))]
    return [
        written("resource", uuid.uuid4(), [*fields, ("WARC-Concurrent-To", f"<{of.urn}>"), ("Content-Type", "image/png")], snapshot.picture)
    ]


def _built_again(snapshot: Snapshot, page: uuid.UUID) -> bytes:
    fields = [("WARC-Target-URI", snapshot.final_url), ("WARC-Date", stamp(snapshot.fetched_at)), ("WARC-Refers-To", f"<{page.urn}>")]
    return written("metadata", uuid.uuid4(), [*fields, ("Content-Type", "application/warc-fields")], b"built-again: the very same page\r\n")


def _told(snapshot: Snapshot) -> Fields:
    """Return what is said of a look, apart from its bytes."""
    exchange = snapshot.exchange
    fields = [("WARC-Target-URI", snapshot.final_url), ("WARC-Date", stamp(snapshot.fetched_at))]
    fields += [("WARC-IP-Address", exchange.peer)] if exchange.peer else []
    fields += [(CERTIFICATE, f"sha256:{exchange.certificate}")] if exchange.certificate else []
    fields += [(ASKED, snapshot.url), (SECONDS, f"{snapshot.seconds:.6f}")]
    return fields + [(HOP, f"{hop.status} {hop.url}") for hop in snapshot.redirects]


def _head(snapshot: Snapshot) -> bytes:
    """Return the head of an answer as served; what spoke of the packing of its body is kept under another name."""
    is_packed = any(name.lower() in OF_THE_WIRE for name, _ in snapshot.headers)
    of_the_wire = OF_THE_WIRE | {"content-length"} if is_packed else OF_THE_WIRE
    kept = [(f"{ON_THE_WIRE}{name}" if name.lower() in of_the_wire else name, value) for name, value in snapshot.headers]
    if not any(name.lower() == "content-length" for name, _ in kept):
        kept.append(("Content-Length", str(len(snapshot.body))))
    return _http(snapshot.exchange.line or _status_line(snapshot.status), kept)


def _request(snapshot: Snapshot, response: uuid.UUID) -> bytes:
    parts = urlsplit(snapshot.final_url)
    asked = f"GET {parts.path or '/'}{'?' if parts.query else ''}{parts.query} HTTP/1.1"
    fields = [("WARC-Target-URI", snapshot.final_url), ("WARC-Date", stamp(snapshot.fetched_at))]
    fields += [("WARC-Concurrent-To", f"<{response.urn}>"), ("Content-Type", "application/http; msgtype=request")]
    return written("request", uuid.uuid4(), fields, _http(asked, snapshot.exchange.request))


def _revisit(snapshot: Snapshot, first: Snapshot, response: uuid.UUID) -> bytes:
    fields = _told(snapshot)
    fields += [("WARC-Profile", _PROFILE), ("WARC-Refers-To", f"<{response.urn}>")]
    fields += [("WARC-Refers-To-Target-URI", first.final_url), ("WARC-Refers-To-Date", stamp(first.fetched_at))]
    fields += [("WARC-Payload-Digest", f"sha256:{first.digest}"), ("Content-Type", "application/http; msgtype=response")]
    return written("revisit", uuid.uuid4(), fields, _head(snapshot))


def _repeats(other: Snapshot, first: Snapshot) -> bool:
    return other.fetched_at != first.fetched_at and (other.digest, other.final_url) == (first.digest, first.final_url)


def _http(line: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [line, *(f"{name}: {on_a_line(value)}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _status_line(status: int) -> str:
    try:
        return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP/1.1 {status}"
