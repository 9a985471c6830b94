"""A real browser for tests: Chromium without a window, and tabs that fail a test for what a reader would never notice."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

AXE = Path(__file__).parent / "vendored" / "axe.min.js"
PATIENCE = 15_000.0  # milliseconds
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Return the path of the Chromium of this machine, ``PRESSWATCH_CHROMIUM`` before all others; empty where there is none."""
    named = os.environ.get("PRESSWATCH_CHROMIUM", "")
    return named or next((found for name in _NAMES if (found := shutil.which(name))), "")


@contextmanager
def browsing() -> Iterator[Browser]:
    """Give a browser; a test is skipped where there is none, or fails with ``PRESSWATCH_REQUIRE_BROWSER``."""
    path = chromium()
    if not path:
        words = "no Chromium on this machine: install chromium, or name one in PRESSWATCH_CHROMIUM"
        if os.environ.get("PRESSWATCH_REQUIRE_BROWSER"):
            pytest.fail(words)
        pytest.skip(words)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def tab(browser: Browser, base: str, *, forgiven: str = "nothing is", **context: Any) -> Iterator[Page]:
    """Give a tab that opens the pages under ``base``.

    It fails on leaving when a request went to another host, something was said in the console (breaches of the Content-Security-Policy are)
    that has not the words ``forgiven`` in it, a script crashed, or a dialog opened.
    """
    room = browser.new_context(base_url=base, **{"locale": "en-GB", "timezone_id": "Asia/Yerevan", **context})
    room.set_default_timeout(PATIENCE)
    page = room.new_page()
    wrong: list[str] = []
    page.on("request", lambda request: None if request.url.startswith((f"{base}/", "data:")) else wrong.append(f"asked for {request.url}"))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") and forgiven not in said.text else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    try:
        yield page
        assert not wrong, "\n".join(wrong)
    finally:
        room.close()


def faults(page: Page, *rules: str) -> list[str]:
    """Return what axe finds serious or critical on a page, each with its place, by all its rules or only these."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{page.url}: {rule['id']}: {node['html'][:120]} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
