"""The life of a release from first look to withdrawal, on a newsroom that edits itself."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from service.clock import SystemClock
from service.models import Reading
from service.passes import run_pass
from service.urls import address_key

from .month.life import START
from .newsroom import (
    BitrixSite,
    DrupalSite,
    FaultSite,
    JsonFeedSite,
    Newsroom,
    PdfSite,
    SinglePageSite,
    Site,
    SitemapSite,
    Trouble,
    WordPressSite,
    csto_site,
)
from .newsroom.csto import SEED_ONE_SLUG, SEED_TWO_SLUG
from .newsroom.noise import About, Consent, EmptyList, HalfList, Noise, Promo
from .newsroom.noise.base import with_headers
from .newsroom.wire import Request, Response, html, redirect
from .timelapse import SetClock
from .watching import SETTINGS, Watch, source, watch


@pytest.fixture
def watched(site: Site, tmp_path: Path) -> Iterator[Watch]:
    with watch(tmp_path, source("news", site.url)) as watched:
        yield watched


def test_the_first_pass_is_a_baseline_and_the_second_is_silent(site: Site, watched: Watch) -> None:
    first, second = watched.one(), watched.one()
    assert (first.outcome, first.new, first.failed) == ("baseline", len(site.releases), 0)
    assert (second.outcome, second.new, second.checked) == ("ok", 0, len(site.releases))
    assert watched.changes() == ()


def test_a_new_release_is_found_once_and_is_no_change(site: Site, watched: Watch) -> None:
    watched.one()
    site.publish()
    assert [watched.one().new, watched.one().new] == [1, 0]
    assert watched.changes() == ()


def test_an_edit_is_found_with_honest_bounds(site: Site, watched: Watch) -> None:
    watched.one()
    before = watched.house.clock.now()
    slug = site.releases[3].slug
    site.edit(slug, *reworded(site, slug))
    report = watched.one()
    (line,) = watched.changes()
    assert (report.edited, line.kind, line.item_url) == (1, "edited", site.address(slug))
    assert line.not_before is not None and line.not_before < before < line.not_after
    assert (line.before_version, line.after_version) == (1, 2)


def test_a_copy_out_of_a_cache_says_what_was_there_when_it_was_made(tmp_path: Path) -> None:
    with Newsroom(SitemapSite()) as newsroom, watch(tmp_path, source("news", newsroom.url)) as watched:
        site = newsroom.site
        site.disturb(Aged(3600))
        watched.one()
        watched.one()
        before = watched.house.clock.now()
        slug = site.releases[3].slug
        site.edit(slug, *reworded(site, slug))
        assert watched.one().edited == 1
        (line,) = watched.changes()
        assert line.not_before is not None and line.not_before <= before - timedelta(hours=1)


def test_back_and_forth_is_told_as_it_was(site: Site, watched: Watch) -> None:
    watched.one()
    slug = site.releases[0].slug
    old, new = reworded(site, slug)
    for edit in ((old, new), (new, old), (old, new)):
        site.edit(slug, *edit)
        assert watched.one().edited == 1
    lines = watched.house.store.version_lines(site.address(slug))
    assert [line.number for line in lines] == [1, 2, 3, 4]
    assert lines[0].exact_hash == lines[2].exact_hash != lines[1].exact_hash == lines[3].exact_hash


def test_withdrawn_restored_and_restored_with_an_edit(site: Site, watched: Watch) -> None:
    watched.one()
    slug = site.releases[1].slug
    site.withdraw(slug)
    assert watched.one().withdrawn == 1
    assert watched.one().withdrawn == 0
    site.restore(slug)
    assert watched.one().restored == 1
    site.withdraw(slug)
    watched.one()
    site.restore(slug)
    site.edit(slug, *reworded(site, slug))
    watched.one()
    assert watched.kinds() == ["withdrawn", "restored", "withdrawn", "restored", "edited"]
    assert [line.reason for line in watched.house.store.version_lines(site.address(slug))] == [
        "first",
        "tombstone",
        "restored",
        "tombstone",
        "restored",
    ]


def edits(watched: Watch) -> list[tuple[str, str | None]]:
    """What was told of releases; an incident of their source, once at most, is none of it."""
    told = [(line.kind, line.item_url) for line in watched.changes()]
    assert sum(kind == "incident" for kind, _ in told) <= 1
    return [one for one in told if one[0] != "incident"]


def test_a_page_missing_once_is_nothing_public_until_it_is_missed_again_later(site: Site, tmp_path: Path) -> None:
    with watch(tmp_path, source("news", site.url), SETTINGS.replace("gone_after = 0", 'gone_after = "1h"')) as watched:
        watched.one()
        slug = site.releases[1].slug
        site.withdraw(slug)
        assert (watched.one().withdrawn, watched.one().withdrawn, watched.changes()) == (0, 0, ())
        site.restore(slug)
        assert (watched.one().restored, watched.changes()) == (0, ())


def test_a_release_that_moved_for_good_is_one_release_under_two_addresses(site: Site, watched: Watch) -> None:
    watched.one()
    slug = site.releases[2].slug
    old = site.address(slug)
    new = site.address(site.move(slug, "another-place").slug)
    assert watched.one().moved == 1
    assert watched.one().new == 0
    assert watched.kinds() == ["moved"]
    told = {watched.house.store.release(url) for url in (old, new)}
    assert len(told) == 1 and None not in told


def test_a_release_that_moved_behind_a_wall_is_no_news_at_its_new_address(site: Site, watched: Watch) -> None:
    watched.one()
    site.move(site.releases[2].slug, "another-place")
    wall = site.disturb(Consent(1.0, everywhere=False))
    assert watched.one().moved == 0
    site.calm(wall)
    report = watched.one()
    assert (report.moved, report.new, watched.kinds()) == (1, 0, ["incident", "moved"])


def test_what_seems_news_waits_while_nobody_can_tell_whether_an_old_release_has_moved_there(site: Site, watched: Watch) -> None:
    watched.one()
    old = site.releases[2]
    new = site.move(old.slug, "another-place", redirect=False)
    site.fault(Trouble.FORBIDDEN, old.path)
    assert watched.one(recheck=False).new == 0
    site.heal()
    report = watched.one()
    assert (report.moved, report.new, watched.kinds()) == (1, 0, ["moved"]), site.address(new.slug)


def test_what_is_taken_out_of_the_list_is_delisted_once_while_its_page_stands(site: Site, watched: Watch) -> None:
    watched.one()
    slug = sorted(site.releases, key=lambda release: release.published)[-3].slug
    site.delist(slug)
    for _ in range(3):
        watched.one()
    site.restore(slug)
    watched.one()
    assert [(line.kind, line.item_url) for line in watched.changes()] == [("delisted", site.address(slug))]


def test_what_stands_beside_an_empty_list_is_not_back_in_it(tmp_path: Path) -> None:
    site, clock = PdfSite(count=8), SetClock(START)
    with Newsroom(site, now=clock.now), watch(tmp_path, source("news", site.url), clock=clock) as watched:
        watched.one()
        site.delist(site.releases[-1].slug)  # its teaser stays
        for noise in (None, EmptyList(), None):
            clock.wait(43_200)
            made = site.disturb(noise) if noise is not None else None
            watched.one()
            if made is not None:
                site.calm(made)
        assert watched.kinds() == ["delisted", "incident"]


def test_a_list_that_stays_halved_is_believed_after_a_week(tmp_path: Path) -> None:
    clock = SetClock(START)
    with (
        Newsroom(DrupalSite(count=8), now=clock.now) as newsroom,
        watch(tmp_path, source("news", newsroom.url), SETTINGS, clock) as watched,
    ):
        watched.one()
        newsroom.site.disturb(HalfList())
        for day in range(1, 8):
            clock.reach(START + timedelta(days=day))
            watched.one()
        assert watched.kinds() == ["incident"]
        for day in range(8, 12):
            clock.reach(START + timedelta(days=day))
            watched.one()
        assert "delisted" in watched.kinds()


def test_what_was_withdrawn_and_comes_back_was_not_delisted_meanwhile(tmp_path: Path) -> None:
    site, clock = PdfSite(count=12), SetClock(START)
    with Newsroom(site, now=clock.now), watch(tmp_path, source("news", site.url), clock=clock) as watched:
        watched.one()
        slug = site.releases[-2].slug
        site.withdraw(slug)
        clock.wait(86_400)
        watched.one()
        site.restore(slug)
        site.disturb(HalfList())
        for _ in range(2):
            clock.wait(43_200)
            watched.one()
        assert [kind for kind in watched.kinds() if kind != "incident"] == ["withdrawn", "restored"]


def test_what_rolls_off_the_end_of_a_list_is_not_delisted(site: Site, watched: Watch) -> None:
    watched.one()
    oldest = sorted(site.releases, key=lambda release: release.published)[:2]
    for release in oldest:
        site.delist(release.slug)
    watched.one()
    assert watched.changes() == ()


def test_the_same_text_at_another_address_is_a_duplicate_and_no_news(site: Site, watched: Watch) -> None:
    watched.one()
    original = site.releases[0]
    site.publish(original.title, original.body, original.published, slug="again")
    report = watched.one()
    assert (report.new, report.duplicates) == (0, 1)
    (line,) = watched.changes()
    assert (line.kind, line.item_url, line.related) == ("duplicate", site.address("again"), site.address(original.slug))


def test_the_same_text_in_another_source_is_a_duplicate(tmp_path: Path) -> None:
    one, other = DrupalSite(seed=7), DrupalSite(seed=7)
    with Newsroom(one, other), watch(tmp_path, source("one", one.url) + source("other", other.url)) as watched:
        reports = watched.refresh()
        assert sum(report.duplicates for report in reports.values()) == len(one.releases)
        assert sum(report.new for report in reports.values()) == len(one.releases)


def test_a_sidebar_that_rolls_on_every_page_is_no_edit(tmp_path: Path) -> None:
    with Newsroom(BitrixSite(count=30)) as newsroom, watch(tmp_path, source("csto", newsroom.url)) as watched:
        watched.one()
        for _ in range(3):
            newsroom.site.publish()
            newsroom.site.roll_sidebar()
            report = watched.one()
            assert (report.new, report.edited, report.cosmetic) == (1, 0, 0), watched.changes()


@pytest.mark.parametrize("kind", [BitrixSite, DrupalSite, WordPressSite, JsonFeedSite, SitemapSite, SinglePageSite, PdfSite])
def test_an_edit_and_nothing_else_is_found_on_every_kind_of_site(kind: type[Site], tmp_path: Path) -> None:
    with Newsroom(kind()) as newsroom, watch(tmp_path, source("news", newsroom.site.url)) as watched:
        site = newsroom.site
        assert watched.one().new == len(site.releases)
        assert watched.one().edited == 0
        slug = site.releases[-1].slug
        site.edit(slug, *reworded(site, slug))
        assert [watched.one().edited, watched.one().edited] == [1, 0]
        assert [line.item_url for line in watched.changes()] == [site.address(slug)]


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"item_tag": "div"},
        {"descending": True},
        {"pages_in_session": True},
        {"paged_sidebar": True},
        {"teaser_dates": True, "related": True},
        {"language": "ru", "charset": "windows-1251"},
        {"show_counter": False, "page_size": 10},
    ],
    ids=str,
)
def test_every_release_of_a_bitrix_newsroom_is_found_once_whatever_its_habits(switches: dict[str, Any], tmp_path: Path) -> None:
    site = BitrixSite(count=45, **switches)
    with Newsroom(site), watch(tmp_path, source("csto", site.url)) as watched:
        report = watched.one()
        assert (report.new, report.duplicates, report.failed) == (45, 0, 0)
        assert {line.item_url for line in watched.house.store.items()} == {site.address(release.slug) for release in site.releases}
        slug = site.releases[-1].slug
        site.edit(slug, *reworded(site, slug))
        watched.one()
        assert edits(watched) == [("edited", site.address(slug))]


def test_the_releases_that_the_project_began_with_are_read_as_a_person_reads_them(corpus: Path, tmp_path: Path) -> None:
    site = csto_site(corpus)
    with Newsroom(site), watch(tmp_path, source("csto", site.url)) as watched:
        assert watched.one().new == len(site.releases)
        one, two = (watched.house.store.release(site.address(slug)) for slug in (SEED_ONE_SLUG, SEED_TWO_SLUG))
        assert one and one.version and one.version.reading and two and two.version and two.version.reading
        first, second = one.version.reading, two.version.reading
        assert (first.published, second.published) == ("2019-06-27", "2015-09-15")
        assert first.blocks[0].text.startswith("On June 27, 2019, a meeting of the Committee of Secretaries")
        assert first.blocks[-1].text == "A total of 8 documents were signed."
        assert second.blocks[0].text.startswith("On the results of the meeting of the Session")
        for reading in (first, second):
            assert reading.title not in reading.text
            for chrome in ("Email", "E-mail", "+ 7-495", "press secretary", "spokesman", "ZVF_", "* * *", "Go back", "Tasmagambetov"):
                assert chrome not in reading.text, chrome
        assert {"ZVF_6872.JPG", "ZVF_6925.JPG"} <= {image.url.rsplit("/", 1)[-1] or image.text for image in first.images}
        site.roll_sidebar()
        watched.one()
        assert watched.changes() == ()


@pytest.mark.parametrize("kind", [BitrixSite, DrupalSite, WordPressSite, JsonFeedSite, SitemapSite])
def test_the_edit_made_on_the_day_of_a_redesign_is_found_and_nothing_else_is(kind: type[Site], tmp_path: Path) -> None:
    with Newsroom(kind()) as newsroom, watch(tmp_path, source("news", newsroom.url)) as watched:
        site = newsroom.site
        watched.one()
        slug = site.releases[3].slug
        site.edit(slug, *reworded(site, slug))
        site.redesign()
        watched.one()
        assert edits(watched) == [("edited", site.address(slug))]
        assert watched.one().edited == 0


def test_what_is_said_about_the_organization_on_every_page_is_no_edit(tmp_path: Path) -> None:
    with Newsroom(BitrixSite()) as newsroom, watch(tmp_path, source("csto", newsroom.url)) as watched:
        assert isinstance(newsroom.site, BitrixSite)
        watched.one()
        newsroom.site.change_about("The organization was founded in another year, and has other members now, as is said here at length.")
        watched.one()
        assert watched.changes() == ()


def test_a_paragraph_of_the_source_is_told_as_one_incident_that_names_its_releases(site: Site, watched: Watch) -> None:
    watched.one()
    about = About("The agency was founded in 1990, and has been at your service ever since.")
    site.disturb(about)
    watched.one()
    about.text = "The agency was founded in 1990, and is closed."
    watched.one()
    assert {line.kind for line in watched.changes()} == {"incident"}
    for line in watched.changes():
        assert set(watched.house.store.struck(line.id)) == {site.address(release.slug) for release in site.releases}


@pytest.mark.parametrize("kind", [DrupalSite, WordPressSite])
def test_a_page_whose_text_is_taken_out_is_withdrawn_and_comes_back(kind: type[Site], tmp_path: Path) -> None:
    with Newsroom(kind()) as newsroom, watch(tmp_path, source("news", newsroom.url)) as watched:
        watched.one()
        release = newsroom.site.releases[3]
        newsroom.site.put(replace(release, body=""))
        watched.one()
        newsroom.site.put(release)
        watched.one()
        assert watched.kinds() == ["withdrawn", "restored"]


def test_a_page_is_emptied_too_where_only_the_words_of_all_pages_are_left(site: Site, watched: Watch) -> None:
    about = About("The agency was founded in 1990, and has been at your service ever since.")
    site.disturb(about)
    watched.one()
    about.text = "The agency was founded in 1990, and is closed."
    watched.one()
    release = site.releases[3]
    site.put(replace(release, body=""))
    watched.one()
    site.put(release)
    watched.one()
    watched.one()
    assert watched.kinds() == ["incident", "withdrawn", "restored"]


def test_nobody_is_accused_of_stealth_whose_list_was_not_heard(tmp_path: Path) -> None:
    with Newsroom(JsonFeedSite()) as newsroom, watch(tmp_path, source("news", newsroom.url)) as watched:
        site = newsroom.site
        watched.one()
        for release, list_is_there in ((site.releases[0], True), (site.releases[1], False)):
            noise = None if list_is_there else site.disturb(EmptyList())
            site.edit(release.slug, *reworded(site, release.slug), declared=False)
            watched.one()
            if noise is not None:
                site.calm(noise)
        assert [line.declared for line in watched.changes() if line.kind == "edited"] == ["stealth", "unknown"]


def test_a_single_page_is_looked_at_whenever_its_source_is_due(tmp_path: Path) -> None:
    with Newsroom(SinglePageSite()) as newsroom, watch(tmp_path, source("page", newsroom.url)) as watched:
        assert [watched.one(recheck=False).checked for _ in range(3)] == [1, 1, 1]


def test_a_single_page_that_is_taken_down_is_withdrawn_and_comes_back(tmp_path: Path) -> None:
    with Newsroom(SinglePageSite()) as newsroom, watch(tmp_path, source("page", newsroom.url)) as watched:
        site = newsroom.site
        watched.one()
        for status in (410, 200):
            site.withdraw("statement", status)
            assert watched.one().withdrawn == 1
            site.restore("statement")
            assert watched.one().restored == 1
        assert watched.kinds() == ["withdrawn", "restored"] * 2


def test_a_text_that_comes_back_is_an_edit_whatever_else_was_shown_once(tmp_path: Path) -> None:
    with Newsroom(SinglePageSite()) as newsroom, watch(tmp_path, source("page", newsroom.url)) as watched:
        site = newsroom.site
        watched.one()
        promo = site.disturb(Promo())
        watched.one()  # a variant
        site.calm(promo)
        old, new = reworded(site, "statement")
        for edit in ((old, new), (new, old)):
            site.edit("statement", *edit)
            assert watched.one().edited == 1


def test_what_a_lone_page_shows_in_turns_is_no_part_of_an_edit_made_meanwhile(tmp_path: Path) -> None:
    with Newsroom(SinglePageSite()) as newsroom, watch(tmp_path, source("page", newsroom.url)) as watched:
        site = newsroom.site
        watched.one()
        promo = site.disturb(Promo())
        site.edit("statement", *reworded(site, "statement"))
        watched.one()
        site.calm(promo)
        watched.one()
        assert [line.summary for line in watched.changes()] == ['"of all things" added (wording), in paragraph 3']


def test_a_newsroom_that_was_walled_at_first_is_found_later(tmp_path: Path) -> None:
    with Newsroom(FaultSite(Trouble.CHALLENGE)) as newsroom, watch(tmp_path, source("news", newsroom.url)) as watched:
        assert watched.one().new == 0
        newsroom.site.heal()
        assert watched.one().new == len(newsroom.site.releases)


def test_no_counter_gets_into_a_first_version(tmp_path: Path) -> None:
    with Newsroom(BitrixSite(count=30)) as newsroom, watch(tmp_path, source("csto", newsroom.url)) as watched:
        watched.one()
        store = watched.house.store
        counted = [line.item_url for line in store.items() if "counter" in (store.reading(line.item_url, 1) or Reading("")).text]
        assert len(counted) <= 1  # the last of the rarest sections may have one


def test_what_a_pass_has_no_room_for_is_written_down_and_due(site: Site, watched: Watch) -> None:
    house = watched.house
    store, now = house.store, house.clock.now()
    store.sync_sources(house.sources, now)
    first = run_pass(house.tools(), store.plan(house.sources[0], now), batch=5)
    store.record(first)
    assert len(store.items()) == len(site.releases)
    assert len(store.plan(house.sources[0], house.clock.now() + timedelta(seconds=1)).due) >= len(site.releases) - 5
    assert watched.one().new == len(site.releases) - 5


class Aged(Noise):
    """Pages out of a cache, of this age in seconds."""

    def __init__(self, age: int) -> None:
        self.age = age

    def serve(self, site: Site, request: Request, response: Response) -> Response:
        return with_headers(response, age=str(self.age))


def reworded(site: Site, slug: str) -> tuple[str, str]:
    """Return a piece of the release's text and what to put in its place."""
    words = site[slug].body.split(" ")
    middle = len(words) // 2
    old = " ".join(words[middle : middle + 3])
    return old, f"{old} of all things"


