"""What lists do to releases, and what must come of it: the cases 12 to 16 of the design of edits, each a test that bears its number."""

from datetime import timedelta
from pathlib import Path

import pytest

from service.models import ChangeFilter, ChangeLine

from .newsroom import DrupalSite, Site, WordPressSite
from .newsroom.wire import Request, Response, html
from .test_reality_feeds import START, FeedSite, later, watching


@pytest.mark.parametrize("kind", [DrupalSite, WordPressSite])
def test_case_12_a_slug_that_changes_by_a_permanent_redirect_is_the_same_release(kind: type[Site], tmp_path: Path) -> None:
    site = kind()
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        release = site.releases[3]
        site.move(release.slug, "a-slug-of-its-own")
        later(watcher)
        passed = watcher.pass_over(recheck=True)
        assert [(line.kind, line.related) for line in passed.told] == [("moved", site.address("a-slug-of-its-own"))]
        later(watcher)
        site.edit("a-slug-of-its-own", "</p>", " The Secretariat adds a sentence.</p>")
        edited = watcher.pass_over(recheck=True)
        assert edited.edited == {site.address("a-slug-of-its-own")} and edited.other == ()
        assert len(watcher.house.store.items()) == len(site.releases)


class Spelling(FeedSite):
    """A site whose items answer under every spelling of their addresses, or tell items apart by the query alone."""

    def respond(self, request: Request) -> Response:
        number = request.parameters.get("id", "")
        if request.path.rstrip("/") == "/doc" and number.isdigit() and int(number) in self.items:
            return html(self.article(int(number)))
        return super().respond(request)


SPELLINGS = [
    "{base}/news/{item}",
    "{base}/news/{item}/?utm_source=rss&utm_medium=feed&fbclid=1",
    "{base}/news/{item}/#start",
    "{base}/news/{item}/index.html",
    "{base}/news/{item}/;jsessionid=1A2B3C",
    "{base}/news/{item}/?bxajaxid=0123456789abcdef0123456789abcdef",
]


@pytest.mark.parametrize("form", SPELLINGS)
def test_case_12_other_spellings_of_an_address_are_no_other_release(form: str, tmp_path: Path) -> None:
    site = Spelling()
    with watching(site, tmp_path) as watcher:
        assert watcher.pass_over().report.new == 6
        later(watcher)
        site.form = form
        passed = watcher.pass_over(recheck=True)
        assert (passed.report.outcome, passed.report.new, passed.told) == ("ok", 0, ())
        assert len(watcher.house.store.items()) == 6


@pytest.mark.parametrize("host", ["https://{host}", "http://www.{host}", "https://www.{host}"])
def test_case_12_another_scheme_or_www_is_no_other_release(host: str, tmp_path: Path) -> None:
    """The known address is asked on: what the list now names may not even answer yet."""
    site = FeedSite()
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        later(watcher)
        site.form = host.format(host=site.base.removeprefix("http://")) + "/news/{item}/"
        passed = watcher.pass_over(recheck=True)
        assert (passed.report.outcome, passed.report.new, passed.report.failed, passed.told) == ("ok", 0, 0, ())
        assert len(watcher.house.store.items()) == 6


def test_case_12_numbers_in_the_query_tell_releases_apart(tmp_path: Path) -> None:
    site = Spelling()
    site.form = "{base}/doc?id={item}"
    with watching(site, tmp_path) as watcher:
        assert watcher.pass_over().report.new == 6
        later(watcher)
        site.edits[2] = "One more sentence was added."
        assert watcher.pass_over(recheck=True).edited == {site.link(2)}
        later(watcher)
        site.form = "{base}/doc/?utm_source=rss&id={item}"
        passed = watcher.pass_over(recheck=True)
        assert (passed.report.new, passed.told) == (0, ())


@pytest.mark.parametrize("guid", ["urn:uuid:0000-{item}", "{base}/?p={item}", ""])
def test_case_13_a_feed_that_changes_all_its_guids_brings_no_flood(guid: str, tmp_path: Path) -> None:
    site = FeedSite(count=30)
    with watching(site, tmp_path) as watcher:
        assert watcher.pass_over().report.new == 30
        later(watcher)
        site.guid = guid
        passed = watcher.pass_over()
        assert (passed.report.outcome, passed.report.new, passed.told) == ("ok", 0, ())
        assert len(watcher.house.store.items()) == 30


def test_case_14_a_release_that_left_its_feed_is_looked_at_even_after_400_days(tmp_path: Path) -> None:
    site = FeedSite()
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        site.named = site.items[:-1]
        gone = site.link(site.items[-1])
        site.requests.clear()
        for week in range(52):
            later(watcher, timedelta(days=8))
            assert watcher.pass_over().told == ()
            assert len(site.asked(gone.removeprefix(site.base))) == week + 1, "once a week at least, however old"
        assert watcher.clock.now() - START > timedelta(days=400)
        site.edits[site.items[-1]] = "A sentence was put in after more than a year."
        later(watcher, timedelta(days=8))
        assert watcher.pass_over().edited == {gone}
        later(watcher)
        site.named = None
        passed = watcher.pass_over()
        assert (passed.report.new, passed.told) == (0, ())


def test_case_15_thirty_edits_of_one_release_are_all_kept_and_told(tmp_path: Path) -> None:
    site = FeedSite()
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        address = site.link(3)
        for number in range(1, 31):
            later(watcher)
            site.edits[3] = f"The figure is now {number}."
            assert watcher.pass_over(address).edited == {address}
        store = watcher.house.store
        assert [line.number for line in store.version_lines(address)] == list(range(1, 32))
        told = store.changes(ChangeFilter(item_url=address))
        assert [(line.before_version, line.after_version) for line in told] == [(number, number + 1) for number in range(1, 31)]
        for number in (2, 16, 31):
            reading = store.reading(address, number)
            assert reading is not None and f"The figure is now {number - 1}." in reading.text


@pytest.mark.parametrize("left", [0, 1, 5])
def test_case_16_a_list_that_is_empty_or_lost_half_is_told_and_withdraws_nothing(left: int, tmp_path: Path) -> None:
    site = FeedSite(count=12)
    with watching(site, tmp_path, kind='"feed"') as watcher:
        watcher.pass_over()
        site.named = site.items[:left]
        told: list[ChangeLine] = []
        for _ in range(4):
            later(watcher)
            told += watcher.pass_over(recheck=True).told
        assert [(line.kind, line.item_url, line.classes) for line in told] == [("incident", None, ("listing",))], told
        assert {line.state for line in watcher.house.store.items()} == {"live"}
        site.named = None
        later(watcher)
        healed = watcher.pass_over(recheck=True)
        assert (healed.report.outcome, healed.report.new, healed.told) == ("ok", 0, ())


@pytest.mark.parametrize("left", [3, 5])
def test_case_16_a_listing_page_that_is_empty_withdraws_nothing(left: int, tmp_path: Path) -> None:
    site = DrupalSite(count=9, sidebar_size=left)  # what is left to list is the latest news beside it
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        slugs = [release.slug for release in site.releases]
        for slug in slugs:
            site.delist(slug)
        told: list[ChangeLine] = []
        for _ in range(4):
            later(watcher)
            passed = watcher.pass_over(recheck=True)
            told += passed.told
        assert {line.kind for line in told} <= {"incident"} and len(told) == 1, told
        assert {line.state for line in watcher.house.store.items()} == {"live"}
