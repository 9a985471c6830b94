"""The ground: sources, releases, their texts, versions and changes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

# What is written for ever: no statement may alter or remove it, whoever sends it.
INSERT_ONLY = (("version", "UPDATE"), ("version", "DELETE"), ("change", "UPDATE"), ("change", "DELETE"), ("text", "UPDATE"))


def upgrade() -> None:
    op.create_table(
        "host",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("allowed_at", MOMENT, nullable=True),
        sa.Column("blocked_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host")),
        sa.UniqueConstraint("key", name=op.f("uq_host_key")),
    )
    op.create_index("host_ready", "host", ["ready_at"])
    op.create_table(
        "refresh_order",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("recheck", sa.Boolean(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("urls", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_order")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "order_open", "refresh_order", ["id"], sqlite_where=sa.text("finished_at IS NULL"), postgresql_where=sa.text("finished_at IS NULL")
    )
    op.create_table(
        "text",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("codec", sa.Text(), nullable=False),
        sa.Column("base_id", NUMBER, nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(codec = 'zstd' AND base_id IS NULL) OR (codec = 'zstd-key' AND base_id IS NOT NULL)", name=op.f("ck_text_codec_known")
        ),
        sa.ForeignKeyConstraint(["base_id"], ["text.id"], name=op.f("fk_text_base_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text")),
        sa.UniqueConstraint("digest", name=op.f("uq_text_digest")),
    )
    op.create_table(
        "source",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("host_id", NUMBER, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("list_url", sa.Text(), nullable=False),
        sa.Column("list_etag", sa.Text(), nullable=False),
        sa.Column("list_modified", sa.Text(), nullable=False),
        sa.Column("list_digest", sa.LargeBinary(), nullable=True),
        sa.Column("template", sa.LargeBinary(), nullable=True),
        sa.Column("baselined_at", MOMENT, nullable=True),
        sa.Column("next_list_at", MOMENT, nullable=False),
        sa.Column("last_list_at", MOMENT, nullable=True),
        sa.Column("last_pass_at", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("releases", sa.Integer(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('auto', 'feed', 'listing', 'sitemap', 'page')", name=op.f("ck_source_kind_known")),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_source_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("slug", name=op.f("uq_source_slug")),
    )
    op.create_index("source_host", "source", ["host_id"])
    op.create_table(
        "item",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_look_at", MOMENT, nullable=False),
        sa.Column("last_look_at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("observation_id", NUMBER, nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("missing_since", MOMENT, nullable=True),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("baseline", sa.Integer(), nullable=True),
        sa.Column("key_text_id", NUMBER, nullable=True),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("entry_url", sa.Text(), nullable=False),
        sa.Column("entry_title", sa.Text(), nullable=False),
        sa.Column("entry_published", sa.Text(), nullable=True),
        sa.Column("entry_updated", sa.Text(), nullable=True),
        sa.Column("entry_guid", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('live', 'suspect', 'withdrawn')", name=op.f("ck_item_state_known")),
        sa.ForeignKeyConstraint(["key_text_id"], ["text.id"], name=op.f("fk_item_key_text_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_item_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
    )
    op.create_index("item_due", "item", ["source_id", "next_look_at"])
    op.create_table(
        "pass",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_pass_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass")),
    )
    op.create_index("pass_finished", "pass", ["finished_at"])
    op.create_index("pass_source", "pass", ["source_id", "id"])
    op.create_table(
        "address",
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("print", sa.LargeBinary(), nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("entry_digest", sa.LargeBinary(), nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_address_item_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_address_source_id")),
        sa.PrimaryKeyConstraint("source_id", "print", name=op.f("pk_address")),
    )
    op.create_index("address_item", "address", ["item_id"])
    op.create_index("address_print", "address", ["print"])
    op.create_table(
        "observation",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_observation_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
    )
    op.create_index("observation_item", "observation", ["item_id", "version"])
    op.create_table(
        "version",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_id", NUMBER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("exact", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("extras", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(reason = 'tombstone') = (text_id IS NULL)", name=op.f("ck_version_text_unless_tombstone")),
        sa.CheckConstraint("reason IN ('first', 'edit', 'rebase', 'restored', 'tombstone')", name=op.f("ck_version_reason_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_version_number_counts")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_version_item_id")),
        sa.ForeignKeyConstraint(["text_id"], ["text.id"], name=op.f("fk_version_text_id")),
        sa.PrimaryKeyConstraint("item_id", "number", name=op.f("pk_version")),
    )
    op.create_index("version_body", "version", ["body"])
    op.create_table(
        "change",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("item_id", NUMBER, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("significance", sa.Text(), nullable=False),
        sa.Column("classes", sa.Text(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("fields_touched", sa.Text(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("not_after", MOMENT, nullable=False),
        sa.Column("detected_at", MOMENT, nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=True),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("words_added", sa.Integer(), nullable=False),
        sa.Column("words_removed", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("related", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "declared IN ('declared', 'stealth', 'declared-without-change', 'back-dated', 'unknown')", name=op.f("ck_change_declared_known")
        ),
        sa.CheckConstraint(
            "kind IN ('edited', 'withdrawn', 'restored', 'moved', 'delisted', 'duplicate', 'incident')", name=op.f("ck_change_kind_known")
        ),
        sa.CheckConstraint("significance IN ('cosmetic', 'minor', 'substantive')", name=op.f("ck_change_significance_known")),
        sa.ForeignKeyConstraint(
            ["item_id", "from_version"], ["version.item_id", "version.number"], name=op.f("fk_change_item_id_from_version")
        ),
        sa.ForeignKeyConstraint(
            ["item_id", "to_version"], ["version.item_id", "version.number"], name=op.f("fk_change_item_id_to_version")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_change_item_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_change_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint("item_id", "to_version", "kind", name=op.f("uq_change_item_id_to_version_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index("change_source", "change", ["source_id", "id"])
    protect()


def protect() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        op.execute(
            "CREATE FUNCTION presswatch_insert_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is insert only', TG_TABLE_NAME; END $$"
        )
    for table, deed in INSERT_ONLY:
        does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert only'); END" if on_sqlite else "EXECUTE FUNCTION presswatch_insert_only()"
        op.execute(f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} FOR EACH ROW {does}")


def downgrade() -> None:
    for table in ("change", "version", "observation", "address", "pass", "item", "source", "text", "refresh_order", "host"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION presswatch_insert_only()")
