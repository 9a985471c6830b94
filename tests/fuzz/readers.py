"""The readers: what each does with an input, which errors it may answer with, where it begins, and its share of a long run."""

import json
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit
from xml.etree import ElementTree as xml

from service import dates, fingerprint, noise, query, savepage, sketch, text, timemaps, urls
from service.archive.foreign import answer_of, walk
from service.captures import bad_capture
from service.classes import classify
from service.copies import is_stale, is_torn
from service.declared import said
from service.decode import decode
from service.diff import diff
from service.discover import discover
from service.errors import PresswatchError, Unreadable, UsageError
from service.extract import extract, page_blocks
from service.extract.jsonld import facts
from service.fetch import Fetcher, Gate, Robots, guard
from service.fetch.patience import retry_after
from service.fetch.rules import Rules
from service.fetch.trouble import Trouble
from service.fetch.unpack import unpacked
from service.models import (
    Block,
    ChangeLine,
    CopyFate,
    Delivered,
    FetchSettings,
    Kind,
    Reading,
    ScheduleSettings,
    Selectors,
    Snapshot,
    Source,
    Submission,
    Tracked,
)
from service.render import FeedHead, Told, atom, changes_csv, html, json_feed, side, terminal_safe, unified, words
from service.settings import presswatch_toml, sources_toml
from service.template import learn

from .seeds import seeds

URL = "https://news.example/news/1/"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOURCE = Source("fuzzed", "https://news.example/news/", language="en", timezone="Europe/Berlin")
CHOSEN = replace(SOURCE, selectors=Selectors(title="h1", body="main p, p", date="time", ignore=("nav",)))
_TYPES = ("text/html; charset=utf-8", "", "text/html; charset=windows-1251", "text/plain", "application/xml", "application/json", "a/b")
_CODINGS = ("gzip", "deflate", "br", "zstd", "gzip, br", "zstd, gzip, deflate", "x", "")
_LIMIT = 200_000  # bytes of an unpacked body


@dataclass(frozen=True)
class Reader:
    """``share`` is how many inputs of about a thousand it gets in a long run; ``longest`` bounds an input, in bytes.

    ``chooses``: the first byte of an input is none of the reader's, but says what the input claims to be.
    """

    read: Callable[[bytes], object]
    seeds: str
    share: int
    longest: int = 4_096
    refusals: tuple[type[Exception], ...] = ()
    chooses: bool = False

    def begin(self) -> list[bytes]:
        """Return what to begin with."""
        return [(b"\0" * self.chooses + seed)[: self.longest] for seed in seeds(self.seeds)]


def snapshot(data: bytes, kind: str = "") -> Snapshot:
    """Return an answer whose first byte chooses what it claims to be."""
    claimed = kind or _TYPES[data[0] % len(_TYPES) if data else 0]
    return Snapshot(URL, URL, 200, (("Content-Type", claimed),), data if kind else data[1:], NOW)


def words_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def read_page(data: bytes) -> None:
    chosen = CHOSEN if data[:1] > b"\x80" else SOURCE
    with suppress(Unreadable):
        reading = extract(snapshot(data), chosen)
        bad_capture(reading)
        said(reading, None)
        sketch.sketch(reading)
        noise.counters(reading)
        assert fingerprint.reading_from(fingerprint.canonical_bytes(reading)).title == reading.title


def read_template(data: bytes) -> None:
    pages = [snapshot(part, _TYPES[0]) for part in data.split(b"\0")[:8]]
    template = learn([page_blocks(page, SOURCE) for page in pages])
    for page in pages:
        with suppress(Unreadable):
            extract(page, SOURCE, template)


def read_list(kind: Kind) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        found = discover(snapshot(data), SOURCE, kind)
        for entry in found.entries:
            assert urls.is_web(entry.url) and urls.clean(entry.url) == entry.url

    return read


def read_robots(data: bytes) -> None:
    rules = Rules(data)
    for url in (URL, "https://news.example/a%2Fb?utm_source=1&id=2"):
        rules.allowed(url, "presswatch/1.0")
        rules.cleaned(url)
    delay = rules.crawl_delay("presswatch")
    assert delay is None or delay >= 0


@cache
def fetcher() -> Fetcher:
    class Still:
        def now(self) -> datetime:
            return NOW

        def wait(self, seconds: float) -> None: ...

    clock = Still()
    settings = FetchSettings(per_host_delay=0, retries=0, obey_robots=False, max_redirects=2, max_bytes=_LIMIT)
    return Fetcher(settings, clock, Gate(clock, 0.0), Robots(clock))


def read_answer(data: bytes) -> None:
    """Give a fetcher these bytes as all that a server says, on every connection."""

    class Line(socket.socket):
        def getpeername(self) -> tuple[str, int]:
            return "127.0.0.1", 80

    def reached(*_: object) -> socket.socket:
        here, there = socket.socketpair()
        there.sendall(data)
        there.close()
        return Line(fileno=here.detach())

    with mock.patch.object(guard, "_reached", reached):  # the wire is what is faked
        answer = fetcher().get(URL.replace("https", "http"))
    fetcher()._gate._places.clear()
    if isinstance(answer, Snapshot):
        is_torn(answer)
        is_stale(answer, Tracked(URL, "news.example/news/1", seen_at=NOW))
        with suppress(Unreadable):
            extract(answer, SOURCE)


def read_dates(data: bytes) -> None:
    told = words_of(data)
    for language in ("en", "ru", None):
        stamp = dates.stamp(told, language=language)
        if stamp:
            dates.instant(stamp, None)
    dates.is_bare(told)
    dates.may_be_dated(told)
    stamp = dates.machine_stamp(told)
    if stamp:
        dates.instant(stamp, "Europe/Berlin")
    wait = retry_after(told, NOW)
    assert wait is None or 0 <= wait.total_seconds() <= 86_400


