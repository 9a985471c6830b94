"""Promises of the fetcher: every answer is a value, in words a journalist understands; bounded, conditional, honest."""

import gzip
import random
import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import Abandoned
from service.fetch import Fetcher, Gate, Robots
from service.fetch.unpack import zstd
from service.models import Failed, Fault, FetchSettings, Missing, NotModified, Redirect, Snapshot, Source, Validators

from .conftest import HandClock
from .rawsite import RawSite, page

QUICK = FetchSettings(
    allow_private_hosts=True,
    per_host_delay=0.0,
    connect_timeout=10.0,
    read_timeout=10.0,
    total_timeout=30.0,
    max_bytes=100_000,
    obey_robots=False,
)


@pytest.fixture
def site() -> Iterator[RawSite]:
    site = RawSite()
    yield site
    site.close()


@contextmanager
def fetching(clock: HandClock, config: FetchSettings = QUICK, gate: Gate | None = None) -> Iterator[Fetcher]:
    fetcher = Fetcher(config, clock, gate or Gate(clock, config.per_host_delay), Robots(clock), random.Random(7))
    yield fetcher
    fetcher.close()


@pytest.fixture
def fetcher(clock: HandClock) -> Iterator[Fetcher]:
    with fetching(clock) as fetcher:
        yield fetcher


def failed(answer: object) -> Failed:
    assert isinstance(answer, Failed), answer
    return answer


def served(answer: object) -> Snapshot:
    assert isinstance(answer, Snapshot), answer
    return answer


class TestAnswers:
    def test_a_page_comes_as_served(self, site: RawSite, fetcher: Fetcher, clock: HandClock) -> None:
        site.routes["/a"] = page(b"<p>hello", content_type="text/html; charset=utf-8", etag='"1"', x_two="a")
        got = served(fetcher.get(site.url("/a#part")))
        assert (got.status, got.body, got.content_type, got.fetched_at) == (200, b"<p>hello", "text/html", clock.now())
        assert (got.url, got.final_url, got.redirects) == (site.url("/a#part"), site.url("/a"), ())
        assert got.validators == Validators('"1"', "")
        assert [name for name, _ in got.headers] == ["content-length", "content-type", "etag", "x-two"]

    @pytest.mark.parametrize("status", ["204 No Content", "200 OK", "203 Non-Authoritative Information"])
    def test_soft_successes_are_snapshots(self, site: RawSite, fetcher: Fetcher, status: str) -> None:
        site.routes["/a"] = page(b"", status)
        assert served(fetcher.get(site.url("/a"))).body == b""

    @pytest.mark.parametrize("status", [404, 410])
    def test_not_served_is_missing(self, site: RawSite, fetcher: Fetcher, status: int) -> None:
        site.routes["/a"] = page(b"gone", f"{status} x")
        got = fetcher.get(site.url("/a"))
        assert isinstance(got, Missing)
        assert (got.status, got.final_url) == (status, site.url("/a"))

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            ("403 Forbidden", "answers 403 Forbidden"),
            ("401 No", "answers 401 Unauthorized"),
            ("500 Oops", "answers 500 Internal Server Error"),
            ("300 Many", "answers 300 Multiple Choices"),
            ("599 x", "answers 599"),
        ],
    )
    def test_other_statuses_fail_by_name(self, site: RawSite, fetcher: Fetcher, status: str, words: str) -> None:
        site.routes["/a"] = page(b"", status)
        got = failed(fetcher.get(site.url("/a")))
        assert (got.fault, got.words, got.status) == (Fault.STATUS, words, int(status[:3]))


