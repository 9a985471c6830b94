"""Which releases say nearly the same."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from ..columns import Number
from ..rows import Row, counting, pointer


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
    other_id: int | None = pointer("item.id")
    percent: int = counting()
