"""The page sets: sibling pages of one source each, from the replica newsrooms of the tests, and real ones where the corpus is."""

import os
import re
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from service.models import Snapshot
from tests.newsroom import BitrixSite, DrupalSite, Site, WordPressSite, csto_site
from tests.newsroom.wire import Request, Response

CORPUS = Path(os.environ.get("PRESSWATCH_CORPUS", Path(__file__).parent.parent.parent / "shared" / "corpus"))
BASE = "http://news.example"
_AT = datetime(2026, 11, 21, tzinfo=UTC)
_PAIRS = {"gov.uk": "govuk-news-edits", "debian.org": "debian-news-edits"}


def page_sets(most: int) -> Iterator[tuple[str, list[Snapshot]]]:
    """Yield the name of each set with at most so many of its pages."""
    sites: dict[str, Site] = {
        "Bitrix": BitrixSite(count=most),
        "Bitrix, windows-1251": BitrixSite(count=most, language="ru", charset="windows-1251"),
        "WordPress": WordPressSite(count=most),
        "Drupal": DrupalSite(count=most),
    }
    for name, site in sites.items():
        yield name, of_site(site, most)
    if not (CORPUS / "MANIFEST.md").is_file():
        return
    yield "CSTO", of_site(csto_site(CORPUS), most)
    yield "flink.apache.org", _replayed(most)
    for name, folder in _PAIRS.items():
        yield name, _before_edits(folder, most)


def of_site(site: Site, most: int) -> list[Snapshot]:
    """Return the latest releases of a replica newsroom as it serves them."""
    site.base = BASE
    return [_snapshot(release.path, respond(site, release.path)) for release in site.listed()[:most]]


def respond(site: Site, path: str) -> Response:
    """Return what a site answers at a path, without the wire."""
    bare, _, query = path.partition("?")
    return site.answer(Request("GET", bare, query, {}, _AT))


def _snapshot(path: str, response: Response) -> Snapshot:
    return Snapshot(BASE + path, BASE + path, response.status, response.headers, response.body, _AT)


def _page(path: str, body: bytes) -> Snapshot:
    return _snapshot(path, Response(200, body, (("Content-Type", "text/html; charset=utf-8"),)))


def _replayed(most: int) -> list[Snapshot]:
    """Return posts of the Apache Flink newsroom as its first state shows them."""
    found: list[Snapshot] = []
    with tarfile.open(CORPUS / "replay-flink" / "site.tar.xz") as archive:
        for member in archive:
            is_post = re.fullmatch(r"\./00/(news|features)/.+\.html", member.name)
            if is_post and (file := archive.extractfile(member)):
                found.append(_page(f"/{member.name}", file.read()))
            if len(found) == most:
                break
    return found


def _before_edits(folder: str, most: int) -> list[Snapshot]:
    """Return releases of a set of pairs as they were before their edits."""
    from tests.pairs import load

    name = folder.partition("-")[0]
    return [_page(f"/{pair.id}", pair.before) for pair in load(name, CORPUS)[:most]]
