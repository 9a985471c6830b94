"""The life of a release from first look to withdrawal, on a newsroom that edits itself."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from .newsroom import BitrixSite, DrupalSite, JsonFeedSite, Newsroom, PdfSite, SinglePageSite, Site, SitemapSite, WordPressSite, csto_site
from .newsroom.csto import SEED_ONE_SLUG, SEED_TWO_SLUG
from .watching import SETTINGS, Watch, source, watch


@pytest.fixture
def site() -> Iterator[DrupalSite]:
    with Newsroom(DrupalSite()) as newsroom:
        yield newsroom.site  # type: ignore[misc] # the only site is the one given


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
        assert [(line.kind, line.item_url) for line in watched.changes()] == [("edited", site.address(slug))]


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


def test_what_a_pass_has_no_room_for_is_written_down_and_due(site: Site, watched: Watch) -> None:
    from service.passes import run_pass

    house = watched.house
    store, now = house.store, house.clock.now()
    store.sync_sources(house.sources, now)
    first = run_pass(house.tools(), store.plan(house.sources[0], now), batch=5)
    store.record(first)
    assert len(store.items()) == len(site.releases)
    assert len(store.plan(house.sources[0], house.clock.now() + timedelta(seconds=1)).due) >= len(site.releases) - 5
    assert watched.one().new == len(site.releases) - 5


def reworded(site: Site, slug: str) -> tuple[str, str]:
    """Return a piece of the release's text and what to put in its place."""
    words = site[slug].body.split(" ")
    middle = len(words) // 2
    old = " ".join(words[middle : middle + 3])
    return old, f"{old} of all things"
