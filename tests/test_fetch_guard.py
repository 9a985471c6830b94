"""Promise: nothing of a private network is ever connected to, however it is spelled, resolved or redirected to."""

import random
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import urllib3.connection
from hypothesis import given, settings
from hypothesis import strategies as st

from service.fetch import Fetcher, Gate, Robots
from service.fetch.addresses import is_public
from service.models import Failed, Fault, FetchSettings, Snapshot

from .conftest import HandClock
from .rawsite import RawSite, page

GUARDED = FetchSettings(per_host_delay=0.0, connect_timeout=10.0, read_timeout=10.0, total_timeout=30.0, retries=0, obey_robots=False)
CERTIFICATE = Path(__file__).parent / "loopback.pem"  # key and certificate for "localhost", good for nothing else

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.2.3", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:a00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1",
    "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%1", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
]


@pytest.fixture
def guarded(clock: HandClock) -> Iterator[Fetcher]:
    fetcher = Fetcher(GUARDED, clock, Gate(clock, 0.0), Robots(clock), random.Random(1))
    yield fetcher
    fetcher.close()


def failed(answer: object) -> Failed:
    assert isinstance(answer, Failed), answer
    return answer


@pytest.mark.parametrize("address", PRIVATE)
def test_private(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
@settings(deadline=None, max_examples=200)
def test_what_python_calls_private_is_never_public(address) -> None:
    carried = getattr(address, "ipv4_mapped", None)
    if is_public(str(address)) and carried is None and not str(address).startswith("64:ff9b:"):
        assert address.is_global


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0", "0.0.0.0",
     "127.0.0.1.", "[64:ff9b::7f00:1]", "①②⑦.0.0.1", "LOCALHOST"],
)  # fmt: skip
def test_no_spelling_leads_to_loopback(guarded: Fetcher, host: str) -> None:
    site = RawSite({"/": page(b"inside")})
    got = failed(guarded.get(f"http://{host}:{site.host.split(':')[1]}/"))
    site.close()
    assert got.fault in (Fault.PRIVATE, Fault.DNS)
    assert site.asked == []


def test_the_words_say_what_to_do(guarded: Fetcher) -> None:
    words = "on this machine itself (127.0.0.1); set [fetch] allow_private_hosts = true to allow it"
    assert failed(guarded.get("http://127.0.0.1:8080/")).words == words


def test_refused_at_once_and_once(clock: HandClock) -> None:
    """The refusal must not derive from OSError, or urllib3 would take it for a hiccup and try again."""
    fetcher = Fetcher(replace(GUARDED, retries=3), clock, Gate(clock, 0.0), Robots(clock))
    assert failed(fetcher.get("http://10.0.0.1/")).fault is Fault.PRIVATE
    fetcher.close()
    assert clock.waits == []


def test_proxies_of_the_environment_are_not_used(guarded: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = RawSite({"http://example.invalid/": page(b"proxied")})
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy.url())
    assert failed(guarded.get("http://example.invalid/")).fault is Fault.DNS
    proxy.close()
    assert proxy.asked == []


