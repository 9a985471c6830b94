"""Pictures of the pages for ``docs/pages.md``: ``python -m tests.screenshots [FOLDER]``, or ``make screenshots``; wide light, small dark.

The newsrooms, their edits, the clock and the ports are always the same, so that a picture changes only when a page does.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from service.lock import DAEMON, StateLock

from .browsing import browsing, tab
from .showroom import Showroom, showroom
from .test_browser import addresses

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
PORTS = (8790, 8791)
SCREENS = {"wide": ("light", 1200, 900), "phone": ("dark", 390, 844)}
PICTURED = ("changes", "change", "change-sides", "release", "compared", "found", "sources", "source", "notices", "statistics")


def picture(page: Page, shown: Showroom, folder: Path, screen: str) -> None:
    """Write a picture of each page as it stands on a screen."""
    for name, address in addresses(shown).items():
        if name in PICTURED:
            page.goto(address)
            page.evaluate("() => document.fonts.ready")
            if name == "compared":  # what is compared stands under the list of versions
                page.locator(".views").evaluate("one => one.scrollIntoView()")
            page.screenshot(path=folder / f"{name}-{screen}.png", animations="disabled", caret="hide")


def _at_work(shown: Showroom) -> StateLock:
    """Return what makes the pages say that a daemon is at work."""
    return StateLock(shown.watch.house.settings.state_dir, DAEMON)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, showroom(Path(state), PORTS) as shown, _at_work(shown), browsing() as browser:
        for screen, (scheme, width, height) in SCREENS.items():
            with tab(browser, shown.base, color_scheme=scheme, viewport={"width": width, "height": height}) as page:
                picture(page, shown, folder, screen)
    for made in sorted(folder.glob("*.png")):
        print(f"{made.stat().st_size // 1024:4d} KB  {made.name}")


if __name__ == "__main__":
    main()
