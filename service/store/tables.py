"""The rows. Nobody outside this room ever sees one: values of ``models`` go in and come out.

The classes give the tables their shape; statements are written on the ``Table`` objects at the end, in sets, not row by row.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, MetaData, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from service.models import ChangeKind, Declared, IncidentKind, Kind, Reason, Significance, State

from .columns import Digest, Names, Number, Words

# Every constraint has a name, so that a later migration can find it.
_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """A table of ours, apart from any other that lives in the same process."""


def _among(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def _id() -> int | None:
    return Field(default=None, primary_key=True, sa_type=Number)  # type: ignore[no-any-return] # Field is typed as Any


def _words(default: str = "") -> str:
    return Field(default=default, sa_type=Words)  # type: ignore[no-any-return] # as above


def _count(default: int = 0) -> int:
    return Field(default=default, ge=0)  # type: ignore[no-any-return] # as above


def _to(place: str, *, null: bool = False) -> int | None:
    return Field(default=None, foreign_key=place, sa_type=Number, nullable=null)  # type: ignore[no-any-return] # as above


class HostRow(Row, table=True):
    """A server that is asked politely. ``ready_at`` is the frontier: when it may be claimed next; NULL where nothing is due, ever."""

    __tablename__ = "host"
    __table_args__ = (Index("host_ready", "ready_at"), UniqueConstraint("key"))

    id: int | None = _id()
    key: str = _words()
    ready_at: datetime | None = None
    token: int = _count()
    leased_until: datetime | None = None
    allowed_at: datetime | None = None
    blocked_until: datetime | None = None


class SourceRow(Row, table=True):
    """A source that is or was configured, what is known of its list, and how it fares."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("slug"), Index("source_host", "host_id"), _among("kind", Kind))

    id: int | None = _id()
    host_id: int | None = _to("host.id")
    slug: str = _words()
    name: str = _words()
    url: str = _words()
    shape: str = Field(default="", sa_type=Digest, nullable=True)
    enabled: bool = True
    kind: str = _words()
    list_url: str = _words()
    list_etag: str = _words()
    list_modified: str = _words()
    list_digest: str = Field(default="", sa_type=Digest, nullable=True)
    template: bytes | None = None
    baselined_at: datetime | None = None
    next_list_at: datetime
    last_list_at: datetime | None = None
    last_pass_at: datetime | None = None
    failures: int = _count()
    failing_since: datetime | None = None
    error: str = _words()
    releases: int = _count()
    edits: int = _count()
    list_size: int = _count()
    body_length: float = 0.0
    news_every: float = 0.0
    news_at: datetime | None = None
    troubles: tuple[str, ...] = Field(sa_type=Names)


class IncidentRow(Row, table=True):
    """A step in a source's life: it struck its pages, and no single release."""

    __tablename__ = "incident"
    __table_args__ = (
        Index(
            "incident_open",
            "source_id",
            "signature",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        _among("kind", IncidentKind),
    )

    id: int | None = _id()
    source_id: int | None = _to("source.id")
    kind: str = _words()
    signature: str = _words()
    since: datetime
    seen_at: datetime
    until: datetime | None = None
    words: str = _words()
    items: int = _count()
    features: tuple[str, ...] = Field(sa_type=Names)


class TextRow(Row, table=True):
    """What is displayed of a reading (``fingerprint.canonical_bytes``), compressed; shared by all versions that show the same."""

    __tablename__ = "text"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("(codec = 'zstd' AND base_id IS NULL) OR (codec = 'zstd-key' AND base_id IS NOT NULL)", name="codec_known"),
    )

    id: int | None = _id()
    digest: str = Field(sa_type=Digest)
    codec: str = _words()
    base_id: int | None = _to("text.id", null=True)
    size: int = _count()
    data: bytes


class ItemRow(Row, table=True):
    """A release: where it stands, and when to look next. ``baseline`` is the number of its latest version that is no tombstone."""

    __tablename__ = "item"
    __table_args__ = (Index("item_due", "source_id", "next_look_at"), _among("state", State))

    id: int | None = _id()
    source_id: int | None = _to("source.id")
    url: str = _words()
    key: str = _words()
    first_seen_at: datetime
    state: str = _words()
    next_look_at: datetime
    last_look_at: datetime | None = None
    seen_at: datetime | None = None
    changed_at: datetime | None = None
    outcome: str = _words()
    status: int = _count()
    observation_id: int | None = Field(default=None, sa_type=Number)
    misses: int = _count()
    missing_since: datetime | None = None
    etag: str = _words()
    last_modified: str = _words()
    digest: str = Field(default="", sa_type=Digest, nullable=True)
    versions: int = _count()
    baseline: int | None = None
    key_text_id: int | None = _to("text.id", null=True)
    edits: int = _count()
    entry_url: str = _words()
    entry_title: str = _words()
    entry_published: str | None = Field(default=None, sa_type=Words)
    entry_updated: str | None = Field(default=None, sa_type=Words)
    entry_guid: str = _words()
    modified: str | None = Field(default=None, sa_type=Words)
    variants: tuple[str, ...] = Field(sa_type=Names)
    unlisted_since: datetime | None = None
    delisted: bool = False


class AddressRow(Row, table=True):
    """An address that an item has or had. In a source, no two items share one."""

    __tablename__ = "address"
    __table_args__ = (Index("address_print", "print"), Index("address_item", "item_id"))

    source_id: int | None = Field(default=None, foreign_key="source.id", primary_key=True, sa_type=Number)
    print: bytes = Field(primary_key=True)
    item_id: int | None = _to("item.id")
    url: str = _words()
    entry_digest: str = Field(default="", sa_type=Digest, nullable=True)
    since: datetime
    until: datetime | None = None


