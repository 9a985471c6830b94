"""The newsroom that the other tests stand on: what it prints for machines, the CSTO content, the other kinds of sites, the demo."""

import gzip
import json
import re
from collections.abc import Iterator

import pytest
import requests

from service.doors.cli.demo_newsroom import DemoNewsroom
from tests.newsroom import (
    BitrixSite,
    DrupalSite,
    FaultSite,
    JsonFeedSite,
    Newsroom,
    PdfSite,
    SinglePageSite,
    Site,
    SitemapSite,
    WordPressSite,
    csto_site,
    dead_url,
)
from tests.newsroom.asking import article_markup, get, listed_paths, strip_texts, tree
from tests.newsroom.csto import SEED_ONE_SLUG, SEED_TWO_SLUG


@pytest.fixture
def site() -> Iterator[BitrixSite]:
    site = BitrixSite()
    with Newsroom(site):
        yield site


# For machines


def test_the_feed_has_no_guids_and_was_built_just_now(clock) -> None:  # type: ignore[no-untyped-def] # the fixture of conftest
    site = BitrixSite(full_text=True)
    with Newsroom(site, now=clock.now):
        one = get(f"{site.url}rss/").text
        clock.wait(60)
        two = get(f"{site.url}rss/").text
    assert "<guid" not in one and one.count("<item>") == 20
    assert re.findall("<link>(.*?)</link>", one)[2:] == [site.base + release.path for release in site.listed()[:20]]
    stamp = "<lastBuildDate>.*?</lastBuildDate>"
    assert re.findall(stamp, one) != re.findall(stamp, two) and re.sub(stamp, "", one) == re.sub(stamp, "", two)
    assert "<yandex:full-text>" in one and "<enclosure" in one and "<ttl>" in one and "<category>" in one


def test_the_sitemap_is_an_index_of_parts_with_every_release(site: BitrixSite) -> None:
    parts = re.findall("<loc>(.*?)</loc>", get(f"{site.base}/sitemap.xml").text)
    assert [part.rsplit("/", 1)[-1] for part in parts] == ["sitemap-files.xml", "sitemap-iblock-1.xml", "sitemap-iblock-1.part1.xml"]
    listed = [loc for part in parts[1:] for loc in re.findall("<loc>(.*?)</loc>", get(part).text)]
    assert listed == [site.base + release.path for release in site.listed()]


def test_robots_shuts_what_bitrix_shuts() -> None:
    site = BitrixSite(crawl_delay=120)
    with Newsroom(site):
        text = get(f"{site.base}/robots.txt").text
        assert "Disallow: *?bxajaxid=" in text and "Clean-param:" in text and "Crawl-delay: 120\n" in text
        site.robots = "User-agent: *\nDisallow: /\n"
        assert get(f"{site.base}/robots.txt").text == site.robots


def test_a_russian_site_speaks_windows_1251() -> None:
    site = BitrixSite(language="ru", charset="windows-1251")
    with Newsroom(site):
        answer = get(site.address(site.latest.slug))
        assert answer.headers["Content-Type"] == "text/html; charset=windows-1251"
        assert site.latest.title in answer.content.decode("windows-1251")
        assert "Новости 1 - 20 из 45" in get(site.url).content.decode("windows-1251")


# CSTO


def test_the_seeds_stand_in_the_newsroom_as_crawls_showed_them(corpus) -> None:  # type: ignore[no-untyped-def] # the fixture of conftest
    site = csto_site(corpus)
    with Newsroom(site):
        one, two = get(site.address(SEED_ONE_SLUG)).text, get(site.address(SEED_TWO_SLUG)).text
        assert site[SEED_ONE_SLUG].body.startswith("<p>On June 27, 2019, a meeting of the Committee")
        assert site[SEED_ONE_SLUG].body.endswith("<p>A total of 8 documents were signed.</p>")
        assert re.search(r'ZVF_6872\.JPG"[^>]*></a>“The first document', one) and ">ZVF_6925.JPG</a>As regards" in one
        assert "Vladimir Zainetdinov" in one and "27.06.2019</span></h3>" in one and "ZVF" not in two
        assert "* * *" in two and two.count('class="news-date-time"') == len(site.teasers)
        assert len(site.releases) == 45 and set(listed_paths(f"{site.url}?SHOWALL_1=1")) == {release.path for release in site.releases}


def test_every_sidebar_that_crawls_saw_can_be_shown(corpus) -> None:  # type: ignore[no-untyped-def] # the fixture of conftest
    site = csto_site(corpus)
    with Newsroom(site):
        url, articles = site.address(SEED_ONE_SLUG), set()
        for state in site.states:
            site.show_sidebar(state.id)
            assert len(strip_texts(url)) == len(state.teasers)
            articles.add(article_markup(url))
        assert len(site.states) == 18 and len(articles) == 1
        site.show_sidebar("I_2024-07-26")
        assert strip_texts(url)[2].startswith("The CSTO Secretary General Imangali Tasmagambetov took part in the debate on")


def test_odd_addresses_of_the_real_site_answer(corpus) -> None:  # type: ignore[no-untyped-def] # the fixture of conftest
    site = csto_site(corpus)
    with Newsroom(site):
        for release in site.releases:
            assert get(site.base + release.path).ok
        paths = {release.path for release in site.releases}
        assert {"/chairmanship/?ELEMENT_ID=22782", "/documents/statements/zayavlenie-ministrov-inostrannykh-del%20ODKB/"} <= paths
        assert len({r.title for r in site.releases if r.title.startswith("Interview of the CSTO Secretary General")}) == 1
        assert get(f"{site.base}/institute").ok and get(f"{site.base}/structure/").ok and get(f"{site.base}/?gen-tab=press").ok


