"""Dictionaries for the first texts of releases; what is kept besides a text is encoded against that of an earlier version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

from service.store.texts import KEYED, PLAIN, Dictionary, Encoded, decode, dictionary_of, encode

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_DEEDS = ("UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "dictionary",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_dictionary")),
    )
    for deed in _DEEDS:
        _forbid("dictionary", deed)
    op.add_column("version", sa.Column("extras_base", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Encode everything as it was before, then forget the dictionaries."""
    connection = op.get_bind()
    known = {
        number: Dictionary(decode(Encoded(PLAIN, data)))
        for number, data in connection.execute(sa.text("SELECT number, data FROM dictionary"))
    }
    for table in ("text", "version"):
        on_table = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        op.execute(f"DROP TRIGGER {table}_no_update{on_table}")
    _plain_versions(connection, known)
    _plain_texts(connection, known)
    for table in ("text", "version"):
        _forbid(table, "UPDATE")
    op.drop_column("version", "extras_base")
    op.drop_table("dictionary")


def _plain_versions(connection: Connection, known: dict[int, Dictionary]) -> None:
    rows = connection.execute(
        sa.text(
            "SELECT version.item_id, version.number, version.extras, base.extras AS base FROM version LEFT JOIN version AS base"
            " ON base.item_id = version.item_id AND base.number = version.extras_base WHERE version.extras IS NOT NULL"
        )
    ).all()
    for row in rows:
        plain = _decoded(row.extras, None if row.base is None else _decoded(row.base, None, known), known)
        told = {"extras": encode(plain).data, "item": row.item_id, "number": row.number}
        connection.execute(sa.text("UPDATE version SET extras = :extras WHERE item_id = :item AND number = :number"), told)


def _plain_texts(connection: Connection, known: dict[int, Dictionary]) -> None:
    """Later texts stay as they are: what they are encoded against is the text of their key frame, however that is stored."""
    for number, data in connection.execute(sa.text("SELECT id, data FROM text WHERE codec = 'zstd'")).all():
        if dictionary_of(data):
            told = {"data": encode(_decoded(data, None, known)).data, "id": number}
            connection.execute(sa.text("UPDATE text SET data = :data WHERE id = :id"), told)


def _decoded(data: bytes, key: bytes | None, known: dict[int, Dictionary]) -> bytes:
    return decode(Encoded(PLAIN if key is None else KEYED, data), key, known.get(dictionary_of(data)))


def _forbid(table: str, deed: str) -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert only'); END" if on_sqlite else "EXECUTE FUNCTION presswatch_insert_only()"
    op.execute(f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} FOR EACH ROW {does}")
