"""Release links are found by a page's own repetition, whatever the site is built with; nothing else is taken for one."""

import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.discover import discover
from service.errors import Unreadable
from service.models import Found, Kind, Selectors, Snapshot, Source

NEWS = "https://press.example.org/news/"
TITLES = (
    "Secretary General meets the foreign minister of Lakeland",
    "Joint statement on the outcome of the talks in Bishkek",
    "Council agrees on new rules for the transport of grain",
    "Statement by the spokesperson on the situation at the border",
    "Report on the first half of the year has been published",
    "Delegation visits the flood protection works on the river",
    "Budget committee approves the estimates for next year",
    "Ministers discuss cooperation in civil protection matters",
)
LEAD = "The meeting took place on 5 May 2019 in the capital and dealt with questions of common interest to all the parties."
SLUGS = tuple("-".join(title.lower().split()[:6]) for title in TITLES)
MENU = "".join(
    f'<li><a href="/{word}/">{word.title()}</a></li>' for word in ("home", "about", "documents", "structure", "contacts", "media")
)


def found(html: str, kind: Kind = Kind.AUTO, url: str = NEWS, **source: Any) -> Found:
    snapshot = Snapshot(url, url, 200, (("Content-Type", "text/html; charset=utf-8"),), html.encode(), datetime(2026, 1, 1, tzinfo=UTC))
    return discover(snapshot, Source("s", url, **source), kind)


def page(content: str, sidebar: str = "", head: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>News</title>{head}</head><body><div class="top"><ul class="menu">{MENU}</ul></div>'
        f'<div class="left">{sidebar}</div><div class="content"><h1>News</h1>{content}</div>'
        f'<div class="footer"><p>Press office</p><ul>{MENU}</ul></div></body></html>'
    )


def day(number: int) -> str:
    return f"{28 - number:02d}.03.2019"


def stamp(number: int) -> str:
    return f"2019-03-{28 - number:02d}"


def rows(form: Callable[[int, str, str], str], count: int = len(TITLES)) -> str:
    return "\n".join(form(number, f"/news/{SLUGS[number]}/", TITLES[number]) for number in range(count))


def bitrix(number: int, url: str, title: str) -> str:
    picture = f'<a href="{url}"><img class="preview_picture" src="/u/{number}.jpg" alt="{title}" title="{title}" style="float:left" /></a>'
    preview = f"<p>{LEAD}</p>" if number % 2 else LEAD
    return (
        f'<p class="news-item" id="bx_3218110189_{number}">{picture if number % 3 else ""}<span class="news-date-time">{day(number)}</span>'
        f'<a href="{url}"><b>{title}</b></a><br />{preview}<div style="clear:both"></div><small>Source:&nbsp;Press</small><br /></p>'
    )


def wordpress(number: int, url: str, title: str) -> str:
    return (
        f'<article id="post-{number}" class="post-{number} post type-post hentry category-c{number % 3} tag-t{number}">'
        f'<header class="entry-header"><h2 class="entry-title"><a href="{url}" rel="bookmark">{title}</a></h2>'
        f'<span class="posted-on"><a href="{url}">'
        f'<time datetime="{stamp(number)}T10:00:00+02:00">March {28 - number}</time></a></span> <a href="/author/press/">press</a></header>'
        f'<div class="entry-summary"><p>{LEAD} <a class="more-link" href="{url}">Continue reading</a></p></div>'
        f'<footer><a href="/category/news/" rel="category tag">News</a></footer></article>'
    )


def govuk(number: int, url: str, title: str) -> str:
    return (
        f'<li class="gem-c-document-list__item"><div class="title"><a data-x="{number}" href="{url}">{title}</a></div><p>{LEAD}</p>'
        f"<ul><li>Organisation: <span>Department {number}</span></li>"
        f'<li>Updated: <time datetime="{stamp(number)}">{28 - number} March 2019</time></li></ul></li>'
    )


def nato(number: int, url: str, title: str) -> str:
    photo = f"1903{28 - number}-dsg-london.jpg, 39.68KB"
    return f"<p>{28 - number} Mar. 2019 {photo} <a href='/cps/en/SID-19EFEF7A-79303331/natolive{url}'>{title}</a></p>"