class Elsewhere(JsonFeedSite):
    """A feed that also names releases of other hosts."""

    others: tuple[str, ...] = ()

    def respond(self, request: Request) -> Response:
        answer = super().respond(request)
        if request.path != self.list_path:
            return answer
        feed = json.loads(answer.body)
        feed["items"] += [{"id": url, "url": url, "title": url} for url in self.others]
        return replace(answer, body=json.dumps(feed).encode())


class Detour(DrupalSite):
    """Sends who asks for one release to a page of excuses, for good."""

    detoured = ""

    def respond(self, request: Request) -> Response:
        if self.detoured and request.path == self[self.detoured].path:
            return redirect(f"{self.base}/notice/")
        if request.path == "/notice/":
            return html("<html><body><div class='notice'><p>We are moving to new servers.</p></div></body></html>")
        return super().respond(request)


def test_news_that_a_host_had_no_time_for_are_written_down(tmp_path: Path) -> None:
    with Newsroom(JsonFeedSite()) as newsroom, watch(tmp_path, source("news", newsroom.url)) as watched:
        site = newsroom.site
        site.fault(Trouble.THROTTLED, site.releases[5].path)
        report = watched.one()
        assert 0 < report.new < len(site.releases)
        assert {line.item_url for line in watched.house.store.items()} == {site.address(release.slug) for release in site.releases}
        due = watched.house.store.plan(watched.house.sources[0], watched.house.clock.now()).due
        assert due == (), "nothing is due while the host rests"


