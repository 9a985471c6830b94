"""SQLite: the file behind a database, whatever becomes of it while it is open.

A file that was moved away is told, never made anew behind the back of whoever moved it; once it is back, or another is in its place, it
is gone on with. In a folder that may not be written (of another user, or on a disk mounted so) it can still be read.
"""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from service.errors import StateError

_TRIES, _BETWEEN_TRIES = 100, 0.05  # how often, and after how many seconds, a new file is tried to be brought to write-ahead logging


def open_file(url: URL, patience: float) -> Engine:
    """Return an engine over a file, which is made where it is not there yet. Raises ``StateError`` where it cannot be."""
    file = Path(url.database or "")
    folder = file.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateError(f"the folder {folder} cannot be made: {error.strerror}") from error
    engine = create_engine(url, pool_size=16, max_overflow=48, connect_args={"timeout": patience, "check_same_thread": False})
    connections = _Connections(file, is_ours=not file.exists() or os.access(folder, os.W_OK))
    for moment in ("do_connect", "connect", "checkout"):
        event.listen(engine, moment, getattr(connections, moment))
    event.listen(engine, "begin", _begun)
    return engine


class _Connections:
    """What is done to each connection to a file when it is made, and when it is used again; by the names of SQLAlchemy's events.

    ``is_ours``: whether it may be written.
    """

    def __init__(self, file: Path, *, is_ours: bool) -> None:
        self.file = file
        self.is_ours = is_ours
        self.is_made = False

    def do_connect(self, dialect: Any, record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
        if self.is_made:
            _there(self.file)
        if not self.is_ours:
            arguments[:] = [_for_reading(self.file)]
            options["uri"] = True

    def connect(self, connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say so, not where the driver thinks
        connection.execute("PRAGMA foreign_keys = ON")
        if self.is_ours:
            _to_wal(connection)
        record.info["file"] = self.which()
        self.is_made = True

    def checkout(self, connection: Any, record: Any, proxy: Any) -> None:
        if record.info["file"] != self.which():
            raise DisconnectionError("another file is in its place")  # for the pool, which opens that one

    def which(self) -> tuple[int, ...]:
        return _there(self.file) if self.is_ours else _as_read(self.file)


def _begun(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("writes"):
        # FULL: an edit once told must not be forgotten by a power cut; there is one such commit a pass, the rest is NORMAL
        connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if options.get('durable') else 'NORMAL'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")


def _there(file: Path) -> tuple[int, ...]:
    """Return which file it is that has this name now."""
    try:
        told = file.stat()
    except OSError as error:
        raise StateError(f"the database {file} is gone: moved or removed while in use ({error.strerror})") from error
    return told.st_dev, told.st_ino


def _as_read(file: Path) -> tuple[int, ...]:
    """Return the same with its contents: a file that was read as one that nobody writes must be opened anew once somebody does."""
    found = _there(file)
    return found if _is_written(file) else (*found, file.stat().st_mtime_ns, file.stat().st_size)


def _for_reading(file: Path) -> str:
    """Return the address of a file beside which nothing can be written: with the log of who writes it, or as one that nobody does."""
    return f"file:{quote(str(file))}?mode=ro" + ("" if _is_written(file) else "&immutable=1")


def _is_written(file: Path) -> bool:
    return file.with_name(f"{file.name}-wal").exists()


def _to_wal(connection: Any) -> None:
    """Bring a database to write-ahead logging. SQLite does not wait where two do so to a new file at once: we do."""
    for _ in range(_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
        threading.Event().wait(_BETWEEN_TRIES)
    connection.execute("PRAGMA journal_mode = WAL")
