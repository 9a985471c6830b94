"""Promise: whatever the scripts of a page do, they reach nobody whom we would not ask, and cost a bounded time and memory."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from service.clock import SystemClock
from service.fetch import Browser, Fetcher, Gate, Robots
from service.fetch import browser as browser_room
from service.fetch.browser import chromium as running
from service.models import Answer, BrowserSettings, Failed, Fault, FetchSettings, Snapshot, Source

from .browsing import chromium
from .outside import HOST, PUBLIC, Outside
from .rawsite import RawSite, page

GUARDED = FetchSettings(per_host_delay=0.0, connect_timeout=5.0, read_timeout=5.0, total_timeout=10.0, retries=0)
SETTINGS = BrowserSettings(chromium(), sandbox=os.geteuid() != 0, patience=8.0, max_memory=500_000_000)
URL = f"http://{HOST}/"
SOURCE = Source("news", URL, render="browser")
NAMES = {
    f"rebound.{HOST}": [[PUBLIC], ["127.0.0.1"]],
    f"inside.{HOST}": [["10.0.0.7"]],
    "localhost": [["127.0.0.1"]],
    "metadata.google.internal": [["169.254.169.254"]],
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not chromium():
        words = "no Chromium on this machine: install chromium, or name one in PRESSWATCH_CHROMIUM"
        pytest.fail(words) if os.environ.get("PRESSWATCH_REQUIRE_BROWSER") else pytest.skip(words)
    with closing(Browser(SETTINGS, SystemClock())) as browser:
        yield browser


class Scene:
    """A site outside, under several names; listeners inside, which nobody may reach."""

    def __init__(self, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site, self.within = RawSite({"/robots.txt": page(status="404 Not Found")}), RawSite({"/": page(b"inside")})
        self.port = int(self.within.host.split(":")[1])
        self.heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.heard.bind(("127.0.0.1", 0))
        self.heard.setblocking(False)
        self.outside = Outside(self.site, monkeypatch, NAMES)
        self.browser = browser
        browser.shelf.__init__(SystemClock())  # type: ignore[misc] # scripts of one test are none of another's
        clock = SystemClock()
        self.fetcher = Fetcher(GUARDED, clock, Gate(clock, 0.0), Robots(clock), browser=browser)

    def built(self, script: str, source: Source = SOURCE, **routes: bytes) -> Answer:
        """Return what becomes of a page with a script."""
        self.site.routes |= {"/" + name.replace("_", "."): says for name, says in routes.items()}
        text = f"<!doctype html><title>t</title><p id=p>Text of the page.</p><script>{script}</script>"
        self.site.routes["/"] = page(text.encode(), content_type="text/html", set_cookie="session=s1; Path=/")
        return self.fetcher.get(URL, source=source)

    def close(self) -> None:
        for each in (self.fetcher, self.site, self.within, self.heard):
            each.close()


@contextmanager
def entered(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Give a scene; whatever happens in it, nobody inside hears of it."""
    with closing(Scene(browser, monkeypatch)) as scene:
        yield scene
        assert scene.within.connections == 0
        assert set(scene.outside.connected) <= {PUBLIC}
        with pytest.raises(BlockingIOError):
            scene.heard.recv(100)


