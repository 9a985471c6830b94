"""Who may read, and who may change something: the whole table of it, and what strangers try at a real server."""

import asyncio
import re
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from fastapi import HTTPException, Request, Response

from service.doors import web
from service.doors.web.access import COOKIE, LASTING, Access, own_path
from service.models import WebSettings

from .test_web import free_port
from .watching import SETTINGS, watch

TOKEN = "correct horse battery"
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


class Scene:
    """One setting of the stage: where we listen, and with which token; and the requests that come."""

    def __init__(self, *, beyond: bool = False, token: str = "", public: bool = False) -> None:
        self.settings = WebSettings(token=token, public=public)
        self.now = NOW
        self.access = Access(lambda: self.settings, lambda: self.now, is_beyond=beyond)

    def request(self, **headers: str) -> Request:
        given = {"host": "127.0.0.1:8787", **{name.replace("_", "-"): value for name, value in headers.items()}}
        pairs = [(name.encode(), value.encode("latin-1")) for name, value in given.items()]
        return Request({"type": "http", "method": "POST", "path": "/", "scheme": "http", "query_string": b"", "headers": pairs})

    def cookie(self) -> str:
        """Sign in; return what the browser then sends."""
        response = Response()
        self.access.sign_in(self.request(), response)
        return response.headers["set-cookie"].partition(";")[0]

    def as_somebody(self, who: str) -> Request:
        """Return a request of a stranger, of a signed-in browser, or with the token in its head."""
        basic = b64encode(f"reader:{TOKEN}".encode()).decode()
        return {
            "nobody": lambda: self.request(),
            "bearer": lambda: self.request(authorization=f"Bearer {TOKEN}"),
            "wrong bearer": lambda: self.request(authorization="Bearer wrong"),
            "basic": lambda: self.request(authorization=f"Basic {basic}"),
            "signed in": lambda: self.request(cookie=self.cookie()),
            "forged": lambda: self.request(cookie=f"{COOKIE}=9999999999.abc.{'0' * 64}"),
            "both": lambda: self.request(cookie=self.cookie(), authorization="Bearer wrong"),
        }[who]()

    def acts(self, request: Request, csrf: str | None = None) -> int:
        """Return with which status a request to change something is answered: 200 where it may."""
        try:
            asyncio.run(self.access.act(request, {} if csrf is None else {"csrf": csrf}))
        except HTTPException as refused:
            return refused.status_code
        return 200


# who: may read on loopback, beyond it, and beyond it where reading is public; answer to an act without and with the CSRF token
TABLE = {
    "nobody": (True, False, True, 401, 401),
    "bearer": (True, True, True, 200, 200),
    "wrong bearer": (True, False, True, 401, 401),
    "basic": (True, True, True, 401, 401),
    "signed in": (True, True, True, 403, 200),
    "forged": (True, False, True, 401, 401),
    "both": (True, False, True, 401, 401),
}


@pytest.mark.parametrize("who", TABLE)
def test_the_table_with_a_token(who: str) -> None:
    here, beyond, public, bare, formed = TABLE[who]
    stages = (Scene(token=TOKEN), Scene(token=TOKEN, beyond=True), Scene(token=TOKEN, beyond=True, public=True))
    assert [stage.access.visitor(stage.as_somebody(who)).may_read for stage in stages] == [here, beyond, public]
    for stage in stages:
        request = stage.as_somebody(who)
        assert stage.acts(request) == bare
        assert stage.acts(request, stage.access.visitor(request).csrf) == formed
        assert stage.acts(request, "wrong") in (bare, 200 if who == "bearer" else bare)


def test_without_a_token_this_machine_may_all_and_nobody_else_anything() -> None:
    here, beyond = Scene(), Scene(beyond=True)  # beyond: the token was taken out of the configuration while we served
    csrf = here.access.visitor(here.request()).csrf
    assert here.access.visitor(here.request()).may_read
    assert (here.acts(here.request()), here.acts(here.request(), "wrong"), here.acts(here.request(), csrf)) == (403, 403, 200)
    assert here.acts(here.request(authorization="Bearer "), "") == 403
    assert not beyond.access.visitor(beyond.request()).may_read
    assert beyond.acts(beyond.request(), csrf) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},  # its name was bound to our address (DNS rebinding)
        {"host": "127.0.0.1.evil.example"},
        {"host": "[::1"},
        {"host": ""},
        {"x_forwarded_for": "203.0.113.5"},
        {"forwarded": "for=203.0.113.5"},
    ],
)
def test_without_a_token_the_pages_of_others_and_proxies_change_nothing(headers: dict[str, str]) -> None:
    scene = Scene()
    csrf = scene.access.visitor(scene.request()).csrf
    request = scene.request(**headers)
    assert scene.access.visitor(request).may_read and not scene.access.visitor(request).csrf
    assert scene.acts(request, csrf) == 403
    assert [scene.acts(scene.request(host=name), csrf) for name in ("localhost:8787", "[::1]:8787", "127.0.0.2")] == [200] * 3