def test_a_hint_of_an_edit_that_there_was_no_room_for_is_kept(tmp_path: Path) -> None:
    with Newsroom(JsonFeedSite()) as newsroom, watch(tmp_path, source("news", newsroom.url)) as watched:
        site, house = newsroom.site, watched.house
        watched.one()
        for release in site.releases[:3]:
            site.edit(release.slug, *reworded(site, release.slug))
        for _ in range(3):
            plan = house.store.plan(house.sources[0], house.clock.now(), list_due=True)
            house.store.record(run_pass(house.tools(), plan, batch=1))
        assert watched.kinds() == ["edited"] * 3


def test_a_resting_host_holds_up_no_other(tmp_path: Path) -> None:
    site, other = Elsewhere(), JsonFeedSite()
    with Newsroom(site, other), watch(tmp_path, source("news", site.url)) as watched:
        site.others = tuple(other.address(release.slug) for release in other.releases)
        other.fault(Trouble.THROTTLED, "/news/")
        house = watched.house
        house.store.sync_sources(house.sources, house.clock.now())
        record = run_pass(house.tools(), house.store.plan(house.sources[0], house.clock.now()))
        assert record.resting_until is None
        assert sum(step.outcome == "first" for step in record.steps) == len(site.releases)
        assert len(record.steps) == len(site.releases) + len(other.releases)


