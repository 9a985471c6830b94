"""Full-text search."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response

from ....models import SearchFilter
from ....query import parse
from ....render import hit_json
from ..asked import Blank, Cursor, EndMoment, Moment, OfSource
from . import answers
from .paging import Limit, part

if TYPE_CHECKING:
    from ....bootstrap import House


def router(house: "House") -> APIRouter:
    """Return the route of the search."""
    routes = APIRouter(tags=["releases"])

    @routes.get("/search", response_model=answers.Hits)
    def search(
        request: Request,
        q: Annotated[
            str, Query(max_length=1000, description='Words, "a phrase", OR, peacekeep*, -unwanted', examples=["peacekeep* -exercise"])
        ],
        removed: Annotated[bool, Query(description="Only text that an edit or a withdrawal took away")] = False,
        source: OfSource = None,
        since: Annotated[Moment | None, Blank] = None,
        until: Annotated[EndMoment | None, Blank] = None,
        before: Cursor | None = None,
        limit: Limit = 50,
    ) -> Response:
        """Full text over all versions, newest first. A hit is the version that first said it, or whose coming removed it."""
        hits = house.store.search(SearchFilter(parse(q), removed, source, since, until, before, limit + 1))
        return part(request, "hits", [hit_json(hit) for hit in hits], limit, [hit.id for hit in hits], "before", before)

    return routes
