"""One process at a time works on a state folder: a lock file that the kernel frees when its holder dies."""

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType
from typing import IO

from .errors import StateError

DAEMON = "run"
REFRESH = "refresh"
COPY = "db copy"
IMPORT = "import"


class StateLock:
    """The right to work on a state folder, as a context manager.

    ``role`` is what the holder does (``DAEMON``, ``REFRESH``, ``COPY``, ``IMPORT``); it and the process id are written into the file, for
    words to the next one.
    Raises ``StateError`` where another process holds it.
    """

    def __init__(self, state_dir: Path, role: str) -> None:
        self.path = state_dir / "presswatch.lock"
        self.role = role
        self._file: IO[str] | None = None

    def __enter__(self) -> "StateLock":
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise StateError(f"cannot write to the state folder {self.path.parent}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            self._file = None
            raise StateError(self.refusal()) from None
        self._file.truncate(0)
        json.dump({"pid": os.getpid(), "role": self.role}, self._file)
        self._file.flush()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None

    def refusal(self) -> str:
        holder = holder_of(self.path.parent)
        who = f"'presswatch {holder[0]}' (process {holder[1]})" if holder else "another process"
        return f"the state folder {self.path.parent} is in use by {who}; stop it first, or give this one its own folder with --state"


def holder_of(state_dir: Path) -> tuple[str, int] | None:
    """Return role and process id of whoever holds the folder now; None where nobody does."""
    path = state_dir / "presswatch.lock"
    try:
        with path.open("r", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                told = json.loads(file.read() or "{}")
                return str(told.get("role", "presswatch")), int(told.get("pid", 0))
            return None
    except (OSError, ValueError):
        return None
