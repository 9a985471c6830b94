"""The change log in a feed reader: Atom, JSON Feed, OPML; valid, harmless, and saying what the pages say."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.doors import web
from service.models import ChangeLine, SourceLine
from service.render import FeedHead, Told, atom, json_feed, opml

from .newsroom import DrupalSite
from .test_web import first_word, free_port
from .watching import Watch, source, watch

NOW = datetime(2026, 11, 22, 3, 4, 5, 678, tzinfo=UTC)
HEAD = FeedHead("presswatch", "http://host/feeds/changes.atom", "http://host", "http://host/feeds/changes.atom?before=7")
NASTY = st.text(max_size=60) | st.sampled_from(
    ["<script>alert(1)</script>", "]]>", "\x00\x1b[2J", "\u202egnp.exe", "\ud800", "&amp;{{7*7}}"]
)


def line(**given: object) -> ChangeLine:
    values = {
        "id": 7,
        "source": "csto",
        "item_url": "https://example.org/news/7/?a=1&b=2",
        "title": "Exercise ends",
        "kind": "edited",
        "significance": "substantive",
        "classes": ("number", "date"),
        "declared": "stealth",
        "fields": ("body",),
        "not_before": NOW,
        "not_after": NOW,
        "detected_at": NOW,
        "before_version": 1,
        "after_version": 2,
        "words_added": 2,
        "words_removed": 2,
        "summary": '"15" -> "51" (number)',
        **given,
    }
    return ChangeLine(**values)  # type: ignore[arg-type] # fields of ChangeLine


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[DrupalSite, Watch, str]]:
    from .newsroom import Newsroom

    with Newsroom(DrupalSite(count=6)) as newsroom, watch(tmp_path, source("news", newsroom.url)) as begun:
        begun.one()
        port = free_port()
        stop = web.start(begun.house, "127.0.0.1", port)
        yield newsroom.site, begun, f"http://127.0.0.1:{port}"  # type: ignore[misc] # the site it was given
        stop()


def edited(site: DrupalSite, watched: Watch, number: int, word: str) -> str:
    release = site.releases[number]
    first = first_word(release.body)
    site.edit(release.slug, first, f"{first} {word}")
    watched.one()
    return release.title


def test_an_edit_can_be_read_in_a_feed_reader(watched: tuple[DrupalSite, Watch, str]) -> None:
    site, watch_, base = watched
    title = edited(site, watch_, 2, "fifty-one")
    (change,) = watch_.changes()
    parsed = feedparser.parse(BytesIO(requests.get(f"{base}/feeds/changes.atom", timeout=10).content))
    assert not parsed.bozo and parsed.version == "atom10"
    (entry,) = parsed.entries
    assert title in entry.title and change.summary in entry.title
    assert entry.link == f"{base}/changes/{change.id}" and "<ins>fifty-one</ins>" in entry.content[0].value
    assert {tag.term for tag in entry.tags} >= {"edited", change.significance}
    assert requests.get(entry.link, timeout=10).status_code == 200
    (item,) = requests.get(f"{base}/feeds/changes.json", timeout=10).json()["items"]
    assert (item["url"], item["external_url"]) == (entry.link, change.item_url)
    assert "<ins>fifty-one</ins>" in item["content_html"]


def test_feeds_take_every_filter_of_the_pages(watched: tuple[DrupalSite, Watch, str]) -> None:
    site, watch_, base = watched
    edited(site, watch_, 2, "fifty-one")
    (change,) = watch_.changes()

    def count(query: str) -> int:
        return len(requests.get(f"{base}/feeds/changes.json?{query}", timeout=10).json()["items"])

    fitting = [f"source={change.source}", "kind=edited", f"class={change.classes[0]}", f"significance={change.significance}"]
    assert [count(query) for query in [*fitting, f"declared={change.declared}", "since=2026-01-01"]] == [1] * 6
    others = ["source=other", "kind=moved", "class=other", "significance=cosmetic", "declared=back-dated", "until=2001-01-01"]
    assert [count(query) for query in others] == [0] * 6
    assert requests.get(f"{base}/feeds/changes.atom?kind=nonsense", timeout=10).status_code == 422


def test_a_feed_that_did_not_change_is_not_sent_again(watched: tuple[DrupalSite, Watch, str]) -> None:
    site, watch_, base = watched
    address = f"{base}/feeds/changes.atom"
    etag = requests.get(address, timeout=10).headers["ETag"]
    assert requests.get(address, headers={"If-None-Match": etag}, timeout=10).status_code == 304
    edited(site, watch_, 2, "fifty-one")
    assert requests.get(address, headers={"If-None-Match": etag}, timeout=10).status_code == 200


def test_the_list_of_feeds_names_each_source_and_leads_to_it(watched: tuple[DrupalSite, Watch, str]) -> None:
    _, _, base = watched
    root = ElementTree.fromstring(requests.get(f"{base}/feeds/opml", timeout=10).content)
    feeds = [outline.attrib["xmlUrl"] for outline in root.iter("outline")]
    assert feeds == [f"{base}/feeds/changes.atom", f"{base}/feeds/changes.atom?source=news"]
    assert all(not feedparser.parse(BytesIO(requests.get(feed, timeout=10).content)).bozo for feed in feeds)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(NASTY, NASTY, NASTY)
def test_texts_of_strangers_stay_texts(title: str, summary: str, name: str) -> None:
    told = [Told(line(title=title, summary=summary), "<p><ins>x</ins></p>"), Told(line(id=8, item_url=None, not_before=None), "")]
    root = ElementTree.fromstring(atom(HEAD, told))
    assert [child.tag.rpartition("}")[2] for child in root][-2:] == ["entry", "entry"]
    for content in root.iter("{http://www.w3.org/2005/Atom}content"):
        assert "<script" not in (content.text or "")
    for item in json.loads(json_feed(HEAD, told))["items"]:
        assert "<script" not in item["content_html"] and "\x1b" not in item["title"]
    known = SourceLine("a", name, "https://a.example/", "feed", True, "well", None, None, 0, 0, 0, "")
    assert len(list(ElementTree.fromstring(opml("presswatch", "http://host", [known])).iter("outline"))) == 2


def test_an_empty_feed_is_a_feed() -> None:
    parsed = feedparser.parse(BytesIO(atom(HEAD, [])))
    assert not parsed.bozo and parsed.entries == [] and parsed.feed.updated == "1970-01-01T00:00:00Z"
    assert json.loads(json_feed(HEAD, []))["next_url"] == HEAD.older
