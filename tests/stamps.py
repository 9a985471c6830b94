"""Three years of a WordPress newsroom, as its log of facts tells them, with made-up words; all by hand: ``python -m tests.stamps``."""

import gzip
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from .conftest import HERE
from .dynamics import mark, texts
from .newsroom import Newsroom, Release, Site
from .newsroom.wire import Request, Response, html, xml
from .timelapse import SetClock, Tally, Timelapse, timelapse
from .watching import source

# no look but those that the sitemap asks for, or we
_ONLY_WHEN_ASKED = '{ min = "365d", max = "365d" }'
# the clock of that newsroom: what is stamped was first seen seconds later by it, and seven or eight hours later by UTC
_LOCAL = ZoneInfo("America/Los_Angeles")


def as_meant(stamp: str) -> str:
    """Return a stamp of the corpus with its zone."""
    return datetime.fromisoformat(stamp).replace(tzinfo=_LOCAL).isoformat()


def as_utc(stamp: str) -> str:
    """Return a stamp as a publisher prints it who takes local time for UTC."""
    return f"{stamp}+00:00"


@dataclass(frozen=True, slots=True)
class Fact:
    """What one step of one item did: which stamp it left, and whether the bytes, the text or only the related posts changed."""

    item: str
    seen: datetime
    before: str
    after: str
    same_bytes: bool
    text: bool
    related: bool
    labels: frozenset[str]

    @property
    def stamped(self) -> bool:
        return self.before != self.after


def facts(corpus: Path) -> list[Fact]:
    """Return the events of the corpus in the order of time."""
    with gzip.open(corpus / "wp-modified-facts" / "events.jsonl.gz", "rt", encoding="utf-8") as lines:
        told = [_fact(json.loads(line)) for line in lines]
    return sorted(told, key=lambda fact: fact.seen)


def _fact(told: dict) -> Fact:  # type: ignore[type-arg] # JSON
    return Fact(
        item=told["item"],
        seen=datetime.fromisoformat(told["seen"]).astimezone(UTC),
        before=told["modified_before"],
        after=told["modified_after"],
        same_bytes=told["content_bytes_same"],
        text=told["visible_text_changed"],
        related=told["related_list_changed"],
        labels=frozenset(told["labels"]),
    )


@dataclass(frozen=True, slots=True)
class Post:
    """An item as its page is now: versions of title and wording, paragraphs added; of the related posts and of the bytes around all."""

    number: int
    modified: str
    title: int = 0
    wording: int = 0
    added: int = 0
    related: int = 0
    revision: int = 0

    @property
    def shown(self) -> tuple[int, int, int]:
        """What a reader of the release can see change."""
        return self.title, self.wording, self.added

    def after(self, fact: Fact) -> "Post":
        post = replace(self, modified=fact.after, related=self.related + fact.related, revision=self.revision + (not fact.same_bytes))
        if not fact.text:
            return post
        if "title" in fact.labels:
            return replace(post, title=self.title + 1)
        return replace(post, added=self.added + 1) if "para_added" in fact.labels else replace(post, wording=self.wording + 1)


