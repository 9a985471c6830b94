"""The wall to ``state/changes.jsonl``: one line per change, appended after the commit, for ``tail -F`` and log shippers.

The database is the truth; the file is a copy that may lag behind it after a crash. ``ChangeLog.last_id`` tells where it stands,
so that its caller appends what is missing.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from .errors import StateError

_BLOCK = 65_536


class ChangeLog:
    """An append-only file of JSON lines, rotated by size: ``changes.jsonl``, then ``changes.jsonl.1`` (the latest full one) and on.

    A full file is renamed, never emptied, so a follower by name misses nothing. One process appends at a time.
    """

    def __init__(self, path: Path, max_bytes: int = 50_000_000, keep: int = 5) -> None:
        """``max_bytes`` is the size of a file that no further line goes into; ``keep`` how many full files stay (0: none)."""
        self.path = path
        self.max_bytes = max_bytes
        self.keep = keep

    def append(self, lines: Iterable[str]) -> None:
        """Append lines (JSON each, without line break) and return when they are on the disk. Raises ``StateError``.

        A line torn by a kill stays where it is, and the next one begins afresh.
        """
        data = "".join(f"{line}\n" for line in lines).encode()
        if not data:
            return
        try:
            self._rotate_if_full()
            self._write(data)
        except OSError as error:
            raise StateError(f"cannot append to {self.path}: {error.strerror}") from error

    def last_id(self) -> int | None:
        """Return the ``id`` of the last whole line, in this file or the rotated ones; None where there is none. Raises ``StateError``."""
        return next((found for line in self.backwards() if (found := _id(line)) is not None), None)

    def backwards(self) -> Iterator[bytes]:
        """Yield the lines of this file and the rotated ones, last first, reading no more than is asked for. Raises ``StateError``."""
        try:
            for path in [self.path, *(self._rotated(number) for number in range(1, self.keep + 1))]:
                yield from _lines_backwards(path)
        except OSError as error:
            raise StateError(f"cannot read {self.path}: {error.strerror}") from error

    def _write(self, data: bytes) -> None:
        is_new = not self.path.exists()
        with self.path.open("ab+") as file:
            if _is_torn(file.fileno()):
                file.write(b"\n")
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            self._sync_folder()

    def _rotate_if_full(self) -> None:
        if not self.path.exists() or self.path.stat().st_size < self.max_bytes:
            return
        for number in range(self.keep, 0, -1):
            older = self.path if number == 1 else self._rotated(number - 1)
            if older.exists():
                older.replace(self._rotated(number))
        self.path.unlink(missing_ok=True)  # still there only where none is kept
        self._sync_folder()

    def _rotated(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def _sync_folder(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _is_torn(file: int) -> bool:
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"


def _lines_backwards(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, last first, reading no more of it than is asked for."""
    if not path.exists():
        return
    with path.open("rb") as file:
        start = file.seek(0, os.SEEK_END)
        begun = b""
        while start > 0:
            size = min(_BLOCK, start)
            start -= size
            file.seek(start)
            begun, *lines = (file.read(size) + begun).split(b"\n")
            yield from reversed(lines)
        yield begun


def _id(line: bytes) -> int | None:
    try:
        change = json.loads(line)
    except ValueError:
        return None
    found = change.get("id") if isinstance(change, dict) else None
    return found if isinstance(found, int) else None
