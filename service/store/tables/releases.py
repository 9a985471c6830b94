"""Releases: their addresses, texts, versions, looks and changes."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from service.models import ChangeKind, Declared, Reason, Significance, State

from ..columns import Digest, Names, Number, Words
from ..rows import Row, among, counting, own_id, pointer, wording


class TextRow(Row, table=True):
    """What is displayed of a reading (``fingerprint.canonical_bytes``), compressed; shared by all versions that show the same."""

    __tablename__ = "text"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("(codec = 'zstd' AND base_id IS NULL) OR (codec = 'zstd-key' AND base_id IS NOT NULL)", name="codec_known"),
    )

    id: int | None = own_id()
    digest: str = Field(sa_type=Digest)
    codec: str = wording()
    base_id: int | None = pointer("text.id", null=True)
    size: int = counting()
    data: bytes


class DictionaryRow(Row, table=True):
    """What texts that stand by themselves are encoded with; ``texts`` is how many there were when it was made. Never altered or removed."""

    __tablename__ = "dictionary"

    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    digest: str = Field(sa_type=Digest)
    texts: int = counting()
    data: bytes


class ItemRow(Row, table=True):
    """A release: where it stands, and when to look next. ``baseline`` is the number of its latest version that is no tombstone,
    ``reader`` the rule by which that was read; empty where only the reading itself tells.

    ``published`` is as that version says, else as the list does. Ids follow the order in which releases are shown: of those found together,
    the first in its list has the highest.
    """

    __tablename__ = "item"
    __table_args__ = (
        Index("item_due", "source_id", "next_look_at"),
        Index("item_source", "source_id", "id"),
        Index("item_published", "source_id", "published"),
        among("state", State),
    )

    id: int | None = own_id()
    source_id: int | None = pointer("source.id")
    url: str = wording()
    key: str = wording()
    first_seen_at: datetime
    state: str = wording()
    next_look_at: datetime
    last_look_at: datetime | None = None
    seen_at: datetime | None = None
    changed_at: datetime | None = None
    outcome: str = wording()
    status: int = counting()
    observation_id: int | None = Field(default=None, sa_type=Number)
    misses: int = counting()
    missing_since: datetime | None = None
    etag: str = wording()
    last_modified: str = wording()
    digest: str = Field(default="", sa_type=Digest, nullable=True)
    versions: int = counting()
    baseline: int | None = None
    reader: str = wording()
    key_text_id: int | None = pointer("text.id", null=True)
    edits: int = counting()
    entry_url: str = wording()
    entry_title: str = wording()
    entry_published: str | None = Field(default=None, sa_type=Words)
    entry_updated: str | None = Field(default=None, sa_type=Words)
    entry_guid: str = wording()
    modified: str | None = Field(default=None, sa_type=Words)
    listed: str | None = Field(default=None, sa_type=Words)
    doubted_since: datetime | None = None
    variants: tuple[str, ...] = Field(sa_type=Names)
    unlisted_since: datetime | None = None
    delisted: bool = False
    published: str | None = Field(default=None, sa_type=Words)
    alternates: bytes | None = None


class AddressRow(Row, table=True):
    """An address that an item has or had. In a source, no two items share one."""

    __tablename__ = "address"
    __table_args__ = (Index("address_print", "print"), Index("address_item", "item_id"))

    source_id: int | None = Field(default=None, foreign_key="source.id", primary_key=True, sa_type=Number)
    print: bytes = Field(primary_key=True)
    item_id: int | None = pointer("item.id")
    url: str = wording()
    entry_digest: str = Field(default="", sa_type=Digest, nullable=True)
    since: datetime
    until: datetime | None = None


class VersionRow(Row, table=True):
    """A reading as kept. Never altered: the database itself refuses.

    ``extras`` is what its text does not tell, encoded against that of the item's version ``extras_base``, or by itself.
    """

    __tablename__ = "version"
    __table_args__ = (
        among("reason", Reason),
        CheckConstraint("number >= 1", name="number_counts"),
        CheckConstraint("(reason = 'tombstone') = (text_id IS NULL)", name="text_unless_tombstone"),
        Index("version_body", "body"),
    )

    item_id: int | None = Field(default=None, foreign_key="item.id", primary_key=True, sa_type=Number)
    number: int = Field(primary_key=True)
    text_id: int | None = pointer("text.id", null=True)
    reason: str = wording()
    seen_at: datetime
    title: str = wording()
    published: str | None = Field(default=None, sa_type=Words)
    rule: str = wording()
    content: str = Field(default="", sa_type=Digest, nullable=True)
    exact: str = Field(default="", sa_type=Digest, nullable=True)
    body: str = Field(default="", sa_type=Digest, nullable=True)
    snapshot: str = wording()
    extras: bytes | None = None
    extras_base: int | None = None


class ObservationRow(Row, table=True):
    """A run of looks that found the same: the first, the last, how many. ``version`` is the item's latest version then; 0: none yet."""

    __tablename__ = "observation"
    __table_args__ = (Index("observation_item", "item_id", "version"),)

    id: int | None = own_id()
    item_id: int | None = pointer("item.id")
    version: int = counting()
    outcome: str = wording()
    status: int = counting()
    words: str = wording()
    first_at: datetime
    last_at: datetime
    count: int = counting(1)


class ChangeRow(Row, table=True):
    """A line of the change log. Its id only grows and is never used again; ``url`` where it was not the item's address of today."""

    __tablename__ = "change"
    __table_args__ = (
        UniqueConstraint("item_id", "to_version", "kind"),
        ForeignKeyConstraint(["item_id", "from_version"], ["version.item_id", "version.number"]),
        ForeignKeyConstraint(["item_id", "to_version"], ["version.item_id", "version.number"]),
        among("kind", ChangeKind),
        among("significance", Significance),
        among("declared", Declared),
        Index("change_source", "source_id", "id"),
        Index("change_detected", "detected_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = own_id()
    source_id: int | None = pointer("source.id")
    item_id: int | None = pointer("item.id", null=True)
    kind: str = wording()
    significance: str = wording()
    classes: tuple[str, ...] = Field(sa_type=Names)
    declared: str = wording()
    fields_touched: tuple[str, ...] = Field(sa_type=Names)
    not_before: datetime | None = None
    not_after: datetime
    detected_at: datetime
    from_version: int | None = None
    to_version: int | None = None
    words_added: int = counting()
    words_removed: int = counting()
    summary: str = wording()
    url: str | None = Field(default=None, sa_type=Words)
    related: str | None = Field(default=None, sa_type=Words)


class TallyRow(Row, table=True):
    """How many changes of one sort a source has: the sum of its lines of the change log, kept with them."""

    __tablename__ = "tally"

    source_id: int | None = Field(default=None, foreign_key="source.id", primary_key=True, sa_type=Number)
    kind: str = Field(primary_key=True, sa_type=Words)
    significance: str = Field(primary_key=True, sa_type=Words)
    declared: str = Field(primary_key=True, sa_type=Words)
    changes: int = counting()
