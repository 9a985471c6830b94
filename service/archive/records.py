"""Snapshots as WARC 1.1 records and back (ISO 28500): each record a gzip member of its own, headers byte for byte as we were given them.

A capture is a ``response`` with the ``request`` that asked for it, and a ``revisit`` for each further look that was served the very same
bytes. Digests are SHA-256 in hex: that of the payload is the digest by which we know a page ourselves. Written and read by hand and not
by a library of archives, which percent-encodes headers and knows SHA-1 alone; the tests read all of it with such libraries.
"""

import base64
import hashlib
import uuid
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import BinaryIO, NamedTuple
from urllib.parse import urlsplit

from service.models import Exchange, Redirect, Snapshot

_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
# fields of our own: WARC lets unknown ones pass (section 5.1)
_ASKED = "Presswatch-Asked-URI"
_HOP = "Presswatch-Redirect"
_SECONDS = "Presswatch-Seconds"
_CERTIFICATE = "Presswatch-Peer-Certificate"
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding"})  # they speak of other bytes than those we keep
_ON_THE_WIRE = "X-Archive-Orig-"  # how web archives name what such a header was
_PIECE = 1 << 16
_END = b"\r\n\r\n"

Fields = list[tuple[str, str]]


class Record(NamedTuple):
    """One record, unpacked: its WARC header in order, and its block."""

    fields: tuple[tuple[str, str], ...]
    block: bytes

    def field(self, name: str) -> str:
        """Return the first value of a field, or an empty string."""
        return next((value for key, value in self.fields if key.lower() == name.lower()), "")


class Member(NamedTuple):
    """One record as it lies in a file: where, packed and unpacked."""

    offset: int
    packed: bytes
    record: Record


def opening(name: str, moment: datetime) -> bytes:
    """Return the record that a file begins with, which says what wrote it."""
    block = b"software: presswatch\r\nformat: WARC File Format 1.1\r\n"
    fields = [("WARC-Date", stamp(moment)), ("WARC-Filename", name), ("Content-Type", "application/warc-fields")]
    return _packed("warcinfo", uuid.uuid5(uuid.NAMESPACE_URL, name), fields, block)


def capture(snapshot: Snapshot, again: Iterable[Snapshot] = ()) -> tuple[bytes, bytes]:
    """Return the response record of a snapshot, and what follows it: its request, a revisit by each of ``again`` that brought the same."""
    own = uuid.uuid4()
    payload = ("WARC-Payload-Digest", f"sha256:{snapshot.digest}")
    fields = [*_told(snapshot), payload, ("Content-Type", "application/http; msgtype=response")]
    followers = [_request(snapshot, own)] if snapshot.exchange.request else []
    followers += [_revisit(other, snapshot, own) for other in again if _repeats(other, snapshot)]
    return _packed("response", own, fields, _head(snapshot) + snapshot.body), b"".join(followers)


def members(file: BinaryIO, start: int = 0) -> Iterator[Member]:
    """Yield the records of a file from an offset on, with one of them in memory; ends where one is torn or damaged."""
    file.seek(start)
    left = b""
    while True:
        stream, packed, plain = zlib.decompressobj(16 + zlib.MAX_WBITS), bytearray(), bytearray()
        while not stream.eof:
            piece = left or file.read(_PIECE)
            left = b""
            try:
                plain += stream.decompress(piece)
            except zlib.error:
                return
            if not piece:
                return
            packed += piece
        left = stream.unused_data
        if left:
            del packed[-len(left) :]
        try:
            yield Member(start, bytes(packed), parsed(bytes(plain)))
        except ValueError:
            return
        start += len(packed)


def unpacked(packed: bytes) -> Record:
    """Return the record that a gzip member holds. Raises ``ValueError`` where it is damaged."""
    try:
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        plain = stream.decompress(packed)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not stream.eof or stream.unused_data:
        raise ValueError("not one whole record")
    return parsed(plain)


def parsed(plain: bytes) -> Record:
    """Return a record out of its bytes. Raises ``ValueError`` where it is not whole, or not what its digests say."""
    head, found, rest = plain.partition(_END)
    lines = head.decode("utf-8").split("\r\n")
    fields = tuple(_pair(line) for line in lines[1:])
    record = Record(fields, rest[: len(rest) - len(_END)])
    if not found or not lines[0].startswith("WARC/1.") or int(record.field("Content-Length")) != len(record.block):
        raise ValueError("not a WARC record")
    _hold(record.field("WARC-Block-Digest"), record.block)
    if record.field("WARC-Type") == "response":
        _hold(record.field("WARC-Payload-Digest"), record.block.partition(_END)[2])
    return record


def http_of(record: Record) -> tuple[str, tuple[tuple[str, str], ...], bytes]:
    """Return what a record's block says: its first line, its headers, its body."""
    head, _, body = record.block.partition(_END)
    line, *headers = head.decode("latin-1").split("\r\n")
    return line, tuple(_pair(header) for header in headers if header), body


