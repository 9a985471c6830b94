"""The files of raw pages as they lie on the disk, read for ``verify``: each byte of them, whatever has become of them."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from service.errors import StateError

from . import files, records

# How every gzip member that we write begins: no time, no name, nothing but itself (RFC 1952, section 2.3).
_HEAD = re.compile(rb"\x1f\x8b\x08\x00\x00\x00\x00\x00[\x00\x02\x04][\x03\x13]", re.DOTALL)
_PIECE = 1 << 16
_MISSING = "an answer or a picture is not there, or not the one, that its page says it was kept with"


class RawFiles:
    """The folder of raw pages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: tuple[str, BinaryIO] | None = None

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in self._folder.glob("*.warc.gz"))) if self._folder.is_dir() else ()

    def size(self, name: str) -> int:
        """Return how many bytes a file has; 0 for one that is not there."""
        path = self._folder / name
        return path.stat().st_size if path.is_file() else 0

    def settled(self, name: str) -> int:
        """Return how many bytes of a file are on the disk, whatever happens now. Raises ``StateError``."""
        with _told(name), (self._folder / name).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            os.fsync(file.fileno())
            return size

    def digest(self, name: str, size: int) -> str:
        """Return the SHA-256 (hex) of the first bytes of a file. Raises ``StateError``."""
        with _told(name), (self._folder / name).open("rb") as file:
            return _digest(file, size)[0]

    def why_not(self, pointer: str) -> str | None:
        """Return in words why the record that a pointer names is not the one it was; None where it is."""
        place = files.place_of(pointer)
        if place is None:
            return f"has a place that cannot be: {pointer!r}"
        try:
            if self._open is None or self._open[0] != place.name:
                place = files.located(self._folder, place)
            file = self._file(place.name)
            file.seek(place.offset)
            digest, missing = _digest(file, place.length)
        except OSError as error:
            return f"is not there: {place.name}: {error.strerror or error}"
        if missing:
            return f"is cut off: {place.name} ends before it"
        return None if place.digest in ("", digest) else "is not the one that was recorded: its bytes have another digest"

    def troubles(self, name: str, sworn: Iterable[tuple[int, str]] = ()) -> Iterator[str]:
        """Yield in words what is wrong with a file: its records, and its beginnings where they are not as ``sworn`` (size, SHA-256)."""
        try:
            with (self._folder / name).open("rb") as file:
                yield from _records(file, self.size(name))
                file.seek(0)
                yield from _beginnings(file, sworn)
        except OSError as error:
            yield f"cannot be read: {error.strerror or error}"

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _file(self, name: str) -> BinaryIO:
        """Return a file by its name; the one used last stays open, for versions come in the order of their raw pages."""
        if self._open is None or self._open[0] != name:
            self.close()
            self._open = (name, (self._folder / name).open("rb"))
        return self._open[1]


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StateError(f"the raw pages of {name} cannot be read: {error.strerror or error}") from error


def _records(file: BinaryIO, size: int) -> Iterator[str]:
    """Yield what is wrong with the records; behind one that cannot be read, nothing is looked for."""
    end = 0
    missing: Counter[str] = Counter()  # what the last record said that follows it
    for member in records.members(file):
        missing, words = _followed(missing, member.record)
        yield from (f"before byte {member.offset}, {one}" for one in words)
        if _HEAD.match(member.packed) is None:
            yield f"the record at byte {member.offset} does not begin as presswatch writes them"
        end = member.offset + len(member.packed)
    if missing.total():
        yield f"at its end, {_MISSING}"
    if end < size:
        yield f"the record at byte {end} cannot be read, or is not what its digests say"


def _followed(missing: Counter[str], record: records.Record) -> tuple[Counter[str], tuple[str, ...]]:
    """Return what is still to follow behind a record, and in words what should have come before it."""
    begins = record.field("WARC-Type") in ("response", "conversion") and not record.field("WARC-Concurrent-To")
    left = missing.copy()
    if not begins:
        left[records.payload_digest(record)] -= 1
    return (Counter(records.parts_of(record)) if begins else +left), ((_MISSING,) if begins and missing.total() else ())


def _beginnings(file: BinaryIO, sworn: Iterable[tuple[int, str]]) -> Iterator[str]:
    digest, done = hashlib.sha256(), 0
    for size, wanted in sorted(set(sworn)):
        done += _feed(digest, file, size - done)
        if done < size:
            yield f"has {done} bytes; the ledger knows {size} of it"
            return
        if digest.hexdigest() != wanted:
            yield f"its first {size} bytes are not those that the ledger knows"


def _digest(file: BinaryIO, length: int) -> tuple[str, int]:
    """Return the digest of the next bytes, and how many of them are missing."""
    digest = hashlib.sha256()
    missing = length - _feed(digest, file, length)
    return digest.hexdigest(), missing


def _feed(digest: "hashlib._Hash", file: BinaryIO, length: int) -> int:
    left = length
    while left > 0 and (piece := file.read(min(left, _PIECE))):
        digest.update(piece)
        left -= len(piece)
    return length - left