def parliament(number: int, url: str, title: str) -> str:
    return (
        f'<div class="ep-a_article"><div class="ep-layout"><a href="{url}IPR4{number}" title="{title}">'
        f'<span class="ep_name">{title}</span></a>'
        f'<time itemprop="datePublished" datetime="{stamp(number)}T13:14:00">{28 - number}-03-2019 - 13:14</time><p>{LEAD}</p></div></div>'
    )


def table(number: int, url: str, title: str) -> str:
    return (
        f'<tr bgcolor="#eeeeee"><td width="80"><font size="1">{day(number)}</font></td><td><font size="2">'
        f'<a href="{url}">{title}</a></font></td><td><a href="/files/{number}.pdf">PDF</a></td></tr>'
    )


def plain_list(number: int, url: str, title: str) -> str:
    return f"<li>{28 - number} March 2019 - <a href='{url}'>{title}</a></li>"


def teasers(number: int, url: str, title: str) -> str:
    return f"<div class='box'><h3>{title}</h3><span>{day(number)}</span><p>{LEAD}</p><a class='btn' href='{url}'>Read more</a></div>"


def cards(number: int, url: str, title: str) -> str:
    return (
        f"<a class='card' href='{url}'><div class='img'><img src='{number}.jpg' alt='Photo'></div><span class='date'>{day(number)}</span>"
        f"<div class='card__title'>{title}</div><p>{LEAD}</p></a>"
    )


def definitions(number: int, url: str, title: str) -> str:
    return f"<dt>{day(number)}</dt><dd><a href='{url}'>{title}</a></dd>"


def breaks(number: int, url: str, title: str) -> str:
    return f"<b>{day(number)}</b><br><a href='{url}'>{title}</a><br><br>"


FORMS: list[tuple[Callable[[int, str, str], str], str]] = [
    (bitrix, "<div class='news-list'>{}</div>"),
    (wordpress, "<main>{}</main>"),
    (govuk, "<ol>{}</ol>"),
    (nato, "<div>{}</div>"),
    (parliament, "<div class='list'>{}</div>"),
    (table, "<table width='100%'><tr><td><table>{}</table></td></tr></table>"),
    (plain_list, "<ul>{}</ul>"),
    (teasers, "<div class='grid'>{}</div>"),
    (cards, "<div class='cards'>{}</div>"),
    (definitions, "<dl>{}</dl>"),
    (breaks, "<div>{}</div>"),
]
IDS = [form.__name__ for form, _ in FORMS]


@pytest.mark.parametrize(("form", "frame"), FORMS, ids=IDS)
@pytest.mark.parametrize("count", [len(TITLES), 3])
def test_a_list_gives_each_release_its_title_and_date(form: Callable[[int, str, str], str], frame: str, count: int) -> None:
    read = found(page(frame.format(rows(form, count))))
    assert read.kind is Kind.LISTING
    assert [entry.title for entry in read.entries] == list(TITLES[:count])
    assert [(entry.published or "")[:10] for entry in read.entries] == [stamp(number) for number in range(count)]


@pytest.mark.parametrize(("form", "frame"), FORMS, ids=IDS)
def test_a_sidebar_of_other_news_does_not_win(form: Callable[[int, str, str], str], frame: str) -> None:
    line = '<span class="news-date-time">{}</span>&nbsp;&nbsp;<a href="/events/{}/">{}</a><br />'
    sidebar = "".join(
        line.format(day(n), n, f"{title}, and what became of it after all that had been said") for n, title in enumerate(TITLES[:5])
    )
    read = found(page(frame.format(rows(form, 5)), f'<div class="news-line">{sidebar}</div>'))
    assert [entry.title for entry in read.entries] == list(TITLES[:5])


def test_a_zone_unknown_stays_unknown_and_one_known_is_kept() -> None:
    assert found(page(rows(parliament))).entries[0].published == "2019-03-28T13:14:00"
    assert found(page(rows(wordpress))).entries[0].published == "2019-03-28T10:00:00+02:00"


