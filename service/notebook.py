"""The wall to ``state/checkpoints.txt``: every signed checkpoint, one below the other, for whoever copies it to another place.

The database is the truth; the file is a copy that may lag behind it after a crash, and that may begin later than it.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from .errors import StateError
from .notes import note_from, notes_in

_TAIL = 1 << 12  # bytes: more than any note has


class Notebook:
    """An append-only file of notes, each followed by a blank line. One process appends at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last_number(self) -> int:
        """Return the number of the last whole note; 0 where there is none. Raises ``StateError``."""
        try:
            return self._last()[0]
        except OSError as error:
            raise StateError(f"cannot read {self.path}: {error.strerror}") from error

    def append(self, written: Iterable[str]) -> None:
        """Append notes and return when they are on the disk. What a kill left of one is taken away first. Raises ``StateError``."""
        data = "".join(f"{note}\n" for note in written).encode()
        try:
            _, end = self._last()
            with self.path.open("ab") as file:
                file.truncate(end)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StateError(f"cannot append to {self.path}: {error.strerror}") from error

    def _last(self) -> tuple[int, int]:
        """Return the number of the last whole note, and where it ends, its blank line included."""
        if not self.path.exists():
            return 0, 0
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            start = max(0, size - _TAIL)
            file.seek(start)
            tail = file.read().decode("utf-8", "replace")
        for note in reversed(list(notes_in(tail))):
            before, found, _ = tail.rpartition(f"{note}\n")
            if found:
                return note_from(note).number, start + len(before.encode()) + len(found.encode())
        return 0, size if size > _TAIL else 0