def test_a_detour_to_a_page_that_is_no_release_is_no_move(tmp_path: Path) -> None:
    with Newsroom(Detour()) as newsroom, watch(tmp_path, source("news", newsroom.url)) as watched:
        site = newsroom.site
        assert isinstance(site, Detour)
        watched.one()
        site.detoured = site.releases[3].slug
        report = watched.one()
        assert (report.held, report.moved, watched.changes()) == (1, 0, ())


@pytest.mark.parametrize("kind", [JsonFeedSite, DrupalSite], ids=["same bytes", "same etag"])
def test_a_release_that_moved_unchanged_is_seen_to_move(kind: type[Site], tmp_path: Path) -> None:
    with Newsroom(kind()) as newsroom, watch(tmp_path, source("news", newsroom.site.url)) as watched:
        site = newsroom.site
        if isinstance(site, DrupalSite):
            site.frozen_etags = True
        watched.one()
        slug = site.releases[0].slug
        site.move(slug, "another-place")
        reports = [watched.one(), watched.one()]
        assert [(report.moved, report.new, report.duplicates) for report in reports] == [(1, 0, 0), (0, 0, 0)]


@pytest.mark.parametrize("kind", [JsonFeedSite, BitrixSite])
def test_a_release_that_moved_without_a_word_and_was_edited_on_the_way_is_one_release(kind: type[Site], tmp_path: Path) -> None:
    site = kind(count=8)
    with Newsroom(site), watch(tmp_path, source("news", site.url)) as watched:
        watched.one()
        slug = site.releases[3].slug
        site.move(slug, "its-new-place", redirect=False)
        site.edit("its-new-place", *reworded(site, "its-new-place"))
        reports = [watched.one(), watched.one()]
        assert [(report.moved, report.edited, report.new, report.withdrawn) for report in reports] == [(1, 1, 0, 0), (0, 0, 0, 0)]


