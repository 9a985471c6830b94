"""Promise: nothing that is written in an address, a redirect, a list or a page makes us connect to somebody's inside.

One table of attacks, tried in every place from which we take an address. Each is refused with a reason, and nobody is connected to.
"""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from service.errors import UsageError
from service.fetch import Fetcher, Gate, Robots, deliver
from service.fetch.addresses import inside
from service.models import Answer, Failed, Fault, FetchSettings, Missing

from .attacks import ATTACKS, HERE, LINKABLE, MANY, METADATA, NAMES, NO_WEB, PORT, RESERVED, TUNNEL, Attack
from .conftest import HandClock
from .outside import HOST, PUBLIC, Outside
from .rawsite import RawSite, page
from .watching import SETTINGS, source, watch

GUARDED = FetchSettings(per_host_delay=0.0, connect_timeout=5.0, read_timeout=5.0, total_timeout=10.0, retries=0)


class Scene:
    """A listener inside, which nobody may reach, and a site outside that sends us there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, clock: HandClock) -> None:
        self.within, self.site = RawSite({"/": page(b"inside")}), RawSite({"/robots.txt": page(status="404 Not Found")})
        self.port = self.within.host.split(":")[1]
        self.outside = Outside(self.site, monkeypatch, NAMES)
        self.fetcher = Fetcher(GUARDED, clock, Gate(clock, 0.0), Robots(clock), random.Random(1))

    def url(self, attack: Attack) -> str:
        return attack.url.replace("{port}", self.port)

    def assert_nobody_inside_was_asked(self) -> None:
        assert self.within.connections == 0
        assert set(self.outside.connected) <= {PUBLIC}

    def close(self) -> None:
        for each in (self.fetcher, self.site, self.within):
            each.close()


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, clock: HandClock) -> Iterator[Scene]:
    with closing(Scene(monkeypatch, clock)) as scene:
        yield scene
        scene.assert_nobody_inside_was_asked()


def told(answer: Answer) -> str:
    assert isinstance(answer, Failed), answer
    assert answer.fault in (Fault.PRIVATE, Fault.ADDRESS, Fault.DNS, Fault.REDIRECTS), answer
    return answer.words


def test_there_are_enough_of_them() -> None:
    assert len({one.url for one in ATTACKS}) == len(ATTACKS) >= 120 and len(LINKABLE) >= 110


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: ascii(attack.url[:60]))
def test_an_address_is_refused_with_its_reason(scene: Scene, attack: Attack) -> None:
    assert attack.why in told(scene.fetcher.get(scene.url(attack)))
    assert not scene.outside.connected


def test_a_redirect_to_any_of_them_is_refused(scene: Scene) -> None:
    for number, (attack, status) in enumerate(zip(LINKABLE, cycle((301, 302, 303, 307, 308)), strict=False)):
        answer = f"HTTP/1.1 {status} Go\r\nLocation: {scene.url(attack)}\r\nContent-Length: 0\r\n\r\n"
        scene.site.routes[f"/{number}"] = answer.encode()
        got = scene.fetcher.get(f"http://{HOST}/{number}")
        if attack.url.startswith("http:") and not urlsplit(attack.url).netloc:  # that is a path, of the site itself
            assert isinstance(got, Missing) or NO_WEB in told(got)
        elif attack.url.startswith("//"):  # the scheme is that of the site
            assert HERE in told(got)
        else:
            assert attack.why in told(got), attack


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.why != PORT][::6], ids=lambda attack: ascii(attack.url[:60]))
def test_a_webhook_is_not_sent_there(scene: Scene, clock: HandClock, attack: Attack) -> None:
    """The operator names these, at whatever port; but private hosts only where a setting allows them."""
    outcome = deliver(scene.url(attack), {}, b"{}", GUARDED, clock)
    assert outcome.status == 0 and outcome.words
    assert not scene.outside.connected


def test_a_second_answer_of_the_name_server_is_looked_at_as_well(monkeypatch: pytest.MonkeyPatch, clock: HandClock) -> None:
    monkeypatch.setitem(NAMES, "rebind.example", [[PUBLIC], ["127.0.0.1"]])
    with closing(Scene(monkeypatch, clock)) as scene:
        scene.site.routes["/robots.txt"] = page(status="404 Not Found", connection="close")
        assert HERE in told(scene.fetcher.get(f"http://rebind.example:{scene.port}/"))
        scene.assert_nobody_inside_was_asked()


def test_of_several_addresses_the_public_one_alone_is_asked(monkeypatch: pytest.MonkeyPatch, clock: HandClock) -> None:
    monkeypatch.setitem(NAMES, "mixed.example", [["127.0.0.1", "10.0.0.1", PUBLIC, "::1"]])
    with closing(Scene(monkeypatch, clock)) as scene:
        assert isinstance(scene.fetcher.get("http://mixed.example/"), Missing)
        assert scene.outside.connected == [PUBLIC]


def test_what_hands_out_secrets_stays_closed_where_private_hosts_are_allowed(scene: Scene, clock: HandClock) -> None:
    fetcher = Fetcher(replace(GUARDED, allow_private_hosts=True), clock, Gate(clock, 0.0), Robots(clock))
    for attack in ATTACKS:
        if attack.why in (METADATA, MANY, TUNNEL, RESERVED):
            assert told(fetcher.get(scene.url(attack))).endswith(", which is never asked")
    fetcher.close()


def test_every_reason_is_one_that_the_table_tries() -> None:
    known = {why.words for address in ("127.0.0.1", "10.1.1.1", "fe80::1", "100.64.0.1") if (why := inside(address))}
    assert known <= {attack.why for attack in ATTACKS}


PAGES = {
    "rss": "<rss version='2.0'><channel><title>News</title>{}</channel></rss>",
    "atom": "<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title>{}</feed>",
    "sitemap": "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</urlset>",
    "sitemap index": "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</sitemapindex>",
    "plain list": "{}",
    "listing": "<html><title>News</title><body><main><ul>{}</ul></main>"
    "<nav><a rel=next href='http://127.0.0.1:{port}/?page=2'>2</a></nav></body></html>",
    "announced feed": "<html><head><title>News</title>{}</head><body><p>News of ours</p></body></html>",
}  # fmt: skip
ENTRY = {
    "rss": "<item><title>Release {n}</title><link>{url}</link></item>",
    "atom": "<entry><title>Release {n}</title><id>urn:x:{n}</id><link href='{url}'/></entry>",
    "sitemap": "<url><loc>{url}</loc></url>",
    "sitemap index": "<sitemap><loc>{url}</loc></sitemap>",
    "plain list": "{url}\n",
    "listing": "<li><a href='{url}'>Ministry statement on matter number {n}</a> <time>2026-11-{n:02}</time></li>",
    "announced feed": "<link rel='alternate' type='application/rss+xml' href='{url}'>",
}
TYPES = {"listing": "text/html", "announced feed": "text/html", "plain list": "text/plain"}
STRICT = SETTINGS.replace("allow_private_hosts = true", "allow_private_hosts = false")


def listed(scene: Scene, form: str) -> bytes:
    """Return a list of all attacks in one form, as a page of the site outside."""
    chosen = [one for one in LINKABLE if "@" not in one.url and not set("<&'") & set(one.url)][:: 1 if form != "listing" else 4]
    lines = (ENTRY[form].format(n=number % 28 + 1, url=scene.url(attack)) for number, attack in enumerate(chosen, 1))
    body = PAGES[form].replace("{port}", scene.port).replace("{}", "".join(lines))
    return page(body.encode(), content_type=TYPES.get(form, "application/xml"))


@pytest.mark.parametrize("form", PAGES)
def test_a_list_that_leads_inside_is_told_of_and_not_followed(scene: Scene, form: str, tmp_path: Path) -> None:
    scene.site.routes["/"] = listed(scene, form)
    kind = {"sitemap index": "sitemap", "plain list": "sitemap", "announced feed": "auto", "listing": "listing"}.get(form, form)
    kind = "feed" if kind in ("rss", "atom") else kind
    with watch(tmp_path, source("evil", f"http://{HOST}/", kind=f'"{kind}"'), STRICT) as watched:
        report = watched.one()
        told = " ".join(report.errors)
        assert report.edited == report.new == 0 or form == "announced feed"  # of which the page itself is what is left
        assert form == "announced feed" or "http" in told, report
        try:
            probed = watched.house.probe(f"http://{HOST}/")
            assert form == "announced feed" or probed.warnings
        except UsageError as error:
            assert str(error)


def test_a_release_that_says_it_lives_inside_is_not_looked_for_there(scene: Scene, tmp_path: Path) -> None:
    """Canonical links, a refresh by the page itself, frames, pictures: none is followed inside, whatever is missing."""
    lead = f"http://127.0.0.1:{scene.port}/"
    head = f"<link rel=canonical href='{lead}c'><meta http-equiv=refresh content='0; url={lead}m'><base href='{lead}'>"
    text = "<p>" + "The ministry said that the talks went on for three days and will be taken up again. " * 6 + "</p>"
    body = f"<html><head><title>Talks</title>{head}</head><body><iframe src='{lead}f'></iframe><img src='{lead}i'>{text}</body></html>"
    scene.site.routes |= {
        "/": page(ENTRY["rss"].format(n=1, url=f"http://{HOST}/a").join(PAGES["rss"].split("{}")).encode(), content_type="text/xml"),
        "/a": [page(body.encode(), content_type="text/html"), page(b"gone", "404 Not Found")],
        "/robots.txt": page(f"Sitemap: {lead}sitemap.xml\nSitemap: file:///etc/passwd\n".encode(), content_type="text/plain"),
    }
    with watch(tmp_path, source("evil", f"http://{HOST}/", kind='"feed"'), STRICT) as watched:
        assert watched.one().new == 1
        watched.one()
        watched.one()
        assert set(watched.house.fetcher.sitemaps(f"http://{HOST}/")) == {f"{lead}sitemap.xml", "file:///etc/passwd"}


def test_proxies_of_the_environment_are_not_asked(scene: Scene, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{scene.port}")
    assert isinstance(scene.fetcher.get(f"http://{HOST}/"), Missing)
    assert deliver(f"http://{HOST}/", {}, b"{}", GUARDED, clock).status == 404
