"""Ten weeks of a busy feed, as its timeline tells them, with made-up words; all of it by hand: ``python -m tests.dynamics``."""

import gzip
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path

from .conftest import HERE
from .newsroom import Newsroom, Release, Site, prose
from .newsroom.wire import Request, Response, html, xml
from .timelapse import SetClock, Tally, Timelapse, timelapse
from .watching import source

_MARKS = (
    "amber birch cedar delta ember fjord grove heath inlet jetty kiosk ledge maple notch orbit pearl quarry ridge slate tower umbra valve "
    "wharf yacht zephyr"
).split()
_EPOCH = datetime(2021, 2, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """One fetch of the feed: what had changed by then. ``order`` is None where it had not; ``changed`` holds versions and date."""

    at: datetime
    last_build: str
    order: tuple[str, ...] | None
    changed: dict[str, tuple[int, int, str]]


def moments(corpus: Path) -> list[Moment]:
    """Return the timeline of the corpus."""
    with gzip.open(corpus / "feed-dynamics" / "timeline.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_moment(json.loads(line)) for line in lines]


def _moment(told: dict) -> Moment:  # type: ignore[type-arg] # JSON
    order = tuple(map(str, told["order"])) if "order" in told else None
    changed = {item: (title, text, date) for item, (title, text, date) in told.get("set", {}).items()}
    return Moment(datetime.fromisoformat(told["t"]), told["last_build"], order, changed)


@cache
def texts(item: str) -> tuple[str, str, str]:
    """Return the title, the lead and the rest of an item as they were first: made up, the same for the same item."""
    release = prose.release(random.Random(f"item {item}"), prose.ENGLISH, int(item), _EPOCH + timedelta(hours=int(item)), frozenset())
    return release.title, f"{release.lead} This is dossier {mark(int(item))}.", release.body


def mark(number: int) -> str:
    """Return a name for a number, of words alone."""
    more, last = divmod(number, len(_MARKS))
    return f"{mark(more - 1)} {_MARKS[last]}" if more else _MARKS[last]


class DynamicsSite(Site):
    """The feed, and the page of each item that ever stood in it: its title and description of the moment, and a list of the most read."""

    list_path = "/news/rss.xml"

    def __init__(self) -> None:
        super().__init__(releases=())
        self.window: tuple[str, ...] = ()
        self.state: dict[str, tuple[int, int, str]] = {}
        self.last_build = ""
        self.served: dict[str, tuple[int, int]] = {}

    def reach(self, moment: Moment) -> None:
        """Let the feed be as it was at a moment."""
        with self.lock:
            self.window = moment.order or self.window
            self.state |= moment.changed
            self.last_build = moment.last_build

    def title(self, item: str) -> str:
        version = self.state[item][0]
        return texts(item)[0] + (f", {mark(version)}" if version else "")

    def lead(self, item: str) -> str:
        version = self.state[item][1]
        return texts(item)[1] + (f" It now speaks of the {mark(version)} too." if version else "")

    def place(self, item: str) -> str:
        return f"{self.base}/news/uk-{item}/"

    def respond(self, request: Request) -> Response:
        if request.path == self.list_path:
            return xml(self._feed(), media="application/rss+xml")
        item = request.path.removeprefix("/news/uk-").rstrip("/")
        if item not in self.state:
            return self.not_found(404)
        self.served[item] = self.state[item][:2]
        return html(self._page(item))

    def page(self, release: Release, request: Request) -> Response:
        return self.respond(request)

    def _page(self, item: str) -> str:
        read = "".join(f'<li><a href="{self.place(one)}">{escape(self.title(one))}</a></li>' for one in self.window[:6])
        title = escape(self.title(item))
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - Lakeland News</title></head><body>'
            f'<header><nav><a href="/news/">News</a> <a href="/sport/">Sport</a></nav></header><main><h1>{title}</h1>'
            f'<div class="story"><p>{escape(self.lead(item))}</p>{texts(item)[2]}</div></main>'
            f'<aside class="most-read"><h2>Most read</h2><ol>{read}</ol></aside><footer><p>About Lakeland News</p></footer></body></html>'
        )

    def _feed(self) -> str:
        items = "".join(
            f"<item><title><![CDATA[{self.title(item)}]]></title><description><![CDATA[{self.lead(item)}]]></description>"
            f'<link>{self.place(item)}?at_medium=RSS</link><guid isPermaLink="true">{self.place(item)}</guid>'
            f"<pubDate>{self.state[item][2]}</pubDate></item>"
            for item in self.window
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Lakeland News</title>'
            f"<link>{self.base}/news/</link><lastBuildDate>{self.last_build}</lastBuildDate><ttl>15</ttl>{items}</channel></rss>"
        )


@dataclass
class Replay:
    """What came of a replay. ``steps`` are those of the timeline, ``new`` the items told to be new, ``items`` those that there were."""

    steps: int = 0
    new: int = 0
    items: int = 0
    looks: int = 0
    returns: int = 0
    tally: Tally = field(default_factory=Tally)


class Replayer:
    """Leads a watcher through the moments, and keeps count of what it was shown and of what it told."""

    def __init__(self, site: DynamicsSite, watcher: Timelapse) -> None:
        self.site, self.watcher = site, watcher
        self.seen: dict[str, tuple[int, int]] = {}
        self.listed: set[str] = set()
        self.done = Replay()

    def go(self, timeline: Sequence[Moment]) -> Replay:
        for number, moment in enumerate(timeline):
            self.count_moment(moment)
            self.site.reach(moment)
            self.watcher.clock.reach(moment.at)
            self.look(number, recheck=False)
        self.look(len(timeline), recheck=True)
        self.done.items = len(self.listed)
        return self.done

    def count_moment(self, moment: Moment) -> None:
        known = self.site.state
        self.done.steps += sum(item in known and known[item][:2] != told[:2] for item, told in moment.changed.items())
        if moment.order is not None:
            back = set(moment.order) - set(self.site.window)
            self.done.returns += len(back & self.listed)
            self.listed |= set(moment.order)

    def look(self, number: int, *, recheck: bool) -> None:
        self.site.served.clear()
        passed = self.watcher.pass_over(recheck=recheck)
        shown = dict(self.site.served)
        due = {self.site.place(item) for item in shown if item in self.seen and shown[item] != self.seen[item]}
        self.seen |= shown
        self.done.new += passed.report.new
        self.done.looks += passed.report.checked
        self.done.tally.count(number, due, passed)


def replay(folder: Path, timeline: Sequence[Moment], **more: str) -> Replay:
    """Return what a watcher of the feed told; ``more`` are settings of the source."""
    site = DynamicsSite()
    with Newsroom(site), timelapse(folder, source("uk", site.url, **more), SetClock(timeline[0].at)) as watcher:
        return Replayer(site, watcher).go(timeline)


def main() -> None:
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "corpus"
    timeline = moments(corpus)[: int(sys.argv[2]) if len(sys.argv) > 2 else None]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = replay(Path(folder), timeline, recheck='{ min = "24h" }')
    print(f"{len(timeline)} fetches, {done.items} items ({done.new} told new, {done.returns} came back), {done.looks} looks")
    print(f"{done.steps} version steps: {done.tally.edits} edits told, {len(done.tally.missed)} missed, {len(done.tally.false)} false")
    print(f"{time.monotonic() - began:.0f} s", *done.tally.missed[:20], *done.tally.false[:20], sep="\n")


if __name__ == "__main__":
    main()
