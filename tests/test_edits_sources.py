"""What is no edit because it befell a source, or us: the cases 17 to 22 of the design of edits, each a test that bears its number."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

import service.extract
import service.extract.html
from service.diff import diff
from service.models import Reading

from .newsroom import BitrixSite, DrupalSite, JsonFeedSite, Newsroom, Site, WordPressSite
from .newsroom.noise import About, Redesigned
from .test_edits_cases import DAY, edit, incidents, lines, not_incidents, reading, rich, told
from .test_reality_feeds import HOUR, START, later, watching
from .timelapse import SETTINGS, SetClock, timelapse
from .watching import source


def test_case_17_a_server_that_says_not_changed_of_what_did_change_is_found_out(tmp_path: Path) -> None:
    site = DrupalSite(count=8)
    site.frozen_etags = True
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        slug = rich(site)
        edit(site, slug, "number")
        for _ in range(16):
            later(watcher, timedelta(hours=12))
            watcher.pass_over(recheck=True)
        assert told(watcher) == [("edited", site.address(slug))]
        statuses = [line.status for line in site.asked(site[slug].path)]
        assert statuses.count(304) > 3, "and is believed on most days"


@pytest.mark.parametrize(
    ("kind", "made"), [(BitrixSite, ""), (DrupalSite, ""), (BitrixSite, "title"), (WordPressSite, "number"), (JsonFeedSite, "number")]
)
def test_case_18_a_redesign_is_one_incident_and_the_edit_of_that_day_is_one_edit(
    kind: Callable[..., Site], made: str, tmp_path: Path
) -> None:
    site = kind(count=12)
    with watching(site, tmp_path) as watcher:
        slug = rich(site)
        watcher.pass_over()
        later(watcher, DAY)
        site.redesign()
        site.disturb(Redesigned())
        if made:
            edit(site, slug, made)
        for _ in range(3):
            watcher.pass_over(recheck=True)
            later(watcher)
        assert not_incidents(watcher) == ([("edited", site.address(slug))] if made else [])
        assert incidents(watcher) == [("redesign",)]


def test_case_19_what_is_said_of_the_organization_on_all_pages_is_one_incident(tmp_path: Path) -> None:
    site = DrupalSite(count=12)
    about = site.disturb(About("The organization was founded in 1994 in Norhaven by six states."))
    assert isinstance(about, About)
    with watching(site, tmp_path) as watcher:
        slug = rich(site)
        watcher.pass_over()
        later(watcher, DAY)
        about.text = "The organization was founded in 1994 in Norhaven by six states; a seventh joined it this year."
        watcher.pass_over(*(site.address(release.slug) for release in site.releases[:6]))
        edit(site, slug, "negation")
        for _ in range(3):
            later(watcher)
            watcher.pass_over(recheck=True)
        assert not_incidents(watcher) == [("edited", site.address(slug))]
        assert "seventh" not in lines(watcher)[-1].summary
        assert len(incidents(watcher)) <= 1, "none where it is known for chrome: nobody sees it then"


def test_case_19_the_paragraph_that_is_no_chrome_to_us_is_one_incident_as_well(tmp_path: Path) -> None:
    """A sentence at the end of the last paragraph of each release: no block of its own that siblings could share."""
    site = DrupalSite(count=12)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        later(watcher, DAY)
        for release in site.releases:
            site.put(replace(release, body=f"{release.body}<p>Questions are answered by the press office, room 12.</p>"), declared=False)
        for _ in range(3):
            watcher.pass_over(recheck=True)
            later(watcher)
        assert not_incidents(watcher) == []
        assert incidents(watcher) == [("boilerplate",)]


# Rules of our own


ARCHIVED = SETTINGS.replace("snapshots = false", "snapshots = true")
SELECTORS = {
    "body": {"selectors.body": '".content, .field--name-body"'},
    "title": {"selectors.title": '"h1"'},
    "date": {"selectors.date": '"time, .news-date-time"'},
    "ignore": {"selectors.ignore": '["blockquote", "small", ".field--name-field-date"]'},
    "language": {"language": '"de"'},
}


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (BitrixSite, "body"),
        (DrupalSite, "body"),
        (DrupalSite, "title"),
        (BitrixSite, "date"),
        (BitrixSite, "ignore"),
        (DrupalSite, "language"),
    ],
)
def test_case_20_other_selectors_are_no_edit_and_hide_none(kind: Callable[..., Site], changed: str, tmp_path: Path) -> None:
    """Drupal answers 304 to who holds the page; Bitrix serves other bytes at every request."""
    site, clock = kind(count=10), SetClock(START)
    with Newsroom(site, now=clock.now):
        slug = rich(site)
        with timelapse(tmp_path, source("news", site.url), clock, ARCHIVED) as watcher:
            watcher.pass_over()
        clock.reach(clock.now() + HOUR)
        edit(site, slug, "number")
        with timelapse(tmp_path, source("news", site.url, **SELECTORS[changed]), clock, ARCHIVED) as watcher:
            for _ in range(2):
                watcher.pass_over(recheck=True)
                later(watcher)
            assert told(watcher) == [("edited", site.address(slug))]
            assert "number" in lines(watcher)[0].classes


@pytest.mark.parametrize("kind", [partial(BitrixSite, show_counter=False), DrupalSite], ids=["other bytes", "304"])
def test_case_20_an_extractor_that_reads_otherwise_reports_no_edit_and_hides_none(
    kind: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an older version of presswatch left behind: readings of another rule, without the first word of each paragraph."""
    site, clock = kind(count=30), SetClock(START)
    with Newsroom(site, now=clock.now):
        slug = rich(site)
        with monkeypatch.context() as past, timelapse(tmp_path, source("news", site.url), clock, ARCHIVED) as watcher:
            read_page = service.extract.html.read_page
            past.setattr(service.extract, "RULE", "0")
            past.setattr(service.extract, "read_page", lambda *asked: beheaded(read_page(*asked)))
            service.extract._rule.cache_clear()
            watcher.pass_over()
        service.extract._rule.cache_clear()
        clock.reach(clock.now() + HOUR)
        edit(site, slug, "number")
        with timelapse(tmp_path, source("news", site.url), clock, ARCHIVED) as watcher:
            passed = watcher.pass_over(recheck=True)
            later(watcher)
            watcher.pass_over(recheck=True)
            assert passed.report.checked == 30
            assert told(watcher) == [("edited", site.address(slug))]
            assert "number" in lines(watcher)[0].classes and lines(watcher)[0].words_added <= 2
            other = site.address(site.releases[7].slug)
            assert [line.reason for line in watcher.house.store.version_lines(other)] == ["first", "rebase"]
            assert reading(watcher, other).blocks[0].text == site.releases[7].lead


