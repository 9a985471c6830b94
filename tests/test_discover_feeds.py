"""Feeds of every age and state give their entries; what is no feed is told in plain words."""

import base64
import gzip
import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import urls
from service.discover import discover
from service.errors import Unreadable
from service.models import Found, Kind, Snapshot, Source

FEED = "https://news.example.org/press/feed.xml"


def found(body: str | bytes, kind: Kind = Kind.AUTO, url: str = FEED, content_type: str = "", **source: Any) -> Found:
    data = body.encode() if isinstance(body, str) else body
    headers = (("Content-Type", content_type),) if content_type else ()
    snapshot = Snapshot(url, url, 200, headers, data, datetime(2026, 1, 1, tzinfo=UTC))
    return discover(snapshot, Source("s", url, **source), kind)


def rss(*items: str, head: str = "<link>https://news.example.org/</link>", declaration: str = "") -> str:
    return f'{declaration}<rss version="2.0"><channel><title>News</title>{head}{"".join(items)}</channel></rss>'


def test_an_rss_item_becomes_an_entry() -> None:
    feed = found(
        rss(
            "<item><title>Tom &amp;amp; &lt;b&gt;Ann&lt;/b&gt; met</title><link>https://news.example.org/1?utm_source=rss</link>"
            "<guid isPermaLink='false'>7</guid><pubDate>Thu, 27 Jun 2019 10:00:00 +0300</pubDate><description>&lt;p&gt;In&lt;/p&gt;"
            "&lt;p&gt;Minsk&lt;/p&gt;</description></item>",
            head="<language>en</language>",
        )
    )
    (entry,) = feed.entries
    assert (feed.kind, feed.title, feed.language) == (Kind.FEED, "News", "en")
    assert (entry.url, entry.guid, entry.title) == ("https://news.example.org/1", "7", "Tom & Ann met")
    assert (entry.published, entry.updated, entry.summary) == ("2019-06-27T10:00:00+03:00", None, "In Minsk")


def test_an_atom_entry_keeps_both_its_dates_and_its_text_titles() -> None:
    feed = found(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="text">1 &lt; 2</title><link rel="edit" href="/edit/1"/>'
        '<link href="/news/1"/><published>2022-10-19</published><updated>2022-10-20T08:00:00Z</updated></entry></feed>'
    )
    (entry,) = feed.entries
    assert (entry.url, entry.title) == ("https://news.example.org/news/1", "1 < 2")
    assert (entry.published, entry.updated) == ("2022-10-19", "2022-10-20T08:00:00+00:00")


@pytest.mark.parametrize(
    ("told", "stamp"),
    [
        ("2022-10-19", "2022-10-19"),
        ("2022-10-19T13:14", "2022-10-19T13:14"),
        ("Wed, 19 Oct 2022 13:14:00", "2022-10-19T13:14:00"),
        ("Wed, 19 Oct 2022 13:14:00 EST", "2022-10-19T13:14:00-05:00"),
        ("19 октября 2022", "2022-10-19"),
        ("soon", None),
    ],
)
def test_a_date_is_as_precise_as_the_feed_wrote_it(told: str, stamp: str | None) -> None:
    (entry,) = found(rss(f"<item><link>https://news.example.org/1</link><pubDate>{told}</pubDate></item>")).entries
    assert entry.published == stamp


def test_a_feed_without_dates_and_guids_has_none() -> None:
    (entry,) = found(rss("<item><link>http://news.example.org/a/</link></item>")).entries
    assert (entry.url, entry.guid, entry.published, entry.updated) == ("http://news.example.org/a/", "", None, None)


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>/a/1</link>", "https://news.example.org/a/1"),
        ("<guid>https://news.example.org/2</guid>", "https://news.example.org/2"),
        ("<guid isPermaLink='false'>https://news.example.org/3</guid>", "https://news.example.org/3"),
        ("<link> \n https://news.example.org/4 \n</link>", "https://news.example.org/4"),
        ("<link>https://news.example.org/?a=1&b=2</link><title>caf&eacute;&nbsp;</title>", "https://news.example.org/?a=1&b=2"),
        ("<enclosure url='https://news.example.org/5.pdf' type='application/pdf'/>", "https://news.example.org/5.pdf"),
    ],
)
def test_an_address_is_found_where_it_stands(item: str, url: str) -> None:
    assert [entry.url for entry in found(rss(f"<item>{item}</item>")).entries] == [url]


def test_relative_links_follow_xml_base_first() -> None:
    feed = found('<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example.org/x/"><entry><link href="1"/></entry></feed>')
    assert [entry.url for entry in feed.entries] == ["https://base.example.org/x/1"]


def test_one_release_is_one_entry_and_the_feed_itself_is_none() -> None:
    links = ["https://news.example.org/1", "http://www.news.example.org/1/", FEED, "https://news.example.org/2"]
    feed = found(rss(*(f"<item><link>{link}</link></item>" for link in links)))
    assert [entry.url for entry in feed.entries] == [links[0], links[3]]


