"""Likeness: which releases say nearly the same. Those kept before have no sketch until they are edited."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sketch",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_sketch_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_sketch")),
    )
    op.create_table(
        "sketch_key",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_sketch_key_item_id")),
        sa.PrimaryKeyConstraint("hash", "item_id", name=op.f("pk_sketch_key")),
    )
    op.create_index("sketch_key_item", "sketch_key", ["item_id"])
    op.create_table(
        "likeness",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("other_id", NUMBER, nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_likeness_item_id")),
        sa.ForeignKeyConstraint(["other_id"], ["item.id"], name=op.f("fk_likeness_other_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_likeness")),
    )
    op.create_index("likeness_other", "likeness", ["other_id"])


def downgrade() -> None:
    for table in ("likeness", "sketch_key", "sketch"):
        op.drop_table(table)
