"""Raw pages as they were served, in WARC 1.1 (ISO 28500): the evidence behind every version, readable by any web archive's tools.

One file belongs to one process, so that a process killed in the middle of a record spoils nobody else's file, nor its own earlier
records: a record is a gzip member of its own, found by the pointer ``name:offset:length:digest``; the digest is the SHA-256 of these
bytes, in hex (states that are older than the ledger have pointers without it).
"""

import hashlib
import os
import re
import threading
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from service.errors import StateError, Unreadable
from service.models import Clock, Redirect, Snapshot

_FULL = 100_000_000
_MOST_FILES = 10_000  # begun in one second
_POINTER = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-\d{4}(?:-[A-Za-z0-9.-]{1,64})?\.warc\.gz):(\d{1,15}):(\d{1,10})(?::([0-9a-f]{64}))?"
)
_OF_THE_WAY = frozenset({"content-encoding", "transfer-encoding", "content-length"})  # of the bytes on the wire, not of those we keep
# fields of our own: WARC lets unknown ones pass (section 5.1)
_ASKED = "Presswatch-Asked-URI"
_HOP = "Presswatch-Redirect"
_SECONDS = "Presswatch-Seconds"


class Archive:
    """The folder of WARC files; shared by all workers. Without the ``warc`` extra it keeps nothing (``available`` is False)."""

    def __init__(self, folder: Path, clock: Clock, full: int = _FULL, writer: str = "") -> None:
        """``full`` is the size in bytes of a file that no further page goes into; ``writer``, if any, ends the names of files."""
        self.available = find_spec("warcio") is not None
        self._folder = folder
        self._clock = clock
        self._full = full
        self._mark = f"-{re.sub(r'[^A-Za-z0-9.-]', '-', writer)[:64]}" if writer else ""
        self._file: BinaryIO | None = None
        self._lock = threading.Lock()

    def keep(self, snapshots: Iterable[Snapshot]) -> tuple[str, ...]:
        """Write the snapshots to disk and return a pointer to each, in order; safe from power cuts once it has returned.

        Pointers are empty where nothing is kept. Raises ``StateError`` when the folder cannot be written.
        """
        if not self.available:
            return tuple("" for _ in snapshots)
        records = [_record(snapshot) for snapshot in snapshots]
        if not records:
            return ()
        with self._lock:
            try:
                return self._written(records)
            except OSError as error:
                self._leave()  # its end may be torn: the next record begins another file
                raise StateError(f"raw pages cannot be written to {self._folder}: {error.strerror or error}") from error

    def fetch(self, pointer: str) -> Snapshot:
        """Return the snapshot that a pointer names. Raises ``Unreadable`` where it is not there, or not whole.

        Headers that spoke of the bytes on the wire are gone, and letters beyond ASCII in others are percent-encoded.
        """
        match = _POINTER.fullmatch(pointer)
        if match is None:
            raise Unreadable(f"not a pointer to a raw page: {pointer!r}")
        if not self.available:
            raise Unreadable("raw pages need the warc extra: pip install 'presswatch[warc]'")
        name, offset, length = match[1], int(match[2]), int(match[3])
        try:
            with (self._folder / name).open("rb") as file:
                file.seek(offset)
                packed = file.read(length)
        except OSError as error:
            raise Unreadable(f"raw page {pointer} cannot be read: {error.strerror or error}") from error
        if len(packed) < length:
            raise Unreadable(f"raw page {pointer} is not whole")
        if match[4] is not None and hashlib.sha256(packed).hexdigest() != match[4]:
            raise Unreadable(f"raw page {pointer} is not the one that was kept")
        return _snapshot(pointer, packed)

    def close(self) -> None:
        """End the file in use."""
        with self._lock:
            self._leave()

    def _written(self, records: list[bytes]) -> tuple[str, ...]:
        pointers = []
        for record in records:
            file = self._current()
            offset = file.tell()
            file.write(record)
            pointers.append(f"{Path(file.name).name}:{offset}:{len(record)}:{hashlib.sha256(record).hexdigest()}")
            if file.tell() >= self._full:
                self._leave()
        if self._file is not None:
            _sync(self._file)
        return tuple(pointers)

    def _current(self) -> BinaryIO:
        """Return the file in use, or a new one that no other process has."""
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = _begun(self._folder, self._clock.now(), self._mark)
        return self._file

    def _leave(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            try:
                _sync(file)
            finally:
                file.close()


def _begun(folder: Path, now: datetime, mark: str) -> BinaryIO:
    """Return a new file with its first record, which says what wrote it."""
    for number in range(1, _MOST_FILES):
        path = folder / f"{now.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}-{number:04}{mark}.warc.gz"
        try:
            file = path.open("xb")
        except FileExistsError:
            continue
        file.write(_opening(path.name, now))
        _sync_folder(folder)
        return file
    raise FileExistsError(f"{_MOST_FILES} files of one second")


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file last; without it a power cut may leave bytes that nobody finds."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _opening(name: str, now: datetime) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    fields = [("WARC-Type", "warcinfo"), ("WARC-Record-ID", writer._make_warc_id()), ("WARC-Filename", name), ("WARC-Date", _stamp(now))]
    text = b"software: presswatch\r\nformat: WARC File Format 1.1\r\n"
    headers = StatusAndHeaders("", fields, protocol="WARC/1.1")
    writer.write_record(writer.create_warc_record("", "warcinfo", payload=BytesIO(text), length=len(text), warc_headers=headers))
    return out.getvalue()


def _record(snapshot: Snapshot) -> bytes:
    """Return a snapshot as a response record, one gzip member."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    kept = [(name, value) for name, value in snapshot.headers if name.lower() not in _OF_THE_WAY]
    kept.append(("Content-Length", str(len(snapshot.body))))
    told = [("WARC-Date", _stamp(snapshot.fetched_at)), (_ASKED, snapshot.url), (_SECONDS, f"{snapshot.seconds:.6f}")]
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    record = writer.create_warc_record(
        snapshot.final_url,
        "response",
        payload=BytesIO(snapshot.body),
        length=len(snapshot.body),
        warc_headers_dict=dict(told),
        http_headers=StatusAndHeaders(_status_line(snapshot.status), kept, protocol="HTTP/1.1"),
    )
    for hop in snapshot.redirects:
        record.rec_headers.add_header(_HOP, f"{hop.status} {hop.url}")
    writer.write_record(record)
    return out.getvalue()


def _snapshot(pointer: str, packed: bytes) -> Snapshot:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        record = next(iter(ArchiveIterator(BytesIO(packed), check_digests="raise")))
        told = record.rec_headers
        final_url, asked = told.get_header("WARC-Target-URI"), told.get_header(_ASKED)
        hops = tuple(_hop(value) for name, value in told.headers if name == _HOP)
        status = int(record.http_headers.get_statuscode())
        body = record.content_stream().read()
        moment = datetime.fromisoformat(told.get_header("WARC-Date"))
        return Snapshot(asked, final_url, status, tuple(record.http_headers.headers), body, moment, float(told.get_header(_SECONDS)), hops)
    except (ArchiveLoadFailed, zlib.error, EOFError, StopIteration, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"raw page {pointer} is damaged") from error


def _hop(value: str) -> Redirect:
    status, _, url = value.partition(" ")
    return Redirect(int(status), url)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
