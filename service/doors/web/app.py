"""The application: pages for people, an API for programs, and answers for whoever watches over us."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from ..cli.version import version
from . import api, feeds, login, manual, memento, pages, problems, watching
from .access import NOBODY, Access, is_open, own_path, unknown
from .bounds import Bounds
from .headers import dressed
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House

# Who comes by a link from elsewhere, a mail say, comes without the cookie (SameSite=Strict) even if signed in: a page of ours sends on.
_ELSEWHERE = ("cross-site", "same-site")


def application(house: "House", *, is_beyond: bool = False) -> FastAPI:
    """Return the web application over a house; ``is_beyond`` says that others than this machine reach it."""
    app = FastAPI(title="presswatch", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    sheets = Sheets()
    access = Access(lambda: house.settings.web, house.clock.now, is_beyond=is_beyond)
    trouble = problems.install(app, sheets)
    app.add_middleware(Bounds, per_minute=lambda: house.settings.web.per_minute, now=house.clock.now)

    @app.middleware("http")
    async def armour(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        request.state.visitor = NOBODY
        try:
            visitor = request.state.visitor = access.visitor(request)
        except HTTPException as refused:
            return dressed(await trouble(request, refused))
        return dressed(await (call_next(request) if visitor.may_read or is_open(request.url.path) else turned_away(request)))

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
