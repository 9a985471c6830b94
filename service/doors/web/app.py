"""The application: pages for people, JSON for programs, and two answers for whoever watches over us."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException

from . import api, feeds, memento, pages
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


def application(house: "House") -> FastAPI:
    """Return the web application over a house; it reads the store and changes nothing."""
    app = FastAPI(title="presswatch", docs_url=None, redoc_url=None, openapi_url="/openapi.json")

    @app.middleware("http")
    async def armour(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(_HEADERS)
        return response

    @app.get("/healthz", response_class=PlainTextResponse, include_in_schema=False)
    def healthz() -> str:
        return "ok\n"

    @app.get("/readyz", response_class=PlainTextResponse, include_in_schema=False)
    def readyz() -> str:
        house.store.counts()
        return "ready\n"

    sheets = Sheets()
    app.include_router(api.router(house))
    app.include_router(feeds.router(house))
    app.include_router(memento.router(house, sheets))
    app.include_router(pages.router(house, sheets))
    app.add_exception_handler(HTTPException, pages.trouble(sheets))
    return app
