"""Snapshots as WARC 1.1 records and back (ISO 28500): each record a gzip member of its own, headers byte for byte as we were given them.

A capture is a ``response`` with the ``request`` that asked for it, and a ``revisit`` for each further look that was served the very same
bytes. That of a page that a browser built begins with the page, a ``conversion``; the ``response`` that it was built of follows, those that
its scripts fetched, and ``metadata`` for each further look that built the very same. A picture is a ``resource``. Digests are SHA-256 in
hex: that of the payload is the digest by which we know a page ourselves. Written and read by hand and not by a library of archives, which
percent-encodes headers and knows SHA-1 alone; the tests read all of it with such libraries.
"""

import base64
import hashlib
import uuid
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO, NamedTuple

from service.models import Built, Exchange, Redirect, Snapshot

# fields of our own: WARC lets unknown ones pass (section 5.1)
ASKED = "Presswatch-Asked-URI"
HOP = "Presswatch-Redirect"
SECONDS = "Presswatch-Seconds"
CERTIFICATE = "Presswatch-Peer-Certificate"
STATUS = "Presswatch-Status"  # of the answer that a page was built of
HEADER = "Presswatch-Header"  # of a page as it was read
BROWSER = "Presswatch-Browser"
REFUSED = "Presswatch-Refused"  # what a page was not given, and why
PART = "Presswatch-Part-Digest"  # of the payload of what follows: what is said of this record is said of that too
ON_THE_WIRE = "X-Archive-Orig-"  # how web archives name what such a header was
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
    return written("warcinfo", uuid.uuid5(uuid.NAMESPACE_URL, name), fields, block)


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
    hold(record.field("WARC-Block-Digest"), record.block)
    if record.field("WARC-Type") == "response":
        hold(record.field("WARC-Payload-Digest"), record.block.partition(_END)[2])
    elif record.field("WARC-Type") == "conversion":
        hold(record.field("WARC-Payload-Digest"), record.block)
    return record


def http_of(record: Record) -> tuple[str, tuple[tuple[str, str], ...], bytes]:
    """Return what a record's block says: its first line, its headers, its body."""
    head, _, body = record.block.partition(_END)
    line, *headers = head.decode("latin-1").split("\r\n")
    return line, tuple(_pair(header) for header in headers if header), body


def snapshot_of(record: Record, request: Record | None = None) -> Snapshot:
    """Return the snapshot of a response, or of a page that a browser built. Raises ``ValueError`` for a record of another kind.

    Headers that spoke of the bytes on the wire are left out.
    """
    if record.field("WARC-Type") == "conversion":
        return _built_page(record)
    line, headers, body = http_of(record)
    certificate = record.field(CERTIFICATE).removeprefix("sha256:")
    sent = http_of(request)[1] if request is not None else ()
    return _snapshot(
        record,
        int(line.split()[1]) if record.field("WARC-Type") == "response" else int("no response"),
        tuple(header for header in headers if not header[0].startswith(ON_THE_WIRE)),
        body,
        Exchange(sent, line, record.field("WARC-IP-Address"), certificate),
    )


def whole(found: Sequence[Record]) -> Snapshot:
    """Return a snapshot with all that was kept of it; ``found`` are the records of its capture, the one that it is known by first."""
    requests = {one.field("WARC-Concurrent-To"): one for one in found if one.field("WARC-Type") == "request"}
    picture = next((one.block for one in found if one.field("WARC-Type") == "resource"), b"")
    first = replace(snapshot_of(found[0], requests.get(found[0].field("WARC-Record-ID"))), picture=picture)
    answers = [snapshot_of(one, requests.get(one.field("WARC-Record-ID"))) for one in found if one.field("WARC-Type") == "response"]
    if first.built is None or not answers:
        return first
    served, *data = answers
    return replace(first, exchange=served.exchange, built=replace(first.built, served=served, data=tuple(data)))


def belongs(record: Record, identities: Collection[str]) -> bool:
    """Return whether a record speaks of one of those before it, by their identities."""
    return record.field("WARC-Concurrent-To") in identities or record.field("WARC-Refers-To") in identities


def parts_of(record: Record) -> tuple[str, ...]:
    """Return the digests of what must follow a record: it stands for them too."""
    return tuple(value for name, value in record.fields if name == PART)


def payload_digest(record: Record) -> str:
    """Return the digest by which ``parts_of`` another knows a record."""
    return record.field("WARC-Payload-Digest") or record.field("WARC-Block-Digest")


def stamp(moment: datetime) -> str:
    """Return a moment as WARC 1.1 writes it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def written(kind: str, identity: uuid.UUID, fields: Fields, block: bytes) -> bytes:
    known = [("WARC-Type", kind), ("WARC-Record-ID", f"<{identity.urn}>"), *fields]
    known += [("WARC-Block-Digest", f"sha256:{hashlib.sha256(block).hexdigest()}"), ("Content-Length", str(len(block)))]
    head = "".join(f"{name}: {on_a_line(value)}\r\n" for name, value in known)
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + _END) + packer.flush()


def _built_page(record: Record) -> Snapshot:
    refused = tuple(value for name, value in record.fields if name == REFUSED)
    headers = tuple(_pair(value) for name, value in record.fields if name == HEADER)
    page = _snapshot(record, int(record.field(STATUS)), headers, record.block, Exchange(peer=record.field("WARC-IP-Address")))
    return replace(page, built=Built(record.field(BROWSER), refused=refused))


def _snapshot(record: Record, status: int, headers: tuple[tuple[str, str], ...], body: bytes, exchange: Exchange) -> Snapshot:
    return Snapshot(
        record.field(ASKED),
        record.field("WARC-Target-URI"),
        status,
        headers,
        body,
        datetime.fromisoformat(record.field("WARC-Date")),
        float(record.field(SECONDS)),
        tuple(_hop(value) for name, value in record.fields if name == HOP),
        exchange,
    )


def on_a_line(value: str) -> str:
    """Return a value that stays on its line."""
    return value.replace("\r", " ").replace("\n", " ")


def _pair(line: str) -> tuple[str, str]:
    name, found, value = line.partition(":")
    if not found:
        raise ValueError(f"not a header: {line[:80]!r}")
    return name, value.strip(" \t")


def hold(told: str, data: bytes) -> None:
    """Hold bytes against a labelled digest (WARC 1.1, section 5.8): hex, or base32 as in what we wrote first. Raises ``ValueError``."""
    name, _, value = told.partition(":")
    if name not in ("sha256", "sha1"):
        raise ValueError(f"no digest that we know: {told[:40]!r}")
    found = hashlib.new(name, data, usedforsecurity=False)
    if value != found.hexdigest() and value != base64.b32encode(found.digest()).decode():
        raise ValueError("its digest does not fit")


def _hop(value: str) -> Redirect:
    status, _, url = value.partition(" ")
    return Redirect(int(status), url)
