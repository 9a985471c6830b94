"""Shapes of releases, of their versions, and of what is found in them."""

from datetime import datetime

from pydantic import BaseModel

from .....models import Reason, State
from .shape import FOUND, SEEN, URL, Page, like

_ITEM = {
    "item_url": URL,
    "source": "csto",
    "title": "Exercise ends",
    "state": "live",
    "published": "2026-11-20",
    "first_seen": SEEN,
    "last_look": FOUND,
    "next_look": "2026-11-22T00:10:00Z",
    "outcome": "unchanged",
    "versions": 2,
    "edits": 1,
}


class Item(BaseModel):
    """A tracked release. ``published`` is as precise as the publisher was; ``outcome`` is of the last look."""

    model_config = like(**_ITEM)

    item_url: str
    source: str
    title: str
    state: State
    published: str | None
    first_seen: datetime
    last_look: datetime | None
    next_look: datetime | None
    outcome: str
    versions: int
    edits: int


class Items(Page):
    """Tracked releases, the latest found first."""

    model_config = like(items=[_ITEM], next="https://watch.example/api/v1/items?limit=1&before=84", cursor=84)

    items: list[Item]


_PRINT = "a3f1c0de" * 8
_VERSION = {
    "version": 2,
    "reason": "edit",
    "title": "Exercise ends",
    "published": "2026-11-20",
    "content_hash": _PRINT,
    "exact_hash": _PRINT,
    "rule": "1",
    "seen_from": SEEN,
    "seen_until": FOUND,
    "snapshot": "2026/11/21.warc.gz:1024",
}


class Version(BaseModel):
    """A version of a release. The hashes are SHA-256 in hex, of what it says and of what is displayed; empty for a tombstone."""

    model_config = like(**_VERSION)

    version: int
    reason: Reason
    title: str
    published: str | None
    content_hash: str
    exact_hash: str
    rule: str
    seen_from: datetime
    seen_until: datetime
    snapshot: str


_MEMENTO = {
    "memento": "m7",
    "keeper": "web.archive.org",
    "captured_at": SEEN,
    "imported_at": FOUND,
    "url": f"https://web.archive.org/web/20261120061500/{URL}",
    "original": URL,
    "title": "Exercise ends",
    "published": "2026-11-20",
    "content_hash": _PRINT,
    "exact_hash": _PRINT,
    "rule": "5",
    "payload": _PRINT,
    "snapshot": "",
}


class Memento(BaseModel):
    """What somebody else captured of a release, and says to have seen at a moment; `payload` is the SHA-256 of the page as given to us."""

    model_config = like(**_MEMENTO)

    memento: str
    keeper: str
    captured_at: datetime
    imported_at: datetime
    url: str
    original: str
    title: str
    published: str | None
    content_hash: str
    exact_hash: str
    rule: str
    payload: str
    snapshot: str


class ShownMemento(Memento):
    """What somebody else captured of a release, with its text as we read it."""

    model_config = like(**{"item_url": URL, **_MEMENTO, "text": "The exercise ended.\n\n15 vehicles took part."})

    item_url: str
    text: str | None


class Versions(Page):
    """The versions of a release, oldest first."""

    model_config = like(
        item_url=URL,
        versions=[_VERSION],
        next="https://watch.example/api/v1/versions?url=https%3A%2F%2Fwww.example.org%2F&limit=1&after=2",
        cursor=2,
        mementos=[_MEMENTO],
    )

    item_url: str
    versions: list[Version]
    mementos: list[Memento]


_TRANSLATION = {"item_url": "https://www.example.org/fr/news/7", "title": "Fin de l'exercice"}


class Translation(BaseModel):
    """A release that is another one in another language: the pages of both name each other so."""

    model_config = like(**_TRANSLATION)

    item_url: str
    title: str


_COPY = {"version": 2, "url": f"https://web.archive.org/web/20261122061500/{URL}", "copied_at": "2026-11-22T06:15:00Z"}


class WebCopy(BaseModel):
    """What a web archive says it has copied after a version was found: where its copy is, and when it was made."""

    model_config = like(**_COPY)

    version: int
    url: str
    copied_at: datetime


class Shown(BaseModel):
    """A release with one of its versions. ``text`` is None for a tombstone, all of the version where there is none yet."""

    model_config = like(
        item_url=URL, source="csto", version=2, versions=2, state="live", title="Exercise ends", published="2026-11-20", language="en",
        text="The exercise ended.\n\n51 vehicles took part.", content_hash=_PRINT, exact_hash=_PRINT, rule="1", seen_from=SEEN,
        seen_until=FOUND, snapshot="2026/11/21.warc.gz:1024", translations=[_TRANSLATION],
        web_copies=[_COPY],
    )  # fmt: skip

    item_url: str
    source: str
    version: int | None
    versions: int
    state: State
    title: str | None
    published: str | None
    language: str | None
    text: str | None
    content_hash: str | None
    exact_hash: str | None
    rule: str | None
    seen_from: datetime | None
    seen_until: datetime | None
    snapshot: str | None
    translations: list[Translation]
    web_copies: list[WebCopy]


class Part(BaseModel):
    """A part of a passage; ``found`` where it is what was searched for."""

    text: str
    found: bool


_HIT = {
    "id": 205,
    "item_url": URL,
    "source": "csto",
    "title": "Exercise ends",
    "state": "live",
    "version": 2,
    "change": 17,
    "seen_at": FOUND,
    "snippet": [{"text": "The ", "found": False}, {"text": "exercise", "found": True}, {"text": " ended.", "found": False}],
}


class Hit(BaseModel):
    """A version that first said what was searched for, or whose coming removed it; ``change`` is None for a first one."""

    model_config = like(**_HIT)

    id: int
    item_url: str
    source: str
    title: str
    state: State
    version: int
    change: int | None
    seen_at: datetime
    snippet: list[Part]


class Hits(Page):
    """What a search found, the newest first."""

    model_config = like(hits=[_HIT], next="https://watch.example/api/v1/search?q=exercise&limit=1&before=205", cursor=205)

    hits: list[Hit]
