"""The application: pages for people, JSON for programs, and two answers for whoever watches over us."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException

from . import api, feeds, login, memento, pages
from .access import Access, is_open, own_path, unknown
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House

# Nothing of a page runs, and nothing is fetched, but what we serve ourselves.
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def application(house: "House", *, is_beyond: bool = False) -> FastAPI:
    """Return the web application over a house; ``is_beyond`` says that others than this machine reach it."""
    app = FastAPI(title="presswatch", docs_url=None, redoc_url=None, openapi_url="/openapi.json")

    @app.middleware("http")
    async def armour(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        visitor = request.state.visitor = access.visitor(request)
        response = await (call_next(request) if visitor.may_read or is_open(request.url.path) else turned_away(request))
        response.headers.update(_HEADERS)
        return response

    async def turned_away(request: Request) -> Response:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            onward = own_path(f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path)
            return RedirectResponse(f"/login?{urlencode({'next': onward})}", 303)
        return await trouble(request, unknown())

    @app.get("/healthz", response_class=PlainTextResponse, include_in_schema=False)
    def healthz() -> str:
        return "ok\n"

    @app.get("/readyz", response_class=PlainTextResponse, include_in_schema=False)
    def readyz() -> str:
        house.store.counts()
        return "ready\n"

    sheets = Sheets()
    trouble = pages.trouble(sheets)
    access = Access(lambda: house.settings.web, house.clock.now, is_beyond=is_beyond)
    app.include_router(login.router(access, sheets))
    app.include_router(api.router(house))
    app.include_router(feeds.router(house))
    app.include_router(memento.router(house, sheets))
    app.include_router(pages.router(house, sheets))
    app.add_exception_handler(HTTPException, trouble)
    return app
