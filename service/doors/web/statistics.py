"""The page of the figures: how much is edited, how much of it in silence, how long after publication."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from ...models import Waits
from ...render import bar
from .asked import Blank
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House


def router(house: "House", sheets: Sheets) -> APIRouter:
    """Return the route of the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/statistics", response_class=HTMLResponse)
    def statistics(request: Request, source: Annotated[str | None, Blank] = None) -> Response:
        told = house.store.statistics()
        shown = next((one for one in told.sources if one.source == source), None) if source else told.together
        if shown is None:
            raise HTTPException(404, "There is no such source")
        facts = {"shown": shown, "sources": told.sources, "spans": spans(shown.waits), "bar": bar}
        return sheets.show(request, "statistics.html", facts)

    return routes


def spans(waits: Waits) -> list[tuple[int, int | None, int]]:
    """Return from when, until when (both in seconds) and how many edits, for each span that is shown."""
    starts = [0, *(until for until, _ in waits.spans if until is not None)]
    return [(start, until, number) for start, (until, number) in zip(starts, waits.spans, strict=True)]