# Other kinds


def test_wordpress_tells_full_texts_and_pages_by_path() -> None:
    site = WordPressSite(count=23)
    with Newsroom(site):
        feed = get(f"{site.base}/feed/").text
        assert feed.count("<content:encoded>") == 10 and f"<![CDATA[{site.latest.body}]]>" in feed
        assert get(f"{site.base}/page/3/").text.count("entry-title") == 3 and get(f"{site.base}/page/4/").status_code == 404
        assert get(f"{site.base}/?p={site.latest.id}").url == site.address(site.latest.slug)
        one, two = get(site.address(site.latest.slug)).text, get(site.address(site.latest.slug)).text
        nonce = '"nonce":"(.*?)"'
        assert re.findall(nonce, one) != re.findall(nonce, two) and "views" in one and 'class="relatedposts"' in one


def test_drupal_answers_304_until_the_page_changes() -> None:
    site = DrupalSite(count=23)
    with Newsroom(site):
        url = site.address(site.latest.slug)

        def again(etag: str) -> int:
            return get(url, headers={"If-None-Match": etag}).status_code

        first = get(url)
        assert first.headers["Last-Modified"] and again(first.headers["ETag"]) == 304
        site.edit(site.latest.slug, "<p>", "<p>Now ", declared=False)
        assert again(first.headers["ETag"]) == 200
        dates = json.loads(re.findall('ld\\+json">(.*?)</script>', get(url).text)[0])
        assert dates["dateModified"] == dates["datePublished"]
        site.frozen_etags = True
        frozen = get(url).headers["ETag"]
        site.edit(site.latest.slug, "Now", "Then")
        assert again(frozen) == 304
        assert len(tree(f"{site.url}?page=2").css("main .views-row")) == 3


def test_json_feed_sitemap_single_page_and_pdf_sites() -> None:
    feed, maps, single, papers = sites = (JsonFeedSite(), SitemapSite(), SinglePageSite(), PdfSite(count=3))
    with Newsroom(*sites) as newsroom:
        items = get(feed.url).json()["items"]
        assert [item["url"] for item in items] == [feed.address(release.slug) for release in feed.listed()]
        part = gzip.decompress(get(f"{maps.base}/sitemap-news.xml.gz").content).decode()
        assert part.count("<news:title>") == 12 and maps.url in get(f"{maps.base}/robots.txt").text
        single.edit("statement", "<p>", "<p>New: ")
        assert "<p>New: " in get(single.url).text
        assert pdf_text(get(papers.address(papers.latest.slug)).content).startswith(papers.latest.title[:60])
        assert len(newsroom.requests) == 5


def pdf_text(content: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return str(text)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("500", 500), ("403", 403), ("410", 410), ("429", 429), ("503", 503), ("challenge", 200), ("soft-error", 200), ("empty", 200)],
)
def test_a_site_in_trouble_says_so_until_it_is_healed(kind: str, status: int) -> None:
    site = FaultSite(kind)
    with Newsroom(site):
        answer = get(site.url)
        assert answer.status_code == status and answer.headers.get("Retry-After") == ("120" if status in (429, 503) else None)
        assert get(f"{site.base}/robots.txt").ok and get(site.address(site.latest.slug)).ok
        site.heal()
        assert site.latest.path in get(site.url).text


def test_sites_that_never_finish() -> None:
    sites: list[Site] = [FaultSite(kind) for kind in ("hang", "reset", "loop", "huge")]
    with Newsroom(*sites):
        hang, reset, loop, huge = (site.url for site in sites)
        with pytest.raises(requests.Timeout):
            requests.get(hang, timeout=0.2)
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            get(reset)
        with pytest.raises(requests.TooManyRedirects):
            get(loop)
        with get(huge, stream=True) as answer:
            assert "Content-Length" not in answer.headers
            assert sum(len(chunk) for chunk in answer.iter_content(1 << 20)) == 50_000_000
    with pytest.raises(requests.ConnectionError):
        get(dead_url())


def test_feeds_that_are_none() -> None:
    sites = [FaultSite(kind) for kind in ("broken-xml", "wrong-charset", "html-feed")]
    with Newsroom(*sites):
        broken, wrong, page = (get(site.url) for site in sites)
        assert "</rss>" not in broken.text and page.text.startswith("<!DOCTYPE html>")
        assert "charset=utf-8" in wrong.headers["Content-Type"] and "Новости" in wrong.content.decode("windows-1251")


# The newsroom of the demo


def test_every_act_of_the_demo_changes_one_text_at_most() -> None:
    from trafilatura import extract

    with DemoNewsroom() as newsroom:
        paths = re.findall(r'"release"><time.*?<a href="(.*?)"', get(newsroom.url).text)

        def texts() -> dict[str, str]:
            return {path: str(extract(get(newsroom.base + path).text, fast=True)) for path in paths}

        touched, before = [], texts()
        for act in newsroom.acts:
            act.play()
            after = texts()
            touched.append([path.split("/")[2] for path in paths if before[path] != after[path]])
            before = after
    assert len(paths) == 7
    assert touched == [["ferry-safety"], ["election-observers"], [], ["border-hours"], ["archive-opens"]]
