"""Pages for people."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as HTTPError

from ...diff import diff
from ...models import ChangeKind
from ...render import html
from . import front
from .asked import Number
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House


def router(house: "House", sheets: Sheets) -> APIRouter:
    """Return the routes of the pages."""
    routes = APIRouter(include_in_schema=False)
    routes.include_router(front.router(house, sheets))
    routes.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")

    @routes.get("/changes/{number:int}", response_class=HTMLResponse)
    def change(request: Request, number: Number) -> Response:
        line = house.store.change(number)
        if line is None:
            raise HTTPException(404, f"There is no change {number}")
        before, after = house.store.readings_of(number)
        marked = html(diff(before, after), title="What was edited") if before is not None and after is not None else ""
        last = before if line.kind == ChangeKind.WITHDRAWN else None
        return sheets.show(request, "change.html", line=line, marked=marked, last=last)

    @routes.get("/sources", response_class=HTMLResponse)
    def sources(request: Request) -> Response:
        return sheets.show(request, "sources.html", lines=house.store.sources())

    return routes


def trouble(sheets: Sheets) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers a request that cannot be served: in JSON under ``/api/``, with a page for people elsewhere."""

    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPError)
        if request.url.path.startswith("/api/"):
            return await http_exception_handler(request, error)
        words = "There is no such page" if error.detail == "Not Found" else error.detail
        return sheets.show(request, "trouble.html", status=error.status_code, words=words)

    return answer
