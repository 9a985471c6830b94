"""All forms of a sitemap give the same list."""

import base64
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.discover import discover
from service.errors import Unreadable
from service.models import Found, Kind, Snapshot, Source

MAP = "https://example.org/sitemap.xml"
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def found(body: str | bytes, kind: Kind = Kind.AUTO, **source: Any) -> Found:
    data = body.encode() if isinstance(body, str) else body
    return discover(Snapshot(MAP, MAP, 200, (), data, datetime(2026, 1, 1, tzinfo=UTC)), Source("s", MAP, **source), kind)


def urlset(*rows: str, attributes: str = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', prolog: str = "") -> str:
    return f"{prolog}<urlset {attributes}>{''.join(f'<url>{row}</url>' for row in rows)}</urlset>"


def test_loc_and_lastmod() -> None:
    read = found(
        urlset("<loc> https://example.org/1 </loc><lastmod>2024-01-01T10:00:00Z</lastmod>", "<loc><![CDATA[/2]]></loc>", "<lastmod/>")
    )
    assert (read.kind, read.more, read.warnings) == (Kind.SITEMAP, (), ())
    assert [(entry.url, entry.updated) for entry in read.entries] == [("https://example.org/1", "2024-01-01T10:00:00+00:00")]


def test_news_title_date_and_language() -> None:
    row = (
        "<loc>https://example.org/1</loc><news:news><news:publication><news:name>N</news:name><news:language>en</news:language>"
        "</news:publication><news:publication_date>2024-01-01T10:00+03:00</news:publication_date>"
        "<news:title>One &amp; all</news:title></news:news>"
    )
    for attributes in (NEWS, ""):  # a prefix that nobody declared is no reason to lose the list
        (entry,) = found(urlset(row, attributes=attributes)).entries
        assert (entry.title, entry.published, entry.language) == ("One & all", "2024-01-01T10:00+03:00", "en")


def test_an_index_goes_on_with_the_last_changed() -> None:
    rows = "".join(f"<sitemap><loc>https://example.org/{n}.xml.gz</loc><lastmod>202{n}-01-01</lastmod></sitemap>" for n in range(3))
    read = found(f"<sitemapindex>{rows}</sitemapindex>")
    assert (read.entries, read.more) == ((), tuple(f"https://example.org/{n}.xml.gz" for n in (2, 1, 0)))


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        (urlset("<loc>https://example.org/?a=1&b=2</loc>", attributes=""), False),
        (urlset("<loc>https://example.org/?a=1&amp;b=2</loc><x>&nbsp;&copy</x>"), False),
        (urlset("<loc>https://example.org/?a=1&amp;b=2</loc>", prolog="\n<?xml version='1.0' encoding='utf-16'?>\n"), False),
        (urlset("<loc>https://example.org/?a=1&amp;b=2</loc>") + "<!-- 0.1 s --> trailing", True),
        (urlset("<loc>https://example.org/?a=1&amp;b=2</loc>", "<loc>https://example.org/3")[:-30], True),
    ],
)
def test_an_ill_formed_sitemap_gives_what_stands_before_the_break(body: str, broken: bool) -> None:
    read = found(body, Kind.SITEMAP)
    assert read.entries[0].url == "https://example.org/?a=1&b=2"
    assert any("breaks off" in warning for warning in read.warnings) is broken


def test_gzip_is_told_by_its_bytes_and_bounded() -> None:
    assert len(found(gzip.compress(urlset("<loc>https://example.org/1</loc>").encode())).entries) == 1
    with pytest.raises(Unreadable, match="more than"):
        found(gzip.compress(b" " * 31_000_000, compresslevel=1))


def test_entities_are_refused() -> None:
    with pytest.raises(Unreadable, match="entities"):
        found('<!DOCTYPE urlset [<!ENTITY a "aaaa">]>' + urlset("<loc>https://example.org/&a;</loc>"))


def test_plain_text_lists_addresses() -> None:
    read = found("Our pages\n\nhttps://example.org/1\r\n  https://example.org/2  \nsee https://example.org/no\n")
    assert (read.kind, [entry.url for entry in read.entries]) == (Kind.SITEMAP, ["https://example.org/1", "https://example.org/2"])


def test_a_page_instead_is_said_in_plain_words() -> None:
    with pytest.raises(Unreadable, match="an HTML page stands where a sitemap should be"):
        found("<html><body>Not found</body></html>", Kind.SITEMAP)


PAGES = [("https://example.org/page1", "2024-01-01"), ("https://example.org/page2", "2024-01-02")]
EXPECTED = {
    "atom0.3.xml": PAGES,
    "atom1.0.xml": PAGES,
    "rss2.0.xml": [(PAGES[0][0], "2024-01-01T12:00:00+00:00"), (PAGES[1][0], "2024-01-02T14:00:00+00:00")],
    "google-news.xml": PAGES,
    "simple-urlset.xml": PAGES,
    "plaintext.txt": [(url, None) for url, _ in PAGES],
    "google-image.xml": [("https://example.org/news/one", None), ("https://example.org/news/two", None)],
    "hreflang.xml": [("https://example.org/en/page", "2024-01-01"), ("https://example.org/fr/page", "2024-01-02")],
    "sitemap-hreflang.xml": [(f"http://www.example.com/{part}/page.html", None) for part in ("english", "deutsch", "schweiz-deutsch")],
    "robots.txt": [],
    "simple-index.xml": [],
    "sitemap2.xml": [],
}
MORE = {
    "robots.txt": 4,
    "simple-index.xml": 2,
    "sitemap2.xml": 2,
    "sitemap-hreflang.xml": 1,
}
TITLES = {"google-news.xml": ["News Article One", "News Article Two"]}
TITLES |= {name: ["Page 1", "Page 2"] for name in ("atom0.3.xml", "atom1.0.xml", "rss2.0.xml")}


def test_every_case_of_the_corpus(corpus: Path) -> None:
    rows = [json.loads(line) for line in (corpus / "sitemaps" / "cases.jsonl").read_text().splitlines()]
    bodies = {Path(row["path"]).name: row["text"].encode() if "text" in row else base64.b64decode(row["b64"]) for row in rows}
    reads = {name: found(body, Kind.SITEMAP) for name, body in bodies.items()}
    for name, expected in EXPECTED.items():
        assert [(entry.url, entry.updated) for entry in reads[name].entries] == expected, name
        assert len(reads[name].more) == MORE.get(name, 0), name
        assert [entry.title for entry in reads[name].entries] == TITLES.get(name, [""] * len(expected)), name
    news = [entry.published for entry in reads["google-news.xml"].entries]
    assert news == ["2024-01-01", "2024-01-02"]
    assert len(reads["sitemap.xml"].entries) == 84
    assert reads["sitemap.xml"].entries == reads["sitemap.xml.gz"].entries
    assert len(rows) == len(EXPECTED) + 2