def test_a_session_in_the_path_does_not_make_a_new_release() -> None:
    assert found(page(rows(nato))).entries[0].url == f"https://press.example.org/cps/en/natolive/news/{SLUGS[0]}/"


def test_addresses_told_apart_by_the_query_alone() -> None:
    read = found(page(rows(lambda n, _, title: f"<li><a href='/news/?ELEMENT_ID={n}'>{title}</a></li>")))
    assert len(read.entries) == len(TITLES)


def test_a_featured_release_above_the_list_belongs_to_it() -> None:
    featured = (
        f'<div class="featured"><h2><a href="/news/featured-release-of-the-day/">{TITLES[7]} and further afield</a></h2><p>{LEAD}</p></div>'
    )
    read = found(page(f'<div class="list">{featured}{rows(teasers_with_title, 6)}</div>'))
    assert len(read.entries) == 7
    assert read.entries[0].url.endswith("/news/featured-release-of-the-day/")


def teasers_with_title(number: int, url: str, title: str) -> str:
    return f"<div class='box'><h3><a href='{url}'>{title}</a></h3><span>{day(number)}</span><p>{LEAD}</p></div>"


def test_lists_under_headings_of_years_are_one_list() -> None:
    years = "".join(
        f"<h2>{year}</h2><ul>{rows(lambda n, url, title, y=year: plain_list(n, f'{url}{y}/', title), 4)}</ul>" for year in (2019, 2018)
    )
    assert len(found(page(years)).entries) == 8


def test_titles_in_a_script_without_spaces() -> None:
    titles = ["上海合作组织秘书长会见外交部长", "关于会谈成果的联合声明", "理事会通过粮食运输新规则", "发言人就边境局势发表声明"]
    read = found(
        page("".join(f"<li><span>2019年3月{28 - n}日</span><a href='/news/{n}.html'>{title}</a></li>" for n, title in enumerate(titles)))
    )
    assert [(entry.title, entry.published) for entry in read.entries] == [(title, stamp(n)) for n, title in enumerate(titles)]


def test_a_selector_wins() -> None:
    html = page(
        f"<ul>{rows(plain_list)}</ul><section>"
        + "".join(f"<p class='pick'>{day(n)} <a href='/x/{n}'>Note {n}</a></p>" for n in range(3))
        + "</section>"
    )
    for link in (".pick a", ".pick", ".pick a, section a"):
        read = found(html, selectors=Selectors(link=link))
        assert [(entry.url, entry.published) for entry in read.entries] == [
            (f"https://press.example.org/x/{n}", stamp(n)) for n in range(3)
        ]


@pytest.mark.parametrize(("link", "words"), [(".none", "nothing matches the selector '.none'"), ("a[[", "is no CSS selector")])
def test_a_selector_that_finds_nothing_is_told(link: str, words: str) -> None:
    with pytest.raises(Unreadable, match=f"no release links found on this page: .*{words}"):
        found(page(rows(plain_list)), selectors=Selectors(link=link))


def test_include_and_exclude_choose_among_what_was_found() -> None:
    read = found(page(f"<ul>{rows(plain_list)}</ul>"), exclude=("/news/joint",), include=("/news/",))
    assert len(read.entries) == len(TITLES) - 1


ARTICLE = "".join(
    f'<p>{LEAD} It was said that <a href="/reports/{n}/">the report on the matter</a> is to be read by all.</p>' for n in range(6)
)
RELATED = rows(lambda n, url, title: f'<li><a href="{url}">{title}</a></li>', 5)
STRIP = rows(lambda n, url, title: f'<p>{day(n)}<br><a href="{url}">{title}. {LEAD}</a></p>', 4)


