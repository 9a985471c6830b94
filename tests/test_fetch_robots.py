"""Promise: robots.txt is read as RFC 9309 says and as Google's parser does, and kept as long as it should be."""

import base64
import gzip
import json
import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.fetch.headers import product, user_agent
from service.fetch.robots import Robots
from service.fetch.rules import Rules
from service.models import Failed, Fault, FetchSettings, Missing, Snapshot

from .conftest import HandClock

HOST = "https://example.org:443"


def lines_of(path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def body_of(record: dict[str, str]) -> bytes:
    return record["text"].encode() if "text" in record else base64.b64decode(record["b64"])


def test_all_of_googles_cases_agree(corpus) -> None:
    cases = lines_of(corpus / "robots" / "google-cases.jsonl.gz")
    for case in cases:
        text, url = case["robots_txt"], case["url"]
        # bytes of the original stand as Latin-1 letters in the corpus; taken at their word they are UTF-8 encoded twice
        assert Rules(text.encode("latin-1")).allowed(url.encode("latin-1").decode(), case["agent"]) == case["allowed"], case
        assert Rules(text.encode()).allowed(url, case["agent"]) == case["allowed"], case
    assert len(cases) == 31


def test_real_files_are_read_and_their_delays_and_sitemaps_found(corpus) -> None:
    delays = 0
    for record in lines_of(corpus / "robots" / "real-robots.jsonl.gz"):
        body = body_of(record)
        rules = Rules(body)
        rules.allowed("https://example.org/news/1", "presswatch")
        text = re.sub(rb"(?m)#.*$", b"", body)
        assert len(rules.sitemaps) == len(re.findall(rb"(?mi)^\s*sitemaps?\s*:[ \t]*\S", text.replace(b"\r", b"\n"))), record["host"]
        for agents, delay in re.findall(
            rb"(?mi)^user-agent:[ \t]*([^\s/]+)[^\n]*\n(?:allow:[^\n]*\n)*crawl-delay:[ \t]*(\d+)[ \t\r]*$", text
        ):
            delays += rules.crawl_delay(agents.decode()) == float(delay)
    assert delays > 30


@pytest.mark.parametrize("agent", ["presswatch", "presswatch/0.1.0 (+https://example.org)", "PressWatch/9"])
@pytest.mark.parametrize("line", ["presswatch", "PRESSWATCH", "PressWatch/1.0", "presswatch *"])
def test_our_product_token_is_matched(agent: str, line: str) -> None:
    rules = Rules(f"User-agent: *\nAllow: /\nUser-agent: {line}\nDisallow: /\nCrawl-delay: 7\n".encode())
    assert not rules.allowed("https://example.org/x", agent)
    assert rules.crawl_delay(agent) == 7


@pytest.mark.parametrize("line", ["press", "presswatcher", "watch", "xpresswatch"])
def test_other_tokens_are_not(line: str) -> None:
    assert Rules(f"User-agent: {line}\nDisallow: /\n".encode()).allowed("https://example.org/x", "presswatch/1")


def test_the_name_of_our_user_agent_is_our_token() -> None:
    assert product(user_agent(FetchSettings(contact="a@example.org"))) == "presswatch"
    assert product("Mozilla/5.0 (compatible; Foobot/1.0)") == "Foobot"
    assert product("") == ""


BITRIX = (
    b"User-Agent: *\nDisallow: */index.php\nDisallow: /bitrix/\nDisallow: *?bxajaxid=\nDisallow: /*&print=\n"
    b"Allow: /bitrix/js/\nClean-param: utm_source\nCrawl-delay: 120\nHost: example.org\nSitemap: https://example.org/sitemap.xml\n"
)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/news/1/", True),
        ("/bitrix/admin/", False),
        ("/bitrix/js/x.js", True),
        ("/news/?bxajaxid=1", False),
        ("/a?x=1&print=Y", False),
        ("/a/index.php", False),
        ("/robots.txt", True),
    ],
)
def test_a_bitrix_file(path: str, allowed: bool) -> None:
    rules = Rules(BITRIX)
    assert rules.allowed(f"https://example.org{path}", "presswatch") is allowed
    assert rules.crawl_delay("presswatch") == 120
    assert rules.sitemaps == ("https://example.org/sitemap.xml",)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /%D0%BD\n", "/%D0%BD/x", False),
        ("User-agent: *\nDisallow: /%d0%bd\n", "/%D0%BD/x", False),
        ("User-agent: *\nDisallow: /н\n", "/%D0%BD/x", False),
        ("\ufeffUser-agent: *\nDisallow: /x\n", "/x", False),
        ("User-agent: *\rDisallow: /x\r", "/x", False),
        ("User-agent: *\n\n\nDisallow: /x\n", "/x", False),
        ("user-agent *\ndisallow /x\n", "/x", False),
        ("Disallow: /x\n", "/x", True),
        ("User-agent: *\nDisallow:\n", "/x", True),
        ("User-agent: a\nUser-agent: *\nDisallow: /x\n", "/x", False),
        ("User-agent: a\nCrawl-delay: 5\nUser-agent: b\nDisallow: /\n", "/x", True),
        ("User-agent: *\nDisallow: /x\nUser-agent: a\nDisallow: /y\nUser-agent: *\nDisallow: /z\n", "/z", False),
        ("User-agent: *\nDisallow: /x$\n", "/x", False),
        ("User-agent: *\nDisallow: /x$\n", "/xy", True),
        ("User-agent: *\nDisallow: /\nAllow: /x\n", "/x", True),
        ("User-agent: *\nDisallow: //y\n", "//y", False),
        ("<html><body>Not found</body></html>", "/x", True),
        ("\x00\x01\x02", "/x", True),
    ],
)
def test_forms(text: str, path: str, allowed: bool) -> None:
    assert Rules(text.encode()).allowed(f"https://example.org{path}", "presswatch") is allowed


