"""Mementos: what somebody else captured of a release; the ledger has entries of them."""

import sqlalchemy as sa
from alembic import op

revision = "0015b"
down_revision = "0015"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KINDS = ("release", "version", "change", "file")
COLUMNS = "number, kind, item_id, version, change_id, said, digest, chain"


def upgrade() -> None:
    op.create_table(
        "memento",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("keeper", sa.Text(), nullable=False),
        sa.Column("captured_at", MOMENT, nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("exact", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("displayed", sa.LargeBinary(), nullable=False),
        sa.Column("rest", sa.LargeBinary(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_memento_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memento")),
        sa.UniqueConstraint("item_id", "url", name=op.f("uq_memento_item_id_url")),
    )
    _forbid("memento")
    if op.get_bind().dialect.name == "sqlite":
        _made_anew((*KINDS, "memento"), with_mementos=True)
        return
    op.add_column("ledger", sa.Column("memento_id", NUMBER, nullable=True))
    op.create_foreign_key(op.f("fk_ledger_memento_id"), "ledger", "memento", ["memento_id"], ["id"])
    op.create_unique_constraint(op.f("uq_ledger_memento_id"), "ledger", ["memento_id"])
    _let((*KINDS, "memento"))


def downgrade() -> None:
    """Leave mementos and their entries behind: the chain ends before the first of them."""
    connection = op.get_bind()
    first = connection.execute(sa.text("SELECT min(number) FROM ledger WHERE kind = 'memento'")).scalar()
    on_sqlite = connection.dialect.name == "sqlite"
    if not on_sqlite:
        for table in ("stamp", "checkpoint", "ledger"):
            op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    if first is not None:
        for table in ("stamp", "checkpoint", "ledger"):
            if on_sqlite:
                op.execute(f"DROP TRIGGER {table}_no_delete")
            connection.execute(sa.text(f"DELETE FROM {table} WHERE number >= :first"), {"first": first})  # noqa: S608 - ours
            if on_sqlite:
                _forbid(table, ("DELETE",))
    if on_sqlite:
        _made_anew(KINDS, with_mementos=False)
    else:
        op.drop_column("ledger", "memento_id")
        _let(KINDS)
        for table in ("stamp", "checkpoint", "ledger"):
            op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    op.drop_table("memento")


def _made_anew(kinds: tuple[str, ...], *, with_mementos: bool) -> None:
    """Make the ledger's table anew with its rows: SQLite alters no check."""
    pointer = [sa.Column("memento_id", NUMBER, nullable=True)] if with_mementos else []
    constraints = [
        sa.ForeignKeyConstraint(["memento_id"], ["memento.id"], name=op.f("fk_ledger_memento_id")),
        sa.UniqueConstraint("memento_id", name=op.f("uq_ledger_memento_id")),
    ]
    op.create_table(
        "ledger_anew",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", NUMBER, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("change_id", NUMBER, nullable=True),
        *pointer,
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(_among(kinds), name=op.f("ck_ledger_kind_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_ledger_number_counts")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_ledger_item_id")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_ledger_change_id")),
        *(constraints if with_mementos else []),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger")),
        sa.UniqueConstraint("item_id", "version", name=op.f("uq_ledger_item_id_version")),
        sa.UniqueConstraint("change_id", name=op.f("uq_ledger_change_id")),
    )
    op.execute(f"INSERT INTO ledger_anew ({COLUMNS}) SELECT {COLUMNS} FROM ledger ORDER BY number")  # noqa: S608 - ours
    op.drop_table("ledger")
    op.rename_table("ledger_anew", "ledger")
    op.create_index("ledger_files", "ledger", ["number"], sqlite_where=sa.text("kind = 'file'"))
    _forbid("ledger")


def _let(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_ledger_kind_known"), "ledger")
    op.create_check_constraint(op.f("ck_ledger_kind_known"), "ledger", _among(kinds))


def _among(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(map(repr, kinds))})"


def _forbid(table: str, deeds: tuple[str, ...] = ("UPDATE", "DELETE")) -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert only'); END" if on_sqlite else "EXECUTE FUNCTION presswatch_insert_only()"
    for deed in deeds:
        op.execute(f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} FOR EACH ROW {does}")
