"""Pages for people: the change log, one change, and the sources."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.templating import Jinja2Templates

from ...diff import diff
from ...models import ChangeFilter
from ...render import html

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

    @routes.get("/changes/{number}")
    def change(request: Request, number: int) -> HTMLResponse:
        line = house.store.change(number)
        if line is None:
            raise HTTPException(404, "no such change")
        before, after = house.store.readings_of(number)
        marked = html(diff(before, after), title=line.title) if before is not None and after is not None else ""
        return page(request, "change.html", line=line, marked=marked)

    @routes.get("/sources")
    def sources(request: Request) -> HTMLResponse:
        return page(request, "sources.html", lines=house.store.sources())

    @routes.get("/style.css")
    def style() -> FileResponse:
        return FileResponse(folder / "static" / "style.css", media_type="text/css")

    return routes