def test_include_and_exclude_choose_entries() -> None:
    feed = rss(*(f"<item><link>https://news.example.org/{path}</link></item>" for path in ("news/1", "news/video/2", "blog/3")))
    kept = found(feed, include=("/news/",), exclude=("/video/",)).entries
    assert [entry.url for entry in kept] == ["https://news.example.org/news/1"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("koi8-r", ""), ("windows-1251", ""), ("windows-1251", "utf-8"), ("utf-8", "windows-1251"), ("utf-16", "utf-16")],
)
def test_a_charset_undeclared_or_wrong_is_read_all_the_same(encoding: str, declared: str) -> None:
    words = "О встрече министров иностранных дел государств в Бишкеке и подписанных документах"
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    feed = rss(f"<item><title>{words}</title><link>https://news.example.org/1</link></item>", declaration=declaration)
    assert [entry.title for entry in found(feed.encode(encoding)).entries] == [words]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda feed: "<br />\n<b>Warning</b>: include() in /x.php\n" + feed,
        lambda feed: feed.replace("<item>", "<item a='1' a='2'>"),
        lambda feed: feed[: feed.rindex("</item>")],
        lambda feed: feed.replace("<title>One", "<title>One \x0b & &nbsp; <br>"),
    ],
)
def test_an_ill_formed_feed_gives_its_entries_and_a_warning(spoil: Any) -> None:
    items = [f"<item><title>{word}</title><link>https://news.example.org/{word}?a=1&amp;b=2</link></item>" for word in ("One", "Two")]
    feed = found(spoil(rss(*items)), Kind.FEED)
    assert [entry.url for entry in feed.entries] == [f"https://news.example.org/{word}?a=1&b=2" for word in ("One", "Two")]
    assert "not well-formed" in feed.warnings[0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "empty answer"),
        (" \r\n ", "empty answer"),
        ("<!doctype html><html><body><p>We moved</p></body></html>", "an HTML page stands where a feed should be"),
        ("Service unavailable", "plain text stands where a feed should be"),
        ('{"error": 500}', "no JSON Feed"),
        ("{", "not readable as JSON"),
        (b"\x1f\x8bnothing", "cannot be unpacked"),
    ],
)
def test_what_is_no_feed_is_said_in_plain_words(body: str | bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        found(body, Kind.FEED)


def test_a_path_for_a_body_opens_no_file(tmp_path: Path) -> None:
    hidden = tmp_path / "feed.xml"
    hidden.write_text(rss("<item><link>https://news.example.org/secret</link></item>"))
    with pytest.raises(Unreadable):
        found(str(hidden), Kind.FEED)


def test_a_json_feed_gives_what_is_well_typed_in_it() -> None:
    feed = found(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": ["no"],
                "language": "ru",
                "next_url": "/feed.json?page=2",
                "items": [
                    {
                        "id": 3,
                        "url": "/news/3",
                        "title": "Third",
                        "date_published": "2019-10-12T07:20:50.52Z",
                        "content_html": "<p>Text</p>",
                    },
                    {"id": "https://news.example.org/2", "url": {}, "date_modified": "yesterday"},
                    {"id": "1"},
                    "no item",
                ],
            }
        )
    )
    third, second = feed.entries
    assert (third.url, third.guid, third.title, third.summary) == ("https://news.example.org/news/3", "3", "Third", "Text")
    assert (third.published, third.updated) == ("2019-10-12T07:20:50+00:00", None)
    assert (second.url, second.updated) == ("https://news.example.org/2", None)
    assert (feed.kind, feed.title, feed.language) == (Kind.FEED, "", "ru")
    assert (feed.more, feed.warnings) == (("https://news.example.org/feed.json?page=2",), ("2 of 4 entries have no address",))


def _cases(corpus: Path) -> list[tuple[str, bytes]]:
    with gzip.open(corpus / "feeds" / "cases.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["path"], row["text"].encode() if "text" in row else base64.b64decode(row["b64"])) for row in rows]


def _entries(body: bytes) -> list[str]:
    try:
        return [entry.url for entry in found(body, Kind.FEED, url="https://feeds.example.org/feed.xml").entries]
    except Unreadable:
        return []


def _linked(body: bytes) -> set[str]:
    """The web addresses that feedparser itself finds for the entries of a feed."""
    parsed = feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    links = [
        next((link["href"] for link in [{"href": raw.get("link")}, *raw.get("links", [])] if link.get("href")), "")
        for raw in parsed.entries
    ]
    addresses = [urls.absolute("https://feeds.example.org/feed.xml", link) for link in links]
    return {urls.address_key(address) for address in addresses if address}


def test_every_case_of_the_corpus_gives_all_that_feedparser_finds_and_the_same_twice(corpus: Path) -> None:
    cases = _cases(corpus)
    ours = {path: _entries(body) for path, body in cases}
    short = {path: len(ours[path]) for path, body in cases if len(ours[path]) < len(_linked(body))}
    assert not short
    assert [_entries(body) for _, body in cases[::5]] == [ours[path] for path, _ in cases[::5]]
    assert sum(map(len, ours.values())) >= 350


def test_every_case_of_the_corpus_is_something_or_told_why_not(corpus: Path) -> None:
    for _, body in _cases(corpus):
        try:
            assert found(body).kind in (Kind.FEED, Kind.SITEMAP, Kind.PAGE, Kind.LISTING)
        except Unreadable as error:
            assert str(error)


def test_json_feeds_of_the_corpus_give_the_items_expected(corpus: Path) -> None:
    cases = dict(_cases(corpus))
    pairs = [(path, f"{path[:-5]}_expected.json") for path in cases if f"{path[:-5]}_expected.json" in cases]
    assert pairs
    for path, expected in pairs:
        items = json.loads(cases[expected])["items"]
        entries = found(cases[path], Kind.FEED).entries
        assert [(entry.url, entry.title) for entry in entries] == [(item.get("url") or item["link"], item["title"]) for item in items]


@given(st.binary(max_size=200) | st.text(alphabet="<>/ rsitemlnk=\"'&;#{}[]", max_size=200).map(str.encode))
@settings(deadline=None, max_examples=100)
def test_no_bytes_break_it(body: bytes) -> None:
    for kind in (Kind.FEED, Kind.SITEMAP):
        try:
            found(body, kind)
        except Unreadable as error:
            assert str(error)