@pytest.mark.parametrize(
    ("said", "url", "cleaned"),
    [
        ("ref /a.pl", "/a.pl?ref=site_1&book_id=123", "/a.pl?book_id=123"),
        ("sid&sort /forum/*.php", "/forum/show.php?sort=up&id=7&sid=1", "/forum/show.php?id=7"),
        ("ref", "/any/where/?ref=x", "/any/where/"),
        ("ref /a/", "/b/?ref=x", "/b/?ref=x"),
        ("ref /a*/default.asp", "/abc/default.asp?id=1&ref", "/abc/default.asp?id=1"),
        ("REF", "/?ref=x", "/?ref=x"),
        ("ref", "/?preref=x&ref1=y", "/?preref=x&ref1=y"),
        ("ref", "/?a=1&a=2&ref=x", "/?a=1&a=2"),
        ("ref\nClean-param: from /", "/?id=1&from=x&ref=y", "/?id=1"),
        ("& /a/", "/a/?ref=x", "/a/?ref=x"),
        ("", "/a/?ref=x", "/a/?ref=x"),
    ],
)
def test_parameters_that_change_nothing_are_known_whoever_they_were_told_to(said: str, url: str, cleaned: str) -> None:
    """Most of the lines stand under ``User-agent: Yandex``; what a page shows does not hang on who asks."""
    rules = Rules(f"User-agent: *\nDisallow: /x\n\nUser-agent: Yandex\nClean-param: {said}\nDisallow: /y\n".encode())
    assert rules.cleaned(f"https://example.org{url}") == f"https://example.org{cleaned}"
    assert (rules.allowed("https://example.org/x", "presswatch"), rules.allowed("https://example.org/y", "presswatch")) == (False, True)


@pytest.mark.parametrize(
    ("value", "seconds"), [("1.5", 1.5), ("0,5", 0.5), ("-3", 0), ("x", None), ("inf", None), ("nan", None), ("", None)]
)
def test_crawl_delays(value: str, seconds: float | None) -> None:
    assert Rules(f"User-agent: *\nCrawl-delay: {value}\n".encode()).crawl_delay("presswatch") == seconds


@given(st.binary(max_size=400), st.text(max_size=20))
@settings(deadline=None, max_examples=100)
def test_no_file_makes_it_fail(body: bytes, agent: str) -> None:
    rules = Rules(b"User-agent: *\nDisallow: /" + body)
    assert rules.allowed("https://example.org/a", agent) in (True, False)
    rules.crawl_delay(agent)


def snapshot(clock: HandClock, body: bytes) -> Snapshot:
    return Snapshot(f"{HOST}/robots.txt", f"{HOST}/robots.txt", 200, (), body, clock.now())


def failure(clock: HandClock, fault: Fault = Fault.STATUS, status: int = 500) -> Failed:
    return Failed(f"{HOST}/robots.txt", fault, "x", clock.now(), status)


class TestKeeping:
    SHUT = b"User-agent: *\nDisallow: /x\nCrawl-delay: 900\nSitemap: https://example.org/s.xml\n"

    def test_kept_a_day(self, clock: HandClock) -> None:
        robots = Robots(clock)
        assert robots.due(HOST)
        robots.learn(HOST, snapshot(clock, self.SHUT))
        assert not robots.due(HOST)
        assert not robots.allowed("https://example.org/x", "presswatch")
        assert robots.allowed("https://example.org/y", "presswatch")
        assert robots.crawl_delay(HOST, "presswatch") == 300
        assert robots.sitemaps(HOST) == ("https://example.org/s.xml",)
        clock.moment += timedelta(hours=24)
        assert robots.due(HOST)

    def test_an_older_copy_outlives_an_outage(self, clock: HandClock) -> None:
        robots = Robots(clock)
        robots.learn(HOST, snapshot(clock, self.SHUT))
        clock.moment += timedelta(days=2)
        robots.learn(HOST, failure(clock))
        assert robots.failure(HOST) is None
        assert robots.allowed("https://example.org/y", "presswatch")
        assert not robots.allowed("https://example.org/x", "presswatch")
        clock.moment += timedelta(minutes=1)
        assert robots.due(HOST)

    @pytest.mark.parametrize(
        ("fault", "status", "allowed"),
        [
            (Fault.STATUS, 403, True),
            (Fault.STATUS, 401, True),
            (Fault.REDIRECTS, 0, True),
            (Fault.STATUS, 500, False),
            (Fault.THROTTLED, 429, False),
            (Fault.THROTTLED, 503, False),
            (Fault.TIMEOUT, 0, False),
            (Fault.DNS, 0, False),
        ],
    )
    def test_what_cannot_be_had(self, clock: HandClock, fault: Fault, status: int, allowed: bool) -> None:
        robots = Robots(clock)
        robots.learn(HOST, failure(clock, fault, status))
        assert robots.allowed("https://example.org/x", "presswatch") is allowed
        assert (robots.failure(HOST) is None) is allowed

    def test_none_there(self, clock: HandClock) -> None:
        robots = Robots(clock)
        robots.learn(HOST, Missing(f"{HOST}/robots.txt", 404, clock.now()))
        assert robots.allowed("https://example.org/x", "presswatch")

    def test_nothing_is_allowed_before_it_is_known(self, clock: HandClock) -> None:
        assert not Robots(clock).allowed("https://example.org/x", "presswatch")

    def test_memory_is_bounded(self, clock: HandClock) -> None:
        robots = Robots(clock)
        for number in range(2_100):
            robots.learn(f"https://h{number}.example:443", snapshot(clock, b""))
        assert robots.due("https://h0.example:443")
        assert not robots.due("https://h2099.example:443")