@pytest.fixture
def scene(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    with entered(browser, monkeypatch) as scene:
        yield scene


INSIDE = """
const dare = what => { try { const made = what(); if (made && made.catch) made.catch(() => 0) } catch (error) {} };
const at = "127.0.0.1:PORT", add = (tag, facts) => document.body.append(Object.assign(document.createElement(tag), facts));
for (const url of ["http://" + at, "http://169.254.169.254/latest/meta-data/", "http://[::1]:PORT/", "http://0x7f.1:PORT/", "http://localhost:PORT/",
                   "/hop", "http://rebound.news.example/", "http://inside.news.example/", "file:///etc/passwd", "http://metadata.google.internal/"])
  dare(() => fetch(url)), dare(() => fetch(url, {method: "POST", body: "x"})), dare(() => navigator.sendBeacon(url, "x"));
dare(() => new WebSocket("ws://" + at));
dare(() => new EventSource("http://" + at));
dare(() => new WebTransport("https://127.0.0.1:UDP/").ready);
const work = `fetch("http://${at}").catch(() => 0); try { new WebSocket("ws://${at}") } catch (e) {} importScripts("http://${at}")`;
dare(() => new Worker(URL.createObjectURL(new Blob([work]))));
dare(() => new SharedWorker(URL.createObjectURL(new Blob([work]))));
dare(() => navigator.serviceWorker.register("/worker.js"));
const servers = [{urls: "stun:127.0.0.1:UDP"}, {urls: "turn:" + at + "?transport=tcp", username: "a", credential: "b"}];
dare(() => { const line = new RTCPeerConnection({iceServers: servers}); line.createDataChannel("x");
             line.createOffer().then(offer => line.setLocalDescription(offer)) });
for (const rel of ["preconnect", "prefetch", "prerender", "dns-prefetch", "modulepreload", "stylesheet", "icon", "manifest"])
  add("link", {rel, href: "http://" + at + "/" + rel});
for (const tag of ["img", "iframe", "video", "script", "embed"]) add(tag, {src: "http://" + at + "/" + tag});
add("script", {type: "speculationrules", textContent: JSON.stringify({prerender: [{source: "list", urls: ["http://" + at + "/p"]}]})});
add("a", {href: "http://" + at + "/download", download: "x"}).click?.();
document.querySelector("a").click();
dare(() => window.open("http://" + at + "/popup"));
const form = document.createElement("form"); form.action = "http://" + at; form.method = "post"; document.body.append(form); form.submit();
setTimeout(() => { location.href = "http://" + at }, 100);
"""


@pytest.mark.parametrize("hosts", [(), ("*",)], ids=["own host alone", "any host, no namespace"])
def test_nobody_inside_is_reached_by_any_way_a_script_knows(
    browser: Browser, hosts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its source allows every host, and no namespace is to be had, the guard of our connections and what Chromium is told hold."""
    if not hosts:
        with entered(browser, monkeypatch) as scene:
            _nobody_is_reached(scene, hosts)
        return
    monkeypatch.setattr(running, "_NO_NETWORK", ("no-such-tool",))
    with closing(Browser(SETTINGS, SystemClock())) as exposed, entered(exposed, monkeypatch) as scene:
        _nobody_is_reached(scene, hosts)


def _nobody_is_reached(scene: Scene, hosts: tuple[str, ...]) -> None:
    script = INSIDE.replace("PORT", str(scene.port)).replace("UDP", str(scene.heard.getsockname()[1]))
    source = replace(SOURCE, render_hosts=hosts)
    hop, worker = page(status="302 Found", location=f"http://127.0.0.1:{scene.port}/"), page(content_type="text/javascript")
    answer = scene.built(script, source, hop=hop, worker_js=worker)
    assert isinstance(answer, Snapshot), answer
    assert b"Text of the page." in answer.body and answer.built is not None
    refused = "\n".join(answer.built.refused)
    assert f"http://127.0.0.1:{scene.port}/: {'on this machine itself' if hosts else 'on another host'}" in refused
    assert not hosts or "where a cloud hands out its secrets" in refused
    assert f"{URL}hop: {'on this machine itself' if hosts else 'on another host'}" in refused
    assert {one.path for one in scene.site.asked} <= {"/robots.txt", "/", "/hop"}


BOUNDED = {
    "a loop without end": ("for (;;) {}", "came to no end within 2 s"),
    "questions without end": ("for (;;) alert('?')", "came to no end within 2 s"),
    "memory without end": ("const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1))", "more memory than a page may"),
    "text without end": ("p.hidden = true; p.textContent = 'endless '.repeat(1e6)", "grew to more than 5000000 characters"),
    "markup without end": (
        "p.hidden = true; p.innerHTML = ('<i title=' + 'x'.repeat(900) + '></i>').repeat(6000)",
        "grew to more than 5000000 characters",
    ),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_what_never_ends_is_ended(scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script, why = BOUNDED[name]
    with monkeypatch.context() as hasty:
        hasty.setattr(scene.browser, "settings", replace(SETTINGS, patience=2.0 if "2 s" in why else 10.0))
        answer = scene.built(script)
    assert isinstance(answer, Failed) and answer.fault is Fault.BROWSER, answer
    assert why in answer.words
    assert isinstance(scene.built("p.textContent = 'well'"), Snapshot)


HARMLESS = {
    "questions": "alert(1); confirm(2); prompt(3); print(); addEventListener('beforeunload', event => event.preventDefault()); ",
    "windows": "for (let n = 0; n < 20; n++) window.open('about:blank'); ",
    "beginning anew": "location.reload(); ",
    "going away": "location.href = '/elsewhere'; ",
    "a clock that never rests": "setInterval(() => { document.title += '.' }, 10); ",
    "files": "for (let n = 0; n < 20; n++) { const a = document.createElement('a'); a.href = 'data:x/y,z'; a.download = 'z'; a.click() }; ",
    "other words for ours": "Object.defineProperty(document, 'readyState', {get() { throw 1 }}); Element.prototype.cloneNode = null; "
    "Document.prototype.importNode = () => 'forged'; Object.defineProperty(Element.prototype, 'outerHTML', {get: () => 'forged'}); ",
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_scripts_do_besides_changes_nothing(scene: Scene, name: str) -> None:
    answer = scene.built(f"{HARMLESS[name]} p.textContent = 'Well built.'")
    assert isinstance(answer, Snapshot), answer
    assert b"Well built." in answer.body and b"forged" not in answer.body.split(b"<script")[0]
    assert {one.path for one in scene.site.asked} == {"/robots.txt", "/"}


def test_requests_without_end_are_few(scene: Scene) -> None:
    data = page(b"{}", content_type="application/json")
    scene.built("let n = 0; const more = () => fetch('/data?' + n++).then(more, more); more(); more()", **{"data": data})
    assert len(scene.site.asked) <= 102


class TestBrowser:
    def test_one_that_breaks_is_begun_anew(self, scene: Scene) -> None:
        assert isinstance(scene.built(""), Snapshot)
        first = scene.browser._chromium
        assert first is not None and first._group
        os.killpg(first._group, signal.SIGKILL)
        answers = [scene.built("p.textContent = 'again'") for _ in range(2)]  # the first may meet its end
        assert isinstance(answers[-1], Snapshot) and b"again" in answers[-1].body

    def test_one_that_is_worn_is_begun_anew_and_leaves_nothing_behind(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        assert isinstance(scene.built(""), Snapshot)
        first = scene.browser._chromium
        monkeypatch.setattr(browser_room, "_WORN", 1)
        assert isinstance(scene.built(""), Snapshot)
        assert first is not None and first._group and scene.browser._chromium is not first
        assert list(running.processes(first._group)) == []

    def test_its_end_ends_what_it_is_at(self, scene: Scene) -> None:
        """Nobody waits for a page whose browser is closed; its processes are gone."""
        own = Browser(replace(SETTINGS, patience=60.0), SystemClock())
        fetcher = Fetcher(GUARDED, SystemClock(), Gate(SystemClock(), 0.0), Robots(SystemClock()), browser=own)
        scene.site.routes |= {"/": page(b"<p>Text<script>fetch('/never')</script>", content_type="text/html")}
        scene.site.routes["/never"] = lambda sock: closed.append(own.close())  # type: ignore[func-returns-value] # it is the moment that counts
        closed: list[None] = []
        answer = fetcher.get(URL, source=SOURCE)
        assert isinstance(answer, Failed) and closed == [None]
        assert isinstance(fetcher.get(URL, source=SOURCE), Failed)
        assert own._thread is not None and not own._thread.is_alive()
        fetcher.close()
