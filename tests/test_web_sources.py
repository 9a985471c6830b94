"""The pages of the sources, and looking now: with a form, with a press of a button in a real browser, and where nobody is at work."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from service import lock
from service.doors import web
from service.refresh import serve_order
from service.render import activity_chart, bar

from .browsing import browsing, tab
from .newsroom import DrupalSite
from .test_access import Browser
from .test_daemon import daemon
from .test_web import free_port
from .watching import Watch, source, watch, write_config


@pytest.fixture
def watched(site: DrupalSite, tmp_path: Path) -> Iterator[Watch]:
    with watch(tmp_path, source("news", site.url) + source("nowhere", "http://127.0.0.1:9/")) as begun:
        begun.refresh()
        yield begun


@pytest.fixture
def browser(watched: Watch) -> Iterator[Browser]:
    port = free_port()
    stop = web.start(watched.house, "127.0.0.1", port)
    yield Browser(f"http://127.0.0.1:{port}")
    stop()


@pytest.fixture
def ask(browser: Browser) -> Callable[..., tuple[int, str, str]]:
    return browser.ask


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found is not None
    return found[1]


def serve(watched: Watch) -> None:
    """Do what was ordered, as the daemon would."""
    house = watched.house
    for order in house.store.open_orders():
        wanted = [one for one in house.sources if one.id in order.sources]
        wish = house.wish(wanted, order.urls, order.recheck)
        serve_order(order, house.rounds, house.store, lambda wish=wish: wish, 2, house.clock)  # type: ignore[misc] # what a loop binds


def edit(site: DrupalSite) -> str:
    release = site.releases[2]
    site.edit(release.slug, release.body.removeprefix("<p>").split(" ")[0], "fifty-one")
    return site.address(release.slug)


def test_each_source_tells_how_it_is(site: DrupalSite, watched: Watch, ask: Any) -> None:
    page = ask("/sources")[2]
    assert site.url in page and f"well: {len(site.releases)} releases" in page
    assert '<li class="failing">' in page and "port 9" in page
    assert page.count('role="img" aria-label="The last 30 days: 0 releases found, 0 changes"') == 2
    assert "style=" not in page


def test_the_page_of_a_source_tells_what_happened_to_it(site: DrupalSite, watched: Watch, ask: Any) -> None:
    edit(site)
    watched.refresh(recheck=True)
    (change,) = watched.changes()
    page = ask("/sources/news")[2]
    assert f'href="/changes/{change.id}"' in page and "1 change<" in page
    assert "baseline" in page and "text in" in page and "/feeds/changes.atom?source=news" in page
    assert "style=" not in page
    assert "port 9" in ask("/sources/nowhere")[2]
    assert ask("/sources/none")[0] == 404


def test_who_has_no_source_yet_is_told_what_to_do(tmp_path: Path) -> None:
    with watch(tmp_path, "") as begun:
        port = free_port()
        stop = web.start(begun.house, "127.0.0.1", port)
        browser = Browser(f"http://127.0.0.1:{port}")
        assert "presswatch add https" in browser.ask("/sources")[2]
        assert "presswatch add https" in browser.ask("/statistics")[2]
        stop()


def test_looking_now_with_a_form_alone(site: DrupalSite, watched: Watch, ask: Any) -> None:
    token = csrf(ask("/sources")[2])
    edit(site)
    assert ask("/sources/news/refresh", {"csrf": "wrong"})[0] == 403
    status, where, page = ask("/sources/news/refresh", {"csrf": token, "recheck": "yes"})
    assert (status, where) == (200, "/refreshes/1")
    assert '<noscript><meta http-equiv="refresh"' in page and "nobody is at work here" in page
    assert ask("/sources/news/refresh", {"csrf": token, "recheck": "yes"})[1] == "/refreshes/1"  # who presses twice wants one
    serve(watched)
    page = ask("/refreshes/1")[2]
    assert "Done." in page and "edited 1" in page and "http-equiv" not in page
    assert ask("/sources/news/refresh", {"csrf": token})[1] == "/refreshes/2"
    serve(watched)
    assert ask("/refreshes/99")[0] == 404


def test_looking_at_one_release_now(site: DrupalSite, watched: Watch, ask: Any) -> None:
    url = edit(site)
    token = csrf(ask(f"/release?url={url}")[2])
    assert ask("/release/refresh", {"csrf": token, "url": url})[1] == "/refreshes/1"
    serve(watched)
    assert "edited 1" in ask("/refreshes/1")[2]
    assert ask("/release/refresh", {"csrf": token, "url": "https://unknown.example/"})[0] == 404
    assert ask("/sources/none/refresh", {"csrf": token})[0] == 404


def test_a_look_that_fails_says_why(watched: Watch, ask: Any) -> None:
    assert ask("/sources/nowhere/refresh", {"csrf": csrf(ask("/sources")[2])})[1] == "/refreshes/1"
    serve(watched)
    assert "It failed." in ask("/refreshes/1")[2] and "port 9" in ask("/refreshes/1")[2]


def test_where_a_daemon_works_nobody_is_missed(watched: Watch, ask: Any) -> None:
    assert "Nobody is at work here" in ask("/sources")[2]
    with lock.StateLock(watched.house.settings.state_dir, lock.DAEMON):
        assert "Nobody is at work here" not in ask("/sources")[2]


def test_the_figures_as_a_page(site: DrupalSite, watched: Watch, ask: Any) -> None:
    assert "nothing to count" in ask("/statistics")[2]
    edit(site)
    watched.refresh(recheck=True)
    for address in ("/statistics", "/statistics?source=news"):
        page = ask(address)[2]
        assert f"1 of {len(site.releases)}" in page and "substantive" in page and "style=" not in page
    assert "nothing to count" in ask("/statistics?source=nowhere")[2]
    assert ask("/statistics?source=none")[0] == 404


def test_a_press_of_the_button_shows_how_far_it_is(site: DrupalSite, tmp_path: Path) -> None:
    settled = source("news", site.url, every='"7d"', recheck='{ min = "7d", max = "7d" }')
    write_config(tmp_path, settled)
    with daemon(tmp_path, "--port", "0") as running, browsing() as chromium:
        base = running.heard("serving")["url"].rstrip("/")
        running.heard("pass-done")
        with tab(chromium, base) as page:
            page.goto("/sources/news")
            edit(site)
            page.get_by_role("button", name="Look at every release again").click()
            expect(page.locator(".answer .done")).to_contain_text("edited 1")
            assert page.url == f"{base}/sources/news"


def test_charts_are_shapes_alone_and_show_the_least() -> None:
    chart = activity_chart((0, 1, 1000), (0, 1, 0), 'a "word" & <more>')
    assert 'aria-label="a &quot;word&quot; &amp; &lt;more&gt;"' in chart and "style" not in chart
    assert "M6 26v-2.0h" in chart and "M12 26v-26.0h" in chart
    assert 'width="50.00"' in bar(1, 2) and 'width="0.00"' in bar(0, 0)
    assert activity_chart((), (), "").startswith("<svg")
