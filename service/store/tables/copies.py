"""Copies by a web archive: how asking it fares, what waits to be asked, what it has copied."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from ..columns import Number
from ..rows import Row, counting, own_id, wording


class AskingRow(Row, table=True):
    """How asking the web archive fares: one row. ``mark`` is the last entry of the ledger that was considered for it.

    Nobody asks it before ``next_at``; ``asked`` copies were asked for on ``day`` (UTC).
    """

    __tablename__ = "asking"

    id: int | None = own_id()
    enabled: bool = True
    mark: int = Field(default=0, ge=0, sa_type=Number)
    next_at: datetime | None = None
    tries: int = counting()
    day: str = wording()
    asked: int = counting()


class SubmissionRow(Row, table=True):
    """That a version is to be followed by a copy of its release; gone once that is made or given up. See ``models.Submission``."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("item_id", "version"),
        ForeignKeyConstraint(["item_id", "version"], ["version.item_id", "version.number"]),
        Index("submission_next", "next_at"),
    )

    id: int | None = own_id()
    item_id: int | None = Field(default=None, sa_type=Number, nullable=False)
    version: int
    url: str = wording()
    seen_at: datetime
    queued_at: datetime
    tries: int = counting()
    next_at: datetime
    ticket: str = wording()
    asked_at: datetime | None = None
    error: str = wording()


class WebCopyRow(Row, table=True):
    """That a web archive has copied a release after one of its versions was found. See ``models.WebCopy``."""

    __tablename__ = "web_copy"
    __table_args__ = (ForeignKeyConstraint(["item_id", "version"], ["version.item_id", "version.number"]),)

    item_id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    version: int = Field(primary_key=True)
    url: str = wording()
    copied_at: datetime
