"""Pages for people."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as HTTPError

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


def trouble(sheets: Sheets) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers a request that cannot be served: in JSON under ``/api/``, with a page for people elsewhere."""

    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPError)
        if request.url.path.startswith("/api/"):
            return await http_exception_handler(request, error)
        words = "There is no such page" if error.detail == "Not Found" else error.detail
        return sheets.show(
            request, "trouble.html", {"words": sheets.words(request)(words)}, status=error.status_code, headers=error.headers
        )

    return answer