def test_a_release_that_moved_behind_a_wall_without_a_word_is_one_release(tmp_path: Path) -> None:
    site = BitrixSite(count=8)
    with Newsroom(site), watch(tmp_path, source("news", site.url)) as watched:
        watched.one()
        site.move(site.releases[3].slug, "its-new-place", redirect=False)
        site.fault("challenge", site["its-new-place"].path)
        assert watched.one().moved == 0
        site.heal()
        report = watched.one()
        assert (report.moved, report.new, report.duplicates) == (1, 0, 0)
        assert sorted(line.item_url for line in watched.house.store.items()) == sorted(map(site.address, (r.slug for r in site.releases)))


def test_a_file_that_names_another_address_as_its_own_has_moved_there(tmp_path: Path) -> None:
    site = PdfSite(count=6)
    with Newsroom(site), watch(tmp_path, source("news", site.url)) as watched:
        watched.one()
        site.mirror(site.releases[3].slug, "its-new-place")
        reports = [watched.one(), watched.one()]
        assert [(report.moved, report.new, report.duplicates) for report in reports] == [(1, 0, 0), (0, 0, 0)]


@pytest.mark.parametrize("kind", [PdfSite, BitrixSite])
def test_the_old_address_tells_nothing_of_a_move_while_a_wall_stands_at_the_new_one(kind: type[Site], tmp_path: Path) -> None:
    site, clock = kind(count=8), SetClock(START)
    with Newsroom(site, now=clock.now), watch(tmp_path, source("news", site.url), clock=clock) as watched:
        watched.one()
        site.mirror(site.releases[3].slug, "its-new-place")
        site.fault("challenge", site["its-new-place"].path, exact=True)
        for hours in (6, 12):
            clock.reach(START + timedelta(hours=hours))
            assert watched.one().moved == 0
        site.heal()
        clock.reach(START + timedelta(hours=18))
        watched.one()
        (moved,) = watched.changes()
        assert (moved.kind, moved.not_before) == ("moved", START)


