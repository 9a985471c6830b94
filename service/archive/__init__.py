"""Raw pages as they were served, in WARC 1.1 (ISO 28500): the evidence behind every version, readable by any web archive's tools.

One file belongs to one process, so that a process killed in the middle of a record spoils nobody else's file, nor its own earlier
records: a record is a gzip member of its own, found by the pointer ``name:offset:length:digest``; the digest is the SHA-256 of these
bytes, in hex (the first pointers are without it). What belongs to a record follows it at once.
"""

import hashlib
import os
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

from service.errors import StateError, Unreadable
from service.models import Clock, Snapshot

from . import files, records
from .capturing import capture
from .files import Place
from .records import Member, Record
from .sweeping import Standing, Swept, sweep

__all__ = ["Archive", "Capture", "Record", "whole_file"]

_FULL = 100_000_000
_LASTS = timedelta(days=1)  # a file begun earlier is ended, however little is in it


class Capture(NamedTuple):
    """A raw page with all that was written of it: its records as they lie in the file, the one that it is known by first."""

    snapshot: Snapshot
    members: tuple[Member, ...]

    @property
    def seen_again(self) -> tuple[str, ...]:
        """When further looks were served the very same bytes."""
        return tuple(record.field("WARC-Date") for kind in ("revisit", "metadata") for record in self.of(kind))

    def of(self, kind: str) -> Iterator[Record]:
        """Yield its records of one WARC type."""
        return (member.record for member in self.members if member.record.field("WARC-Type") == kind)


class Archive:
    """The folder of WARC files; shared by all workers."""

    def __init__(self, folder: Path, clock: Clock, full: int = _FULL, writer: str = "") -> None:
        """``full`` is the size in bytes of a file that no further page goes into; ``writer``, if any, ends the names of files."""
        self._folder = folder
        self._clock = clock
        self._full = full
        self._mark = f"-{re.sub(r'[^A-Za-z0-9.-]', '-', writer)[:64]}" if writer else ""
        self._file: BinaryIO | None = None
        self._whole = 0  # bytes of it that are on the disk, to the end of a record
        self._ends_at = clock.now()
        self._lock = threading.Lock()

    def keep(self, snapshots: Iterable[Snapshot]) -> tuple[str, ...]:
        """Write the snapshots to disk and return a pointer to each, in order; safe from power cuts once it has returned.

        Raises ``StateError`` when the folder cannot be written.
        """
        return self._kept([capture(snapshot) for snapshot in snapshots])

    def keep_seen(self, snapshot: Snapshot, again: Iterable[Snapshot]) -> str:
        """The same for one snapshot; further looks at it that were served the very same bytes are written down beside it."""
        return self._kept([capture(snapshot, again)])[0]

    def fetch(self, pointer: str) -> Snapshot:
        """Return the snapshot that a pointer names, without the request. Raises ``Unreadable`` where it is not there, or not whole.

        Headers that spoke of the bytes on the wire are gone.
        """
        place = _place(pointer)
        try:
            with self._opened(place) as file:
                packed = file.read(place.length)
        except OSError as error:
            raise Unreadable(f"raw page {pointer} cannot be read: {error.strerror or error}") from error
        if len(packed) < place.length:
            raise Unreadable(f"raw page {pointer} is not whole")
        if place.digest and hashlib.sha256(packed).hexdigest() != place.digest:
            raise Unreadable(f"raw page {pointer} is not the one that was kept")
        try:
            return records.snapshot_of(records.unpacked(packed))
        except ValueError as error:
            raise Unreadable(f"raw page {pointer} is damaged") from error

    def capture(self, pointer: str) -> Capture:
        """Return the capture that a pointer names: with its request and the looks that saw the same again. Raises ``Unreadable``."""
        self.fetch(pointer)  # it tells in words what is wrong with it
        place = _place(pointer)
        try:
            with self._opened(place) as file:
                found = tuple(_together(records.members(file, file.tell())))
        except OSError as error:
            raise Unreadable(f"raw page {pointer} cannot be read: {error.strerror or error}") from error
        return Capture(records.whole([member.record for member in found]), found)

    def sweep(self, keep: timedelta, standing: Standing) -> Swept:
        """Drop captures older than ``keep`` on which no version stands; ``standing`` tells the pointers of versions into files.

        Raises ``StateError`` when the folder cannot be written.
        """
        if not self._folder.is_dir():
            return Swept()
        try:
            return sweep(self._folder, self._clock.now(), keep, standing)
        except OSError as error:
            raise StateError(f"raw pages of {self._folder} cannot be swept: {error.strerror or error}") from error

    def index(self) -> Iterator[bytes]:
        """Yield the index of all that was kept, in CDXJ; file names in it are relative to the folder."""
        from .cdxj import index

        return index(self._folder)

    def close(self) -> None:
        """End the file in use."""
        with self._lock:
            self._leave()

    def _opened(self, place: Place) -> BinaryIO:
        """Return the file that a record lies in, at its beginning."""
        try:
            return self._at(files.located(self._folder, place))
        except FileNotFoundError:  # it was written anew just now, perhaps
            return self._at(files.located(self._folder, place))

    def _at(self, place: Place) -> BinaryIO:
        file = (self._folder / place.name).open("rb")
        file.seek(place.offset)
        return file

    def _kept(self, captures: list[tuple[bytes, bytes]]) -> tuple[str, ...]:
        if not captures:
            return ()
        with self._lock:
            try:
                return self._written(captures)
            except OSError as error:
                self._abandon()
                raise StateError(f"raw pages cannot be written to {self._folder}: {error.strerror or error}") from error

    def _written(self, captures: list[tuple[bytes, bytes]]) -> tuple[str, ...]:
        pointers = []
        now = self._clock.now()
        for response, followers in captures:
            file = self._current(now)
            pointers.append(str(Place(Path(file.name).name, file.tell(), len(response), hashlib.sha256(response).hexdigest())))
            file.write(response + followers)
            if file.tell() >= self._full:
                self._leave()
        if self._file is not None:
            files.sync(self._file)
            self._whole = self._file.tell()
        return tuple(pointers)

    def _current(self, now: datetime) -> BinaryIO:
        """Return the file in use, or a new one that no other process has."""
        if self._file is not None and now >= self._ends_at:
            self._leave()
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file, self._whole = files.begun(self._folder, now, self._mark), 0
            self._ends_at = now + _LASTS
        return self._file

    def _abandon(self) -> None:
        """Take back what was not written to its end, for a disk that is full; the next record begins another file."""
        if self._file is not None:
            file, self._file = self._file, None
            with suppress(OSError):
                file.close()
            with suppress(OSError):
                os.truncate(file.name, self._whole) if self._whole else Path(file.name).unlink()

    def _leave(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            try:
                files.sync(file)
            finally:
                file.close()


def whole_file() -> bytes:
    """Return the record that a file of captures begins with, where it is made for others: the same each time."""
    return records.opening("presswatch.warc.gz", datetime(1970, 1, 1, tzinfo=UTC))


def _place(pointer: str) -> Place:
    place = files.place_of(pointer)
    if place is None:
        raise Unreadable(f"not a pointer to a raw page: {pointer!r}")
    return place


def _together(found: Iterable[Member]) -> Iterator[Member]:
    """Yield the first record and those right behind it that speak of it."""
    identities: set[str] = set()
    for member in found:
        if identities and not records.belongs(member.record, identities):
            return
        identities.add(member.record.field("WARC-Record-ID"))
        yield member
