"""The one seat from which work is handed out where several schedulers stand by: a session that holds an advisory lock.

Whoever sits acts on that very session, so that losing it is losing the power to act: no two ever do. PostgreSQL frees the seat of a process
that died; of a machine that vanished after some ten seconds (keepalives); who is silent for longer is put out by the others.
"""

from collections.abc import Callable

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from .database import Database

_LOCK = 7374
_SILENT = 15  # seconds; who sits acts several times in each of them
_KEEPALIVES = {"tcp_keepalives_idle": 5, "tcp_keepalives_interval": 2, "tcp_keepalives_count": 2}
_PUT_OUT = f"""
    SELECT pg_terminate_backend(holder.pid) FROM pg_locks AS held JOIN pg_stat_activity AS holder USING (pid)
    WHERE held.locktype = 'advisory' AND held.granted AND held.classid = 0 AND held.objid = {_LOCK} AND held.objsubid = 1
    AND holder.datname = current_database() AND holder.state_change < clock_timestamp() - interval '{_SILENT} seconds'
"""  # noqa: S608 - of constants


class Seat:
    """The seat as this process sees it. For one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._session: Connection | None = None
        self._is_ours = False

    def act(self, what: Callable[[Connection], None]) -> bool:
        """Act in one transaction on the session that holds the seat; return False, and do nothing, while another sits.

        Raises ``StateError`` where the session was lost: the seat with it.
        """
        with self._database.in_words():
            try:
                session = self._session = self._session or self._opened()
                if not self._is_ours and not self._taken(session):
                    return False
                with session.begin():
                    what(session)
                return True
            except SQLAlchemyError:
                self.leave()
                raise

    def leave(self) -> None:
        """Let another sit."""
        session, self._session, self._is_ours = self._session, None, False
        if session is not None:
            session.invalidate()
            session.close()

    def _opened(self) -> Connection:
        session = self._database.session()
        with session.begin():
            for name, value in _KEEPALIVES.items():
                session.exec_driver_sql(f"SET {name} = {value}")
        return session

    def _taken(self, session: Connection) -> bool:
        with session.begin():
            self._is_ours = bool(session.exec_driver_sql(f"SELECT pg_try_advisory_lock({_LOCK})").scalar())
            if not self._is_ours:
                session.exec_driver_sql(_PUT_OUT)
        return self._is_ours
