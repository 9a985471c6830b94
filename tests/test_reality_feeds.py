"""Lists as real newsrooms keep them: the cases 19 to 25 of what was met in the field, each a test that bears its number.

Case 20, ten weeks of a busy feed, is in ``test_replay_feed``; the first half of case 25 in ``test_fetch_robots``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from .dynamics import texts
from .newsroom import BitrixSite, Newsroom, Release, Site
from .newsroom.wire import Request, Response, html
from .timelapse import SetClock, Timelapse, timelapse
from .watching import source

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class FeedSite(Site):
    """A feed of made-up items, known by numbers, and their pages.

    ``named`` are those that the feed names, None for all; ``edits`` adds words to the leads of some; ``body`` stands for the feed.
    """

    list_path = "/rss.xml"

    def __init__(self, count: int = 6) -> None:
        super().__init__(releases=())
        self.items = list(range(count))
        self.named: list[int] | None = None
        self.edits: dict[int, str] = {}
        self.body: Response | None = None
        self.dated, self.charset, self.declared = True, "utf-8", "utf-8"
        self.form = "{base}/news/{item}/"
        self.guid = "{base}/news/{item}/"

    def link(self, item: int) -> str:
        return self.form.format(base=self.base, item=item)

    def respond(self, request: Request) -> Response:
        if request.path == self.list_path:
            return self.body or self.feed()
        item = request.path.removeprefix("/news/").rstrip("/")
        return html(self.article(int(item))) if item.isdigit() and int(item) in self.items else self.not_found(404)

    def page(self, release: Release, request: Request) -> Response:
        return self.respond(request)

    def title(self, item: int) -> str:
        return texts(str(item))[0]

    def article(self, item: int) -> str:
        title, lead, rest = texts(str(item))
        lead = f"{lead} {self.edits.get(item, '')}".strip()
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body><nav><a href="/">Home</a></nav>'
            f'<main><h1>{title}</h1><div class="text"><p>{lead}</p>{rest}</div></main><footer>Press office</footer></body></html>'
        )

    def feed(self) -> Response:
        head = f'<?xml version="1.0" encoding="{self.declared}"?>' if self.declared else '<?xml version="1.0"?>'
        entries = "".join(map(self.entry, self.items if self.named is None else self.named))
        text = f'{head}<rss version="2.0"><channel><title>Лента новостей</title><link>{self.base}/</link>{entries}</channel></rss>'
        return Response(200, text.encode(self.charset, "xmlcharrefreplace"), (("Content-Type", "application/rss+xml"),))

    def entry(self, item: int) -> str:
        date = f"<pubDate>Mon, 0{item % 2 + 1} Dec 2025 10:00:00 GMT</pubDate>" if self.dated else ""
        guid = f"<guid>{self.guid.format(base=self.base, item=item)}</guid>" if self.guid else ""
        return f"<item><title>{self.title(item)} — №{item}</title><link>{self.link(item)}</link>{guid}{date}</item>"


@contextmanager
def watching(site: Site, folder: Path, **more: str) -> Iterator[Timelapse]:
    clock = SetClock(START)
    with Newsroom(site, now=clock.now), timelapse(folder, source("feed", site.url, **more), clock) as watcher:
        yield watcher


def later(watcher: Timelapse, by: timedelta = HOUR) -> None:
    watcher.clock.reach(watcher.clock.now() + by)


class SecureBitrix(BitrixSite):
    """A Bitrix newsroom that has gone over to https; its feed goes on to print http links, until somebody mends it."""

    scheme = "http"

    def _feed(self, path: str) -> Response:
        answer = super()._feed(path)
        link = f"<link>{self.base}/news".encode()
        assert link in answer.body
        return Response(200, answer.body.replace(link, link.replace(b"http:", f"{self.scheme}:".encode())), answer.headers)


def test_case_19_a_bitrix_feed_without_guids_whose_links_change_their_scheme_tells_each_release_once(tmp_path: Path) -> None:
    site = SecureBitrix(count=12, list_path="/news/rss/")
    with watching(site, tmp_path) as watcher:
        assert watcher.pass_over().report.new == 12
        for scheme in ("http", "https", "http"):
            later(watcher)
            site.scheme = scheme
            passed = watcher.pass_over()
            assert (passed.report.outcome, passed.report.new, passed.told) == ("ok", 0, ())
        items = watcher.house.store.items()
        assert len(items) == 12 and {line.item_url for line in items} == {site.address(release.slug) for release in site.releases}


def test_case_21_a_feed_without_dates_the_moment_of_finding_is_used_and_told_apart(tmp_path: Path) -> None:
    site = FeedSite()
    site.dated = False
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        later(watcher)
        site.items.insert(0, 77)
        assert watcher.pass_over().report.new == 1
        latest, *others = watcher.house.store.items()
        assert latest.item_url == site.link(77)
        assert (latest.published, latest.first_seen) == (None, watcher.clock.now())
        assert {(line.published, line.first_seen) for line in others} == {(None, START)}
        release = watcher.house.store.release(latest.item_url)
        assert release is not None and release.published is None, "an unknown date is unknown, not today"


def test_case_22_a_long_feed_without_validators_is_known_again_by_its_hash(tmp_path: Path) -> None:
    site = FeedSite(count=240)
    with watching(site, tmp_path) as watcher:
        assert watcher.pass_over().report.new == 240
        looks = [len(site.requests)]
        for _ in range(3):
            later(watcher, timedelta(minutes=15))
            passed = watcher.pass_over()
            assert (passed.report.outcome, passed.told) == ("ok", ())
            looks.append(len(site.requests))
        assert [after - before for before, after in pairwise(looks)] == [1, 1, 1], "the feed, and nothing else"


TROUBLES = {
    "a page": (
        html("<!DOCTYPE html><html><head><title>News</title></head><body><h1>News</h1><p>Welcome.</p></body></html>"),
        "an HTML page",
    ),
    "nothing": (Response(200, b"", (("Content-Type", "application/rss+xml"),)), "empty answer"),
    "white space": (Response(200, b"  \r\n\t ", (("Content-Type", "text/xml"),)), "empty answer"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_case_23_what_is_no_feed_is_a_fault_of_the_source_and_takes_nothing_away(trouble: str, tmp_path: Path) -> None:
    site = FeedSite()
    with watching(site, tmp_path, kind='"feed"') as watcher:
        watcher.pass_over()
        later(watcher)
        site.body, words = TROUBLES[trouble]
        failed = watcher.pass_over(recheck=True)
        assert (failed.report.outcome, {line.kind for line in failed.told} - {"incident"}) == ("failed", set())
        assert words in failed.report.errors[0]
        (told,) = watcher.house.store.sources()
        assert words in told.health
        assert {line.state for line in watcher.house.store.items()} == {"live"} and told.releases == 6
        later(watcher)
        site.body = None
        healed = watcher.pass_over(recheck=True)
        assert (healed.report.outcome, healed.report.new, healed.told) == ("ok", 0, ())


@pytest.mark.parametrize(
    ("charset", "declared"),
    [("koi8-r", ""), ("windows-1251", ""), ("windows-1251", "utf-8"), ("koi8-r", "windows-1251"), ("utf-8", "windows-1251")],
)
def test_case_23_a_charset_undeclared_or_wrong_changes_no_release(charset: str, declared: str, tmp_path: Path) -> None:
    site = RussianFeed()
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        titles = {line.title for line in watcher.house.store.items()}
        later(watcher)
        site.charset, site.declared = charset, declared
        site.items.insert(0, 50)
        passed = watcher.pass_over(recheck=True)
        assert (passed.report.outcome, passed.report.held, passed.told) == ("ok", 7, ())
        assert {line.title for line in watcher.house.store.items()} == titles | {f"{site.title(50)} — №50"}


class RussianFeed(FeedSite):
    """Items under Russian titles, announced before their pages are there: what the feed says is all that is known of them."""

    def title(self, item: int) -> str:
        return f"Совет министров обсудил вопросы безопасности границ, заседание {item}"

    def respond(self, request: Request) -> Response:
        return super().respond(request) if request.path == self.list_path else self.not_found(404)


def test_case_23_a_duplicate_attribute_costs_no_entry_that_stands_before_it_and_is_told(tmp_path: Path) -> None:
    site = FeedSite()
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        later(watcher)
        broken = site.feed().body.replace(b"<item>", b'<item id="1" id="1">', 1)
        site.body = Response(200, broken, (("Content-Type", "application/rss+xml"),))
        passed = watcher.pass_over()
        assert (passed.report.new, passed.told) == (0, ())
        assert passed.report.outcome == "ok"
        assert "not well-formed" in passed.report.errors[0] and "duplicate attribute" in passed.report.errors[0]


def test_case_24_a_sitemap_index_of_iblock_parts_whose_stamps_move_is_fetched_compared_and_silent(tmp_path: Path) -> None:
    site = BitrixSite(count=40, sitemap_size=15)
    site.list_path = "/sitemap.xml"
    with watching(site, tmp_path, exclude='["/structure/", "/contacts/"]') as watcher:
        assert watcher.pass_over().report.new == 40
        later(watcher)
        touched = [release.slug for release in site.releases[3:30:3]]
        for slug in touched:
            site.touch(slug)
        site.requests.clear()
        passed = watcher.pass_over()
        assert (passed.report.outcome, passed.told) == ("ok", ())
        assert all(site.asked(site[slug].path) for slug in touched), "a stamp that moved is a hint"
        later(watcher)
        edited = site.edit(touched[0], "</p>", " The Secretariat adds that nobody was hurt.</p>")
        site.touch(touched[1])
        assert watcher.pass_over().edited == {site.address(edited.slug)}


def test_case_25_a_crawl_delay_of_two_minutes_and_what_robots_shuts_are_heeded(tmp_path: Path) -> None:
    site = BitrixSite(count=4, crawl_delay=120)
    with watching(site, tmp_path) as watcher:
        site.robots = site.own_robots() + f"Disallow: {site.releases[0].path}\n"
        report = watcher.pass_over().report
        moments = [line.moment for line in site.requests]
        assert len(moments) > 5
        assert min(after - before for before, after in pairwise(moments)) >= timedelta(seconds=120)
        assert (report.new, report.failed) == (3, 1)
        assert not site.asked(site.releases[0].path)


class RankedSite(FeedSite):
    """A site whose feed gives each address a rank, a new one at every reading; its robots.txt says that the rank changes nothing."""

    readings = 0

    def link(self, item: int) -> str:
        return f"{self.base}/news/?from=feed{self.readings}&amp;id={item}"

    def respond(self, request: Request) -> Response:
        number = request.parameters.get("id", "")
        return html(self.article(int(number))) if number.isdigit() else super().respond(request)


def test_case_25_parameters_that_change_nothing_make_no_new_releases(tmp_path: Path) -> None:
    site = RankedSite()
    site.robots = "User-agent: *\nDisallow: /search\n\nUser-agent: Yandex\nClean-param: from /news/\n"
    with watching(site, tmp_path) as watcher:
        assert watcher.pass_over().report.new == 6
        later(watcher)
        site.readings += 1
        passed = watcher.pass_over()
        assert (passed.report.outcome, passed.report.new, passed.told) == ("ok", 0, ())
        later(watcher)
        site.edits[2] = "One more sentence was added."
        assert watcher.pass_over(recheck=True).edited == {f"{site.base}/news/?id=2"}
