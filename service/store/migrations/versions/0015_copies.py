"""Copies by a web archive: what waits to be asked for, and what it has copied."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "asking",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("mark", NUMBER, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking")),
    )
    op.create_table(
        "submission",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id", "version"], ["version.item_id", "version.number"], name=op.f("fk_submission_item_id_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("item_id", "version", name=op.f("uq_submission_item_id_version")),
    )
    op.create_index("submission_next", "submission", ["next_at"])
    op.create_table(
        "web_copy",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("copied_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["item_id", "version"], ["version.item_id", "version.number"], name=op.f("fk_web_copy_item_id_version")),
        sa.PrimaryKeyConstraint("item_id", "version", name=op.f("pk_web_copy")),
    )


def downgrade() -> None:
    for table in ("web_copy", "submission", "asking"):
        op.drop_table(table)
