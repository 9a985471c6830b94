"""Since when the looks at a release are doubtful, and what its list had said when it was last seen."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW = (sa.Column("listed", sa.Text(), nullable=True), sa.Column("doubted_since", sa.DateTime(timezone=True), nullable=True))


def upgrade() -> None:
    for column in NEW:
        op.add_column("item", column._copy())
    op.execute("UPDATE item SET listed = entry_updated")


def downgrade() -> None:
    with op.batch_alter_table("item") as altered:
        for column in NEW:
            altered.drop_column(column.name)
