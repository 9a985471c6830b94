"""The application: pages for people, an API for programs, and answers for whoever watches over us."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from ..cli.version import version
from . import api, feeds, login, manual, memento, pages, problems, watching
from .access import Access, is_open, own_path, unknown
from .bounds import Bounds
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House

# Nothing of a page runs, and nothing is fetched, but what we serve ourselves.
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
# Who comes by a link from elsewhere, a mail say, comes without the cookie (SameSite=Strict) even if signed in: a page of ours sends on.
_ELSEWHERE = ("cross-site", "same-site")
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def application(house: "House", *, is_beyond: bool = False) -> FastAPI:
    """Return the web application over a house; ``is_beyond`` says that others than this machine reach it."""
    app = FastAPI(title="presswatch", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    sheets = Sheets()
    access = Access(lambda: house.settings.web, house.clock.now, is_beyond=is_beyond)
    trouble = problems.install(app, sheets)
    app.add_middleware(Bounds, per_minute=lambda: house.settings.web.per_minute, now=house.clock.now)

    @app.middleware("http")
    async def armour(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        visitor = request.state.visitor = access.visitor(request)
        response = await (call_next(request) if visitor.may_read or is_open(request.url.path) else turned_away(request))
        response.headers.update(_HEADERS)
        return response

    async def turned_away(request: Request) -> Response:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            onward = own_path(f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path)
            if request.headers.get("sec-fetch-site", "") in _ELSEWHERE:
                return sheets.show(request, "again.html", {"onward": onward})
            return RedirectResponse(f"/login?{urlencode({'next': onward})}", 303)
        return await trouble(request, unknown())

    app.include_router(login.router(access, sheets))
    app.include_router(api.router(house, access))
    app.include_router(feeds.router(house))
    app.include_router(memento.router(house, sheets))
    app.include_router(watching.router(house))
    app.include_router(manual.router(sheets))
    app.include_router(pages.router(house, sheets, access))
    api.describe(app, version())
    return app
