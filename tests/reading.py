"""Snapshots by hand, and their readings."""

from datetime import UTC, datetime
from pathlib import Path

from service.extract import extract
from service.models import Reading, Selectors, Snapshot, Source

PAGES = Path(__file__).parent / "pages"
URL = "https://news.example/news/1/"
NONE = Selectors()
LOOKED_AT = datetime(2026, 11, 21, tzinfo=UTC)


def snapshot(body: bytes | str, content_type: str = "text/html; charset=utf-8", url: str = URL, at: datetime = LOOKED_AT) -> Snapshot:
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return Snapshot(url, url, 200, (("Content-Type", content_type),), raw, at)


def read(
    body: bytes | str, content_type: str = "text/html; charset=utf-8", selectors: Selectors = NONE, language: str | None = None
) -> Reading:
    return extract(snapshot(body, content_type), Source("test", URL, selectors=selectors, language=language))


def page(name: str) -> bytes:
    """Return one of the pages that were written for these tests."""
    return (PAGES / name).read_bytes()
