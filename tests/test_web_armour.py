"""Promise: what strangers ask of the pages and the API is bounded, and no answer lets a browser do more than show it."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.routing import APIRoute

from service.doors import web
from service.doors.web.access import Access
from service.doors.web.allowance import Allowance, Seats
from service.doors.web.app import application

from .conftest import HandClock
from .newsroom import DrupalSite
from .test_access import TOKEN, Browser, Scene, served
from .test_web import free_port
from .watching import SETTINGS, Watch, source, watch

TEMPLATES = Path(web.__file__).parent / "templates"
NEEDED = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}  # fmt: skip


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with watch(tmp_path_factory.mktemp("armour"), "", SETTINGS + f'[web]\ntoken = "{TOKEN}"\n') as begun:
        yield begun


@pytest.fixture(scope="module")
def base(watched: Watch) -> Iterator[str]:
    port = free_port()
    stop = web.start(watched.house, "127.0.0.1", port)
    yield f"http://127.0.0.1:{port}"
    stop()


@pytest.fixture
def app(watched: Watch) -> FastAPI:
    return application(watched.house)


def asked(url: str, data: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(url, data, {name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as given:
            return given.status, {name.lower(): value for name, value in given.headers.items()}, given.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, {name.lower(): value for name, value in refused.headers.items()}, refused.read().decode("utf-8", "replace")


def routes(app: FastAPI) -> list[APIRoute]:
    found: list[APIRoute] = []
    waiting = list(app.routes)
    while waiting:
        route = waiting.pop()
        waiting += getattr(getattr(route, "original_router", None), "routes", [])
        found += [route] if isinstance(route, APIRoute) else []
    assert len(found) > 30
    return found


def test_every_answer_says_that_nothing_of_it_runs(base: str, app: FastAPI) -> None:
    paths = [re.sub(r"\{[^}]*\}", "1", route.path) for route in routes(app) if "GET" in route.methods and route.path != "/live"]
    paths += [
        "/static/app.js",
        "/static/none",
        "/nowhere",
        "/api/v1/nowhere",
        "/changes/999999999999999999999",
        "/openapi.json",
        f"/{'x' * 20_000}",
    ]
    for path in sorted(paths):
        status, headers, _ = asked(base + path)
        assert {name: headers.get(name) for name in NEEDED} == NEEDED, (path, status)
        assert "server" not in headers and headers["cache-control"], path


def test_neither_does_one_that_something_of_ours_broke(base: str, watched: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(watched.house.store), "statistics", lambda *_: 1 / 0)
    monkeypatch.setattr(type(watched.house.store), "counts", lambda *_: 1 / 0)
    for path in ("/", "/statistics", "/api/v1/stats"):
        status, headers, body = asked(base + path)
        assert status == 500 and "ZeroDivision" not in body and "Traceback" not in body
        assert {name: headers.get(name) for name in NEEDED} == NEEDED, path


def test_no_page_has_script_or_style_of_its_own() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text), template.name
        for form in re.findall(r"<form\b[^>]*method=.post.*?</form>", text, re.S):
            assert 'name="csrf"' in form or 'action="/login"' in form, template.name


def test_whatever_changes_something_asks_who_comes_from_which_page(app: FastAPI) -> None:
    """Signing in changes nothing that a stranger could profit from: there is one token and nobody's account."""
    changing = {route.path: route for route in routes(app) if route.methods - {"GET", "HEAD"}}
    guarded = {path for path, route in changing.items() if any(each.call.__func__ is Access.act for each in _calls(route))}
    assert len(changing) >= 4 and changing.keys() - guarded == {"/login"}


def _calls(route: APIRoute) -> list[object]:
    return [each for each in route.dependant.dependencies if hasattr(each.call, "__func__")]


