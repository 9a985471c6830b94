"""Which releases are one in several languages. Nothing is known of it before a page is read the next time."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item", sa.Column("alternates", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("item") as altered:
        altered.drop_column("alternates")
