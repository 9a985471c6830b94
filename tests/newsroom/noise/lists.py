"""Lists that say otherwise than they should: empty, halved, re-ordered, renumbered, with addresses in other forms."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ..releases import Release
from ..wire import Request, Response
from .base import Noise

if TYPE_CHECKING:
    from ..site import Site


class EmptyList(Noise):
    """No release is listed."""

    def arrange(self, site: "Site", releases: list[Release]) -> list[Release]:
        return []


class HalfList(Noise):
    """Every second release is missing."""

    def arrange(self, site: "Site", releases: list[Release]) -> list[Release]:
        return releases[::2]


class Reordered(Noise):
    """By title instead of by date."""

    def arrange(self, site: "Site", releases: list[Release]) -> list[Release]:
        return sorted(releases, key=lambda release: release.title)


class FreshGuids(Noise):
    """Everything gets another number: a database that was imported anew."""

    def arrange(self, site: "Site", releases: list[Release]) -> list[Release]:
        return [replace(release, id=release.id + 100_000) for release in releases]


class AddressForms(Noise):
    """Addresses with tracking parameters, without their final slash, with https for http, others at every request.

    https alone for what is older than ``fresh`` releases: nobody answers there, and news could not be read.
    """

    def __init__(self, fresh: int = 4) -> None:
        self.fresh = fresh

    def arrange(self, site: "Site", releases: list[Release]) -> list[Release]:
        return [replace(release, address=self.form(site, release.path)) for release in releases]

    def form(self, site: "Site", path: str) -> str:
        if "?" in path:
            return path
        bare = path.removesuffix("/")
        return site.noise.choice(
            (path, bare, f"{path}?utm_source=list&utm_medium={site.noise.randrange(99)}", f"{path}?fbclid=f{site.token(8)}")
        )

    def serve(self, site: "Site", request: Request, response: Response) -> Response:
        if response.status != 200 or site.find(request) is not None or b"<" not in response.body:
            return response
        base = site.base.encode()
        count = 0

        def secured(found: re.Match[bytes]) -> bytes:
            nonlocal count
            count += 1
            return base.replace(b"http:", b"https:") + found[1] if count > self.fresh and count % 3 == 0 else found[0]

        return replace(response, body=re.sub(re.escape(base) + rb'(/(?:news|20\d\d)/[^"<]+)', secured, response.body))
