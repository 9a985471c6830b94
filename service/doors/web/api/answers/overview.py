"""Shapes of sources, counts and refreshes."""

from datetime import datetime

from pydantic import BaseModel, Field

from .....models import ChangeKind, Declared, Kind, Significance
from .shape import FOUND, SEEN, like

_SOURCE = {
    "id": "csto",
    "name": "CSTO newsroom",
    "url": "https://en.odkb-csto.org/news/news_odkb/",
    "kind": "listing",
    "enabled": True,
    "health": "well: 84 releases",
    "last_look": FOUND,
    "next_look": "2026-11-21T22:51:26Z",
    "releases": 84,
    "edits": 3,
    "failures": 0,
    "error": "",
}


class Source(BaseModel):
    """A source and its health, in words. ``failures`` counts the passes in a row that could not read its list."""

    model_config = like(**_SOURCE)

    id: str
    name: str
    url: str
    kind: Kind
    enabled: bool
    health: str
    last_look: datetime | None
    next_look: datetime | None
    releases: int
    edits: int
    failures: int
    error: str


class Sources(BaseModel):
    """All sources that are or were configured."""

    model_config = like(sources=[_SOURCE])

    sources: list[Source]


class Tally(BaseModel):
    """How many changes of one sort there are."""

    kind: ChangeKind
    significance: Significance
    declared: Declared
    changes: int


class Stats(BaseModel):
    """How much there is; ``failing`` are sources whose list cannot be read now, ``edits`` those that are more than cosmetic."""

    model_config = like(
        sources=12, enabled=11, failing=1, releases=4210, edits=37,
        changes=[{"kind": "edited", "significance": "substantive", "declared": "stealth", "changes": 21}],
    )  # fmt: skip

    sources: int
    enabled: int
    failing: int
    releases: int
    edits: int
    changes: list[Tally]


_REPORT = {
    "source": "csto", "outcome": "ok", "new": 1, "checked": 85, "edited": 1, "cosmetic": 0, "withdrawn": 0, "restored": 0, "moved": 0,
    "duplicates": 0, "incidents": 0, "held": 0, "failed": 0, "errors": [],
}  # fmt: skip


class Report(BaseModel):
    """What one pass over one source did; counts are of releases."""

    model_config = like(**_REPORT)

    source: str
    outcome: str
    new: int
    checked: int
    edited: int
    cosmetic: int
    withdrawn: int
    restored: int
    moved: int
    duplicates: int
    incidents: int
    held: int
    failed: int
    errors: list[str]


class Refresh(BaseModel):
    """A refresh: ``waiting`` until the daemon takes it, then ``running``, then ``done``; ``done`` of ``total`` looks are behind it."""

    model_config = like(
        id=3, state="done", sources=["csto"], urls=[], recheck=True, asked_at=SEEN, started_at=SEEN, finished_at=FOUND, done=85,
        total=85, reports=[_REPORT],
    )  # fmt: skip

    id: int
    state: str = Field(json_schema_extra={"enum": ["waiting", "running", "done"]})
    sources: list[str]
    urls: list[str]
    recheck: bool
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    done: int
    total: int
    reports: list[Report]
