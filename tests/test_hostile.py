"""Promise: whatever a server says, it is read or refused in plain words, within bounds of time and memory, and reads nothing of ours."""

import json
import random
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from socket import socket

import pytest

from service.fetch import Fetcher, Gate, Robots
from service.models import Failed, Fault, FetchSettings, Snapshot

from .conftest import HandClock
from .hostile import PAGES, lists
from .rawsite import RawSite
from .test_fetch_guard import SecureSite

ROOT = Path(__file__).parent.parent
QUICK = FetchSettings(
    allow_private_hosts=True, per_host_delay=0.0, connect_timeout=5.0, read_timeout=5.0, total_timeout=0.6, retries=0, obey_robots=False
)
READ = {
    "feed, entity of a file", "feed, parameter entity", "feed, a billion laughs", "feed, one long entity often", "feed, nested deeply",
    "feed, one huge attribute", "feed, a crowd of namespaces", "feed, marks alone", "feed, never closed", "sitemap, nested deeply",
    "sitemap, a crowd of attributes", "addresses, one without end", *(name for name in PAGES if name != "page, nested letters"),
}  # fmt: skip


def test_what_is_made_to_exhaust_a_reader_is_read_or_refused_in_words(tmp_path: Path) -> None:
    """In a process with little memory and little time, which ends it where these do not do."""
    secret = tmp_path / "secret"
    secret.write_text("a line that is nobody's business")
    done = subprocess.run([sys.executable, "-m", "tests.hostile", str(secret)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["name"] for line in told] == [*lists(""), *PAGES]
    assert {line["name"] for line in told if line["words"] == "read"} == READ
    assert not any(line["leaks"] for line in told)
    assert all(line["size"] < 3_000_000 and len(line["words"]) < 200 and "()" not in line["words"] for line in told)


def repeated(head: bytes, piece: bytes) -> Callable[[socket], None]:
    def say(sock: socket) -> None:
        sock.sendall(head)
        while True:
            sock.sendall(piece * 1_000)

    return say


@pytest.fixture
def fetcher(clock: HandClock) -> Iterator[Fetcher]:
    with closing(Fetcher(QUICK, clock, Gate(clock, 0.0), Robots(clock), random.Random(1))) as fetcher:
        yield fetcher


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", b"x"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", b"x"),
        (b"HTTP/1.1 301 Go\r\nLocation: /b\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"),
    ],
)
def test_an_answer_without_end_has_one(fetcher: Fetcher, head: bytes, piece: bytes) -> None:
    with closing(RawSite({"/a": repeated(head, piece)})) as site:
        got = fetcher.get(site.url("/a"))
    if not isinstance(got, Snapshot):
        assert not isinstance(got, Failed) or (got.fault in (Fault.TIMEOUT, Fault.PROTOCOL, Fault.TOO_LARGE) and got.words), got


def test_a_certificate_that_has_expired(clock: HandClock) -> None:
    pem = Path(__file__).parent / "expired.pem"

    class Expired(SecureSite):
        def __post_init__(self) -> None:
            super().__post_init__()
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(pem)

    fetcher = Fetcher(replace(QUICK, total_timeout=5.0), clock, Gate(clock, 0.0), Robots(clock))
    fetcher._wire._verify = str(pem)  # who vouches for it is not the question here
    with closing(Expired()) as site, closing(fetcher):
        got = fetcher.get(site.address("/a"))
    assert isinstance(got, Failed)
    assert (got.fault, got.words) == (Fault.TLS, "certificate not valid: certificate has expired")
