"""Mementos of others: what somebody else captured of a release. Beside the versions, so that no question about ours ever meets them."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from ..columns import Digest, Words
from ..rows import Row, own_id, pointer, wording


class MementoRow(Row, table=True):
    """A capture by somebody else, as it was read here. Never altered: the database itself refuses. See ``models.Memento``.

    ``displayed`` and ``rest`` are its reading (``readings.pack``), each compressed by itself.
    """

    __tablename__ = "memento"
    __table_args__ = (UniqueConstraint("item_id", "url"),)

    id: int | None = own_id()
    item_id: int | None = pointer("item.id")
    url: str = wording()
    original: str = wording()
    keeper: str = wording()
    captured_at: datetime
    imported_at: datetime
    payload: str = Field(sa_type=Digest)
    title: str = wording()
    published: str | None = Field(default=None, sa_type=Words)
    rule: str = wording()
    content: str = Field(sa_type=Digest)
    exact: str = Field(sa_type=Digest)
    body: str = Field(sa_type=Digest)
    displayed: bytes
    rest: bytes
    snapshot: str = wording()
