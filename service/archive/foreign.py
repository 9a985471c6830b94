"""WARC files that somebody else wrote, read record by record within bounds: nothing in them is taken for granted.

Each file is gzip, member by member, or plain. A record that is too large is passed over; where a file cannot be read on, reading ends.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from typing import BinaryIO, NamedTuple, cast

from service.errors import Unreadable

from .records import Record, hold

_HEAD = 64 * 1024  # bytes of a record's header
_LINE = 8 * 1024
_PIECE = 1 << 16
_END = b"\r\n\r\n"


class Answer(NamedTuple):
    """A response as its record has it: the body freed of its transfer encoding, not of its content encoding."""

    record: Record
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def walk(file: BinaryIO, most: int) -> Iterator[Record]:
    """Yield the records of a file whose block has at most so many bytes. Raises ``Unreadable`` where it cannot be read (on)."""
    try:
        is_packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        yield from _records(cast(BinaryIO, gzip.GzipFile(fileobj=file)) if is_packed else file, most)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"it cannot be read on: {getattr(error, 'strerror', None) or error}") from error


def answer_of(record: Record) -> Answer:
    """Return what a response record holds. Raises ``Unreadable`` for one that is damaged, or no answer over HTTP."""
    try:
        for name, data in (("WARC-Block-Digest", record.block), ("WARC-Payload-Digest", record.block.partition(_END)[2])):
            if record.field(name).partition(":")[0] in ("sha1", "sha256"):
                hold(record.field(name), data)
        told = HTTPResponse(_Wire(record.block))  # type: ignore[arg-type] # all that it asks of a socket
        told.begin()
        body = told.read()
    except (ValueError, HTTPException, OSError) as error:
        raise Unreadable(f"the record {record.field('WARC-Record-ID')} is damaged: {error}") from error
    return Answer(record, told.status, tuple(told.getheaders()), body)


class _Wire:
    def __init__(self, block: bytes) -> None:
        self._block = block

    def makefile(self, mode: str) -> BinaryIO:
        return io.BytesIO(self._block)


def _records(file: BinaryIO, most: int) -> Iterator[Record]:
    while (fields := _fields(file)) is not None:
        told = Record(fields, b"").field("Content-Length")
        if not told.isdigit() or len(told) > 15:
            raise Unreadable("a record without a length: this is no WARC file, or it is damaged")
        length = int(told)
        if length <= most:
            block = file.read(length)
            if len(block) < length:
                raise Unreadable("it ends in the middle of a record")
            yield Record(fields, block)
        else:
            left = length
            while left and (piece := file.read(min(left, _PIECE))):
                left -= len(piece)
            if left:
                raise Unreadable("it ends in the middle of a record")


def _fields(file: BinaryIO) -> tuple[tuple[str, str], ...] | None:
    """Return the header of the next record; None at the end. Raises ``Unreadable``."""
    line = file.readline(_LINE)
    while line in (b"\r\n", b"\n"):
        line = file.readline(_LINE)
    if not line:
        return None
    if not line.startswith(b"WARC/"):
        raise Unreadable("no WARC file: a record does not begin with WARC/")
    found, size = [], 0
    while (line := file.readline(_LINE)).strip():
        size += len(line)
        if size > _HEAD or not line.endswith(b"\n"):
            raise Unreadable("a record with a header without end")
        name, _, value = line.decode("utf-8", "replace").partition(":")
        found.append((name.strip(), value.strip()))
    return tuple(found)
