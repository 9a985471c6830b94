"""Releases: which are tracked, their versions, and how they read."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from ....models import Release
from ....render import copies_json, item_json, memento_json, show_json, show_memento_json, translations_json, version_json
from ..asked import Cursor, Moment, OfSource, Theirs, Version
from ..described import GONE
from ..fresh import given
from . import answers
from .paging import Limit, part

if TYPE_CHECKING:
    from ....bootstrap import House

_Address = Annotated[str, Query(max_length=4000, description="The address of a release, any that it ever had")]


def router(house: "House") -> APIRouter:
    """Return the routes of releases."""
    routes = APIRouter(tags=["releases"])

    @routes.get("/items", response_model=answers.Items)
    def items(request: Request, source: OfSource = None, before: Cursor | None = None, limit: Limit = 100) -> Response:
        """The releases that are tracked, the latest found first."""
        lines = house.store.items(source, limit + 1, before)
        return part(request, "items", [item_json(line) for line in lines], limit, [line.id for line in lines], "before", before)

    @routes.get("/items/show", response_model=answers.Shown, responses=GONE)
    def show(request: Request, url: _Address, version: Version | None = None, at: Moment | None = None) -> Response:
        """A release as it reads now; with `version` or `at`, as it read then."""
        release = tracked(url, version, at)
        if release.version is None and (version is not None or at is not None):
            raise HTTPException(404, "There is no such version of this release, or it was not seen by then")
        return given(request, show_json(release) | translations_json(release) | copies_json(release))

    @routes.get("/items/memento", response_model=answers.ShownMemento, responses=GONE)
    def memento(request: Request, url: _Address, memento: Theirs) -> Response:
        """What somebody else captured of a release, with its text as we read it: their word, not ours."""
        release = tracked(url)
        found = house.store.mementos.one(url, int(memento[1:]))
        if found is None:
            raise HTTPException(404, "Nobody else's capture of this release has that name")
        return given(request, show_memento_json(release.item_url, found))

    @routes.get("/versions", response_model=answers.Versions, responses=GONE)
    def versions(request: Request, url: _Address, after: Cursor | None = None, limit: Limit = 100) -> Response:
        """The versions of a release, oldest first; tombstones too. `mementos` are what others captured of it: their word, not ours."""
        release = tracked(url)
        lines = [line for line in house.store.version_lines(url) if line.number > (after or 0)][: limit + 1]
        numbers = [line.number for line in lines]
        theirs = [memento_json(one) for one in house.store.mementos.of(release.item_url)]
        return part(
            request, "versions", list(map(version_json, lines)), limit, numbers, "after", after, item_url=release.item_url, mementos=theirs
        )

    def tracked(url: str, version: int | None = None, at: Moment | None = None) -> Release:
        release = house.store.release(url, version, at)
        if release is None:
            raise HTTPException(404, "No release is tracked at that address")
        return release

    return routes
