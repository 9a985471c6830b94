"""By which rule the baseline of a release was read: known without reading it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item", sa.Column("reader", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("item") as altered:
        altered.drop_column("reader")
