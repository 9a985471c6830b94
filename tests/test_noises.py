"""Each noise alone, on a site of eight releases: it begins, one release is edited, it ends. One edit is reported, and nothing else.

Each meets one kind of site here; ``everywhere`` pairs it with all of them, for whoever wants to wait.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from service.models import ChangeLine

from .month.life import START
from .newsroom import BitrixSite, DrupalSite, Newsroom, Site, WordPressSite
from .newsroom.edits import EDITS, enriched
from .newsroom.noise import NOISES
from .timelapse import SetClock
from .watching import SETTINGS, Watch, source, watch

CHROME = (
    "sidebar", "related posts", "view counter", "nonces", "session text", "session links", "clock text", "cache busters", "promo in turns",
    "promo at random", "banner", "attribute order", "typography", "redesign", "white space", "hashed classes",
)  # fmt: skip
CAPTURES = (
    "bot wall", "bot wall 403", "maintenance", "maintenance 200", "server errors", "consent", "truncated", "wrong language", "empty list",
    "half list", "re-ordered list", "fresh guids", "address forms",
)  # fmt: skip
MAKERS: tuple[Callable[..., Site], ...] = (DrupalSite, BitrixSite, WordPressSite)


def paired(noises: Sequence[str], *, everywhere: bool = False) -> list[tuple[str, Callable[..., Site]]]:
    """Return each noise with a kind of site, in turns."""
    return [(noise, MAKERS[(place + turn) % 3]) for turn in range(3 if everywhere else 1) for place, noise in enumerate(noises)]


def reported(site: Site, noise: str, folder: Path, *, edit_under_it: bool) -> list[ChangeLine]:
    """Return what is reported, cosmetic changes apart, when a noise comes, a release is edited, and the noise goes."""
    rng = Random(noise)
    for release in site.releases:
        site.put(enriched(release, rng), declared=False)
    clock = SetClock(START)  # nobody waits for a host that asks for rest
    with Newsroom(site, now=clock.now), watch(folder, source("news", site.url), SETTINGS, clock) as watched:
        watched.refresh()
        made = site.disturb(NOISES[noise]())
        watched.refresh(recheck=True)
        watched.refresh(recheck=True)
        if edit_under_it:
            settled = versions(watched)
            watched.refresh(recheck=True)
            assert versions(watched) == settled
            edit(site)
            watched.refresh(recheck=True)
        site.calm(made)
        if not edit_under_it:
            edit(site)
        watched.refresh(recheck=True)
        watched.refresh(recheck=True)
        return [line for line in watched.changes() if line.significance != "cosmetic" and line.kind != "incident"]


def versions(watched: Watch) -> list[int]:
    """Return how many versions are kept of each release: while a noise goes on no more of them come."""
    return [item.versions for item in watched.house.store.items()]


def edit(site: Site) -> None:
    release = site.releases[4]
    site.put(replace(EDITS["negation"].make(release, Random(1)), modified=site.now()), declared=False)


def assert_one_edit(site: Site, lines: list[ChangeLine]) -> None:
    told = [(line.kind, line.item_url, line.summary) for line in lines]
    assert [(kind, url) for kind, url, _ in told] == [("edited", site.address(site.releases[4].slug))], told
    assert "not" in lines[0].summary


@pytest.mark.parametrize(("noise", "make"), paired(CHROME))
def test_an_edit_is_found_under_chrome_that_never_stands_still(noise: str, make: Callable[..., Site], tmp_path: Path) -> None:
    site = make(count=8)
    assert_one_edit(site, reported(site, noise, tmp_path, edit_under_it=True))


@pytest.mark.parametrize(("noise", "make"), paired(CAPTURES))
def test_an_edit_is_found_after_an_hour_of_trouble(noise: str, make: Callable[..., Site], tmp_path: Path) -> None:
    site = make(count=8)
    assert_one_edit(site, reported(site, noise, tmp_path, edit_under_it=False))
