"""Captures on which no version stands are dropped after a while, and no pointer breaks: a file is written anew, a note says where to.

    what is to stay -> NAME+1.warc.gz -> NAME.warc.gz.moved -> NAME.warc.gz removed

A kill after any of these steps leaves either the old file or the new one with its note; the next sweep goes on from there. A file on which
no version stands at all is left alone: it may be that of another database.
"""

import fcntl
import json
import os
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

from . import files
from .records import Member, belongs, members, opening

_MARK = "swept-until"  # the name of the newest file that was looked at: what a version once stands on it stands on for ever
_UNFINISHED = ".unfinished"
_AT_ONCE = 20  # files of one question
_LASTS = timedelta(days=2)  # a file may be written to for a day from when it was begun

Standing = Callable[[Collection[str]], Collection[str]]
"""What tells the pointers of all versions into these files."""


class Swept(NamedTuple):
    """How many files were written anew, and how many bytes that freed."""

    files: int = 0
    freed: int = 0


def sweep(folder: Path, now: datetime, keep: timedelta, standing: Standing) -> Swept:
    """Drop captures that are older than ``keep`` and on which no version stands. Raises ``OSError``."""
    done = Swept()
    for leftover in folder.glob(f"*{_UNFINISHED}"):
        leftover.unlink()
    names = [name for name in _names(folder) if files.begun_at(name) + _LASTS + keep < now]
    for start in range(0, len(names), _AT_ONCE):
        portion = names[start : start + _AT_ONCE]
        places = [place for pointer in standing(portion) if (place := files.place_of(pointer)) is not None]
        for name in portion:
            if not _is_let_go(folder / name):
                return done
            freed = _swept(folder, name, {place.offset for place in places if place.name == name})
            done = Swept(done.files + bool(freed), done.freed + freed)
            _write(folder / _MARK, name.encode())
    return done


def _names(folder: Path) -> list[str]:
    """Return the files that were not looked at yet, the oldest first, as they were called at first."""
    mark = folder / _MARK
    last = mark.read_text() if mark.exists() else ""
    found = sorted(path.name for path in folder.glob("*.warc.gz") if files.place_of(f"{path.name}:0:0") is not None)
    return [name for name in found if name > last or (folder / f"{name}{files.MOVED}").exists()]


def _is_let_go(path: Path) -> bool:
    """Return whether nobody writes to a file any more."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _swept(folder: Path, name: str, wanted: Collection[int]) -> int:
    """Write a file anew with the captures at these offsets, unless that gains nothing; return how many bytes that freed."""
    path, note = folder / name, folder / f"{name}{files.MOVED}"
    before = path.stat().st_size
    if not wanted:
        return 0
    if not note.exists():
        new = path.with_name(name.replace(".warc.gz", "+1.warc.gz"))
        places = _written(path, new, set(wanted))
        if places is None:
            return 0
        _write(note, json.dumps({"file": new.name, "records": places}).encode())
    path.unlink()
    files.sync_folder(folder)
    return before - (folder / files.moved(note)[0]).stat().st_size


def _written(path: Path, new: Path, wanted: set[int]) -> dict[int, int] | None:
    """Write what is to stay into a new file; return where each capture stands now. None where all stays, or some cannot be found."""
    places: dict[int, int] = {}
    dropped = False
    unfinished = new.with_name(f"{new.name}{_UNFINISHED}")
    with path.open("rb") as old, unfinished.open("wb") as file:
        file.write(opening(new.name, files.begun_at(path.name)))
        for capture in _captures(old):
            if capture[0].offset in wanted:
                places[capture[0].offset] = file.tell()
                file.write(b"".join(member.packed for member in capture))
            else:
                dropped = True
        files.sync(file)
    if not dropped or set(places) != wanted:
        unfinished.unlink()
        return None
    unfinished.replace(new)
    files.sync_folder(new.parent)
    return places


def _captures(file: BinaryIO) -> Iterator[list[Member]]:
    """Yield each capture: the response or page that it is known by, with what follows it."""
    capture: list[Member] = []
    identities: set[str] = set()
    for member in members(file):
        sort = member.record.field("WARC-Type")
        if sort in ("response", "conversion") and not belongs(member.record, identities):
            if capture:
                yield capture
            capture, identities = [], set()
        if sort != "warcinfo":
            capture.append(member)
            identities.add(member.record.field("WARC-Record-ID"))
    if capture:
        yield capture


def _write(path: Path, data: bytes) -> None:
    """Put a small file in the place of another, whole or not at all."""
    unfinished = path.with_name(f"{path.name}{_UNFINISHED}")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    files.sync_folder(path.parent)
