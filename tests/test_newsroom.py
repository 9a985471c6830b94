"""The newsroom that the other tests stand on: its traps are the real ones, and its edits do what they say."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from selectolax.lexbor import LexborHTMLParser

from tests.newsroom import (
    BitrixSite,
    Newsroom,
    SinglePageSite,
)
from tests.newsroom.asking import article_markup, get, listed_paths, strip_texts, tree
from tests.newsroom.releases import visible_text
from tests.newsroom.wire import Request, Response


@pytest.fixture
def site() -> Iterator[BitrixSite]:
    site = BitrixSite()
    with Newsroom(site):
        yield site


# Paging


def test_walking_the_pages_shows_every_release_once(site: BitrixSite) -> None:
    url, seen = site.url, []
    while url:
        seen += listed_paths(url)
        following = [a for a in tree(url).css("font.text > a") if a.text() == "Next"]
        url = f"{site.base}{following[0].attributes['href']}" if following else ""
    assert seen == [release.path for release in site.listed()]


def test_a_page_out_of_range_is_page_1_again_with_status_200(site: BitrixSite) -> None:
    for word in ("0", "9999", "-1", "x"):
        answer = get(f"{site.url}?PAGEN_1={word}")
        assert answer.status_code == 200 and listed_paths(answer.url) == listed_paths(site.url)


def test_the_bare_list_is_the_page_last_visited_for_whoever_sends_the_cookie(site: BitrixSite) -> None:
    first, second = listed_paths(site.url), listed_paths(f"{site.url}?PAGEN_1=2")
    with requests.Session() as session:
        session.get(f"{site.url}?PAGEN_1=2")
        assert second[0] in session.get(site.url).text
        assert first[5] in session.get(f"{site.url}?PAGEN_1=1").text
    assert listed_paths(site.url) == first


def test_page_1_is_linked_without_a_parameter_and_all_in_noindex(site: BitrixSite) -> None:
    page = get(f"{site.url}?PAGEN_1=2").text
    assert "News 21 - 40 of 45" in page and "<b>2</b>" in page
    assert '<a href="/news/">Begin</a>' in page and '<a href="/news/">1</a>' in page
    assert re.search(r'<noindex>.*?href="/news/\?SHOWALL_1=1".*?</noindex>', page)
    assert len(listed_paths(f"{site.url}?SHOWALL_1=1")) == 45


def test_with_a_paged_strip_the_main_list_is_number_2() -> None:
    site = BitrixSite(paged_sidebar=True)
    with Newsroom(site):
        assert "PAGEN_2=2" in get(site.url).text
        assert listed_paths(f"{site.url}?PAGEN_1=2") == listed_paths(site.url)
        assert strip_texts(f"{site.url}?PAGEN_1=2") != strip_texts(site.url)
        assert listed_paths(f"{site.url}?PAGEN_2=2") == [release.path for release in site.listed()[20:40]]


def test_descending_numbers_give_the_newest_page_the_highest() -> None:
    site = BitrixSite(descending=True)
    with Newsroom(site):
        paths = [release.path for release in site.listed()]
        assert listed_paths(site.url) == listed_paths(f"{site.url}?PAGEN_1=2") == paths[:25]
        assert listed_paths(f"{site.url}?PAGEN_1=1") == paths[25:]
        assert '<a href="/news/?PAGEN_1=1">End</a>' in get(site.url).text


# Lists


def test_a_preview_with_a_paragraph_closes_the_item_early(site: BitrixSite) -> None:
    early = next(release for release in site.listed()[:20] if release.id % 4 == 0)
    items = {str(node.attributes["id"]).rsplit("_", 1)[-1]: node.text() for node in tree(site.url).css("p.news-item")}
    assert early.title in items[str(early.id)] and early.lead not in items[str(early.id)]


def test_items_can_be_div_and_carry_pictures() -> None:
    site = BitrixSite(item_tag="div")
    with Newsroom(site):
        items = tree(site.url).css("div.news-list > div.news-item")
        assert len(items) == 20
        assert sum(item.css_first("a > img.preview_picture") is not None for item in items) == 7


def test_a_late_release_with_an_older_date_enters_the_middle(site: BitrixSite) -> None:
    before = strip_texts(site.url)
    late = site.publish("Late news", published=site.listed()[10].published - timedelta(hours=1))
    assert listed_paths(site.url)[11] == late.path
    assert strip_texts(site.url) == before


def test_equal_dates_have_no_fixed_order(site: BitrixSite) -> None:
    first = site.latest
    second = site.publish("Same moment", published=first.published)
    assert listed_paths(site.url)[:2] == [first.path, second.path]
    site.swap_ties()
    assert listed_paths(site.url)[:2] == [second.path, first.path]


def test_cached_lists_lag_behind() -> None:
    site = BitrixSite(lists_lag=True)
    with Newsroom(site):
        before = listed_paths(site.url)
        fresh = site.publish()
        assert listed_paths(site.url) == before and get(site.address(fresh.slug)).ok
        site.refresh_lists()
        assert listed_paths(site.url)[0] == fresh.path


# Pages and what is done to them


def test_publishing_rolls_the_strip_of_every_page_and_touches_no_article(site: BitrixSite) -> None:
    urls = [site.address(release.slug) for release in site.listed()[:3]]
    before = [article_markup(url) for url in urls]
    fresh = site.publish()
    assert [article_markup(url) for url in urls] == before
    for url in (site.url, *urls, site.address(fresh.slug)):
        assert strip_texts(url)[0] == fresh.lead
    assert get(site.address(fresh.slug)).text.count(fresh.lead) == 2


def test_the_strip_stands_before_the_article_and_the_title_is_doubled(site: BitrixSite) -> None:
    release = site.latest
    page = get(site.address(release.slug)).text
    places = [
        page.index(mark) for mark in ('class="latest-item"', "<h1", 'class="news-date-time">' + f"{release.published:%d.%m.%Y}</span>\n<h3")
    ]
    assert places == sorted(places)
    assert [node.text() for node in LexborHTMLParser(page).css("h1, h3")] == [release.title, release.title]


def test_no_two_responses_are_the_same_and_the_counter_moves(site: BitrixSite) -> None:
    url = site.address(site.latest.slug)
    one, two = get(url).text, get(url).text
    assert "Show counter:&nbsp;1<" in one and "Show counter:&nbsp;2<" in two
    for noise in (r"'bitrix_sessid':'(\w{32})'", r"nocache=(\d+)", r"comp_(\w{32})", r"bx_subscribe_btn_(\w{6})"):
        assert re.findall(noise, one) != re.findall(noise, two)
    assert article_markup(url) == article_markup(url)


def test_an_edit_changes_one_page_and_no_list(site: BitrixSite) -> None:
    target, other = site.listed()[0], site.listed()[1]
    before = listed_paths(site.url), article_markup(site.address(other.slug)), article_markup(site.address(target.slug))
    site.edit(target.slug, "<p>", "<p>Correction: ")
    after = listed_paths(site.url), article_markup(site.address(other.slug)), article_markup(site.address(target.slug))
    assert after[:2] == before[:2] and after[2] == before[2].replace("<p>", "<p>Correction: ", target.body.count("<p>"))
    with pytest.raises(ValueError, match="does not say"):
        site.edit(target.slug, "words that are not there", "others")


def test_withdrawn_is_404_or_410_or_an_excuse_and_leaves_the_lists(site: BitrixSite) -> None:
    release = site.listed()[2]
    url, before = site.address(release.slug), article_markup(site.address(release.slug))
    for status in (404, 410, 200):
        site.withdraw(release.slug, status)
        answer = get(url)
        assert answer.status_code == status and "Element not found!" in answer.text
        assert release.path not in listed_paths(site.url) and release.path not in get(f"{site.url}rss/").text
    site.restore(release.slug)
    assert article_markup(url) == before and release.path in listed_paths(site.url)
    site.delist(release.slug)
    assert article_markup(url) == before and release.path not in listed_paths(site.url)


def test_a_moved_release_redirects_or_does_not(site: BitrixSite) -> None:
    first, second = site.listed()[0], site.listed()[1]
    old = [site.address(release.slug) for release in (first, second)]
    site.move(first.slug, "new-place")
    site.move(second.slug, "other-place", redirect=False)
    assert [(hop.status_code, hop.headers["Location"]) for hop in get(old[0]).history] == [(301, site.address("new-place"))]
    assert get(old[1]).status_code == 404 and get(site.address("other-place")).ok
    site.move("new-place", first.slug)
    assert get(old[0]).history == [] and get(f"{site.base}/news/news_odkb/new-place/").url == old[0]


def test_one_article_answers_at_many_addresses(site: BitrixSite) -> None:
    release = site.latest
    url = site.address(release.slug)
    for other in (url.rstrip("/"), f"{url}?utm_source=x", f"{site.base}{release.section}?ELEMENT_ID={release.id}", f"{url}?print=Y"):
        assert article_markup(other) == article_markup(url)
    fragment = get(f"{url}?bxajaxid={'0a' * 16}").text
    assert fragment.startswith('<div class="news-detail">') and release.title in fragment
    assert strip_texts(f"{url}?print=Y") == []
    by_number = site.releases[0]
    assert "ELEMENT_ID" in by_number.path and by_number.lead in article_markup(site.base + by_number.path)


def test_a_redesign_keeps_the_texts(site: BitrixSite) -> None:
    url, body = site.address(site.latest.slug), visible_text(site.latest.body)
    before, listed = get(url).text, listed_paths(site.url)
    site.redesign()
    after = get(url).text
    assert body in visible_text(before) and body in visible_text(after)
    assert "news-detail" not in after.replace("news-detail-share", "") and listed_paths(site.url) == listed


def test_photos_are_glued_to_words_and_served(site: BitrixSite) -> None:
    glued = [release for release in site.releases if "ZVF_" in release.body]
    for release in glued:
        path, name = re.search(r'<p><a href="([^"]+)" target="_blank">.*?(ZVF_\d+\.JPG).*?</a>\S', release.body).groups()  # type: ignore[union-attr] # it must match
        assert path.endswith(name) and get(site.base + path).content.startswith(b"GIF")
    assert {"<img" in release.body for release in glued} == {True, False}


def test_a_document_can_be_replaced_behind_its_name(site: BitrixSite) -> None:
    release = next(release for release in site.releases if release.attachments)
    file = release.attachments[0]
    assert re.fullmatch(r"[0-9a-f]{32}\.docx", file.name) and "Download document" in article_markup(site.address(release.slug))
    assert get(site.base + file.address).content == file.body
    site.replace_attachment(release.slug, b"x" * 2048)
    assert get(site.base + file.address).content == b"x" * 2048 and "(2.00 Kb)" in article_markup(site.address(release.slug))


def test_the_about_paragraph_changes_on_all_pages_at_once(site: BitrixSite) -> None:
    site.change_about("Another history.")
    assert all("Another history." in article_markup(site.address(release.slug)) for release in site.listed()[:5])


# The newsroom itself


def test_the_log_and_the_control(site: BitrixSite) -> None:
    slug = site.latest.slug
    assert requests.post(f"{site.base}/__edit", json={"do": "retitle", "slug": slug, "title": "Other"}, timeout=5).text == "done\n"
    refused = requests.post(f"{site.base}/__edit", json={"do": "edit", "slug": slug, "old": "nowhere", "new": ""}, timeout=5)
    assert refused.status_code == 400 and "does not say" in refused.text
    assert requests.post(f"{site.base}/__edit", data="{", timeout=5).status_code == 400
    get(f"{site.base}/news/?PAGEN_1=2", headers={"User-Agent": "tester"})
    (line,) = site.asked("/news/?PAGEN_1=2")
    assert (line.method, line.path, line.status, line.headers["user-agent"]) == ("GET", "/news/", 200, "tester")
    assert site[slug].title == "Other" and len(site.requests) == 4


def test_the_same_seed_makes_the_same_newsroom() -> None:
    assert BitrixSite(seed=7).releases == BitrixSite(seed=7).releases != BitrixSite(seed=8).releases
    assert len({release.path for release in BitrixSite(count=300).releases}) == 300


def test_a_crash_of_the_replica_fails_the_test_that_uses_it() -> None:
    class Broken(SinglePageSite):
        def respond(self, request: Request) -> Response:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Newsroom(Broken()) as newsroom:
        assert get(newsroom.url).status_code == 500