def test_a_csrf_token_is_good_for_its_own_session_alone() -> None:
    scene = Scene(token=TOKEN)
    one, other = scene.as_somebody("signed in"), scene.as_somebody("signed in")
    assert scene.acts(one, scene.access.visitor(other).csrf) == 403
    header = scene.request(cookie=one.headers["cookie"], x_csrf_token=scene.access.visitor(one).csrf)
    assert scene.acts(header) == 200


def test_a_session_ends_with_its_time_and_with_its_token_and_outlives_a_restart() -> None:
    scene = Scene(token=TOKEN)
    request = scene.as_somebody("signed in")
    assert Scene(token=TOKEN).access.visitor(request).is_signed_in
    assert not Scene(token="another").access.visitor(request).is_signed_in
    scene.now = NOW + LASTING + timedelta(seconds=1)
    assert not scene.access.visitor(request).is_signed_in


@pytest.mark.parametrize("tampered", ["", ".", "..", "a.b.c", "9999999999", "9999999999.x.", "é.é.é"])
def test_a_cookie_that_is_not_ours_is_none(tampered: str) -> None:
    scene = Scene(token=TOKEN)
    assert not scene.access.visitor(scene.request(cookie=f"{COOKIE}={tampered}")).is_signed_in


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/sources?lang=ru", "/sources?lang=ru"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_one_goes_on_to_a_page_of_ours_alone(asked: str, given: str) -> None:
    assert own_path(asked) == given


@contextmanager
def served(folder: Path, host: str, more: str) -> Iterator[str]:
    with watch(folder, "", SETTINGS + f"[web]\n{more}\n") as begun:
        port = free_port()
        stop = web.start(begun.house, host, port)
        yield f"http://127.0.0.1:{port}"
        stop()


class Browser:
    """One that keeps cookies; ``ask`` returns the status, where one ended, and the page."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str, str]:
        data = None if form is None else urllib.parse.urlencode(form).encode()
        asked = urllib.request.Request(f"{self.base}{path}", data, {"Accept": "text/html", **headers})
        try:
            with self._opener.open(asked) as given:
                return given.status, given.url.removeprefix(self.base), given.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, path, refused.read().decode()


def test_beyond_loopback_one_signs_in_first(tmp_path: Path) -> None:
    with served(tmp_path, "0.0.0.0", f'token = "{TOKEN}"') as base:
        browser = Browser(base)
        status, where, page = browser.ask("/sources?lang=en")
        assert (status, where) == (200, "/login?next=%2Fsources%3Flang%3Den") and "Sign in" in page
        by_link = browser.ask("/sources?kind=%22%3E", **{"Sec-Fetch-Site": "cross-site"})
        assert by_link[1] == "/sources?kind=%22%3E" and 'content="0; url=/sources?kind=%22%3E"' in by_link[2]
        assert browser.ask("/api/v1/changes", Accept="application/json")[0] == 401
        assert browser.ask("/feeds/changes.atom", Accept="*/*")[0] == 401
        assert browser.ask("/openapi.json", Accept="*/*")[0] == 401
        assert [browser.ask(path, Accept="*/*")[0] for path in ("/healthz", "/readyz", "/static/style.css")] == [200] * 3
        assert browser.ask("/api/v1/changes", Accept="*/*", Authorization=f"Bearer {TOKEN}")[0] == 200
        assert browser.ask("/login", {"token": "wrong", "next": "/sources"})[0] == 401
        assert browser.ask("/login", {"token": "x" * 70_000})[0] == 413
        status, where, page = browser.ask("/login", {"token": TOKEN, "next": "/sources"})
        assert (status, where) == (200, "/sources")
        (cookie,) = browser.cookies
        assert cookie.has_nonstandard_attr("HttpOnly") and cookie.get_nonstandard_attr("SameSite") == "strict"
        assert browser.ask("/logout", {"csrf": "wrong"})[0] == 403
        csrf = re.search(r'name="csrf" value="(\w+)"', page)
        assert csrf and browser.ask("/logout", {"csrf": csrf[1]})[1] == "/login?next=%2F"


def test_beyond_loopback_reading_may_be_public(tmp_path: Path) -> None:
    with served(tmp_path, "0.0.0.0", f'token = "{TOKEN}"\npublic = true') as base:
        browser = Browser(base)
        assert browser.ask("/sources")[1] == "/sources"
        assert browser.ask("/logout", {})[0] == 401


def test_on_loopback_reading_is_open(tmp_path: Path) -> None:
    with served(tmp_path, "127.0.0.1", f'token = "{TOKEN}"') as base:
        assert Browser(base).ask("/sources")[1] == "/sources"
        assert "Sign in" in Browser(base).ask("/")[2]
