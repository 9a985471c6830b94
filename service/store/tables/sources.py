"""Hosts and sources, and what befell them."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from service.models import IncidentKind, Kind

from ..columns import Amounts, Digest, Names
from ..rows import Row, among, counting, own_id, pointer, wording


class HostRow(Row, table=True):
    """A server that is asked politely. ``ready_at`` is the frontier: when it may be claimed next; NULL where nothing is due, ever.

    ``price`` is what a look at it must be worth, as steered by its backlog until ``priced_at``.
    """

    __tablename__ = "host"
    __table_args__ = (Index("host_ready", "ready_at"), UniqueConstraint("key"))

    id: int | None = own_id()
    key: str = wording()
    ready_at: datetime | None = None
    token: int = counting()
    leased_until: datetime | None = None
    allowed_at: datetime | None = None
    blocked_until: datetime | None = None
    price: float = 1.0
    priced_at: datetime | None = None


class SourceRow(Row, table=True):
    """A source that is or was configured, what is known of its list, and how it fares."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("slug"), Index("source_host", "host_id"), among("kind", Kind))

    id: int | None = own_id()
    host_id: int | None = pointer("host.id")
    slug: str = wording()
    name: str = wording()
    url: str = wording()
    shape: str = Field(default="", sa_type=Digest, nullable=True)
    enabled: bool = True
    kind: str = wording()
    list_url: str = wording()
    list_etag: str = wording()
    list_modified: str = wording()
    list_digest: str = Field(default="", sa_type=Digest, nullable=True)
    template: bytes | None = None
    baselined_at: datetime | None = None
    next_list_at: datetime
    last_list_at: datetime | None = None
    last_pass_at: datetime | None = None
    failures: int = counting()
    failing_since: datetime | None = None
    error: str = wording()
    releases: int = counting()
    edits: int = counting()
    list_size: int = counting()
    body_length: float = 0.0
    news_every: float = 0.0
    news_at: datetime | None = None
    troubles: tuple[str, ...] = Field(sa_type=Names)
    hours_watched: tuple[float, ...] = Field(sa_type=Amounts)
    edits_found: tuple[int, ...] = Field(sa_type=Amounts)


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
        among("kind", IncidentKind),
    )

    id: int | None = own_id()
    source_id: int | None = pointer("source.id")
    kind: str = wording()
    signature: str = wording()
    since: datetime
    seen_at: datetime
    until: datetime | None = None
    words: str = wording()
    items: int = counting()
    features: tuple[str, ...] = Field(sa_type=Names)


class PassRow(Row, table=True):
    """One attempt at a source; kept for a bounded time."""

    __tablename__ = "pass"
    __table_args__ = (Index("pass_source", "source_id", "id"), Index("pass_finished", "finished_at"))

    id: int | None = own_id()
    source_id: int | None = pointer("source.id")
    started_at: datetime
    finished_at: datetime
    outcome: str = wording()
    looks: int = counting()
    changes: int = counting()
    error: str = wording()


class OrderRow(Row, table=True):
    """A manual refresh asked of a running daemon."""

    __tablename__ = "refresh_order"
    __table_args__ = (
        Index("order_open", "id", sqlite_where=text("finished_at IS NULL"), postgresql_where=text("finished_at IS NULL")),
        {"sqlite_autoincrement": True},
    )

    id: int | None = own_id()
    asked_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    recheck: bool = False
    sources: tuple[str, ...] = Field(sa_type=Names)
    urls: tuple[str, ...] = Field(sa_type=Names)
    done: int = counting()
    total: int = counting()
    reports: str = wording("[]")
