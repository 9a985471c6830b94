"""The pages as readers use them: in a real browser, with and without its scripts, by mouse and by keyboard."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .browsing import AXE, browsing, faults, tab
from .showroom import Showroom, showroom

ROWS = "#changes > li"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as begun:
        yield begun


@pytest.fixture(scope="module")
def shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Showroom]:
    with showroom(tmp_path_factory.mktemp("shown")) as begun:
        yield begun


@pytest.fixture
def page(browser: Browser, shown: Showroom) -> Iterator[Page]:
    with tab(browser, shown.base) as opened:
        yield opened


@pytest.fixture
def plain(browser: Browser, shown: Showroom) -> Iterator[Page]:
    """A tab without JavaScript."""
    with tab(browser, shown.base, java_script_enabled=False) as opened:
        yield opened


def release(shown: Showroom, query: str = "") -> str:
    return f"/release?url={quote(shown.edited, safe='')}{query}"


class TestFilters:
    def test_show_at_once_what_fits_and_the_address_holds_them(self, page: Page) -> None:
        page.goto("/")
        everything = page.locator(ROWS).count()
        page.get_by_label("Kind").select_option("withdrawn")
        expect(page.locator(ROWS)).to_have_count(1)
        expect(page).to_have_url(re.compile(r"[?&]kind=withdrawn"))
        page.reload()
        expect(page.locator(ROWS)).to_have_count(1)
        expect(page.get_by_label("Kind")).to_have_value("withdrawn")
        page.get_by_role("link", name="All changes").click()
        expect(page.locator(ROWS)).to_have_count(everything)

    def test_are_undone_by_the_back_button(self, page: Page) -> None:
        page.goto("/")
        everything = page.locator(ROWS).count()
        page.get_by_label("Kind").select_option("withdrawn")
        expect(page.locator(ROWS)).to_have_count(1)
        page.go_back()
        expect(page.locator(ROWS)).to_have_count(everything)
        expect(page.get_by_label("Kind")).to_have_value("")
        expect(page.locator("body script")).to_have_count(0)  # they would begin a second time

    def test_need_no_script(self, plain: Page) -> None:
        plain.goto("/")
        plain.get_by_label("Source").select_option("lakeland")
        plain.get_by_label("Owned up to").select_option("stealth")
        plain.get_by_role("button", name="Show").click()
        expect(plain).to_have_url(re.compile(r"source=lakeland"))
        expect(plain.locator(ROWS).first).to_contain_text("stealth")
        assert {words.strip() for words in plain.locator(f"{ROWS} .facts a[href^='/?source']").all_inner_texts()} == {"lakeland"}
        expect(plain.locator("time").first).to_contain_text("UTC")


class TestComparing:
    def test_any_two_versions_of_a_release(self, page: Page, shown: Showroom) -> None:
        page.goto(release(shown))
        page.locator("input[name=from][value='1']").check()
        page.locator("input[name=to][value='2']").check()
        page.get_by_role("button", name="Compare").click()
        expect(page).to_have_url(re.compile(r"(?=.*[?&]from=1)(?=.*[?&]to=2)"))
        expect(page.locator("del")).to_have_text(["389"])
        expect(page.locator("ins")).to_have_count(1)

    def test_in_one_text_and_side_by_side(self, plain: Page, shown: Showroom) -> None:
        plain.goto(f"/changes/{shown.number('edited', 'number')}")
        expect(plain.locator("table.sides")).to_have_count(0)
        plain.get_by_role("link", name="Side by side").click()
        before, after = plain.locator("table.sides tbody tr").last.locator("td").all()
        assert before.locator("del").count() == after.locator("ins").count() == 1
        assert before.locator("ins").count() == after.locator("del").count() == 0
        plain.get_by_role("link", name="In one text").click()
        expect(plain.locator("table.sides")).to_have_count(0)


class TestSearch:
    def test_finds_what_is_said_and_what_was_removed(self, page: Page) -> None:
        page.goto("/search")
        expect(page.get_by_label("Words")).to_be_focused()
        page.keyboard.type("389")
        page.get_by_label("only what was removed").check()
        page.keyboard.press("Enter")
        expect(page.locator("mark").first).to_have_text("389")
        page.get_by_role("link", name="removed by this change").first.click()
        expect(page.locator("del").first).to_have_text("389")


def test_an_edit_shows_by_itself_and_is_told_to_who_cannot_see(page: Page, shown: Showroom) -> None:
    page.goto("/?source=harbour")
    with page.expect_response(lambda answer: "/live" in answer.url):
        page.reload()
    title = shown.harbour.releases[6].title
    expect(page.locator(ROWS).filter(has_text=title)).to_have_count(0)
    shown.harbour.withdraw(shown.harbour.releases[6].slug)
    shown.look_again()
    expect(page.locator(ROWS).first).to_contain_text(title)
    expect(page.locator(ROWS).first.locator("time")).to_contain_text("GMT+4")
    expect(page.get_by_role("status")).to_have_text("1 new change")


def test_what_comes_late_over_a_slow_line_opens_the_live_list_all_the_same(page: Page) -> None:
    def late(route: Route) -> None:
        for _ in range(5):
            page.request.get("/sources")
        route.continue_()

    page.route("**/hx-sse.min.js", late)
    with page.expect_response(lambda answer: "/live" in answer.url):
        page.goto("/")


class TestReaders:
    def test_choose_their_language_and_keep_it(self, page: Page) -> None:
        page.goto("/?kind=withdrawn")
        page.get_by_role("link", name="Русский").click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        assert "kind=withdrawn" in page.url
        page.goto("/search")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("[а-я]"))

    def test_read_moments_in_their_own_time_and_point_for_utc(self, page: Page, shown: Showroom) -> None:
        page.goto(f"/changes/{shown.number('edited', 'number')}")
        moment = page.locator("dd time").first
        utc = datetime.strptime(moment.get_attribute("title") or "", "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
        expect(moment).to_have_text(f"{utc.astimezone(ZoneInfo('Asia/Yerevan')):%-d %b %Y, %H:%M:%S} GMT+4")

    def test_reach_everything_by_keyboard_in_the_order_in_which_it_stands(self, page: Page) -> None:
        page.goto("/")
        page.keyboard.press("Tab")
        skip = page.locator(".skip")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.evaluate(_NUMBER)
        passed = [_focus(page)]
        for _ in range(30):
            page.keyboard.press("Tab")
            passed.append(_focus(page))
        places = [place for place, _ in passed]
        assert places == sorted(places) and len(set(places)) > 20  # a field of a date has more stops than one
        assert min(width for _, width in passed[1:]) >= 2

    def test_skip_what_stands_on_every_page(self, page: Page) -> None:
        page.goto("/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


_NUMBER = "() => document.querySelectorAll('*').forEach((one, place) => one.place = place)"
_FOCUSED = "() => [document.activeElement.place, parseFloat(getComputedStyle(document.activeElement).outlineWidth)]"


def _focus(page: Page) -> tuple[int, float]:
    """Return the place in the page of what has the focus, and the width of its outline in pixels."""
    place, width = page.evaluate(_FOCUSED)
    return place, width


def addresses(shown: Showroom) -> dict[str, str]:
    """Every kind of page, by its name."""
    return {
        "changes": "/",
        "no change": "/?kind=moved",
        "change": f"/changes/{shown.number('edited', 'number')}",
        "change-sides": f"/changes/{shown.number('edited', 'paragraph-moved')}?view=side",
        "withdrawn": f"/changes/{shown.number('withdrawn')}",
        "release": release(shown),
        "compared": release(shown, "&from=1&to=4&view=side"),
        "search": "/search",
        "found": "/search?q=report",
        "sources": "/sources",
        "source": "/sources/harbour",
        "notices": "/notices",
        "statistics": "/statistics",
        "statistics-source": "/statistics?source=harbour",
        "for programs": "/api",
        "memento": f"/memento/20260205000000/{shown.edited}",
        "sign-in": "/login",
        "nothing": "/changes/999999",
    }


@pytest.mark.parametrize(("language", "width"), [("en", 1200), ("ru", 390)])
def test_no_page_has_a_serious_fault_or_is_wider_than_the_screen(browser: Browser, shown: Showroom, language: str, width: int) -> None:
    found: list[str] = []
    with tab(browser, shown.base, forgiven="404", color_scheme="light", viewport={"width": width, "height": 900}) as page:
        page.context.add_init_script(path=AXE)
        page.goto(f"/?lang={language}")
        for name, address in addresses(shown).items():
            page.emulate_media(color_scheme="light")
            page.goto(address)
            found += faults(page)
            page.emulate_media(color_scheme="dark")
            found += faults(page, "color-contrast")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{name} is wider than {width} pixels")
    assert found == []
