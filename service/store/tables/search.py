"""What can be searched. The words themselves stand in ``passage_words``, which each database keeps in its own way (``words``)."""

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from ..columns import Number
from ..rows import Row, own_id


class PassageRow(Row, table=True):
    """What a version was the first to say, and what its coming took away from the one ``before`` it; long ones in several pieces."""

    __tablename__ = "passage"
    __table_args__ = (
        UniqueConstraint("item_id", "version", "piece"),
        ForeignKeyConstraint(["item_id", "version"], ["version.item_id", "version.number"]),
    )

    id: int | None = own_id()
    item_id: int = Field(sa_type=Number)
    version: int
    piece: int
    before: int | None = None


class UnindexedRow(Row, table=True):
    """A version whose words cannot be searched yet."""

    __tablename__ = "unindexed"
    __table_args__ = (
        UniqueConstraint("item_id", "version"),
        ForeignKeyConstraint(["item_id", "version"], ["version.item_id", "version.number"]),
    )

    id: int | None = own_id()
    item_id: int = Field(sa_type=Number)
    version: int
    before: int | None = None
