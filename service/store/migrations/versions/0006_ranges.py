"""What is asked for by range: the releases of a source as they were found, and by their day; changes by the moment they were found."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = (
    ("item_source", "item", ["source_id", "id"]),
    ("item_published", "item", ["source_id", "published"]),
    ("change_detected", "change", ["detected_at"]),
)


def upgrade() -> None:
    op.add_column("item", sa.Column("published", sa.Text(), nullable=True))
    op.execute(
        "UPDATE item SET published = coalesce("
        "(SELECT published FROM version WHERE item_id = item.id AND number = item.baseline), entry_published)"
    )
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
    with op.batch_alter_table("item") as altered:
        altered.drop_column("published")
