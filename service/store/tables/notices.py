"""The outbox: who is told of changes, and what waits to be sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from ..columns import Number
from ..rows import Row, among, counting, own_id, pointer, wording


class Standing(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class TargetRow(Row, table=True):
    """A target that is or was configured, how far it was told, and how it fares. ``mark`` is the last change that was considered for it.

    ``token`` counts its leases: who holds an older one may write nothing.
    """

    __tablename__ = "target"
    __table_args__ = (UniqueConstraint("slug"),)

    id: int | None = own_id()
    slug: str = wording()
    since: datetime
    enabled: bool = True
    mark: int = Field(default=0, ge=0, sa_type=Number)
    token: int = counting()
    leased_until: datetime | None = None
    tries: int = counting()
    next_at: datetime | None = None
    off_since: datetime | None = None
    sent: int = counting()
    sent_at: datetime | None = None
    error: str = wording()


class NoticeRow(Row, table=True):
    """That a target is to be told of a change: once. ``message`` is the first change of those it is sent with, once that is decided."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("change_id", "target_id"),
        Index(
            "notice_open",
            "target_id",
            "change_id",
            sqlite_where=text("standing <> 'sent'"),
            postgresql_where=text("standing <> 'sent'"),
        ),
        Index("notice_done", "done_at"),
        among("standing", Standing),
    )

    id: int | None = own_id()
    target_id: int | None = pointer("target.id")
    change_id: int | None = pointer("change.id")
    queued_at: datetime
    standing: str = wording()
    message: int | None = Field(default=None, sa_type=Number)
    tries: int = counting()
    done_at: datetime | None = None
    error: str = wording()
