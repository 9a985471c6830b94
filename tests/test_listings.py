"""Lists as they are on real servers: split in parts, out of reach for a moment, moved away."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from .newsroom import DrupalSite, JsonFeedSite, Newsroom, SitemapSite, Trouble
from .newsroom.wire import Request, Response, html
from .timelapse import SetClock, Timelapse, timelapse
from .watching import source, watch


class Announced(JsonFeedSite):
    """A front page that announces a feed, which may move."""

    feed_path = "/feed.json"

    def respond(self, request: Request) -> Response:
        if request.path == "/":
            link = f'<link rel="alternate" type="application/feed+json" href="{self.feed_path}">'
            return html(f"<html><head><title>Front</title>{link}</head><body><p>Welcome to the press office.</p></body></html>")
        if request.path == self.feed_path:
            return super().respond(Request("GET", self.list_path, "", request.headers, request.moment))
        return self.not_found(404) if request.path == self.list_path else super().respond(request)


def test_news_in_a_part_of_an_unchanged_sitemap_index_are_found(tmp_path: Path) -> None:
    with Newsroom(SitemapSite()) as newsroom, watch(tmp_path, source("news", newsroom.site.url)) as watched:
        watched.one()
        newsroom.site.publish()
        assert watched.one(recheck=False).new == 1


def test_a_list_that_broke_off_is_read_to_its_end_next_time(tmp_path: Path) -> None:
    with Newsroom(DrupalSite(count=25)) as newsroom, watch(tmp_path, source("news", newsroom.site.url)) as watched:
        newsroom.site.fault(Trouble.ERROR, "/press-releases?page=1", exact=True)
        first = watched.one(recheck=False)
        assert first.new == 10 and "500" in first.errors[0]
        newsroom.site.heal()
        assert watched.one(recheck=False).new == 15
        asked = len(newsroom.site.requests)
        watched.one(recheck=False)
        assert len(newsroom.site.requests) == asked + 1, "read to its end, the list is asked whether it has changed, and no more"


def test_a_feed_that_moved_away_is_found_again_by_its_page(tmp_path: Path) -> None:
    with Newsroom(Announced()) as newsroom, watch(tmp_path, source("news", newsroom.site.base + "/")) as watched:
        site = newsroom.site
        assert isinstance(site, Announced)
        assert watched.one().new == len(site.releases)
        site.feed_path = "/news.json"
        assert [watched.one(recheck=False).outcome for _ in range(3)] == ["failed"] * 3
        site.publish()
        report = watched.one(recheck=False)
        assert (report.outcome, report.new) == ("ok", 1)


def test_a_page_of_excuses_where_a_list_was_is_no_release(tmp_path: Path) -> None:
    with Newsroom(Announced()) as newsroom, watch(tmp_path, source("news", newsroom.site.base + "/")) as watched:
        site = newsroom.site
        watched.one()
        site.fault(Trouble.SOFT_ERROR)
        reports = [watched.one(recheck=False) for _ in range(5)]
        assert {(report.outcome, report.new) for report in reports} == {("failed", 0)}
        site.heal()
        site.publish()
        assert watched.one(recheck=False).new == 1


@pytest.mark.parametrize("site, pause", [(JsonFeedSite, timedelta(minutes=30)), (DrupalSite, timedelta(minutes=15))], ids=["whole", "304"])
def test_a_list_that_is_sent_whole_for_nothing_is_asked_less_often(
    site: type[JsonFeedSite | DrupalSite], pause: timedelta, tmp_path: Path
) -> None:
    clock = SetClock(datetime(2026, 5, 1, 7, tzinfo=UTC))
    with Newsroom(site(count=40)) as newsroom, timelapse(tmp_path, source("news", newsroom.site.url), clock) as watched:
        assert next_list(watched) == timedelta(minutes=15)
        clock.reach(clock.now() + timedelta(days=3))
        watched.pass_over()  # the first of its day asks for the whole list
        assert next_list(watched) == pause
        newsroom.site.publish()
        assert next_list(watched) == timedelta(minutes=15)


def next_list(watched: Timelapse) -> timedelta:
    """Return how long after a pass the list is due again."""
    watched.pass_over()
    (line,) = watched.house.store.sources()
    assert line.next_look is not None
    return line.next_look - watched.clock.now()
