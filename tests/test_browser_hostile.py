"""Releases that want to run, to lead astray or to be too much: inert and readable on every page, in a real browser."""

import csv
import io
import json
from collections.abc import Iterator
from html import escape
from urllib.parse import quote
from urllib.request import urlopen

import feedparser
import pytest
from playwright.sync_api import Browser, Page, expect

from service.doors import web

from .browsing import browsing, tab
from .newsroom import DrupalSite, Newsroom
from .test_web import free_port
from .watching import Watch, source, watch

PLANT = "window.ran = true"
SCRIPT = f"<script>{PLANT}</script>"
IMAGE = f"<img src=x onerror='{PLANT}'>"
BIDI = "\u202egnp.exe\u2066"
# What is written as text: a reader sees it as it stands.
WRITTEN = ("=1+1", SCRIPT, IMAGE, "{{7*7}} ${7*7} {% raw %}", f'"><svg onload="{PLANT}">', BIDI)
# What is markup: a reader sees its words alone.
MARKUP = f"""<p onclick="{PLANT}" style="position:fixed;inset:0">A paragraph that covers everything.</p>{SCRIPT}{IMAGE}
<p><a href="javascript:{PLANT.replace(" ", "")}" onmouseover="{PLANT}">A link that runs.</a> <iframe srcdoc="{escape(SCRIPT)}"></iframe></p>
<p><a href="data:text/html,{quote(SCRIPT)}">A link to itself.</a></p><style>body {{ display: none }}</style>"""
TITLE = f"=HYPERLINK(1) {SCRIPT} {{{{7*7}}}} {BIDI} title"
MEGABYTES = 4.5


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as begun:
        yield begun


@pytest.fixture(scope="module")
def hostile(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, DrupalSite, Watch]]:
    """The pages over a newsroom of which one release is hostile, was edited, and another was withdrawn with its hostile text."""
    site = DrupalSite(count=6)
    with Newsroom(site), watch(tmp_path_factory.mktemp("hostile"), source("news", site.url)) as begun:
        texts = "".join(f"<p>Written: {escape(text)} and so on.</p>" for text in WRITTEN)
        for release in site.releases[1:3]:
            site.edit(release.slug, release.body, release.body + texts + MARKUP)
            site.retitle(release.slug, f"{TITLE} {release.id}")
        begun.one()
        site.edit(site.releases[1].slug, "Written: ", f"Rewritten, {escape(SCRIPT)}: ", declared=False)
        site.withdraw(site.releases[2].slug)
        begun.one()
        while begun.house.store.index():
            pass
        port = free_port()
        stop = web.start(begun.house, "127.0.0.1", port)
        yield f"http://127.0.0.1:{port}", site, begun
        stop()


def places(site: DrupalSite, watched: Watch) -> list[str]:
    address = quote(site.address(site.releases[1].slug), safe="")
    changes = [f"/changes/{line.id}" for line in watched.changes()]
    more = [f"/release?url={address}", f"/release?url={address}&from=1&to=2&view=side", "/search?q=written", f"/search?q={quote(SCRIPT)}"]
    return ["/", *changes, *(f"{place}?view=side" for place in changes), *more, f"/?source={quote(SCRIPT)}", "/sources/news", "/statistics"]


def test_nothing_of_a_release_runs_and_all_of_it_can_be_read(browser: Browser, hostile: tuple[str, DrupalSite, Watch]) -> None:
    base, site, watched = hostile
    assert {line.kind for line in watched.changes()} == {"edited", "withdrawn"}
    with tab(browser, base) as page:
        for place in places(site, watched):
            page.goto(place)
            expect(page.locator("main")).to_be_visible()
            assert _harm(page) == [], place
        page.goto(f"/release?url={quote(site.address(site.releases[1].slug), safe='')}")
        for text in (*WRITTEN[1:5], "A paragraph that covers everything.", "A link that runs."):
            expect(page.locator("main")).to_contain_text(text)
        expect(page.locator("h1")).to_contain_text("=HYPERLINK(1) <script>")


_HARM = """() => [
  ...(window.ran ? ["ran"] : []),
  ...document.querySelectorAll("main iframe, main script, main style, main img, main [style], main object"),
  ...[...document.querySelectorAll("*")].filter(one => [...one.attributes].some(given => given.name.startsWith("on"))),
  ...[...document.querySelectorAll("[href], [src]")].filter(one => /^(javascript|data):/i.test(one.href || one.src || "")),
].map(one => one.outerHTML || one)"""


def _harm(page: Page) -> list[str]:
    """Return what of a page could do more than be read."""
    found: list[str] = page.evaluate(_HARM)
    return found


def test_what_reorders_letters_ends_with_the_words_of_the_release(browser: Browser, hostile: tuple[str, DrupalSite, Watch]) -> None:
    base, _, _ = hostile
    with tab(browser, base) as page:
        page.goto("/")
        for title in page.locator("#changes .title a > *").all():
            assert title.evaluate("one => getComputedStyle(one).unicodeBidi") == "isolate"


def test_feeds_and_tables_carry_nothing_that_runs(hostile: tuple[str, DrupalSite, Watch]) -> None:
    base, _, watched = hostile
    parsed = feedparser.parse(_read(f"{base}/feeds/changes.atom"), sanitize_html=False)
    assert not parsed.bozo and len(parsed.entries) == 2
    told = [content.value for entry in parsed.entries for content in entry.get("content", [])]
    told += [item["content_html"] for item in json.loads(_read(f"{base}/feeds/changes.json"))["items"]]
    assert told and not [text for text in told for bad in ("<script", "<img", "<svg", "<iframe", "javascript:") if bad in text]
    from service.render import changes_csv

    cells = [cell for row in csv.reader(io.StringIO("".join(changes_csv(watched.changes())))) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []


def _read(address: str) -> bytes:
    with urlopen(address) as given:
        return bytes(given.read())


def test_five_megabytes_of_text_are_told_and_shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    site = DrupalSite(count=3)
    paragraph = "<p>" + "Nobody reads all of this, and still it must not stop anybody from reading the rest. " * 12 + "No. {}.</p>"
    with Newsroom(site), watch(tmp_path_factory.mktemp("long"), source("news", site.url)) as begun:
        long = site.releases[1]
        site.edit(long.slug, long.body, "\n".join(paragraph.format(number) for number in range(int(MEGABYTES * 1e6 / len(paragraph)))))
        begun.one()
        site.edit(long.slug, "No. 17.", "No. seventeen.", declared=False)
        begun.one()
        (change,) = begun.changes()
        port = free_port()
        stop = web.start(begun.house, "127.0.0.1", port)
        with tab(browser, f"http://127.0.0.1:{port}") as page:
            for place in ("/", f"/changes/{change.id}", f"/changes/{change.id}?view=side"):
                page.goto(place)
                expect(page.locator("ins")).to_have_text("seventeen")
                assert len(page.content()) < 100_000
            page.goto(f"/release?url={quote(site.address(long.slug), safe='')}")
            expect(page.locator(".text p").first).to_contain_text("Nobody reads all of this")
        stop()
