"""The files of the archive: their names, how one is begun so that no other process has it, and what makes their bytes last."""

import errno
import fcntl
import json
import os
import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .records import opening

_MOST_FILES = 10_000  # begun in one second
_NAME = r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-\d{4}(?:-[A-Za-z0-9.-]{1,64})?\.warc\.gz"
_POINTER = re.compile(rf"({_NAME}):(\d{{1,15}}):(\d{{1,10}})(?::([0-9a-f]{{64}}))?")
MOVED = ".moved"
_BEGUN = "%Y-%m-%dT%H-%M-%SZ"


class Place(NamedTuple):
    """Where a record was written, and the SHA-256 (hex) of its bytes there: what a pointer says; the first ones said no digest."""

    name: str
    offset: int
    length: int
    digest: str = ""

    def __str__(self) -> str:
        return ":".join(str(part) for part in self if part != "")


def place_of(pointer: str) -> Place | None:
    """Return what a pointer says; None for what is none."""
    match = _POINTER.fullmatch(pointer)
    return None if match is None else Place(match[1], int(match[2]), int(match[3]), match[4] or "")


def located(folder: Path, place: Place) -> Place:
    """Return where a record lies today: where it was written, or where the file was written anew (``sweeping``). Raises ``OSError``."""
    note = folder / f"{place.name}{MOVED}"
    if (folder / place.name).exists() or not note.exists():
        return place
    name, offsets = moved(note)
    return place._replace(name=name, offset=offsets.get(place.offset, place.offset))


def moved(note: Path) -> tuple[str, dict[int, int]]:
    """Return where a file was written anew, and where its records stand there by where they stood. Raises ``OSError``."""
    return _moved(note, note.stat().st_mtime_ns)


@lru_cache(8)
def _moved(note: Path, written_at: int) -> tuple[str, dict[int, int]]:
    try:
        told = json.loads(note.read_bytes())
        return str(told["file"]), {int(before): int(now) for before, now in told["records"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OSError(errno.EIO, f"{note.name} is damaged") from error


def begun_at(name: str) -> datetime:
    """Return when a file was begun, as its name says. Raises ``ValueError`` for the name of another file."""
    if re.fullmatch(_NAME, name) is None:
        raise ValueError(f"not a file of the archive: {name!r}")
    return datetime.strptime(name[:20], _BEGUN).replace(tzinfo=UTC)


def begun(folder: Path, now: datetime, mark: str) -> BinaryIO:
    """Return a new file with its first record; it is locked for as long as it is open."""
    for number in range(1, _MOST_FILES):
        path = folder / f"{now.astimezone(UTC).strftime(_BEGUN)}-{number:04}{mark}.warc.gz"
        try:
            file = path.open("xb")
        except FileExistsError:
            continue
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(opening(path.name, now))
        sync_folder(folder)
        return file
    raise FileExistsError(f"{_MOST_FILES} files of one second")


def sync(file: BinaryIO) -> None:
    """Make what was written last."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the name of a new file last; without it a power cut may leave bytes that nobody finds."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
