"""Answers that are no release: walls, errors, halves of pages, pages of yesterday."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from .. import prose
from ..releases import Release
from ..troubles import Trouble, troubled
from ..wire import Request, Response, html
from .base import Instead, Noise, header, is_html, shows_release, with_headers

if TYPE_CHECKING:
    from ..site import Site

_CONSENT = """<!DOCTYPE html><html lang="en"><head><title>Before you continue</title></head><body>
<h1>Before you continue</h1><p>We and our partners use cookies and similar technologies to store and access information on your device,
to measure how our content is used and to show you personalised advertising.</p><p>Choose Accept all to agree to this, or Manage options
to set your choices. You can change them at any time in our privacy policy.</p>
<form action="/consent"><button>Accept all</button> <button>Reject all</button> <button>Manage options</button></form></body></html>"""

_BACK_SOON = """<!DOCTYPE html><html><head><title>Site under maintenance</title></head><body><h1>We will be back soon</h1>
<p>The site is down for scheduled maintenance. We apologise for the inconvenience and expect to be back within an hour.</p></body></html>"""

_DENIED = """<!DOCTYPE html><html><head><title>Access denied</title></head><body><h1>Sorry, you have been blocked</h1>
<p>You are unable to access this website. Why have I been blocked? This website is using a security service to protect itself from online
attacks.</p><p>Your IP: 198.51.100.7. Ray ID: 8f2c11ab90de</p></body></html>"""


class BotWall(Instead):
    """A challenge, with 200, or a refusal with 403."""

    def __init__(self, share: float = 0.3, *, everywhere: bool = True, status: int = 200) -> None:
        super().__init__(share, everywhere=everywhere)
        self.status = status

    def instead(self, site: "Site", request: Request, response: Response) -> Response:
        return troubled(Trouble.CHALLENGE, request) if self.status == 200 else html(_DENIED, self.status)


class Maintenance(Instead):
    """Everything is down: 503, or 200 as careless sites say it."""

    def __init__(self, status: int = 503) -> None:
        super().__init__(1.0)
        self.status = status

    def instead(self, site: "Site", request: Request, response: Response) -> Response:
        return html(_BACK_SOON, self.status)


class ServerErrors(Instead):
    """500 now and then."""

    def instead(self, site: "Site", request: Request, response: Response) -> Response:
        return troubled(Trouble.ERROR, request)


class Consent(Instead):
    """A page about cookies in place of the release."""

    def instead(self, site: "Site", request: Request, response: Response) -> Response:
        return html(_CONSENT)


class Truncated(Instead):
    """The page ends in the middle of the text, with the length that it has: a cache that kept a broken answer."""

    def __init__(self, share: float = 0.2) -> None:
        super().__init__(share, everywhere=False)

    def instead(self, site: "Site", request: Request, response: Response) -> Response:
        if response.status != 200 or not is_html(response):
            return response
        start, end = response.body.find(b"<h1"), response.body.rfind(b"</p>")
        return replace(response, body=response.body[: start + int((end - start) * site.noise.uniform(0.2, 0.9))])


class WrongLanguage(Noise):
    """Now and then the release in another language, in the layout of the site."""

    def __init__(self, share: float = 0.2) -> None:
        self.share = share

    def dress(self, site: "Site", release: Release, request: Request) -> Release:
        if site.noise.random() >= self.share:
            return release
        world = prose.ENGLISH if site.world is prose.RUSSIAN else prose.RUSSIAN
        texts = prose.paragraphs(site.noise, world, release.published)
        title = prose.fill(site.noise, world, world.titles[0], release.published)
        return replace(release, title=title, body=prose.as_markup(texts))


class StaleCache(Noise):
    """A cache that answers now and then with what it kept up to a day and a half ago, and says so: Age, Last-Modified."""

    def __init__(self, share: float = 0.15, *, age: timedelta = timedelta(hours=36)) -> None:
        self.share, self.age = share, age
        self.kept: dict[str, tuple[datetime, Response]] = {}

    def serve(self, site: "Site", request: Request, response: Response) -> Response:
        if not shows_release(site, request, response):
            return response
        now = site.now()
        since, old = self.kept.get(request.target, (now, response))
        if request.target not in self.kept or now - since > self.age:
            self.kept[request.target] = (now, response)
        fresh = response if header(response, "last-modified") else with_headers(response, last_modified=format_datetime(now, usegmt=True))
        if site.noise.random() >= self.share:
            return with_headers(fresh, age="0")
        stamp = header(old, "last-modified") or format_datetime(since, usegmt=True)
        return with_headers(old, age=str(int((now - since).total_seconds())), last_modified=stamp)


class WrongValidator(Noise):
    """Releases answered with 304 whatever became of them."""

    stamp = "Mon, 12 Jan 2026 09:30:00 GMT"

    def serve(self, site: "Site", request: Request, response: Response) -> Response:
        if response.status not in (200, 304) or site.find(request) is None:
            return response
        if "if-none-match" in request.headers or "if-modified-since" in request.headers:
            return with_headers(Response(304), etag='"frozen"', last_modified=self.stamp)
        return with_headers(response, etag='"frozen"', last_modified=self.stamp)
