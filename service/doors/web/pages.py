"""Pages for people: the change log, one change, and the sources."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.templating import Jinja2Templates
from starlette.exceptions import HTTPException as HTTPError

from ...diff import diff
from ...models import ChangeFilter, ChangeKind
from ...render import html
from .asked import Number

if TYPE_CHECKING:
    from ...bootstrap import House

_NEWEST = 100


def router(house: "House", folder: Path) -> APIRouter:
    """Return the routes of the pages; ``folder`` holds their templates and their style sheet."""
    routes = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(folder / "templates")

    def page(request: Request, name: str, **facts: Any) -> HTMLResponse:
        return templates.TemplateResponse(request, name, facts)

    @routes.get("/")
    def changes(request: Request, source: str | None = None) -> HTMLResponse:
        lines = house.store.changes(ChangeFilter(source=source, limit=_NEWEST))
        return page(request, "changes.html", lines=lines[::-1], source=source)

    @routes.get("/changes/{number:int}")
    def change(request: Request, number: Number) -> HTMLResponse:
        line = house.store.change(number)
        if line is None:
            raise HTTPException(404, f"There is no change {number}")
        before, after = house.store.readings_of(number)
        marked = html(diff(before, after), title="What was edited") if before is not None and after is not None else ""
        last = before if line.kind == ChangeKind.WITHDRAWN else None
        return page(request, "change.html", line=line, marked=marked, last=last)

    @routes.get("/sources")
    def sources(request: Request) -> HTMLResponse:
        return page(request, "sources.html", lines=house.store.sources())

    @routes.get("/style.css")
    def style() -> FileResponse:
        return FileResponse(folder / "static" / "style.css", media_type="text/css")

    return routes


def trouble(folder: Path) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers a request that cannot be served: in JSON under ``/api/``, with a page for people elsewhere."""
    templates = Jinja2Templates(folder / "templates")

    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPError)
        if request.url.path.startswith("/api/"):
            return await http_exception_handler(request, error)
        words = "There is no such page" if error.detail == "Not Found" else error.detail
        return templates.TemplateResponse(request, "trouble.html", {"words": words}, status_code=error.status_code)

    return answer
