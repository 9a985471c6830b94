"""Whole newsrooms read page by page: every release once, under its title and date, and every article page is taken for a page."""

import gzip
import json
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.discover import discover
from service.errors import Unreadable
from service.models import Entry, Found, Kind, Snapshot, Source

from .newsroom import BitrixSite, DrupalSite, PdfSite, Site, WordPressSite, csto_site
from .newsroom.noise import Redesigned
from .newsroom.wire import Request

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def look(site: Site, url: str, kind: Kind = Kind.AUTO, seen: Collection[str] = ()) -> Found:
    parts = urlsplit(url)
    answer = site.answer(Request("GET", parts.path, parts.query, {}, MOMENT))
    return discover(Snapshot(url, url, answer.status, answer.headers, answer.body, MOMENT), Source("s", site.url), kind, seen)


def listed(site: Site) -> list[Entry]:
    """Read the whole list of a site, as far as its pager leads."""
    site.base = "https://press.example.org"
    entries, url, seen = [], site.url, set[str]()
    while url not in seen:
        seen.add(url)
        found = look(site, url, Kind.LISTING if entries else Kind.AUTO)
        assert found.kind is Kind.LISTING
        entries += found.entries
        url = found.more[0] if found.more else url
    return entries


def told(site: Site) -> set[tuple[str, str, str]]:
    return {(site.address(one.slug), " ".join(one.title.split()), f"{one.published:%Y-%m-%d}") for one in site.listed()}


@pytest.mark.parametrize("count", [3, 21, 45])
@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"paged_sidebar": True, "descending": True},
        {"item_tag": "div", "teaser_dates": False},
        {"language": "ru", "charset": "windows-1251", "paged_sidebar": True},
    ],
)
def test_a_bitrix_newsroom(count: int, switches: dict[str, str | bool]) -> None:
    site = BitrixSite(count=count, **switches)
    for _ in range(2):
        entries = listed(site)
        assert {(entry.url, entry.title, (entry.published or "")[:10]) for entry in entries} == told(site)
        site.redesign()


@pytest.mark.parametrize("site", [WordPressSite(count=25), DrupalSite(count=25), PdfSite(count=12)], ids=lambda site: type(site).__name__)
def test_other_newsrooms(site: Site) -> None:
    entries = listed(site)
    assert len(entries) == len(site.listed())
    assert {(entry.url, entry.title, (entry.published or "")[:10]) for entry in entries} == told(site)


def test_what_stands_beside_a_list_is_not_taken_for_the_end_of_it() -> None:
    site = WordPressSite(count=11)
    site.base = "https://press.example.org"
    oldest, second = site.listed()[-1], site.listed()[1]
    site.add(replace(oldest, slug="again", address="", id=99))  # two of one title: hardly a list
    site.delist(second.slug)  # its teaser stays
    site.disturb(Redesigned())  # in a sidebar that is not called one
    first = look(site, site.url)
    last = look(site, first.more[0], Kind.LISTING, first.links)
    assert site.address(second.slug) not in {entry.url for entry in (*first.entries, *last.entries)}
    assert len(first.entries) == 10 and not last.more


def test_the_newsroom_of_the_seeds(corpus: Path) -> None:
    site = csto_site(corpus, page_size=7, paged_sidebar=True)
    assert {entry.url for entry in listed(site)} == {url for url, _, _ in told(site)}


@pytest.mark.parametrize("site", [BitrixSite(count=20, related=True), WordPressSite(), DrupalSite()], ids=lambda site: type(site).__name__)
def test_an_article_page_is_no_list(site: Site) -> None:
    site.base = "https://press.example.org"
    assert {look(site, site.address(one.slug)).kind for one in site.listed()} == {Kind.PAGE}


def test_real_articles_are_no_lists(corpus: Path) -> None:
    with gzip.open(corpus / "extraction" / "scrapinghub.jsonl.gz", "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in islice(lines, 40)]
    kinds = []
    for page in pages:
        snapshot = Snapshot(page["url"], page["url"], 200, (), page["html"].encode(), MOMENT)
        kinds.append(discover(snapshot, Source("s", page["url"])).kind)
    assert kinds == [Kind.PAGE] * len(pages)


TAGS = "<ul> <li> </li> </ul> <div class=news> </div> <p> <a> </a> <table> <td> <h2> <br> <nav> <time> <time datetime=2019> <img alt=x>"
WORDS = ("<a href=/news/one-two-three/>", "<a href='?page=2'>2</a>", "Next", "12.03.2019 ", "A title of several words ")
PIECES = st.sampled_from([*TAGS.replace(" <", "|<").split("|"), *WORDS])


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(deadline=None, max_examples=100)
def test_no_markup_breaks_it_and_entries_are_clean_and_one_each(html: str) -> None:
    url = "https://press.example.org/news/"
    snapshot = Snapshot(url, url, 200, (), f"<html><body>{html}".encode(), MOMENT)
    for kind in (Kind.AUTO, Kind.LISTING):
        try:
            found = discover(snapshot, Source("s", url), kind)
        except Unreadable as error:
            assert str(error)
            continue
        addresses = [entry.url for entry in found.entries]
        assert len(addresses) == len(set(addresses))
        assert url not in found.more