class VersionRow(Row, table=True):
    """A reading as kept. Never altered: the database itself refuses."""

    __tablename__ = "version"
    __table_args__ = (
        _among("reason", Reason),
        CheckConstraint("number >= 1", name="number_counts"),
        CheckConstraint("(reason = 'tombstone') = (text_id IS NULL)", name="text_unless_tombstone"),
        Index("version_body", "body"),
    )

    item_id: int | None = Field(default=None, foreign_key="item.id", primary_key=True, sa_type=Number)
    number: int = Field(primary_key=True)
    text_id: int | None = _to("text.id", null=True)
    reason: str = _words()
    seen_at: datetime
    title: str = _words()
    published: str | None = Field(default=None, sa_type=Words)
    rule: str = _words()
    content: str = Field(default="", sa_type=Digest, nullable=True)
    exact: str = Field(default="", sa_type=Digest, nullable=True)
    body: str = Field(default="", sa_type=Digest, nullable=True)
    snapshot: str = _words()
    extras: bytes | None = None


class ObservationRow(Row, table=True):
    """A run of looks that found the same: the first, the last, how many. ``version`` is the item's latest version then; 0: none yet."""

    __tablename__ = "observation"
    __table_args__ = (Index("observation_item", "item_id", "version"),)

    id: int | None = _id()
    item_id: int | None = _to("item.id")
    version: int = _count()
    outcome: str = _words()
    status: int = _count()
    words: str = _words()
    first_at: datetime
    last_at: datetime
    count: int = _count(1)


class ChangeRow(Row, table=True):
    """A line of the change log. Its id only grows and is never used again; ``url`` where it was not the item's address of today."""

    __tablename__ = "change"
    __table_args__ = (
        UniqueConstraint("item_id", "to_version", "kind"),
        ForeignKeyConstraint(["item_id", "from_version"], ["version.item_id", "version.number"]),
        ForeignKeyConstraint(["item_id", "to_version"], ["version.item_id", "version.number"]),
        _among("kind", ChangeKind),
        _among("significance", Significance),
        _among("declared", Declared),
        Index("change_source", "source_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = _id()
    source_id: int | None = _to("source.id")
    item_id: int | None = _to("item.id", null=True)
    kind: str = _words()
    significance: str = _words()
    classes: tuple[str, ...] = Field(sa_type=Names)
    declared: str = _words()
    fields_touched: tuple[str, ...] = Field(sa_type=Names)
    not_before: datetime | None = None
    not_after: datetime
    detected_at: datetime
    from_version: int | None = None
    to_version: int | None = None
    words_added: int = _count()
    words_removed: int = _count()
    summary: str = _words()
    url: str | None = Field(default=None, sa_type=Words)
    related: str | None = Field(default=None, sa_type=Words)


class SketchRow(Row, table=True):
    """The sketch of what a release says now (its baseline): what tells how much of it another release repeats."""

    __tablename__ = "sketch"

    item_id: int | None = Field(default=None, foreign_key="item.id", primary_key=True, sa_type=Number)
    hashes: bytes


class SketchKeyRow(Row, table=True):
    """One of the few hashes of a sketch by which the releases are found that may be like it."""

    __tablename__ = "sketch_key"
    __table_args__ = (Index("sketch_key_item", "item_id"),)

    hash: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    item_id: int | None = Field(default=None, foreign_key="item.id", primary_key=True, sa_type=Number)


class LikenessRow(Row, table=True):
    """That a release, when it was first read, said the same as another one, or nearly so; ``percent`` 100 for the same body."""

    __tablename__ = "likeness"
    __table_args__ = (Index("likeness_other", "other_id"),)

    item_id: int | None = Field(default=None, foreign_key="item.id", primary_key=True, sa_type=Number)
    other_id: int | None = _to("item.id")
    percent: int = _count()


class PassRow(Row, table=True):
    """One attempt at a source; kept for a bounded time."""

    __tablename__ = "pass"
    __table_args__ = (Index("pass_source", "source_id", "id"), Index("pass_finished", "finished_at"))

    id: int | None = _id()
    source_id: int | None = _to("source.id")
    started_at: datetime
    finished_at: datetime
    outcome: str = _words()
    looks: int = _count()
    changes: int = _count()
    error: str = _words()


class OrderRow(Row, table=True):
    """A manual refresh asked of a running daemon."""

    __tablename__ = "refresh_order"
    __table_args__ = (
        Index("order_open", "id", sqlite_where=text("finished_at IS NULL"), postgresql_where=text("finished_at IS NULL")),
        {"sqlite_autoincrement": True},
    )

    id: int | None = _id()
    asked_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    recheck: bool = False
    sources: tuple[str, ...] = Field(sa_type=Names)
    urls: tuple[str, ...] = Field(sa_type=Names)
    done: int = _count()
    total: int = _count()
    reports: str = _words("[]")


metadata = Row.metadata

host, source, text_, item, address = (metadata.tables[name] for name in ("host", "source", "text", "item", "address"))
version, observation, change = (metadata.tables[name] for name in ("version", "observation", "change"))
incident = metadata.tables["incident"]
pass_, order = (metadata.tables[name] for name in ("pass", "refresh_order"))
sketch, sketch_key, likeness = (metadata.tables[name] for name in ("sketch", "sketch_key", "likeness"))
