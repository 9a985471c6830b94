"""A backup of a database while others read and write it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from service.errors import StateError, UsageError

from . import schema
from .database import Database

Told = Callable[[int, int], None]  # pages done, of all

_PAGES = 2048  # of 4 KB, between two signs of life


def backup(database: Database, file: Path, on_progress: Told = lambda done, all_: None) -> int:
    """Write the database, as it is at this moment, into a new file; return its size in bytes once it was opened and found whole.

    Raises ``UsageError`` for a file that is there and for PostgreSQL, which has tools of its own for it; ``StateError`` where it fails.
    """
    if not database.on_sqlite:
        raise UsageError(
            f"the database {database.name} is PostgreSQL: back it up with its own tool,"
            " pg_dump --format=custom --file=FILE ADDRESS, and bring it back with pg_restore --dbname=ADDRESS FILE"
        )
    if file.exists():
        raise UsageError(f"{file} is there already: a backup overwrites nothing")
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        _write(Path(database.name), unfinished, on_progress)
        _check(unfinished)
        unfinished.rename(file)
    except (sqlite3.Error, OSError) as error:
        raise StateError(f"the backup {file} cannot be written: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def _write(origin: Path, file: Path, on_progress: Told) -> None:
    with closing(sqlite3.connect(origin)) as one, closing(sqlite3.connect(file)) as other:
        one.execute("BEGIN")
        one.execute("SELECT count(*) FROM sqlite_schema")  # from here on it sees one state, whatever others write
        one.backup(other, pages=_PAGES, progress=lambda _, remaining, total: on_progress(total - remaining, total))
        other.execute("PRAGMA journal_mode = DELETE")  # one file, without companions


def _check(file: Path) -> None:
    """Open what was written. Raises ``StateError`` where it is not whole."""
    with closing(sqlite3.connect(file)) as connection:
        damage = connection.execute("PRAGMA integrity_check").fetchone()[0]
        lost = connection.execute("PRAGMA foreign_key_check").fetchall()
        stamp = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    if damage != "ok" or lost or stamp != schema.HEAD:
        raise StateError(f"the backup is not whole ({damage}); it was not kept")