@pytest.mark.parametrize(
    "html",
    [
        page(f"<h2>{TITLES[0]}</h2><span>{day(1)}</span>{ARTICLE}"),
        page(f"{ARTICLE}<h3>Related</h3><ul class='related'>{RELATED}</ul>"),
        page(f"{ARTICLE}<h3>Read also</h3><ul>{RELATED}</ul>"),
        page(f"<h2>{TITLES[0]}</h2>{day(1)}<p>{LEAD} {LEAD} {LEAD}</p><p>{LEAD}</p>", f'<div class="news-line">{STRIP}</div>'),
        page(ARTICLE, head='<meta property="og:type" content="article">'),
        page("<p>One line of text, and nothing more than that is said here.</p>"),
    ],
    ids=["links in the text", "related box", "related list", "shorter than its sidebar", "says so", "one line"],
)
def test_a_page_with_a_text_of_its_own_is_the_release(html: str) -> None:
    url = f"{NEWS}{SLUGS[0]}-the-one/"
    read = found(html, url=url)
    assert (read.kind, [entry.url for entry in read.entries], read.more) == (Kind.PAGE, [url], ())


def test_a_list_with_an_introduction_is_a_list() -> None:
    assert found(page(f"<p>{LEAD}</p><p>{LEAD}</p><ul>{rows(plain_list)}</ul>")).kind is Kind.LISTING


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<html><body><div id=app></div><script src=app.js></script></body></html>", 'render = "browser"'),
        ("<html><body></body></html>", "it shows no text"),
        ("<html><body><p>There is nothing here to be linked to, today.</p></body></html>", "it has no links"),
        (f"<html><body><ul>{MENU}</ul></body></html>", "none of its 6 links repeats as a list"),
    ],
)
def test_a_listing_without_releases_says_why(html: str, words: str) -> None:
    with pytest.raises(Unreadable, match=f"no release links found on this page: .*{words}"):
        found(html, Kind.LISTING)


def test_other_bytes_where_a_listing_should_be() -> None:
    with pytest.raises(Unreadable, match="a feed stands where a page with a list should be"):
        found("<rss><channel/></rss>", Kind.LISTING)


def test_a_single_page_is_not_even_read() -> None:
    read = found("", Kind.PAGE)
    assert [entry.url for entry in read.entries] == [NEWS]


def test_feeds_that_a_page_announces() -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed/">'
        '<link rel="alternate" type="application/atom+xml" href="feed.atom"><link rel="alternate" hreflang="fr" href="/fr/">'
        '<link rel="ALTERNATE" type="application/feed+json; charset=utf-8" href="https://cdn.example.org/feed.json">'
    )
    read = found(page(f'<ul>{rows(plain_list)}</ul><a href="/rss/">RSS</a><a href="/feedback/">Feedback</a>', head=head))
    site = "https://press.example.org"
    assert read.feeds == (f"{NEWS}feed.atom", "https://cdn.example.org/feed.json", f"{site}/rss/", f"{site}/comments/feed/")
    assert found(page("<p>Some text of the kind that a front page has.</p>", head=head)).feeds[0] == f"{NEWS}feed.atom"


@pytest.mark.parametrize("state", ["00", "24"])
def test_a_real_newsroom_is_found_whole_and_nothing_else(corpus: Path, tmp_path: Path, state: str) -> None:
    with tarfile.open(corpus / "replay-flink" / "site.tar.xz") as site:
        site.extractall(tmp_path, [member for member in site if member.name.removeprefix("./").startswith(f"{state}/")], filter="data")
    root, origin = tmp_path / state, "https://flink.example.org"
    releases = {
        f"{origin}/{file.relative_to(root).as_posix()}" for file in root.rglob("*.html") if file.relative_to(root).parts[0] != "blog"
    }
    seen: set[str] = set()
    url = f"{origin}/blog/"
    while url:
        read = found((root / url.removeprefix(f"{origin}/").rstrip("/") / "index.html").read_text(), url=url)
        assert read.kind is Kind.LISTING
        assert all(entry.published and entry.title for entry in read.entries)
        assert not seen & {entry.url for entry in read.entries}
        seen |= {entry.url for entry in read.entries}
        url = read.more[0] if read.more else ""
    assert seen == releases
    article = sorted(releases)[0]
    assert found((root / article.removeprefix(f"{origin}/")).read_text(), url=article).kind is Kind.PAGE
