"""The page of the notices, and who may see it; the sources in pages of their own, the worst off first."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.doors import web
from service.notify import place_of

from .newsroom import DrupalSite
from .test_access import TOKEN, Browser
from .test_web import free_port
from .watching import SETTINGS, Watch, source, watch

TARGETS = """
[[notify]]
id = "desk"
url = "http://127.0.0.1:9/s3cret/path?key=s3cret"

[[notify]]
id = "quiet"
url = "mailtos://me:s3cret@example.org"
enabled = false
"""


@pytest.fixture
def told(site: DrupalSite, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Watch, Browser]]:
    settings = SETTINGS + (f'[web]\ntoken = "{TOKEN}"\n' if getattr(request, "param", "") else "") + TARGETS
    with watch(tmp_path, source("news", site.url), settings) as begun:
        begun.refresh()
        begun.house.messenger.begin()
        port = free_port()
        stop = web.start(begun.house, "127.0.0.1", port)
        yield begun, Browser(f"http://127.0.0.1:{port}")
        stop()


def give_up(site: DrupalSite, watched: Watch) -> int:
    """Let an edit be told to a target that does not take it until it is given up; return the change."""
    release = site.releases[2]
    site.edit(release.slug, release.body.removeprefix("<p>").split(" ")[0], "fifty-one")
    watched.refresh(recheck=True)
    watched.house.messenger.gather()
    outbox, clock = watched.house.store.outbox, watched.house.clock
    taken = outbox.take("desk", clock.now(), timedelta(minutes=1), 1)
    assert taken is not None
    words = f"{place_of(watched.house.settings.notify[0])}: connection refused"
    outbox.failed(taken, clock.now(), words, clock.now(), give_up=True, before=clock.now(), off=False)
    return taken.changes[0]


def test_who_is_told_and_what_was_given_up_is_shown_without_secrets(told: tuple[Watch, Browser], site: DrupalSite) -> None:
    watched, browser = told
    page = browser.ask("/notices")[2]
    assert "desk" in page and "Nothing: all that was to be told was taken" in page and "http://127.0.0.1<" in page
    assert "not told of all changes" not in browser.ask("/sources")[2]
    number = give_up(site, watched)
    page = browser.ask("/notices")[2]
    assert f'<a href="/changes/{number}">' in page and "failed 1 time in a row: http://127.0.0.1: connection refused" in page
    assert page.index("desk") < page.index("quiet")
    assert '<a href="/notices">1 target is not told of all changes</a>' in browser.ask("/sources")[2]
    russian = browser.ask("/notices", **{"Accept-Language": "ru"})[2]
    assert "не вышло 1 раз подряд: http://127.0.0.1: в соединении отказано" in russian and "выключен" in russian
    assert "s3cret" not in page + russian


@pytest.mark.parametrize("told", ["token"], indirect=True)
def test_only_who_signed_in_sees_who_is_told(told: tuple[Watch, Browser], site: DrupalSite) -> None:
    watched, browser = told
    give_up(site, watched)
    status, where, page = browser.ask("/notices")
    assert (status, where) == (200, "/login?next=%2Fnotices") and "desk" not in page
    page = browser.ask("/sources")[2]
    assert "/notices" not in page.replace("next=%2Fnotices", "") and "Sign in" in page
    browser.ask("/login", {"token": TOKEN})
    assert "desk" in browser.ask("/notices")[2] and 'href="/notices"' in browser.ask("/sources")[2]


def test_nobody_sees_it_through_a_proxy_without_a_token(told: tuple[Watch, Browser]) -> None:
    status, _, page = told[1].ask("/notices", **{"X-Forwarded-For": "203.0.113.9"})
    assert status == 403 and "desk" not in page and "PRESSWATCH_WEB__TOKEN" in page


def test_where_nobody_is_told_the_page_says_what_to_do(tmp_path: Path) -> None:
    with watch(tmp_path, "") as begun:
        port = free_port()
        stop = web.start(begun.house, "127.0.0.1", port)
        assert "presswatch notify test" in Browser(f"http://127.0.0.1:{port}").ask("/notices")[2]
        stop()


def test_sources_come_in_pages_the_worst_off_first(site: DrupalSite, tmp_path: Path) -> None:
    many = "".join(source(f"s{number:02}", f"https://a.example/{number}/", enabled="false") for number in range(60))
    with watch(tmp_path, many + source("z-well", site.url) + source("zz-nowhere", "http://127.0.0.1:9/")) as begun:
        house = begun.house
        house.store.sync_sources(house.sources, house.clock.now())
        house.refresh([one for one in house.sources if one.enabled])
        port = free_port()
        stop = web.start(house, "127.0.0.1", port)
        browser = Browser(f"http://127.0.0.1:{port}")
        first, second = browser.ask("/sources")[2], browser.ask("/sources?page=2")[2]
        assert first.index("zz-nowhere") < first.index("z-well") < first.index(">s00<")
        assert first.count('<li class="off">') == 48 and second.count('<li class="off">') == 12
        assert 'rel="next" href="/sources?page=2"' in first and 'rel="prev" href="/sources?page=1"' in second
        found = browser.ask("/sources?q=NOWHERE")[2]
        assert found.count("<li class=") == 1 and "zz-nowhere" in found
        assert "No source fits" in browser.ask("/sources?q=%25")[2] and browser.ask("/sources?page=0")[0] == 422
        stop()