def beheaded(read: Reading) -> Reading:
    return replace(read, blocks=tuple(block._replace(text=block.text.partition(" ")[2] or block.text) for block in read.blocks[1:]))


# Between and beyond


def test_case_21_two_edits_between_two_looks_are_one_with_honest_bounds(tmp_path: Path) -> None:
    site = DrupalSite(count=8)
    with watching(site, tmp_path) as watcher:
        slug = rich(site)
        watcher.pass_over()
        later(watcher)
        watcher.pass_over(recheck=True)
        last_seen = watcher.clock.now()
        later(watcher, timedelta(minutes=20))
        edit(site, slug, "number")
        first = watcher.clock.now()
        later(watcher, timedelta(minutes=20))
        edit(site, slug, "wording")
        second = watcher.clock.now()
        later(watcher, timedelta(minutes=20))
        seen = watcher.clock.now()
        (line,) = watcher.pass_over(recheck=True).told
        assert line.not_before is not None
        assert line.not_before <= last_seen < first < second < line.not_after == seen
        assert {"number", "wording"} <= set(line.classes)
        assert (line.before_version, line.after_version) == (1, 2)


def test_case_22_a_long_text_that_was_all_rewritten_is_one_edit_told_coarsely(tmp_path: Path) -> None:
    """Half a megabyte; five take half a minute to be made and read, and their diff alone is in ``test_diff``."""
    site = JsonFeedSite(count=1)
    slug = site.releases[0].slug
    site.put(replace(site[slug], body=rewritten("old")), declared=False)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        later(watcher)
        site.put(replace(site[slug], body=rewritten("new")))
        (line,) = watcher.pass_over(recheck=True).told
        assert (line.kind, line.significance, line.fields) == ("edited", "substantive", ("body",))
        before, after = watcher.house.store.readings_of(line.id)
        assert before is not None and after is not None and len(before.text) > 500_000
        assert diff(before, after).coarse


def rewritten(prefix: str) -> str:
    rng = random.Random(prefix)
    return "\n".join(f"<p>{' '.join(f'{prefix}{rng.randrange(90_000)}' for _ in range(60))}</p>" for _ in range(1_500))
