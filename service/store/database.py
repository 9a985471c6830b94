"""The database as a wall: connections, transactions, and its errors in our words. Knows no table.

SQLite (``sqlite_file``): write-ahead log, so that readers never wait for the writer; every write begins with ``BEGIN IMMEDIATE``, one at
a time in this process. PostgreSQL: ``postgresql://`` means psycopg 3.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Insert, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from service.errors import StateError

from .sqlite_file import open_file

_PATIENCE = 30  # seconds that a write waits for another process to finish its own
_SILENCE = timedelta(seconds=10)  # in the middle of a transaction: whoever is frozen there holds up all others
# A machine that vanished, or a line that went dead, is given up after some twenty seconds; the system itself would wait for two hours.
_LINE = {"connect_timeout": 10, "keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
_PASSES = 7373  # the lock of ``one_at_a_time``
_BUGS = (IntegrityError, ProgrammingError, DataError, NotSupportedError)  # ours, not the world's: they end in a traceback
_PASSWORDS = ("password", "sslpassword")  # parameters of an address
_PLAIN = {
    "database is locked": "is held by another process for too long",
    "not a database": "is no database, or damaged",
    "malformed": "is damaged; where `presswatch verify` finds nothing wrong, it is the search alone: `presswatch db reindex` makes it anew",
    "readonly": "cannot be written: it is read-only",
    "unable to open": "cannot be opened",
    "disk is full": "cannot be written: the disk is full",
    "Connection refused": "cannot be reached: connection refused",
    "failed: No such file": "cannot be reached: no server is there",
    "system is starting up": "cannot be reached: its server is just starting",
    "system is shutting down": "cannot be reached: its server is just stopping",
    "password authentication failed": "refuses this user and password",
    "idle-in-transaction timeout": "gave up on a write: this process was frozen for too long in the middle of it",
    "deadlock detected": "gave up on a write: it and another one waited for each other",
    "terminating connection": "cut the connection",
    "server closed the connection": "cut the connection: it stops, or starts again",
    "too many clients": "has no connection free: too many are in use",
}


class Database:
    """Short transactions on one database, from any thread.

    ``patience``: seconds that a write waits for another process (SQLite). ``silence``: how long a process may pause in the middle of a
    transaction before PostgreSQL takes it for frozen, and its locks away.
    """

    def __init__(self, place: str | Path, patience: float = _PATIENCE, silence: timedelta = _SILENCE) -> None:
        url = _url(place)
        self.name = url.database or "" if url.get_backend_name() == "sqlite" else _shown(url)
        self.on_sqlite = url.get_backend_name() == "sqlite"
        self._engine = open_file(url, patience) if self.on_sqlite else _postgres(url, min(silence, _SILENCE))
        self._writer: AbstractContextManager[Any] = threading.Lock() if self.on_sqlite else nullcontext()
        self._turn: AbstractContextManager[Any] = nullcontext() if self.on_sqlite else threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database for the length of the ``with``."""
        with self.in_words(), self._engine.connect() as connection:
            if not self.on_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    @contextmanager
    def write(self, *, durable: bool = True, in_turn: bool = False) -> Iterator[Connection]:
        """Give a connection in a transaction: all of it is kept, or nothing if the ``with`` ends by an error.

        A durable one survives a power cut once it is over; the others (leases: they are there to be lost) save the wait for the disk.
        ``in_turn`` is for one that will call ``one_at_a_time``: no two threads of a process wait there, for a process that is frozen would
        be given its turn for each of them.
        """
        with self.in_words(), self._writer, self._turn if in_turn else nullcontext(), self._engine.connect() as connection:
            if self.on_sqlite:
                connection = connection.execution_options(writes=True, durable=durable)
            with connection.begin():
                if not self.on_sqlite and not durable:
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                yield connection

    @contextmanager
    def rebuild(self) -> Iterator[Connection]:
        """Give a connection in a transaction that may change tables: alone, and with foreign keys not looked at until its end."""
        with self.in_words(), self._writer, self._engine.connect() as connection:
            if not self.on_sqlite:
                with connection.begin():
                    take_time(connection)
                    one_at_a_time(connection)
                    yield connection
                return
            _driver(connection).execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.execution_options(writes=True, durable=True).begin():
                    yield connection
            finally:
                _driver(connection).execute("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        self._engine.dispose()

    def session(self) -> Connection:
        """Return a connection for as long as the caller likes; one that means something to others is to be invalidated, not closed."""
        return self._engine.connect()

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Raise errors of the database as ours."""
        try:
            yield
        except _BUGS:
            raise
        except UnicodeDecodeError as error:  # of an error's own words: the names of its tables are no text any more
            raise StateError(f"the database {self.name} is damaged") from error
        except DBAPIError as error:
            if "readonly" in str(error.orig):
                self._engine.dispose()  # SQLite opens for reading what it may not write, and stays so when it may
            raise StateError(f"the database {self.name} {_words(str(error.orig))}") from error
        except NoConnectionFree as error:
            raise StateError(f"the database {self.name} has no connection free: too much is asked of it at once") from error


def insert_unless_there(connection: Connection, table: Table) -> Insert:
    """Return an INSERT that passes over rows whose unique key is there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def one_at_a_time(connection: Connection, lock: int = _PASSES) -> None:
    """Wait until no other transaction that called this is under way. On SQLite, writers always take turns."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock})")


def take_time(connection: Connection) -> None:
    """Let a transaction pause for as long as it likes between its statements."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _url(place: str | Path) -> URL:
    if isinstance(place, Path) or "://" not in place:
        return URL.create("sqlite", database=str(place))
    try:
        return make_url(place.replace("postgres://", "postgresql://", 1) if place.startswith("postgres://") else place)
    except (ArgumentError, ValueError):
        raise StateError("the database address cannot be read; it looks like postgresql://user:password@host/name") from None


def _shown(url: URL) -> str:
    """Return an address without its passwords, wherever they stand in it."""
    return url.difference_update_query(_PASSWORDS).render_as_string(hide_password=True)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _postgres(url: URL, silence: timedelta) -> Engine:
    if url.get_backend_name() != "postgresql":
        raise StateError(f"{url.drivername}: not a database presswatch can use; it is a file (SQLite) or postgresql://...")
    try:
        line = {name: value for name, value in _LINE.items() if name not in url.query}
        engine = create_engine(url, pool_size=8, max_overflow=24, pool_pre_ping=True, connect_args=line)
    except ModuleNotFoundError as error:
        raise StateError(f"PostgreSQL needs the extra: pip install 'presswatch[postgres]' ({error.name} is missing)") from error

    @event.listens_for(engine, "connect")
    def bounded(connection: Any, _: object) -> None:
        connection.execute(f"SET idle_in_transaction_session_timeout = {silence // timedelta(milliseconds=1)}")
        connection.commit()

    return engine


def _words(told: str) -> str:
    plain = next((words for sign, words in _PLAIN.items() if sign in told), None)
    return plain or f"cannot be used: {told.splitlines()[0] if told else 'no reason given'}"
