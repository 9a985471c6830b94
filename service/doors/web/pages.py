"""Pages for people."""

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from . import finding, front, releases
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House


def router(house: "House", sheets: Sheets) -> APIRouter:
    """Return the routes of the pages."""
    routes = APIRouter(include_in_schema=False)
    for room in (front, releases, finding):
        routes.include_router(room.router(house, sheets))
    routes.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")

    @routes.get("/sources", response_class=HTMLResponse)
    def sources(request: Request) -> Response:
        return sheets.show(request, "sources.html", {"lines": house.store.sources()})

    return routes