class StampSite(Site):
    """Posts with stamps of their last change in the sitemap, in ``article:modified_time`` and in JSON-LD, and related posts below."""

    list_path = "/post-sitemap.xml"

    def __init__(self, history: Sequence[Fact], stamped: Callable[[str], str]) -> None:
        super().__init__(releases=())
        self.stamped = stamped
        first = {fact.item: fact.before for fact in reversed(history)}
        self.posts = {item: Post(number, first[item]) for number, item in enumerate(sorted(first))}
        self.served: dict[str, tuple[int, int, int]] = {}

    def happen(self, fact: Fact) -> None:
        with self.lock:
            self.posts[fact.item] = self.posts[fact.item].after(fact)

    def place(self, item: str) -> str:
        return f"{self.base}/2022/08/{item}/"

    def respond(self, request: Request) -> Response:
        if request.path == self.list_path:
            return xml(self._sitemap(), media="application/xml")
        item = request.path.removeprefix("/2022/08/").rstrip("/")
        if item not in self.posts:
            return self.not_found(404)
        self.served[item] = self.posts[item].shown
        return html(self._page(self.posts[item]))

    def page(self, release: Release, request: Request) -> Response:
        return self.respond(request)

    def _sitemap(self) -> str:
        urls = "".join(
            f"<url><loc>{self.place(item)}</loc><lastmod>{self.stamped(post.modified)}</lastmod></url>" for item, post in self.posts.items()
        )
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'

    def _page(self, post: Post) -> str:
        title, lead, rest = texts(str(post.number))
        title = escape(title + (f", {mark(post.title)}" if post.title else ""))
        # no two releases say the same: what several say at once is no edit of one of them
        lead = escape(lead + (f" It now speaks of the {mark(post.number)} {mark(post.wording)} too." if post.wording else ""))
        added = "".join(f"<p>The department adds a word on the {mark(post.number)} {mark(number)}.</p>" for number in range(post.added))
        modified = self.stamped(post.modified)
        stamps = {"@context": "https://schema.org", "@type": "Article", "dateModified": modified}
        return (
            f'<!DOCTYPE html><html lang="en-US"><head><meta charset="UTF-8"><title>{title} - Department</title>'
            f'<meta property="article:modified_time" content="{modified}">'
            f'<script type="application/ld+json">{json.dumps(stamps)}</script></head><body class="rev-{post.revision}">'
            f'<header><a href="/">Department</a></header><main><article data-rev="{post.revision}"><h1 class="entry-title">{title}</h1>'
            f'<div class="entry-content" id="c{post.revision}"><p>{lead}</p>{rest}{added}</div>{self._related(post)}</article></main>'
            "<footer>Department of Lakeland</footer></body></html>"
        )

    def _related(self, post: Post) -> str:
        others = [other for other in self.posts.values() if other is not post]
        picked = [others[(post.number + 7 * post.related + step) % len(others)] for step in range(min(3, len(others)))]
        links = "".join(f'<li><a href="{self.base}/?p={other.number}">{escape(texts(str(other.number))[0])}</a></li>' for other in picked)
        return f'<div class="related-posts"><h3>Related</h3><ul>{links}</ul></div>'


@dataclass
class Replay:
    """What came of a replay: facts by what they were, and what was told of them, by how it was declared."""

    facts: Counter[str] = field(default_factory=Counter)
    declared: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)


class Replayer:
    """Leads a watcher from moment to moment, and keeps count of what it was shown and of what it told."""

    def __init__(self, site: StampSite, watcher: Timelapse) -> None:
        self.site, self.watcher = site, watcher
        self.seen: dict[str, tuple[int, int, int]] = {}
        self.done = Replay()

    def go(self, history: Sequence[Fact]) -> Replay:
        """Of each moment, read the sitemap with whatever it says has changed, then look at every item that did something."""
        self.look(0)
        for number, (moment, group) in enumerate(groupby(history, key=lambda fact: fact.seen), 1):
            happened = list(group)
            self.watcher.clock.reach(moment)
            for fact in happened:
                self.site.happen(fact)
                self.done.facts[_kind(fact)] += 1
            self.look(number)
            self.look(number, *(self.site.place(fact.item) for fact in happened))
        return self.done

    def look(self, number: int, *releases: str) -> None:
        self.site.served.clear()
        passed = self.watcher.pass_over(*releases)
        shown = dict(self.site.served)
        due = {self.site.place(item) for item in shown if shown[item] != self.seen.get(item, shown[item])}
        self.done.tally.count(number, due, passed)
        self.done.declared.update(line.declared for line in passed.told)
        self.seen |= shown


def replay(folder: Path, history: Sequence[Fact], stamped: Callable[[str], str] = as_meant) -> Replay:
    """Return what a watcher of the sitemap told; ``stamped`` prints the stamps."""
    site = StampSite(history, stamped)
    with Newsroom(site):
        settings = source("wp", site.url, kind='"sitemap"', recheck=_ONLY_WHEN_ASKED)
        with timelapse(folder, settings, SetClock(history[0].seen)) as watcher:
            return Replayer(site, watcher).go(history)


def _kind(fact: Fact) -> str:
    if fact.text:
        return "text, stamp moved" if fact.stamped else "text, no stamp"
    return ("stamp and related" if fact.stamped else "related") if fact.related else ("stamp" if fact.stamped else "other")


def main() -> None:
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "corpus"
    history = facts(corpus)[: int(sys.argv[2]) if len(sys.argv) > 2 else None]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = replay(Path(folder), history)
    print(f"{len(history)} facts of {len({fact.item for fact in history})} items: {dict(done.facts)}")
    print(f"{done.tally.edits} edits told {dict(done.declared)}, {len(done.tally.missed)} missed, {len(done.tally.false)} false")
    print(f"{time.monotonic() - began:.0f} s", *done.tally.missed[:20], *done.tally.false[:20], sep="\n")


if __name__ == "__main__":
    main()