def test_walls_in_place_of_releases_teach_nothing_of_what_these_look_like(tmp_path: Path) -> None:
    site = BitrixSite(count=8)
    with Newsroom(site), watch(tmp_path, source("news", site.url)) as watched:
        watched.one()
        house = watched.house

        def root() -> str:
            return house.store.plan(house.sources[0], house.clock.now()).template.root

        learned = root()
        wall = site.disturb(Consent(0.8, everywhere=False))
        watched.one()
        assert root() == learned
        site.calm(wall)
        assert watched.one().edited == 0


def test_after_a_redesign_few_due_releases_are_enough_to_learn_from(tmp_path: Path) -> None:
    with Newsroom(BitrixSite()) as newsroom, watch(tmp_path, source("csto", newsroom.url)) as watched:
        site, house = newsroom.site, watched.house
        watched.one()
        site.redesign()
        slug = site.releases[3].slug
        site.edit(slug, *reworded(site, slug))
        plan = house.store.plan(house.sources[0], house.clock.now(), urls=[address_key(site.address(slug))], list_due=False)
        house.store.record(run_pass(house.tools(), plan))
        assert edits(watched) == [("edited", site.address(slug))]


class StampedByText(Noise):
    """Validators made of the texts of releases: a page that is set anew has "not changed"."""

    def serve(self, site: Site, request: Request, response: Response) -> Response:
        release = site.find(request)
        if release is None or response.status != 200:
            return response
        etag = f'"{crc32(release.body.encode()):x}"'
        return with_headers(Response(304) if request.headers.get("if-none-match") == etag else response, etag=etag)


