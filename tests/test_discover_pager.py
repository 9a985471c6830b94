"""A list goes on where its own pager says: forward, never back, never everything at once, never into a calendar."""

from datetime import UTC, datetime

import pytest

from service.discover import discover
from service.models import Kind, Snapshot, Source

SITE = "https://press.example.org"
RELEASES = "".join(
    f"<li>{n + 1:02d}.03.2019 <a href='/news/2019/the-release-number-{n}/'>The title of the release number {n}</a></li>" for n in range(6)
)
TEASERS = "".join(f"<p>{n + 1:02d}.03.2019 <a href='/events/{n}/'>What else there was to be seen {n}</a></p>" for n in range(3))


def more(pager: str, url: str = f"{SITE}/news/", before: str = "", head: str = "") -> tuple[str, ...]:
    content = f"{before}<div class=main><ul>{RELEASES}</ul>{pager}</div><p>Press office of the organization</p>"
    html = f"<html><head>{head}</head><body>{content}</body></html>"
    snapshot = Snapshot(url, url, 200, (), html.encode(), datetime(2026, 1, 1, tzinfo=UTC))
    read = discover(snapshot, Source("s", url), Kind.LISTING)
    assert len(read.entries) == 6
    return tuple(address.removeprefix(SITE) for address in read.more)


def bitrix(current: int, last: int = 9, name: str = "PAGEN_1", path: str = "/news/") -> str:
    def link(number: int, words: str) -> str:
        return f'<a href="{path}{"" if number == 1 else f"?{name}={number}"}">{words}</a>'

    numbers = "&nbsp;".join(f"<b>{n}</b>" if n == current else link(n, str(n)) for n in range(1, min(last, 5) + 1))
    back = f"{link(1, 'Begin')}&nbsp;|&nbsp;{link(current - 1, 'Prev.')}" if current > 1 else "Begin&nbsp;|&nbsp;Prev."
    on = f"{link(current + 1, 'Next')}&nbsp;|&nbsp;{link(last, 'End')}" if current < last else "Next&nbsp;|&nbsp;End"
    every = f'<noindex>|&nbsp;<a href="{path}?SHOWALL_1=1" rel="nofollow">All</a></noindex>'
    links = f"{back}&nbsp;|&nbsp;{numbers}&nbsp;|&nbsp;{on}&nbsp;{every}"
    return f'<font class="text">News 1 - 20 of 345<br /></font><font class="text">{links}</font>'


@pytest.mark.parametrize(("current", "following"), [(1, ("/news/?PAGEN_1=2",)), (3, ("/news/?PAGEN_1=4",)), (9, ())])
def test_bitrix(current: int, following: tuple[str, ...]) -> None:
    url = f"{SITE}/news/" if current == 1 else f"{SITE}/news/?PAGEN_1={current}"
    assert more(bitrix(current), url) == following
    assert more(bitrix(current).replace("Next", "След.").replace("Prev.", "Пред.").replace("End", "Конец"), url) == following


def test_the_pager_of_a_sidebar_is_not_followed() -> None:
    before = f"<div class='news-line'>{TEASERS}{bitrix(1)}</div>"
    assert more(bitrix(1, name="PAGEN_2"), before=before) == ("/news/?PAGEN_2=2",)


def test_a_list_that_counts_down() -> None:
    numbers = "<b>9</b> <a href='?PAGEN_1=8'>8</a> <a href='?PAGEN_1=7'>7</a>"
    assert more(f"<div>{numbers}</div>") == ("/news/?PAGEN_1=8",)
    assert more(f"<div>Begin | Prev. | {numbers} | <a href='?PAGEN_1=8'>Next</a></div>") == ("/news/?PAGEN_1=8",)


@pytest.mark.parametrize(
    ("pager", "url", "following"),
    [
        ("<a href='?page=1'>2</a> <a href='?page=2'>3</a>", "/news/", "/news/?page=1"),
        ("<a href='?page=0'>1</a> <b>2</b> <a href='?page=2'>3</a>", "/news/?page=1", "/news/?page=2"),
        ("<ul><li><a aria-current=page href='/news/'>1</a></li><li><a href='/news/page/2/'>2</a></li></ul>", "/news/", "/news/page/2/"),
        ("<span class=current>2</span> <a href='/news/page/3'>3</a> <a href='/news/page/1'>1</a>", "/news/page/2", "/news/page/3"),
        ("<a href='/news/page2'>2</a><a href='/news/page3'>3</a>", "/news/", "/news/page2"),
        ("<a href='/news/?start=20'>2</a><a href='/news/?start=40'>3</a>", "/news/", "/news/?start=20"),
        ("<a href='news-2.html'>2</a> <a href='news-3.html'>3</a>", "/news.html", "/news-2.html"),
        ("<a class=prev href='/news/'>Newer posts</a><a class=next href='/news/page/3/'>Older posts</a>", "/news/page/2/", "/news/page/3/"),
        ("<a href='/blog/page2'>Next »</a>", "/news/", "/blog/page2"),
        ("<a href='?page=2'>Далее</a>", "/news/", "/news/?page=2"),
        ("<a href='?page=1'>«</a> 2 <a href='?page=3'>»</a>", "/news/?page=2", "/news/?page=3"),
        ("<a rel=next aria-label='Next page' href='?page=2'><svg></svg></a>", "/news/", "/news/?page=2"),
        ("<nav><a class='pager__next' href='?page=2'><img src=r.png alt=''>On</a></nav>", "/news/", "/news/?page=2"),
        ("<a href='/news/?topic=grain&amp;page=2'>2</a>", "/news/?topic=grain", "/news/?topic=grain&page=2"),
    ],
)
def test_pagers_of_many_kinds(pager: str, url: str, following: str) -> None:
    assert more(f"<div class='p'>{pager}</div>", SITE + url) == (following,)


def test_what_the_head_says_comes_first() -> None:
    assert more("<a href='?page=3'>Next</a>", head="<link rel='next' href='/news/page/2/'>") == ("/news/page/2/",)


@pytest.mark.parametrize(
    "pager",
    [
        "",
        "<a href='?SHOWALL_1=1'>All</a>",
        "<a href='https://other.example.org/news/?page=2'>Next</a>",
        "<a href='/news/'>Next</a>",
        "<a href='/news/2019/the-release-number-1/'>Next</a>",
        "<a href='/news/'>1</a> <b>2</b>",
        "<a href='?year=2018'>2018</a> <a href='?year=2017'>2017</a>",
        "<a href='/news/2018/'>2018</a> <a href='/news/2017/'>2017</a>",
        "<a href='?month=2019-02'>Next</a>",
        "<table>" + "".join(f"<td><a href='/news/2019/03/{n:02d}/'>{n}</a></td>" for n in range(1, 32)) + "</table>",
        "<table>" + "".join(f"<td><a href='?d={n}'>{n}</a></td>" for n in range(1, 32)) + "</table>",
        "<a href='/gallery/photo2/'>2</a> <a href='/gallery/photo3/'>3</a>",
    ],
)
def test_what_is_not_followed(pager: str) -> None:
    assert more(f"<div class='p'>{pager}</div>", f"{SITE}/news/") == ()