class Resolver:
    """A name server that a stranger owns: it answers what it likes, each time something else."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.connected: list[str] = []
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)
        connect = socket.socket.connect

        def noted(sock: socket.socket, address) -> None:
            self.connected.append(address[0])
            if is_public(address[0]):
                raise TimeoutError("no network in a test")
            connect(sock, address)

        monkeypatch.setattr(socket.socket, "connect", noted)

    def look_up(self, host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        addresses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port, 0, 0)[: 4 if ":" in one else 2])
            for one in addresses
        ]


def test_a_second_look_up_cannot_change_the_address(guarded: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the address checked is the address connected to."""
    resolver = Resolver(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    assert failed(guarded.get("http://rebind.example/")).fault is Fault.TIMEOUT
    assert resolver.connected == ["93.184.216.34"]
    assert failed(guarded.get("http://rebind.example/")).fault is Fault.PRIVATE
    assert resolver.connected == ["93.184.216.34"]


def test_among_several_addresses_only_the_public_are_tried(guarded: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Resolver(monkeypatch, ["10.0.0.1", "93.184.216.34", "fe80::1", "1.1.1.1"])
    got = failed(guarded.get("http://mixed.example/"))
    assert (got.fault, got.words) == (Fault.TIMEOUT, "no connection within 10 s")
    assert resolver.connected == ["93.184.216.34", "1.1.1.1"]


def test_the_next_address_is_tried_when_one_is_dead(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    site = RawSite({"/": page(b"here")})
    Resolver(monkeypatch, ["93.184.216.34", "127.0.0.1"])
    fetcher = Fetcher(replace(GUARDED, allow_private_hosts=True), clock, Gate(clock, 0.0), Robots(clock))
    got = fetcher.get(f"http://twofold.example:{site.host.split(':')[1]}/")
    fetcher.close()
    site.close()
    assert isinstance(got, Snapshot)


def test_urllib3_still_connects_where_we_stand() -> None:
    """The guard overrides a private method; a urllib3 without it would connect unguarded."""
    assert callable(urllib3.connection.HTTPConnection._new_conn)
    assert callable(urllib3.connection.HTTPSConnection._new_conn)


class SecureSite(RawSite):
    """The same over TLS."""

    def __post_init__(self) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(CERTIFICATE)
        super().__post_init__()

    def _serve(self, sock: socket.socket, number: int) -> None:
        try:
            covered = self.context.wrap_socket(sock, server_side=True)
            self._open.append(covered)
            super()._serve(covered, number)
        except OSError:
            sock.close()

    def address(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.host.split(':')[1]}{path}"


@pytest.fixture
def secure() -> Iterator[SecureSite]:
    site = SecureSite({"/a": page(b"here")})
    yield site
    site.close()


def trusted(clock: HandClock, config: FetchSettings) -> Iterator[Fetcher]:
    fetcher = Fetcher(replace(config, allow_private_hosts=True), clock, Gate(clock, 0.0), Robots(clock))
    fetcher._wire._verify = str(CERTIFICATE)  # no setting does this, and none should
    yield fetcher
    fetcher.close()


@pytest.fixture
def trusting(clock: HandClock) -> Iterator[Fetcher]:
    yield from trusted(clock, GUARDED)


@pytest.fixture
def impatient(clock: HandClock) -> Iterator[Fetcher]:
    yield from trusted(clock, replace(GUARDED, total_timeout=0.5))


def test_tls_is_guarded_too(guarded: Fetcher, secure: SecureSite) -> None:
    assert failed(guarded.get(secure.address("/a"))).fault is Fault.PRIVATE
    assert secure.asked == []


def test_a_certificate_nobody_vouches_for(clock: HandClock, secure: SecureSite) -> None:
    fetcher = Fetcher(replace(GUARDED, allow_private_hosts=True), clock, Gate(clock, 0.0), Robots(clock))
    got = failed(fetcher.get(secure.address("/a")))
    fetcher.close()
    assert (got.fault, got.words) == (Fault.TLS, "certificate not valid: self-signed certificate")


def test_a_certificate_of_another_host(trusting: Fetcher, secure: SecureSite) -> None:
    got = failed(trusting.get(secure.address("/a", "127.0.0.1")))
    assert got.fault is Fault.TLS
    assert "127.0.0.1" in got.words


def test_tls_served(trusting: Fetcher, secure: SecureSite) -> None:
    for _ in range(2):
        got = trusting.get(secure.address("/a"))
        assert isinstance(got, Snapshot)
        assert got.body == b"here"
    assert {one.connection for one in secure.asked} == {1}


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_a_slow_drip_over_tls_ends(impatient: Fetcher, secure: SecureSite, head: bytes) -> None:
    secure.routes["/a"] = secure.dripping(head, b"H", 0.05)
    assert failed(impatient.get(secure.address("/a"))).words == "took longer than 0.5 s"


class PlainSite(RawSite):
    """A plain HTTP server where TLS is expected: it complains at once."""

    def _serve(self, sock: socket.socket, number: int) -> None:
        with sock:
            sock.recv(10_000)
            sock.sendall(page(b"speak HTTP", "400 Bad Request"))


def test_no_tls_where_tls_is_asked(trusting: Fetcher) -> None:
    site = PlainSite()
    got = failed(trusting.get(f"https://{site.host}/"))
    site.close()
    assert got.fault is Fault.TLS
    assert got.words.startswith("no secure connection: ")
