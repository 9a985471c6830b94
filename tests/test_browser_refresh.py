"""Signing in and looking now, in a real browser, with a real daemon at work: what an editor on duty does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .browsing import browsing, tab
from .newsroom import DrupalSite
from .test_daemon import daemon
from .test_web import free_port
from .watching import SETTINGS, source, write_config

TOKEN = "a token of thirty-two characters"
SLOW = "per_host_delay = 0.15"  # so that progress can be seen


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as begun:
        yield begun


def test_who_signs_in_looks_now_sees_how_far_it_is_and_what_it_found(browser: Browser, site: DrupalSite, tmp_path: Path) -> None:
    port = free_port()
    write_config(tmp_path, source("news", site.url), SETTINGS.replace("per_host_delay = 0", SLOW) + f'[web]\ntoken = "{TOKEN}"\n')
    with daemon(tmp_path, "--port", str(port)) as running, tab(browser, f"http://127.0.0.1:{port}", forgiven="401") as page:
        running.heard("pass-done")
        page.goto("/sources")
        expect(page.get_by_role("button", name="Look now")).to_have_count(0)
        page.get_by_role("link", name="Sign in").first.click()
        page.get_by_label("Token").fill("not this one")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_have_text("This is not the token.")
        page.get_by_label("Token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/sources$"))

        site.edit(site.releases[2].slug, site.releases[2].body.removeprefix("<p>").split(" ")[0], "fifty-one")
        page.goto("/sources/news")
        page.get_by_role("button", name="Look at every release again").click()
        expect(page.get_by_role("progressbar", name="Looks")).to_be_visible()
        expect(page.locator(".answer .done")).to_contain_text("edited 1")

        page.goto("/")
        expect(page.locator("ins").first).to_contain_text("fifty-one")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
