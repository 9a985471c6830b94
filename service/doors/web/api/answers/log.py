"""Shapes of the change log and of what was edited."""

from datetime import datetime

from pydantic import BaseModel, Field

from .....models import ChangeKind, Declared, HunkKind, IncidentKind, Op, Significance
from .shape import FOUND, SEEN, URL, Page, like

_CHANGE = {
    "id": 17,
    "source": "csto",
    "item_url": URL,
    "title": "Exercise ends",
    "kind": "edited",
    "significance": "substantive",
    "classes": ["number"],
    "declared": "stealth",
    "fields": ["body"],
    "not_before": SEEN,
    "not_after": FOUND,
    "detected_at": FOUND,
    "before_version": 1,
    "after_version": 2,
    "words_added": 1,
    "words_removed": 1,
    "summary": '"15" -> "51" (number), in paragraph 4',
}


class Change(BaseModel):
    """A line of the change log; what it tells happened between ``not_before`` and ``not_after``. An incident has no ``item_url``."""

    model_config = like(**_CHANGE)

    id: int
    source: str
    item_url: str | None
    title: str
    kind: ChangeKind
    significance: Significance
    classes: list[str] = Field(description=f"What was touched; of an incident one of {', '.join(IncidentKind)}")
    declared: Declared = Field(description="Whether the publisher owned up to it")
    fields: list[str]
    not_before: datetime | None
    not_after: datetime
    detected_at: datetime
    before_version: int | None
    after_version: int | None
    words_added: int
    words_removed: int
    summary: str


class Changes(Page):
    """Changes: the newest first, or with ``after`` the oldest behind that id first."""

    model_config = like(changes=[_CHANGE], next="https://watch.example/api/v1/changes?limit=1&before=17", cursor=17)

    changes: list[Change]


class RunOfWords(BaseModel):
    """Neighbouring words with the same fate."""

    op: Op
    text: str


class Hunk(BaseModel):
    """A block or field that differs; ``before`` and ``after`` are the positions of a body block, from 0."""

    field: str
    kind: HunkKind
    before: int | None
    after: int | None
    tag: str
    runs: list[RunOfWords]


class Diff(BaseModel):
    """What differs between two versions, in the order of the newer; ``coarse`` where it was too much to be compared word by word."""

    model_config = like(
        hunks=[{
            "field": "body", "kind": "edited", "before": 3, "after": 3, "tag": "p",
            "runs": [{"op": "removed", "text": "15"}, {"op": "added", "text": "51"}, {"op": "same", "text": " vehicles took part."}],
        }],
        words_added=1, words_removed=1, coarse=False,
    )  # fmt: skip

    hunks: list[Hunk]
    words_added: int
    words_removed: int
    coarse: bool
