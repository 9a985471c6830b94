"""What a noise is: something that a site serves otherwise than its editors meant, while no release is edited."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..releases import Release
from ..wire import Request, Response

if TYPE_CHECKING:
    from ..site import Site

ARTICLE_END = ('<div class="news-detail-share">', "</article>", "</main>", "</body>")
_CHARSET = re.compile(r"charset=([\w-]+)", re.I)


class Noise:
    """Leaves everything as it is; each noise overrides one of the three."""

    def arrange(self, site: "Site", releases: list[Release]) -> list[Release]:
        """Return what lists show."""
        return releases

    def dress(self, site: "Site", release: Release, request: Request) -> Release:
        """Return the release as the page that is asked for shows it."""
        return release

    def serve(self, site: "Site", request: Request, response: Response) -> Response:
        """Return the response as it goes over the wire."""
        return response


class Retouch(Noise):
    """Changes the markup of HTML pages: of releases alone, unless ``everywhere``."""

    everywhere = True

    def serve(self, site: "Site", request: Request, response: Response) -> Response:
        if self.everywhere or shows_release(site, request, response):
            return retouched(response, lambda page: self.retouch(site, request, page))
        return response

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        raise NotImplementedError


class Instead(Noise):
    """Answers with something else, to this share of the requests (robots.txt excepted); ``everywhere``: not for releases alone."""

    def __init__(self, share: float = 0.3, *, everywhere: bool = True) -> None:
        self.share, self.everywhere = share, everywhere

    def serve(self, site: "Site", request: Request, response: Response) -> Response:
        if request.path == "/robots.txt" or not (self.everywhere or site.find(request)):
            return response
        return self.instead(site, request, response) if site.noise.random() < self.share else response

    def instead(self, site: "Site", request: Request, response: Response) -> Response:
        raise NotImplementedError


def shows_release(site: "Site", request: Request, response: Response) -> bool:
    return response.status == 200 and site.find(request) is not None


def header(response: Response, name: str) -> str:
    return next((value for key, value in response.headers if key.lower() == name.lower()), "")


def with_headers(response: Response, **headers: str) -> Response:
    """Return a response with these headers in place of what it said under their names (``last_modified``: Last-Modified)."""
    fresh = {name.replace("_", "-").title(): value for name, value in headers.items()}
    kept = tuple((name, value) for name, value in response.headers if name.title() not in fresh)
    return replace(response, headers=(*kept, *fresh.items()))


def is_html(response: Response) -> bool:
    return header(response, "content-type").startswith("text/html") and bool(response.body)


def retouched(response: Response, change: Callable[[str], str]) -> Response:
    """Return a page with its markup changed, in its own charset; anything else as it is."""
    if response.status != 200 or not is_html(response):
        return response
    found = _CHARSET.search(header(response, "content-type"))
    charset = found[1] if found else "utf-8"
    return replace(response, body=change(response.body.decode(charset)).encode(charset, "xmlcharrefreplace"))


def before(page: str, markup: str, places: Iterable[str] = ARTICLE_END) -> str:
    """Return a page with this before the last occurrence of the first of these places that it has."""
    place = next((place for place in places if place in page), "")
    head, mark, tail = page.rpartition(place) if place else (page, "", "")
    return f"{head}{markup}{mark}{tail}"


def on_top(page: str, markup: str) -> str:
    """Return a page with this before all else that is seen."""
    return re.sub(r"<body[^>]*>", lambda found: found[0] + markup, page, count=1)
