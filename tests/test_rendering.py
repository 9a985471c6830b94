"""Promise: a newsroom that only scripts build is watched like any other, and what a version stands on is the page that they built."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from html import unescape
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import requests

from service.bundle import bundle
from service.clock import SystemClock
from service.doors import web
from service.fetch import Browser, Fetcher, Gate, Robots
from service.fetch.browser import chromium as running
from service.fetch.browser.chromium import why_not
from service.models import BrowserSettings, Failed, FetchSettings, Snapshot, Source, SourceReport, Validators

from .browsing import chromium
from .newsroom import DrupalSite, Newsroom
from .scripted import SHELL, ScriptedSite
from .test_web import free_port
from .watching import SETTINGS, Watch, source, watch

# Tests run as root in containers, where Chromium's own walls cannot be built.
BROWSER = f"""
[browser]
chromium = "{chromium()}"
sandbox = {str(os.geteuid() != 0).lower()}
patience = 20
"""


@pytest.fixture(scope="module", autouse=True)
def _there_is_a_browser() -> None:
    if not chromium():
        words = "no Chromium on this machine: install chromium, or name one in PRESSWATCH_CHROMIUM"
        pytest.fail(words) if os.environ.get("PRESSWATCH_REQUIRE_BROWSER") else pytest.skip(words)


@pytest.fixture
def site() -> Iterator[ScriptedSite]:
    with ScriptedSite(count=3) as site:
        yield site


def told(report: SourceReport) -> tuple[str, int, int, int, tuple[str, ...]]:
    return report.outcome, report.new, report.edited, report.failed, report.errors


def test_an_edit_is_found_and_noise_is_not(site: ScriptedSite, tmp_path: Path) -> None:
    """Counters run at every look; listing and releases are read as scripts build them, which a plain client never sees."""
    lake = source("lake", site.url, render='"browser"')
    with watch(tmp_path, lake, SETTINGS + BROWSER) as watched:
        assert told(watched.one()) == ("baseline", 3, 0, 0, ())
        release = site.releases["release-2"]
        release["text"] = [line.replace("shall not touch", "shall touch") for line in release["text"]]
        assert told(watched.one()) == ("ok", 0, 1, 0, ())
        (change,) = watched.changes()
        assert (change.item_url, change.classes) == (f"{site.url}release-2", ("negation",))
        _the_version_stands_on_the_built_page(watched, change.item_url)
    with watch(tmp_path, lake, SETTINGS + '[browser]\nchromium = "/no/such/browser"\n') as watched:
        assert [watched.one().outcome for _ in range(3)] == ["failed"] * 3
        assert len(watched.changes()) == 1  # what we lack is no outage of theirs
    assert site.paths().count("/app.js") == 1  # not once for each page
    assert "/app.css" not in site.paths()  # nobody looks at it


def test_a_picture_is_kept_with_each_version_and_the_bundle_holds(site: ScriptedSite, tmp_path: Path) -> None:
    lake = source("lake", f"{site.url}release-1", render='"browser"', kind='"page"', screenshot="true")
    with watch(tmp_path, lake, SETTINGS + BROWSER) as watched:
        assert told(watched.one()) == ("baseline", 1, 0, 0, ())
        site.releases["release-1"]["title"] = "The lakes ministry met nobody"
        assert told(watched.one()) == ("ok", 0, 1, 0, ())
        assert site.paths().count("/app.css") == 1  # for two pictures, after three looks
        watched.house.evidence.attest()
        names = _the_bundle_holds(watched, tmp_path / "bundle")
        assert {"after/page.html", "after/served.html", "after/data-1.json", "after/picture.png", "before/picture.png"} <= names
        _each_thing_altered_is_told(tmp_path / "bundle", names)
        _the_pages_link_to_the_pictures(watched)


def _the_pages_link_to_the_pictures(watched: Watch) -> None:
    port = free_port()
    stop = web.start(watched.house, "127.0.0.1", port)
    try:
        base = f"http://127.0.0.1:{port}"
        before, after = re.findall(r'href="(/release/picture[^"]+)"', requests.get(f"{base}/changes/1", timeout=10).text)
        pictures = [requests.get(base + unescape(link), timeout=10) for link in (before, after)]
        assert all((one.headers["content-type"], one.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n") for one in pictures)
        assert pictures[0].content != pictures[1].content
        assert requests.get(base + unescape(after).replace("version=2", "version=3"), timeout=10).status_code == 404
    finally:
        stop()


def _the_bundle_holds(watched: Watch, folder: Path) -> set[str]:
    packed = BytesIO(b"".join(bundle(watched.house.store, watched.house.archive, 1)))
    with ZipFile(packed) as opened:
        opened.extractall(folder)
        names = set(opened.namelist())
    assert "does" not in _checked(folder).lower().split("all of it holds")[0]
    return names


def _each_thing_altered_is_told(folder: Path, names: set[str]) -> None:
    """Even where whoever alters it makes the sums anew."""
    for name in ("after/page.html", "after/served.html", "after/data-1.json", "after/picture.png", "after/headers.txt"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole + b" ")
        _sum_up(folder, names)
        assert f"DOES NOT    {name}" in _checked(folder), name
        (folder / name).write_bytes(whole)


def _sum_up(folder: Path, names: set[str]) -> None:
    lines = [f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(names - {"SHA256SUMS"})]
    sums = "".join(lines).encode()
    (folder / "SHA256SUMS").write_bytes(sums + f"# seal {sha256(sums).hexdigest()}\n".encode())


def _checked(folder: Path) -> str:
    done = subprocess.run([sys.executable, "-I", "-S", "check.py"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


def test_without_a_browser_the_source_says_so_and_others_go_on(site: ScriptedSite, tmp_path: Path) -> None:
    """Nothing is asked of a newsroom whose pages could not be built anyway."""
    with Newsroom(DrupalSite(count=3)) as plain:
        sources = source("lake", site.url, render='"browser"') + source("plain", plain.url)
        settings = SETTINGS + '[browser]\nchromium = "/no/such/browser"\n'
        with watch(tmp_path, sources, settings) as watched:
            reports = watched.refresh()
            assert told(reports["plain"])[:2] == ("baseline", 3)
            lake = reports["lake"]
            assert lake.outcome == "failed"
            assert "install Chromium (apt-get install chromium), or name one in [browser] chromium" in lake.errors[0]
            (line,) = (line for line in watched.house.store.sources() if line.id == "lake")
            assert "no browser to build the page" in line.health
    assert site.asked == []


def test_what_is_missing_is_said_with_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = BrowserSettings("sh", sandbox=False)
    assert why_not(asked) == ""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "as another user, or set [browser] sandbox = false" in why_not(replace(asked, sandbox=True))
    monkeypatch.setattr(running, "find_spec", lambda name: None)
    assert "pip install 'presswatch[browser]'" in why_not(asked)


def test_a_source_may_change_to_the_browser_and_back_and_nothing_is_an_edit(site: ScriptedSite, tmp_path: Path) -> None:
    place = f"{site.url}release-1"
    for render in ({}, {"render": '"browser"'}, {}):
        with watch(tmp_path, source("lake", place, kind='"page"', **render), SETTINGS + BROWSER) as watched:
            report = watched.one()
            assert (report.edited, report.withdrawn, watched.changes()) == (0, 0, ())
            if render:
                release = watched.house.store.release(place)
                assert release is not None and release.version is not None and release.version.reading is not None
                assert "observers shall be sent" in release.version.reading.text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with closing(Browser(BrowserSettings(chromium(), sandbox=os.geteuid() != 0, patience=10.0), SystemClock())) as browser:
        yield browser


class TestParts:
    """What a page is given of what it asks for."""

    @pytest.fixture
    def fetcher(self, browser: Browser) -> Iterator[Fetcher]:
        clock = SystemClock()
        settings = FetchSettings(allow_private_hosts=True, per_host_delay=0.0, retries=0)
        with closing(Fetcher(settings, clock, Gate(clock, 0.0), Robots(clock), browser=browser)) as fetcher:
            yield fetcher

    def test_its_data_bears_what_the_page_says_but_our_name(self, fetcher: Fetcher, site: ScriptedSite) -> None:
        lake = Source("lake", site.url, render="browser", headers=(("X-Key", "secret"),), timezone="Asia/Tokyo")
        page = fetcher.get(f"{site.url}release-1", source=lake)
        assert isinstance(page, Snapshot) and page.built is not None and page.built.served is not None
        sent = next(headers for path, headers in site.asked if path.endswith("release-1.json"))
        assert (sent["x-reader"], sent["x-key"], sent["referer"]) == ("app", "secret", f"{site.url}release-1")
        assert sent["user-agent"].startswith("presswatch/") and "sec-fetch-mode" not in sent
        assert "secret" not in repr([one.exchange for one in (page.built.served, *page.built.data)])
        assert page.validators == Validators()  # a server that answers "not modified" speaks of the shell

    def test_a_page_whose_data_is_out_of_order_is_not_read(self, fetcher: Fetcher, site: ScriptedSite) -> None:
        """Half of a page would look like an edit."""
        site.broken.add("/api/news/release-1.json")
        lake = Source("lake", site.url, render="browser")
        answer = fetcher.get(f"{site.url}release-1", source=lake)
        assert isinstance(answer, Failed) and answer.status == 503
        assert "release-1.json, which the page needs" in answer.words
        del site.releases["release-1"]
        site.extra["/api/news/release-1.json"] = (404, "text/plain", b"no such release")
        site.extra["/news/release-1"] = (200, "text/html", SHELL.encode())
        site.broken.clear()
        assert isinstance(fetcher.get(f"{site.url}release-1", source=lake), Snapshot)  # that is what its publisher says

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"render_without": ("/api/",)}, "is to do without"),
            ({}, "robots.txt does not allow it"),
        ],
    )
    def test_what_it_may_not_have_is_told(self, fetcher: Fetcher, site: ScriptedSite, more: dict[str, tuple[str, ...]], words: str) -> None:
        rules = b"User-agent: *\nDisallow: /api/\n" if not more else b""
        site.extra["/robots.txt"] = (200, "text/plain", rules)
        page = fetcher.get(f"{site.url}release-1", source=Source("lake", site.url, render="browser", **more))  # type: ignore[arg-type] # of these fields
        assert isinstance(page, Snapshot) and page.built is not None
        assert [words in one for one in page.built.refused] == [True]
        assert not [path for path in site.paths() if path.startswith("/api/")]

    def test_what_is_no_page_is_read_as_it_is(self, fetcher: Fetcher, site: ScriptedSite) -> None:
        site.extra["/feed"] = (200, "application/rss+xml", b"<rss/>")
        answer = fetcher.get(site.url.replace("news/", "feed"), source=Source("lake", site.url, render="browser"))
        assert isinstance(answer, Snapshot) and answer.built is None and answer.validators.etag


def _the_version_stands_on_the_built_page(watched: Watch, url: str) -> None:
    release = watched.house.store.release(url)
    assert release is not None and release.version is not None
    page = watched.house.archive.capture(release.version.snapshot).snapshot
    assert b"shall touch" in page.body and b"noscript" not in page.body and page.built is not None
    assert page.built.browser.startswith("Chromium ")
    assert page.built.served is not None and b"shall touch" not in page.built.served.body and page.built.served.header("etag")
    assert [one.url.rpartition("/")[2] for one in page.built.data] == ["release-2.json"] and b"shall touch" in page.built.data[0].body
    watched.house.evidence.attest()
    assert watched.house.evidence.verify(None, [], print, lambda *_: None).holds
