"""One source in trouble is a line in plain words; all the others are unaffected."""

from pathlib import Path

import pytest

from .newsroom import DrupalSite, FaultSite, Newsroom, Trouble, dead_url
from .watching import source, watch


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble.HANG, "no answer within 2 s"),
        (Trouble.HUGE, "more than 5 MB"),
        (Trouble.ERROR, "500"),
        (Trouble.FORBIDDEN, "403"),
        (Trouble.GONE, "410"),
        (Trouble.THROTTLED, "429"),
        (Trouble.MAINTENANCE, "503"),
        (Trouble.LOOP, "redirect"),
        (Trouble.RESET, ""),
        (Trouble.EMPTY, "empty"),
    ],
)
def test_a_source_in_trouble_says_so_in_plain_words_and_the_others_go_on(trouble: Trouble, words: str, tmp_path: Path) -> None:
    well, ill = DrupalSite(), FaultSite(trouble)
    with Newsroom(well, ill) as _, watch(tmp_path, source("well", well.url) + source("ill", ill.url)) as watched:
        reports = watched.refresh()
        assert (reports["well"].outcome, reports["well"].new) == ("baseline", len(well.releases))
        assert reports["ill"].outcome == "failed"
        (told,) = [line for line in watched.house.store.sources() if line.id == "ill"]
        assert words in told.health, told.health
        assert "Traceback" not in told.health and "Error(" not in told.health


def test_a_dead_port_is_told_and_found_again_once_it_is_back(tmp_path: Path) -> None:
    well = DrupalSite()
    with Newsroom(well), watch(tmp_path, source("well", well.url) + source("dead", dead_url())) as watched:
        reports = watched.refresh()
        assert (reports["well"].outcome, reports["dead"].outcome) == ("baseline", "failed")
        assert "refused" in reports["dead"].errors[0]


@pytest.mark.parametrize("trouble", [Trouble.BROKEN_XML, Trouble.WRONG_CHARSET])
def test_a_broken_feed_is_read_as_well_as_can_be(trouble: Trouble, tmp_path: Path) -> None:
    with Newsroom(FaultSite(trouble)) as newsroom, watch(tmp_path, source("feed", newsroom.url, kind='"feed"')) as watched:
        report = watched.one()
        assert report.outcome in ("baseline", "partial")
        titles = [line.title for line in watched.house.store.items()]
        assert titles and "\ufffd" not in "".join(titles)


def test_html_where_a_feed_should_be_is_told(tmp_path: Path) -> None:
    with Newsroom(FaultSite(Trouble.HTML_FEED)) as newsroom, watch(tmp_path, source("feed", newsroom.url, kind='"feed"')) as watched:
        report = watched.one()
        assert report.outcome == "failed"
        assert "HTML" in report.errors[0]


def test_a_source_that_heals_goes_on_where_it_was(tmp_path: Path) -> None:
    with Newsroom(DrupalSite()) as newsroom, watch(tmp_path, source("news", newsroom.url)) as watched:
        watched.one()
        newsroom.site.fault(Trouble.ERROR)
        assert watched.one().outcome == "failed"
        newsroom.site.heal()
        assert watched.one().outcome == "ok"
        assert {line.kind for line in watched.changes()} <= {"incident"}


def test_one_page_in_trouble_stops_no_other(tmp_path: Path) -> None:
    with Newsroom(DrupalSite()) as newsroom, watch(tmp_path, source("news", newsroom.url)) as watched:
        site = newsroom.site
        broken = site.releases[4]
        site.fault(Trouble.ERROR, broken.path)
        report = watched.one()
        assert (report.outcome, report.new, report.failed) == ("partial", len(site.releases) - 1, 1)
        site.heal()
        assert watched.one().new == 1


def test_a_first_failure_may_be_a_hiccup_and_more_of_them_are_asked_after_ever_later(tmp_path: Path) -> None:
    with watch(tmp_path, source("dead", dead_url(), every='"10m"')) as watched:
        pauses = []
        for _ in range(3):
            watched.one()
            (told,) = watched.house.store.sources()
            assert told.last_look is not None and told.next_look is not None
            pauses.append(round((told.next_look - told.last_look).total_seconds() / 60))
        assert pauses == [10, 20, 40]
