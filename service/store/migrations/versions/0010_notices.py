"""Notices: the targets that are told of changes, and the outbox of what waits for them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "target",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("mark", NUMBER, nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("off_since", MOMENT, nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("slug", name=op.f("uq_target_slug")),
    )
    op.create_table(
        "notice",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("target_id", NUMBER, nullable=False),
        sa.Column("change_id", NUMBER, nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("message", NUMBER, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint("standing IN ('waiting', 'sent', 'dead')", name=op.f("ck_notice_standing_known")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_notice_target_id")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_notice_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("change_id", "target_id", name=op.f("uq_notice_change_id_target_id")),
    )
    is_open = sa.text("standing <> 'sent'")
    op.create_index("notice_open", "notice", ["target_id", "change_id"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("notice_done", "notice", ["done_at"])


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_table("target")
