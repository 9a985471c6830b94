"""The shape of the database: made, or brought up to date, when it is opened.

A database that is up to date is known by its stamp alone; the migration library is imported only where there is something to do.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect

from service.errors import StateError

from . import dictionaries
from .database import Database
from .tables import metadata

HEAD = "0015b"  # the newest migration (a test compares)
FIRST_WITH_LEDGER = "0012"


def prepare(database: Database) -> str | None:
    """Make or migrate the tables; return which migration was the newest before, None for a database that was empty.

    Raises ``StateError`` for a database of something else, of a newer presswatch, or one that is damaged.
    """
    before = _bring_up_to_date(database)
    dictionaries.open_shelf(database)
    return before


def is_current(database: Database) -> bool:
    """Return whether the tables are those that this program knows."""
    with database.read() as connection:
        return _stamp(connection) == HEAD


def _bring_up_to_date(database: Database) -> str | None:
    if is_current(database):
        return HEAD
    with database.rebuild() as connection:
        found = _stamp(connection)
        if found != HEAD:  # else another process was faster
            _refuse_foreign(database, connection, found)
            _migrate(database, connection)
        return found


def _stamp(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _refuse_foreign(database: Database, connection: Connection, stamp: str | None) -> None:
    if stamp is None and set(inspect(connection).get_table_names()) & set(metadata.tables):
        raise StateError(f"the database {database.name} holds tables of something else")


def _migrate(database: Database, connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StateError(f"the database {database.name} was made by a newer presswatch: use that one") from error