def read_urls(data: bytes) -> None:
    told = words_of(data)
    base, _, href = told.partition("\n")
    joined = urls.absolute(URL, told)
    urls.absolute(base, href)
    if joined is not None:
        assert urls.is_web(urls.clean(joined))
    urls.key_or_none(told)
    urls.matches(base, href)
    with suppress(ValueError):
        cleaned = urls.clean(told)
        assert urls.clean(cleaned) == cleaned
        assert urls.address_key(cleaned) and urls.host_key(cleaned)


def read_query(data: bytes) -> None:
    asked, _, told = words_of(data).partition("\n")
    parsed = query.parse(asked)
    paragraphs = told.split("\n")
    query.fits(parsed, query.words(paragraphs))
    query.snippet(parsed, paragraphs)


def readings(data: bytes) -> tuple[Reading, Reading]:
    one, _, other = words_of(data).partition("\0")
    sides = (Reading(side.partition("\n")[0], tuple(Block("body/p", part) for part in side.split("\n")[1:])) for side in (one, other))
    return next(sides), next(sides)


def read_diff(data: bytes) -> None:
    before, after = readings(data)
    found = diff(before, after)
    classify(found, before, after)
    for shown in (
        words(found, colour=True),
        unified(before, after, names=("1", "2")),
        side(found, width=80, colour=True),
        html(found, title=""),
    ):
        str(shown)


def line(told: str) -> ChangeLine:
    return ChangeLine(
        1, told[:20], told, told, "edited", "minor", (told[:9],), "stealth", ("body",), None, NOW, NOW, 1, 2, 1, 1, told, related=told
    )  # fmt: skip


def read_outputs(data: bytes) -> None:
    told = words_of(data)
    found = diff(*readings(data))
    head, changes = FeedHead(told, URL, "https://p.example", told), [Told(line(told), html(found, title=told))]
    xml.fromstring(atom(head, changes))
    json.loads(json_feed(head, changes))
    "".join(changes_csv([line(told)]))
    assert all(letter.isprintable() or letter in "\n\t" for letter in terminal_safe(told)) or terminal_safe(told)


def read_settings(data: bytes) -> None:
    folder = _folder()
    (folder / "presswatch.toml").write_bytes(data)
    (folder / "sources.toml").write_bytes(data)
    presswatch_toml.read(folder, {}, None)
    sources_toml.read(folder, ScheduleSettings())


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="presswatch-fuzz-"))


def read_mementos(data: bytes) -> None:
    told = words_of(data)
    asked = Submission(1, URL, NOW, NOW, 0, "t", NOW)
    for one in (savepage.begun(Delivered(200, "", None, data)), savepage.ended(Delivered(200, "", None, data), asked, URL, NOW)):
        if one.fate is CopyFate.COPIED:  # of whatever the host led to; never of another's
            original = urls.clean(one.url.removeprefix(f"{URL}web/").partition("/")[2])
            assert (urlsplit(original).hostname or "").removeprefix("www.") == "news.example"
    for memento in timemaps.listed(told, URL, "https://a.example/web/"):
        assert urls.is_web(timemaps.raw_form(memento.url)) and memento.captured_at.tzinfo is not None


def read_warc(data: bytes) -> None:
    for record in walk(BytesIO(data), _LIMIT):
        with suppress(Unreadable):
            answer_of(record)


def read_text(data: bytes) -> None:
    told = decode(data[1:], _TYPES[data[0] % len(_TYPES)] if data else "")
    assert text.folded(text.folded(told)) == text.folded(told)
    text.words(told)
    facts([told])


READERS: dict[str, Reader] = {
    "text": Reader(read_text, "page", 60, chooses=True),
    "packed": Reader(lambda data: unpacked(data[1:], _CODINGS[data[0] % 8 if data else 0], _LIMIT), "packed", 130, refusals=(Trouble,)),
    "answer": Reader(read_answer, "answer", 40),
    "page": Reader(read_page, "page", 20, 20_000, chooses=True),
    "template": Reader(read_template, "page", 8, 20_000),
    "feed": Reader(read_list(Kind.FEED), "feed", 40, 8_192, (Unreadable,), chooses=True),
    "jsonfeed": Reader(read_list(Kind.FEED), "json", 60, 4_096, (Unreadable,), chooses=True),
    "sitemap": Reader(read_list(Kind.SITEMAP), "sitemap", 40, 4_096, (Unreadable,), chooses=True),
    "listing": Reader(read_list(Kind.LISTING), "page", 10, 20_000, (Unreadable,), chooses=True),
    "anything": Reader(read_list(Kind.AUTO), "feed", 30, 8_192, (Unreadable,), chooses=True),
    "robots": Reader(read_robots, "robots", 80),
    "dates": Reader(read_dates, "date", 190, 200),
    "urls": Reader(read_urls, "url", 190, 500),
    "query": Reader(read_query, "query", 60, 500, (UsageError,)),
    "diff": Reader(read_diff, "page", 3, 2_000),
    "outputs": Reader(read_outputs, "page", 3, 1_000),
    "settings": Reader(read_settings, "toml", 5, 8_192),
    "mementos": Reader(read_mementos, "memento", 60, refusals=(Unreadable,)),
    "warc": Reader(read_warc, "warc", 60, refusals=(Unreadable,)),
    "pdf": Reader(lambda data: extract(snapshot(data, "application/pdf"), SOURCE), "pdf", 0, 20_000, (PresswatchError,)),
}