def test_what_is_too_large_is_refused_in_words(base: str) -> None:
    assert asked(f"{base}/api/v1/changes?url={'x' * 20_000}")[0] == 414
    assert asked(f"{base}/api/v1/changes", x_many="x" * 40_000)[0] in (431, 400)
    assert asked(f"{base}/login", b"token=" + b"x" * 70_000)[0] == 413
    assert asked(f"{base}/api/v1/refresh", b"{}", content_length="9" * 30)[0] in (400, 413)
    assert asked(f"{base}/search?q={'x' * 1_001}")[0] == 422
    assert asked(f"{base}/api/v1/changes?limit=501")[0] == 422


def test_wrong_tokens_are_counted_whichever_way_they_come(tmp_path: Path) -> None:
    with served(tmp_path, "0.0.0.0", f'token = "{TOKEN}"') as base:
        browser = Browser(base)
        assert browser.ask("/login", {"token": TOKEN, "next": "/sources"})[1] == "/sources"
        told = [asked(f"{base}/api/v1/changes", authorization=f"Bearer guess-{number}")[0] for number in range(10)]
        told += [browser.ask("/login", {"token": f"guess-{number}"})[0] for number in range(15)]
        assert told == [401] * 20 + [429] * 5
        status, headers, _ = asked(f"{base}/api/v1/changes", authorization=f"Bearer {TOKEN}")  # or a guess could still be right
        assert status == 429 and 0 < int(headers["retry-after"]) <= 4
        assert browser.ask("/sources")[0] == 200  # who is signed in stays so
        assert asked(f"{base}/healthz")[0] == 200


def test_guesses_are_let_through_again_as_time_goes_by() -> None:
    scene = Scene(token=TOKEN, beyond=True)
    for _ in range(20):
        scene.access.visitor(scene.as_somebody("wrong bearer"))
    with pytest.raises(HTTPException, match="Too many wrong tokens"):
        scene.access.visitor(scene.as_somebody("bearer"))
    scene.now = scene.now.replace(minute=scene.now.minute + 1)
    assert scene.access.visitor(scene.as_somebody("bearer")).may_act


def test_who_asks_for_much_may_ask_less_often(clock: HandClock) -> None:
    allowance = Allowance(lambda: 60, clock.now)
    assert [allowance.take("a", 10) for _ in range(6)] == [0.0] * 6
    assert allowance.take("a") == 1.0 and allowance.take("b", 1_000) == 0.0
    assert allowance.take("a", 10) == 10.0
    clock.moment = clock.moment.replace(minute=1)
    assert allowance.take("a", 60) == 0.0


def test_searches_weigh_more_than_pages(tmp_path: Path) -> None:
    with served(tmp_path, "127.0.0.1", "per_minute = 30") as base:
        assert [asked(f"{base}/api/v1/search?q=word")[0] for _ in range(4)] == [200, 200, 200, 429]
        assert asked(f"{base}/healthz")[0] == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "unix:", False),
    ],
)
def test_an_owner_of_many_addresses_has_one_allowance(clock: HandClock, one: str, other: str, same: bool) -> None:
    allowance = Allowance(lambda: 1, clock.now)
    assert allowance.take(one) == 0.0
    assert (allowance.take(other) > 0) is same


def test_so_many_follow_the_log_and_no_more() -> None:
    seats = Seats(each=2, most=3)
    with seats.seat("a"), seats.seat("b"):
        seats.refuse("a")
        with seats.seat("a"):
            for address in ("a", "c"):  # too many of its own; too many in all
                with pytest.raises(HTTPException):
                    seats.refuse(address)
        seats.refuse("a")
    assert not seats._taken


def test_a_page_that_follows_gives_its_seat_back(site: DrupalSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.doors.web.front._FOLLOWERS_EACH", 1)
    with watch(tmp_path, source("news", site.url)) as watched:
        port = free_port()
        stop = web.start(watched.house, "127.0.0.1", port)
        live = f"http://127.0.0.1:{port}/live?after=0"
        with urllib.request.urlopen(live, timeout=10) as first:
            assert first.status == 200 and asked(live)[0] == 429
        for _ in range(200):
            try:
                with urllib.request.urlopen(live, timeout=10) as again:
                    assert again.status == 200
                    break
            except urllib.error.HTTPError as refused:
                refused.close()
        else:
            pytest.fail("the seat was not given back")
        stop()
