"""How sources are used to edit their releases, as far as they were watched, and what a look at a host must be worth."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOTHING = json.dumps([0] * 12)  # one for each of the ages that are told apart
NEW: dict[str, tuple[sa.Column[Any], ...]] = {
    "host": (
        sa.Column("price", sa.Float(), nullable=False, server_default="1"),
        sa.Column("priced_at", sa.DateTime(timezone=True), nullable=True),
    ),
    "source": (
        sa.Column("hours_watched", sa.Text(), nullable=False, server_default=NOTHING),
        sa.Column("edits_found", sa.Text(), nullable=False, server_default=NOTHING),
    ),
}


def upgrade() -> None:
    for table, columns in NEW.items():
        for column in columns:
            op.add_column(table, column._copy())


def downgrade() -> None:
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as altered:
            for column in columns:
                altered.drop_column(column.name)
