"""How many changes of each sort a source has, counted as they are told: whoever asks need not go through the log."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SORTS = ("kind", "significance", "declared")


def upgrade() -> None:
    tally = op.create_table(
        "tally",
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in SORTS),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_tally_source_id")),
        sa.PrimaryKeyConstraint("source_id", *SORTS, name=op.f("pk_tally")),
    )
    sorts: tuple[sa.ColumnClause[str], ...] = sa.column("source_id"), *map(sa.column, SORTS)
    told = sa.select(*sorts, sa.func.count()).select_from(sa.table("change")).group_by(*sorts)
    op.execute(sa.insert(tally).from_select([*(sort.name for sort in sorts), "changes"], told))


def downgrade() -> None:
    op.drop_table("tally")
