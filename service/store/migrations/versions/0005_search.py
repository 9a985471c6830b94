"""Full-text search: what each version brought and took away, and which versions are still to be read for it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "passage",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        _of_version("passage"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.UniqueConstraint("item_id", "version", "piece", name=op.f("uq_passage_item_id_version_piece")),
    )
    op.create_table(
        "unindexed",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        _of_version("unindexed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unindexed")),
        sa.UniqueConstraint("item_id", "version", name=op.f("uq_unindexed_item_id_version")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE passage_words USING fts5(said, removed, content = '', tokenize = 'ascii')")
    else:
        op.execute("CREATE TABLE passage_words (rowid bigint PRIMARY KEY REFERENCES passage (id), said tsvector, removed tsvector)")
        for column in ("said", "removed"):
            op.execute(f"CREATE INDEX passage_words_{column} ON passage_words USING gin ({column})")
    op.execute(
        "INSERT INTO unindexed (item_id, version, before) SELECT item_id, number, (SELECT max(earlier.number) FROM version AS earlier"
        " WHERE earlier.item_id = version.item_id AND earlier.number < version.number AND earlier.text_id IS NOT NULL)"
        " FROM version ORDER BY seen_at, item_id, number"
    )


def downgrade() -> None:
    for table in ("passage_words", "unindexed", "passage"):
        op.drop_table(table)


def _of_version(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["item_id", "version"], ["version.item_id", "version.number"], name=op.f(f"fk_{table}_item_id_version"))
