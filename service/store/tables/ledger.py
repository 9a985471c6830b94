"""The ledger: what was recorded, chained; and the checkpoints that were signed. Insert only: the database itself refuses all else."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from ..columns import Digest, Number, Words
from ..rows import Row, among, pointer, wording


class EntryKind(StrEnum):
    """What an entry is of."""

    RELEASE = "release"
    VERSION = "version"
    CHANGE = "change"
    FILE = "file"
    MEMENTO = "memento"


class LedgerRow(Row, table=True):
    """An entry: what it is of, its digest, and the digest of the chain up to it. Numbers run from 1, without gaps.

    What an entry says is in the rows it is of; where those change, or where there are none (``release``, ``file``), its canonical bytes
    are kept here as ``said``. ``version`` is 0 for the release itself.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("item_id", "version"),
        UniqueConstraint("change_id"),
        UniqueConstraint("memento_id"),
        Index("ledger_files", "number", sqlite_where=text("kind = 'file'"), postgresql_where=text("kind = 'file'")),
        among("kind", EntryKind),
        CheckConstraint("number >= 1", name="number_counts"),
    )

    number: int = Field(primary_key=True, sa_type=Number, sa_column_kwargs={"autoincrement": False})
    kind: str = wording()
    item_id: int | None = pointer("item.id", null=True)
    version: int | None = None
    change_id: int | None = pointer("change.id", null=True)
    memento_id: int | None = pointer("memento.id", null=True)
    said: str | None = Field(default=None, sa_type=Words)
    digest: str = Field(sa_type=Digest)
    chain: str = Field(sa_type=Digest)


class CheckpointRow(Row, table=True):
    """A signed note that says how far the ledger was, and its chain digest there; with the public key (32 bytes) it was signed with."""

    __tablename__ = "checkpoint"

    number: int = Field(primary_key=True, foreign_key="ledger.number", sa_type=Number, sa_column_kwargs={"autoincrement": False})
    note: str = Field(sa_type=Words)
    key: str = Field(sa_type=Digest)


class StampRow(Row, table=True):
    """What an authority answered when it was asked to witness a checkpoint (RFC 3161), with the SHA-256 of the answer."""

    __tablename__ = "stamp"

    number: int = Field(primary_key=True, foreign_key="checkpoint.number", sa_type=Number, sa_column_kwargs={"autoincrement": False})
    url: str = wording()
    stamped_at: datetime
    digest: str = Field(sa_type=Digest)
    data: bytes