class TestConditions:
    KNOWN = Validators('"v1"', "Wed, 21 Oct 2015 07:28:00 GMT")

    def test_validators_are_sent_and_304_believed(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes["/a"] = page(b"", "304 Not Modified")
        assert isinstance(fetcher.get(site.url("/a"), validators=self.KNOWN), NotModified)
        assert site.asked[0].headers["if-none-match"] == '"v1"'
        assert site.asked[0].headers["if-modified-since"] == "Wed, 21 Oct 2015 07:28:00 GMT"

    def test_fresh_asks_past_caches_and_without_validators(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes["/a"] = page(b"x")
        served(fetcher.get(site.url("/a"), validators=self.KNOWN, fresh=True))
        headers = site.asked[0].headers
        assert (headers["cache-control"], headers["pragma"]) == ("no-cache", "no-cache")
        assert not {"if-none-match", "if-modified-since"} & headers.keys()

    @pytest.mark.parametrize("fresh", [False, True])
    def test_304_unasked_is_broken(self, site: RawSite, fetcher: Fetcher, fresh: bool) -> None:
        site.routes["/a"] = page(b"", "304 Not Modified")
        got = failed(fetcher.get(site.url("/a"), validators=self.KNOWN if fresh else Validators(), fresh=fresh))
        assert got.fault is Fault.PROTOCOL

    def test_a_part_unasked_is_broken(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes["/a"] = page(b"half", "206 Partial Content", content_range="bytes 0-3/9")
        assert failed(fetcher.get(site.url("/a"))).fault is Fault.PROTOCOL


class TestHeaders:
    def test_we_say_who_we_are(self, site: RawSite, clock: HandClock) -> None:
        site.routes["/a"] = page(b"x")
        with fetching(clock, replace(QUICK, contact="https://example.org/bot")) as fetcher:
            fetcher.get(site.url("/a"), source=Source("s", site.url(), language="ru"))
        headers = site.asked[0].headers
        assert headers["user-agent"].startswith("presswatch/")
        assert headers["user-agent"].endswith("(+https://example.org/bot)")
        assert headers["accept-language"] == "ru, *;q=0.5"
        assert headers["accept-encoding"] == "gzip, deflate, br, zstd"
        assert "cookie" not in headers

    def test_the_name_can_be_set(self, site: RawSite, clock: HandClock) -> None:
        with fetching(clock, replace(QUICK, user_agent="Herald/2")) as fetcher:
            fetcher.get(site.url("/a"))
        assert site.asked[0].headers["user-agent"] == "Herald/2"

    def test_cookies_are_never_kept(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes["/a"] = page(b"x", set_cookie="PHPSESSID=1; Path=/")
        site.routes["/b"] = page(b"", "302 Found", location="/a", set_cookie="t=1")
        for path in ("/a", "/b", "/a"):
            served(fetcher.get(site.url(path)))
        assert not any("cookie" in one.headers for one in site.asked)

    def test_secrets_of_a_source_stay_on_its_host(self, site: RawSite, fetcher: Fetcher) -> None:
        other = RawSite({"/b": page(b"x")})
        site.routes["/a"] = page(b"", "302 Found", location=other.url("/b"))
        told = (("Authorization", "Bearer s3"), ("X-Key", "k"), ("User-Agent", "Known/1"), ("Host", "evil"), ("Accept-Encoding", "x"))
        served(fetcher.get(site.url("/a"), source=Source("s", site.url(), headers=told)))
        other.close()
        own, elsewhere = site.asked[0].headers, other.asked[0].headers
        assert (own["authorization"], own["x-key"], own["user-agent"]) == ("Bearer s3", "k", "Known/1")
        assert (own["host"], own["accept-encoding"]) == (site.host, "gzip, deflate, br, zstd")
        assert not {"authorization", "x-key"} & elsewhere.keys()
        assert elsewhere["user-agent"] == "Known/1"

    def test_a_header_that_cannot_be_sent_is_a_fault_of_the_source(self, site: RawSite, fetcher: Fetcher) -> None:
        source = Source("s", site.url(), headers=(("X-Bad", "a\r\nInjected: 1"),))
        assert failed(fetcher.get(site.url("/a"), source=source)).fault is Fault.ADDRESS
        assert site.asked == []

    def test_one_connection_serves_many_requests(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes |= {"/a": page(b"x"), "/b": page(b"", "302 Found", location="/a"), "/c": page(b"y" * 500, "500 x")}
        for path in ("/a", "/b", "/c", "/d", "/a"):
            fetcher.get(site.url(path))
        assert {one.connection for one in site.asked} == {1}

    def test_what_is_left_of_an_answer_is_not_taken_for_the_next(self, site: RawSite, fetcher: Fetcher) -> None:
        def begin(sock: socket.socket) -> bool:
            sock.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 999999\r\n\r\n" + b"x" * (1 << 17))
            return True

        site.routes |= {"/long": begin, "/a": page(b"A")}
        fetcher.get(site.url("/long"))
        assert served(fetcher.get(site.url("/a"))).body == b"A"
        assert [one.connection for one in site.asked] == [1, 2]

    def test_an_answer_without_a_body_may_tell_the_length_of_one(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes["/a"] = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 900\r\n\r\n"
        for _ in range(2):
            assert isinstance(fetcher.get(site.url("/a"), validators=Validators(etag='"1"')), NotModified)
        assert [one.connection for one in site.asked] == [1, 1]

    def test_headers_come_in_their_order_and_each_on_one_line(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes["/a"] = b"HTTP/1.1 200 OK\r\nX-B: 1\r\nX-A: one \r\n\ttwo\r\nX-B: 2\r\nContent-Length: 0\r\n\r\n"
        headers = served(fetcher.get(site.url("/a"))).headers
        assert headers == (("X-B", "1"), ("X-A", "one two"), ("X-B", "2"), ("Content-Length", "0"))


class TestBounds:
    @pytest.mark.parametrize("announced", [b"Content-Length: 50000000\r\n", b"Content-Length: " + b"9" * 30 + b"\r\n", b""])
    def test_too_much_is_not_read(self, site: RawSite, fetcher: Fetcher, announced: bytes) -> None:
        body = b"x" * 50_000_000
        site.routes["/a"] = lambda sock: sock.sendall(b"HTTP/1.1 200 OK\r\n" + announced + b"\r\n" + body)
        got = failed(fetcher.get(site.url("/a")))
        assert (got.fault, got.words) == (Fault.TOO_LARGE, "more than 100 kB")

    @pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
    def test_bombs_are_stopped(self, site: RawSite, fetcher: Fetcher, coding: str) -> None:
        zeros = bytes(20_000_000)
        pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": lambda raw: brotli.compress(raw, quality=1), "zstd": zstd.compress}
        body = gzip.compress(gzip.compress(zeros)) if "," in coding else pack[coding](zeros)
        site.routes["/a"] = page(body, content_encoding=coding)
        assert failed(fetcher.get(site.url("/a"))).fault is Fault.TOO_LARGE

    def test_a_pdf_may_have_five_times_as_much(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes |= {"/a": page(b"x" * 450_000, content_type="application/pdf"), "/b.pdf": page(b"x" * 550_000)}
        assert len(served(fetcher.get(site.url("/a"))).body) == 450_000
        assert failed(fetcher.get(site.url("/b.pdf"))).words == "more than 500 kB"

    def test_a_limit_of_the_asker(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes["/a"] = page(b"x" * 11)
        assert failed(fetcher.get(site.url("/a"), limit=10)).words == "more than 10 bytes"
        assert len(served(fetcher.get(site.url("/a"), limit=11)).body) == 11

    def test_a_host_that_hangs(self, site: RawSite, clock: HandClock) -> None:
        site.routes["/a"] = site.until_stopped
        with fetching(clock, replace(QUICK, read_timeout=0.2)) as fetcher:
            got = failed(fetcher.get(site.url("/a")))
        assert (got.fault, got.words) == (Fault.TIMEOUT, "no answer within 0.2 s")
        assert len(site.asked) == 1

    def test_a_body_that_stops(self, site: RawSite, clock: HandClock) -> None:
        site.routes["/a"] = lambda sock: (sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), site.until_stopped(sock))[1]
        with fetching(clock, replace(QUICK, read_timeout=0.2)) as fetcher:
            assert failed(fetcher.get(site.url("/a"))).fault is Fault.TIMEOUT

    @pytest.mark.parametrize(
        ("head", "drop"),
        [
            (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
            (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
            (b"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n", b"x"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
            (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
            (b"", b"H"),
            (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            (b"HTTP/1.1 404 No\r\nContent-Length: 100000\r\n\r\n", b"x"),
        ],
    )
    def test_a_slow_drip_ends(self, site: RawSite, clock: HandClock, head: bytes, drop: bytes) -> None:
        site.routes["/a"] = site.dripping(head, drop, 0.05)
        with fetching(clock, replace(QUICK, total_timeout=0.4)) as fetcher:
            got = failed(fetcher.get(site.url("/a")))
        assert (got.fault, got.words) == (Fault.TIMEOUT, "took longer than 0.4 s")


class TestBrokenAnswers:
    @pytest.mark.parametrize(
        "answer",
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhello",
            b"HTTP/1.1 200 OK\r\nContent-Length: 4, 9\r\n\r\nhalf",
            b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nhalf",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9, 9\r\n\r\nhalf",
            b"+OK POP3 server ready\r\n",
            b"HTTP/1.1 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",
            b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        ],
    )
    def test_a_broken_answer_is_a_protocol_fault(self, site: RawSite, fetcher: Fetcher, answer: bytes) -> None:
        site.routes["/a"] = lambda sock: sock.sendall(answer)
        got = failed(fetcher.get(site.url("/a")))
        assert got.fault is Fault.PROTOCOL
        assert got.words
        assert "\n" not in got.words
        assert "0x" not in got.words

    @pytest.mark.parametrize(
        ("coding", "body"),
        [
            ("gzip", b"plain text"),
            ("gzip", gzip.compress(b"a page of text" * 50, mtime=0)[:-30]),
            ("deflate", zlib.compress(b"a page of text" * 50)[:-9]),
            ("br", brotli.compress(bytes(range(256)) * 9)[:-20]),
            ("br", b"no brotli \xff\xff\xff"),
            ("zstd", zstd.compress(b"a page of text" * 50)[:-5]),
            ("gzip, gzip, gzip, gzip", b"x"),
        ],
    )
    def test_broken_content_encoding(self, site: RawSite, fetcher: Fetcher, coding: str, body: bytes) -> None:
        site.routes["/a"] = page(body, content_encoding=coding)
        assert failed(fetcher.get(site.url("/a"))).fault is Fault.PROTOCOL

    @pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "br", "zstd", "identity", "utf-8", "GZIP", "gzip, br"])
    def test_content_encodings_are_undone(self, site: RawSite, fetcher: Fetcher, coding: str) -> None:
        text = "Новости " * 300
        pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}
        body = text.encode()
        for layer in coding.lower().removeprefix("x-").split(", "):
            body = pack.get(layer, bytes)(body)
        site.routes["/a"] = page(body, content_encoding=coding)
        assert served(fetcher.get(site.url("/a"))).body.decode() == text

    def test_a_reset(self, site: RawSite, fetcher: Fetcher) -> None:
        def reset(sock: socket.socket) -> None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        site.routes["/a"] = reset
        got = failed(fetcher.get(site.url("/a")))
        assert got.fault is Fault.CONNECT
        assert got.words in ("connection reset", "connection closed without an answer")


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_each_hop_is_recorded(self, site: RawSite, fetcher: Fetcher, status: int) -> None:
        site.routes |= {
            "/a": page(b"moved", f"{status} x", location="/b?x=1#part"),
            "/b?x=1": page(b"", "301 x", location="c%20d"),
            "/c%20d": page(b"here"),
        }
        got = served(fetcher.get(site.url("/a")))
        assert got.final_url == site.url("/c%20d")
        assert got.redirects == (Redirect(status, site.url("/b?x=1")), Redirect(301, site.url("/c%20d")))

    def test_a_missing_page_behind_a_redirect(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes["/a"] = page(b"", "301 x", location="/nowhere")
        got = fetcher.get(site.url("/a"))
        assert isinstance(got, Missing)
        assert (got.url, got.final_url) == (site.url("/a"), site.url("/nowhere"))
        assert got.redirects == (Redirect(301, site.url("/nowhere")),)

    def test_letters_beyond_ascii(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes |= {
            "/a": page(b"", "301 x", location="/новость".encode().decode("latin-1")),
            "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C": page(b"here"),
        }
        assert served(fetcher.get(site.url("/a"))).body == b"here"
        assert served(fetcher.get(site.url("/новость"))).body == b"here"

    @pytest.mark.parametrize(
        ("location", "fault", "words"),
        [
            ("/a", Fault.REDIRECTS, "redirects in a circle"),
            ("/b", Fault.REDIRECTS, "redirects in a circle"),
            ("", Fault.PROTOCOL, "answers 302 Found without saying where to"),
            ("javascript:alert(1)", Fault.REDIRECTS, "redirects to what is not a web address"),
            ("file:///etc/passwd", Fault.REDIRECTS, "redirects to what is not a web address"),
            ("http://[::1", Fault.REDIRECTS, "redirects to what is not a web address"),
            ("http://user:secret@127.0.0.1/", Fault.ADDRESS, "an address with a name and password"),
            ("http://127.0.0.1:22/", Fault.ADDRESS, "port 22 is not one of the web"),
            ("http://gone.invalid/", Fault.DNS, "no such host: gone.invalid"),
        ],
    )
    def test_redirects_that_lead_nowhere(self, site: RawSite, fetcher: Fetcher, location: str, fault: Fault, words: str) -> None:
        site.routes |= {"/a": page(b"", "302 Found", location=location), "/b": page(b"", "302 Found", location="/a")}
        got = failed(fetcher.get(site.url("/a")))
        assert got.fault is fault
        assert got.words.startswith(words)

    def test_at_most_so_many(self, site: RawSite, clock: HandClock) -> None:
        site.routes |= {f"/{n}": page(b"", "302 x", location=f"/{n + 1}") for n in range(9)} | {"/3": page(b"end")}
        with fetching(clock, replace(QUICK, max_redirects=3)) as fetcher:
            assert len(served(fetcher.get(site.url("/0"))).redirects) == 3
            site.routes["/3"] = page(b"", "302 x", location="/4")
            assert failed(fetcher.get(site.url("/0"))).words == "more than 3 redirects"

    def test_the_body_of_a_redirect_is_not_read(self, site: RawSite, fetcher: Fetcher) -> None:
        head = b"HTTP/1.1 302 x\r\nLocation: /b\r\nContent-Length: 50000000\r\n\r\n"
        site.routes |= {"/a": lambda sock: sock.sendall(head + bytes(50_000_000)), "/b": page(b"here")}
        assert served(fetcher.get(site.url("/a"))).body == b"here"


class TestRetries:
    @pytest.mark.parametrize("trouble", [page(b"", "502 x"), page(b"", "504 x"), lambda _: None])
    def test_a_passing_trouble_passes(self, site: RawSite, fetcher: Fetcher, clock: HandClock, trouble: object) -> None:
        site.routes["/a"] = [trouble, trouble, page(b"well again")]
        assert served(fetcher.get(site.url("/a"))).body == b"well again"
        assert len(clock.waits) == 2
        assert 0 <= clock.waits[0] <= 1
        assert 0 <= clock.waits[1] <= 2

    def test_a_lasting_trouble_is_told(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes["/a"] = page(b"", "502 x")
        assert failed(fetcher.get(site.url("/a"))).words == "answers 502 Bad Gateway"
        assert len(site.asked) == 3

    def test_nobody_there(self, fetcher: Fetcher) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        got = failed(fetcher.get(f"http://127.0.0.1:{port}/"))
        assert (got.fault, got.words) == (Fault.CONNECT, "connection refused")

    def test_stopping_ends_the_wait(self, site: RawSite) -> None:
        class Stopping(HandClock):
            def wait(self, seconds: float) -> None:
                raise Abandoned

        site.routes["/a"] = page(b"", "502 x")
        with fetching(Stopping()) as fetcher, pytest.raises(Abandoned):
            fetcher.get(site.url("/a"))


class TestThrottling:
    @pytest.mark.parametrize(
        ("status", "value", "seconds"),
        [
            ("429 x", "120", 120),
            ("503 x", "120", 120),
            ("429 x", "-5", 0),
            ("429 x", "99999999999999999999999", 86400),
            ("429 x", "Thu, 01 Jan 2026 12:10:00 GMT", 600),
            ("429 x", "Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("429 x", "Fri, 01 Jan 2038 00:00:00 GMT", 86400),
            ("429 x", "soon", 10),
            ("429 x", "", 10),
        ],
    )
    def test_the_wish_is_told_and_never_slept_on(
        self, site: RawSite, fetcher: Fetcher, clock: HandClock, status: str, value: str, seconds: int
    ) -> None:
        site.routes["/a"] = page(b"", status, retry_after=value)
        got = failed(fetcher.get(site.url("/a")))
        assert (got.fault, got.status, got.retry_after) == (Fault.THROTTLED, int(status[:3]), timedelta(seconds=seconds))
        assert clock.waits == []
        assert len(site.asked) == 1

    def test_a_resting_host_is_not_asked(self, site: RawSite, fetcher: Fetcher, clock: HandClock) -> None:
        site.routes |= {"/a": page(b"", "429 x", retry_after="3600"), "/b": page(b"x")}
        fetcher.get(site.url("/a"))
        got = failed(fetcher.get(site.url("/b")))
        assert got.words == "host asked us to rest until 2026-01-01 13:00 UTC"
        assert got.retry_after == timedelta(hours=1)
        assert site.paths() == ["/a"]
        clock.wait(3600)
        served(fetcher.get(site.url("/b")))

    def test_a_short_rest_is_waited_out(self, site: RawSite, fetcher: Fetcher, clock: HandClock) -> None:
        site.routes["/a"] = [page(b"", "429 x", retry_after="20"), page(b"x")]
        fetcher.get(site.url("/a"))
        served(fetcher.get(site.url("/a")))
        assert clock.waits == [20.0]

    def test_one_503_is_the_trouble_of_one_page(self, site: RawSite, fetcher: Fetcher, clock: HandClock) -> None:
        site.routes |= {"/a": page(b"", "503 x"), "/b": page(b"x")}
        got = failed(fetcher.get(site.url("/a")))
        assert (got.fault, got.words, got.retry_after) == (Fault.THROTTLED, "answers 503 Service Unavailable", None)
        served(fetcher.get(site.url("/b")))
        assert clock.waits == []

    def test_rest_grows_while_it_goes_on(self, site: RawSite, fetcher: Fetcher) -> None:
        site.routes["/a"] = page(b"", "503 x")
        rests = [failed(fetcher.get(site.url("/a"))).retry_after for _ in range(4)]
        assert rests == [None, *(timedelta(seconds=seconds) for seconds in (10, 20, 40))]


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        ["", "news", "ftp://example.org/", "file:///etc/passwd", "http://", "http:///a", "http://u:p@example.org/", "http://u@example.org/",
         "http://example.org:99999/", "http://example.org:x/", "http://[::1/", "javascript:1", "http://example.org:25/"],
    )  # fmt: skip
    def test_what_cannot_be_asked_for(self, fetcher: Fetcher, url: str) -> None:
        got = failed(fetcher.get(url))
        assert (got.fault, got.url) == (Fault.ADDRESS, url)

    def test_a_host_that_does_not_exist(self, fetcher: Fetcher) -> None:
        got = failed(fetcher.get("http://example.invalid/news"))
        assert (got.fault, got.words) == (Fault.DNS, "no such host: example.invalid")

    @given(st.one_of(st.text(max_size=40), st.text(max_size=30).map(lambda rest: f"http://{rest}.invalid/{rest}")))
    @settings(deadline=None, max_examples=80)
    def test_no_address_makes_it_raise(self, url: str) -> None:
        config = replace(QUICK, allow_private_hosts=False, retries=0, obey_robots=True)
        with fetching(HandClock(), config) as fetcher:
            failed(fetcher.get(url))


class TestRobotsOnTheWire:
    OBEDIENT = replace(QUICK, obey_robots=True, retries=0)

    def test_asked_once_and_obeyed(self, site: RawSite, clock: HandClock) -> None:
        site.routes |= {"/robots.txt": page(b"User-agent: presswatch\nDisallow: /private\n"), "/a": page(b"x")}
        with fetching(clock, self.OBEDIENT) as fetcher:
            got = failed(fetcher.get(site.url("/private/a")))
            assert (got.fault, got.words) == (Fault.ROBOTS, "robots.txt does not allow it")
            served(fetcher.get(site.url("/a")))
            assert [one.path for one in site.asked] == ["/robots.txt", "/a"]
            clock.wait(24 * 3600)
            served(fetcher.get(site.url("/a")))
            assert [one.path for one in site.asked][2:] == ["/robots.txt", "/a"]

    def test_a_redirect_into_a_closed_place(self, site: RawSite, clock: HandClock) -> None:
        other = RawSite({"/robots.txt": page(b"User-agent: *\nDisallow: /\n")})
        site.routes["/a"] = page(b"", "302 x", location=other.url("/b"))
        with fetching(clock, self.OBEDIENT) as fetcher:
            assert failed(fetcher.get(site.url("/a"))).fault is Fault.ROBOTS
        other.close()
        assert other.paths() == []

    @pytest.mark.parametrize(("asked", "kept"), [(120, 120.0), (400, 300.0), (10**9, 300.0)])
    def test_crawl_delay_is_kept_within_five_minutes(self, site: RawSite, clock: HandClock, asked: int, kept: float) -> None:
        site.routes |= {"/robots.txt": page(f"User-agent: *\nCrawl-delay: {asked}\n".encode()), "/a": page(b"x")}
        with fetching(clock, self.OBEDIENT) as fetcher:
            for _ in range(2):
                served(fetcher.get(site.url("/a"), source=Source("s", site.url())))
            assert clock.waits == [kept, kept]
            served(fetcher.get(site.url("/a"), source=Source("s", site.url(), per_host_delay=0.0)))
            assert clock.waits == [kept, kept]

    @pytest.mark.parametrize(
        ("answer", "fault", "words"),
        [
            (page(b"", "500 x"), Fault.ROBOTS, "robots.txt answers 500 Internal Server Error"),
            (page(b"", "429 x", retry_after="60"), Fault.THROTTLED, "answers 429 Too Many Requests"),
            (lambda _: None, Fault.CONNECT, "connection closed without an answer"),
        ],
    )
    def test_unknown_rules_forbid_all_for_the_moment(
        self, site: RawSite, clock: HandClock, answer: object, fault: Fault, words: str
    ) -> None:
        site.routes |= {"/robots.txt": answer, "/a": page(b"x")}
        with fetching(clock, self.OBEDIENT) as fetcher:
            for _ in range(2):
                got = failed(fetcher.get(site.url("/a")))
                assert got.fault is fault
                assert got.words.startswith(words)
            assert [one.path for one in site.asked] == ["/robots.txt"]
            clock.wait(61)
            site.routes["/robots.txt"] = page(b"")
            served(fetcher.get(site.url("/a")))

    @pytest.mark.parametrize("answer", [page(b"", "404 x"), page(b"", "403 x"), page(b"", "204 x"), page(b"<html>hello")])
    def test_no_rules_allow_all(self, site: RawSite, clock: HandClock, answer: bytes) -> None:
        site.routes |= {"/robots.txt": answer, "/a": page(b"x")}
        with fetching(clock, self.OBEDIENT) as fetcher:
            served(fetcher.get(site.url("/a")))

    def test_rules_beyond_the_limit_are_left_away(self, site: RawSite, clock: HandClock) -> None:
        text = b"User-agent: *\nDisallow: /x\n" + b"#" * 600_000 + b"\nDisallow: /a\n"
        site.routes |= {"/robots.txt": [page(text), page(gzip.compress(text), content_encoding="gzip")], "/a": page(b"a")}
        for _ in range(2):
            with fetching(clock, self.OBEDIENT) as fetcher:
                served(fetcher.get(site.url("/a")))
                assert failed(fetcher.get(site.url("/x"))).fault is Fault.ROBOTS

    def test_sitemaps_are_named(self, site: RawSite, clock: HandClock) -> None:
        site.routes["/robots.txt"] = page(b"Sitemap: https://example.org/sitemap.xml\n")
        with fetching(clock, self.OBEDIENT) as fetcher:
            assert fetcher.sitemaps(site.url("/news/")) == ("https://example.org/sitemap.xml",)
            assert fetcher.sitemaps("nonsense") == ()

    def test_parameters_that_change_nothing_are_left_away(self, site: RawSite, clock: HandClock) -> None:
        site.routes["/robots.txt"] = page(b"User-agent: Yandex\nClean-param: from /news/\n")
        with fetching(clock, self.OBEDIENT) as fetcher:
            assert fetcher.cleaned(site.url("/news/?from=mail&id=7")) == site.url("/news/?id=7")
            assert fetcher.cleaned(site.url("/else/?from=mail")) == site.url("/else/?from=mail")
            assert fetcher.cleaned("nonsense?from=mail") == "nonsense?from=mail"


def test_one_host_is_never_asked_twice_at_a_time(site: RawSite, clock: HandClock) -> None:
    """Two workers with their own sessions share the gate."""
    busy, most = [0], [0]
    guard = threading.Lock()

    def slow(sock: socket.socket) -> bool:
        with guard:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        answer = page(b"x")
        sock.sendall(answer[:-1])
        with guard:
            busy[0] -= 1
        sock.sendall(answer[-1:])  # before this byte no worker can be done
        return True

    site.routes["/a"] = slow
    gate = Gate(clock, 0.0)

    def work() -> None:
        with fetching(clock, QUICK, gate) as fetcher:
            for _ in range(10):
                served(fetcher.get(site.url("/a")))

    workers = [threading.Thread(daemon=True, target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert len(site.asked) == 40
    assert most == [1]