def snapshot_of(record: Record, request: Record | None = None) -> Snapshot:
    """Return the snapshot of a response. Raises ``ValueError`` for a record of another kind.

    Headers that spoke of the bytes on the wire are left out.
    """
    line, headers, body = http_of(record)
    certificate = record.field(_CERTIFICATE).removeprefix("sha256:")
    sent = http_of(request)[1] if request is not None else ()
    return Snapshot(
        record.field(_ASKED),
        record.field("WARC-Target-URI"),
        int(line.split()[1]) if record.field("WARC-Type") == "response" else int("no response"),
        tuple(header for header in headers if not header[0].startswith(_ON_THE_WIRE)),
        body,
        datetime.fromisoformat(record.field("WARC-Date")),
        float(record.field(_SECONDS)),
        tuple(_hop(value) for name, value in record.fields if name == _HOP),
        Exchange(sent, line, record.field("WARC-IP-Address"), certificate),
    )


def stamp(moment: datetime) -> str:
    """Return a moment as WARC 1.1 writes it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _packed(kind: str, identity: uuid.UUID, fields: Fields, block: bytes) -> bytes:
    known = [("WARC-Type", kind), ("WARC-Record-ID", f"<{identity.urn}>"), *fields]
    known += [("WARC-Block-Digest", f"sha256:{hashlib.sha256(block).hexdigest()}"), ("Content-Length", str(len(block)))]
    head = "".join(f"{name}: {_line(value)}\r\n" for name, value in known)
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + _END) + packer.flush()


def _told(snapshot: Snapshot) -> Fields:
    """Return what is said of a look, apart from its bytes."""
    exchange = snapshot.exchange
    fields = [("WARC-Target-URI", snapshot.final_url), ("WARC-Date", stamp(snapshot.fetched_at))]
    fields += [("WARC-IP-Address", exchange.peer)] if exchange.peer else []
    fields += [(_CERTIFICATE, f"sha256:{exchange.certificate}")] if exchange.certificate else []
    fields += [(_ASKED, snapshot.url), (_SECONDS, f"{snapshot.seconds:.6f}")]
    return fields + [(_HOP, f"{hop.status} {hop.url}") for hop in snapshot.redirects]


def _head(snapshot: Snapshot) -> bytes:
    """Return the head of an answer as served; what spoke of the packing of its body is kept under another name."""
    is_packed = any(name.lower() in _OF_THE_WIRE for name, _ in snapshot.headers)
    of_the_wire = _OF_THE_WIRE | {"content-length"} if is_packed else _OF_THE_WIRE
    kept = [(f"{_ON_THE_WIRE}{name}" if name.lower() in of_the_wire else name, value) for name, value in snapshot.headers]
    if not any(name.lower() == "content-length" for name, _ in kept):
        kept.append(("Content-Length", str(len(snapshot.body))))
    return _http(snapshot.exchange.line or _status_line(snapshot.status), kept)


def _request(snapshot: Snapshot, response: uuid.UUID) -> bytes:
    parts = urlsplit(snapshot.final_url)
    asked = f"GET {parts.path or '/'}{'?' if parts.query else ''}{parts.query} HTTP/1.1"
    fields = [("WARC-Target-URI", snapshot.final_url), ("WARC-Date", stamp(snapshot.fetched_at))]
    fields += [("WARC-Concurrent-To", f"<{response.urn}>"), ("Content-Type", "application/http; msgtype=request")]
    return _packed("request", uuid.uuid4(), fields, _http(asked, snapshot.exchange.request))


def _revisit(snapshot: Snapshot, first: Snapshot, response: uuid.UUID) -> bytes:
    fields = _told(snapshot)
    fields += [("WARC-Profile", _PROFILE), ("WARC-Refers-To", f"<{response.urn}>")]
    fields += [("WARC-Refers-To-Target-URI", first.final_url), ("WARC-Refers-To-Date", stamp(first.fetched_at))]
    fields += [("WARC-Payload-Digest", f"sha256:{first.digest}"), ("Content-Type", "application/http; msgtype=response")]
    return _packed("revisit", uuid.uuid4(), fields, _head(snapshot))


def _repeats(other: Snapshot, first: Snapshot) -> bool:
    return other.fetched_at != first.fetched_at and (other.digest, other.final_url) == (first.digest, first.final_url)


def _http(line: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [line, *(f"{name}: {_line(value)}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _line(value: str) -> str:
    """Return a value that stays on its line."""
    return value.replace("\r", " ").replace("\n", " ")


def _pair(line: str) -> tuple[str, str]:
    name, found, value = line.partition(":")
    if not found:
        raise ValueError(f"not a header: {line[:80]!r}")
    return name, value.strip(" \t")


def _hold(told: str, data: bytes) -> None:
    """Hold bytes against a labelled digest (WARC 1.1, section 5.8): hex, or base32 as in what we wrote first. Raises ``ValueError``."""
    name, _, value = told.partition(":")
    if name not in ("sha256", "sha1"):
        raise ValueError(f"no digest that we know: {told[:40]!r}")
    found = hashlib.new(name, data, usedforsecurity=False)
    if value not in (found.hexdigest(), base64.b32encode(found.digest()).decode()):
        raise ValueError("its digest does not fit")


def _hop(value: str) -> Redirect:
    status, _, url = value.partition(" ")
    return Redirect(int(status), url)


def _status_line(status: int) -> str:
    try:
        return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP/1.1 {status}"