def test_after_a_redesign_a_server_that_sends_edited_releases_alone_is_asked_for_others(tmp_path: Path) -> None:
    with Newsroom(BitrixSite(count=12)) as newsroom, watch(tmp_path, source("csto", newsroom.url)) as watched:
        site = newsroom.site
        site.disturb(StampedByText())
        watched.one()
        site.redesign()
        slug = site.releases[3].slug
        site.edit(slug, *reworded(site, slug))
        report = watched.one()
        assert (report.edited, report.held) == (1, 0)
        assert edits(watched) == [("edited", site.address(slug))]


def test_a_server_that_wrongly_says_not_changed_is_found_out(site: DrupalSite, tmp_path: Path) -> None:
    site.frozen_etags = True
    with watch(tmp_path, source("news", site.url)) as watched:
        watched.one()
        slug = site.releases[3].slug
        site.edit(slug, *reworded(site, slug))
        for turn in range(1, 17):
            watched.house.clock = Later(timedelta(hours=12 * turn))
            vars(watched.house).pop("rounds", None)
            watched.one()
        assert watched.kinds() == ["edited"]


def test_a_look_that_settled_nothing_is_soon_repeated_then_ever_later(site: Site, watched: Watch) -> None:
    broken = site.releases[4]
    site.fault(Trouble.ERROR, broken.path)
    watched.one()
    house, key = watched.house, address_key(site.address(broken.slug))

    def due_in(wait: timedelta) -> bool:
        return key in {item.key for item in house.store.plan(house.sources[0], house.clock.now() + wait).due}

    assert due_in(timedelta(minutes=6)) and not due_in(timedelta(minutes=4))
    house.clock = Later(timedelta(minutes=20))
    vars(house).pop("rounds")
    watched.one()
    assert due_in(timedelta(minutes=42)) and not due_in(timedelta(minutes=38))


def test_a_restored_release_came_back_after_it_was_missed(site: Site, watched: Watch) -> None:
    watched.one()
    site.withdraw(site.releases[1].slug)
    watched.one()
    site.restore(site.releases[1].slug)
    watched.one()
    withdrawn, restored = watched.changes()
    assert restored.not_before is not None and restored.not_before >= withdrawn.not_after


class Later(SystemClock):
    """The real clock, ahead by so much."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__()
        self.ahead = ahead

    def now(self) -> datetime:
        return super().now() + self.ahead
