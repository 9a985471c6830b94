"""The page of the full-text search."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from ...errors import UsageError
from ...models import Hit, SearchFilter
from ...query import parse
from .asked import Blank, Cursor, EndMoment, Moment, as_search
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House

_SHOWN = 20


def router(house: "House", sheets: Sheets) -> APIRouter:
    """Return the route of the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/search", response_class=HTMLResponse)
    def search(
        request: Request,
        q: Annotated[str, Query(max_length=1000)] = "",
        removed: bool = False,
        source: Annotated[str | None, Blank] = None,
        since: Annotated[Moment | None, Blank] = None,
        until: Annotated[EndMoment | None, Blank] = None,
        before: Cursor | None = None,
    ) -> Response:
        hits: tuple[Hit, ...] = ()
        trouble = ""
        try:
            asked = SearchFilter(parse(q), removed, source, since, until, before, _SHOWN) if q.strip() else None
            hits = house.store.search(asked) if asked else ()
        except UsageError as error:
            trouble = str(error)
        facts = {
            "q": q,
            "removed": removed,
            "source": source,
            "since": since,
            "until": until,
            "sources": house.store.names(),
            "hits": hits,
            "trouble": trouble,
            "older": as_search(q, removed, source, since, until, hits[-1].id) if len(hits) == _SHOWN else "",
        }
        return sheets.show(request, "search.html", facts)

    return routes
