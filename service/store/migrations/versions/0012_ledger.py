"""The ledger, with all that an older state holds as its first entries; checkpoints of it, and stamps of these.

What is chained is as it stands now: the ledger cannot tell what was altered before it was there.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from service.errors import StateError
from service.models import LedgerEntry, ReleaseEntry
from service.store import chaining, dictionaries
from service.store.tables import change, item, ledger, version

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT_ONCE = {"yield_per": 500}


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", NUMBER, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("change_id", NUMBER, nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('release', 'version', 'change', 'file')", name=op.f("ck_ledger_kind_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_ledger_number_counts")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_ledger_item_id")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_ledger_change_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger")),
        sa.UniqueConstraint("item_id", "version", name=op.f("uq_ledger_item_id_version")),
        sa.UniqueConstraint("change_id", name=op.f("uq_ledger_change_id")),
    )
    is_file = sa.text("kind = 'file'")
    op.create_index("ledger_files", "ledger", ["number"], sqlite_where=is_file, postgresql_where=is_file)
    op.create_table(
        "checkpoint",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["ledger.number"], name=op.f("fk_checkpoint_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "stamp",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["checkpoint.number"], name=op.f("fk_stamp_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_stamp")),
    )
    for table in ("ledger", "checkpoint", "stamp"):
        for deed in ("UPDATE", "DELETE"):
            _forbid(table, deed)
    _begin(op.get_bind())


def downgrade() -> None:
    for table in ("stamp", "checkpoint", "ledger"):
        op.drop_table(table)


def _begin(connection: sa.Connection) -> None:
    """Chain what is there: the releases, their versions, the change log."""
    try:
        dictionaries.learn(connection)
    except ValueError as error:
        raise StateError(f"the database is damaged: {error}") from error
    then = sa.Table("ledger", sa.MetaData(), *(column._copy() for column in ledger.c if column.name != "memento_id"))
    chaining.append(connection, _all(connection), then)


def _all(connection: sa.Connection) -> Iterator[LedgerEntry]:
    of_releases = chaining.RELEASES.where(item.c.versions > 0).order_by(item.c.id)
    yield from (ReleaseEntry(*row) for row in connection.execute(of_releases, execution_options=_AT_ONCE))
    of_versions = chaining.VERSIONS.order_by(version.c.item_id, version.c.number)
    yield from (chaining.version_entry(row, lenient=True) for row in connection.execute(of_versions, execution_options=_AT_ONCE))
    of_changes = chaining.CHANGES.order_by(change.c.id)
    yield from map(chaining.change_entry, connection.execute(of_changes, execution_options=_AT_ONCE))


def _forbid(table: str, deed: str) -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert only'); END" if on_sqlite else "EXECUTE FUNCTION presswatch_insert_only()"
    op.execute(f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} FOR EACH ROW {does}")
