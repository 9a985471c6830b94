"""Incidents, and what is learned of a source and of a release between its versions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NEW = {
    "item": (
        sa.Column("modified", sa.Text(), nullable=True),
        sa.Column("variants", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("unlisted_since", MOMENT, nullable=True),
        sa.Column("delisted", sa.Boolean(), nullable=False, server_default=sa.false()),
    ),
    "source": (
        sa.Column("list_size", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("body_length", sa.Float(), nullable=False, server_default="0"),
        sa.Column("news_every", sa.Float(), nullable=False, server_default="0"),
        sa.Column("news_at", MOMENT, nullable=True),
        sa.Column("troubles", sa.Text(), nullable=False, server_default="[]"),
    ),
}


def upgrade() -> None:
    for table, columns in NEW.items():
        for column in columns:
            op.add_column(table, column._copy())
    op.create_table(
        "incident",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('redesign', 'boilerplate', 'outage', 'blocked', 'listing')", name=op.f("ck_incident_kind_known")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_incident_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(
        "incident_open",
        "incident",
        ["source_id", "signature"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("incident")
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as altered:
            for column in columns:
                altered.drop_column(column.name)
