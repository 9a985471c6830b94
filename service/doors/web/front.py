"""The front page: what was edited, newest first, and what comes while one looks at it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, StreamingResponse

from ...classes import CLASSES
from ...models import ChangeFilter, ChangeKind, ChangeLine, Declared, IncidentKind, Significance
from ...render import grouped
from .allowance import Seats
from .asked import AskedChanges, as_query
from .excerpts import Excerpts
from .sheets import Sheets
from .tongues import Tongue

if TYPE_CHECKING:
    from ...bootstrap import House

_NEWEST = 30
_LOOK_EVERY = 1.0  # seconds between looks for what is new
_QUIET_FOR = 15  # looks without a word, until one is said that keeps the connection
_FOLLOWERS_EACH, _FOLLOWERS = 20, 300  # pages that follow the log at the same time: of one address, and in all
_SHOWN = 2  # places of an edit that are shown in the list


def router(house: "House", sheets: Sheets) -> APIRouter:
    """Return the routes of the front page."""
    routes = APIRouter(include_in_schema=False)
    seats = Seats(_FOLLOWERS_EACH, _FOLLOWERS)
    excerpts = Excerpts(house, _SHOWN)

    @routes.get("/", response_class=HTMLResponse)
    def changes(request: Request, asked: AskedChanges) -> Response:
        found = house.store.changes(replace(asked, limit=_NEWEST))
        lines = found[::-1] if asked.after is None else found
        groups = list(grouped(lines, house.store.akin(line.id for line in lines)))
        firsts = told([first for first, *_ in groups], sheets.tongue(request))
        facts = {
            "asked": asked,
            "told": [(*shown, others) for shown, (_, *others) in zip(firsts, groups, strict=True)],
            "older": as_query(asked, before=lines[-1].id) if len(lines) == _NEWEST else "",
            "filters": as_query(asked),
            "live": as_query(asked, after=max((line.id for line in lines), default=0)) if asked.before is None else "",
            "sources": house.store.names(),
            "choices": _CHOICES,
            "counts": house.store.counts(),
        }
        return sheets.show(request, "changes.html", facts)

    @routes.get("/live", response_class=StreamingResponse)
    async def live(request: Request, asked: AskedChanges) -> Response:
        """Tell of changes as they are found: server-sent events, each a line of the list (WHATWG HTML, section 9.2)."""
        begun = replace(asked, after=_last_told(request, asked.after or 0))
        seats.refuse(_who(request))
        return StreamingResponse(events(request, begun), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def events(request: Request, asked: ChangeFilter) -> AsyncIterator[str]:
        quiet = 0
        with seats.seat(_who(request)):
            while not await request.is_disconnected():
                lines = await run_in_threadpool(house.store.changes, replace(asked, limit=_NEWEST))
                for line in lines:
                    (shown,) = await run_in_threadpool(told, [line], sheets.tongue(request))
                    yield _event(line.id, sheets.fill(request, "change_line.html", {"one": (*shown, ()), "fresh": True}))
                    asked = replace(asked, after=line.id)
                quiet = 0 if lines else (quiet + 1) % _QUIET_FOR
                if not lines and not quiet:
                    yield ": nothing new\n\n"
                await asyncio.sleep(_LOOK_EVERY)

    def told(lines: Sequence[ChangeLine], spoken: Tongue) -> list[tuple[ChangeLine, str]]:
        marked = excerpts.of([line.id for line in lines if line.kind == ChangeKind.EDITED], spoken.told)
        return [(line, marked.get(line.id, "")) for line in lines]

    return routes


_CHOICES = {
    "kind": tuple(ChangeKind),
    "significance": tuple(Significance),
    "declared": tuple(Declared),
    "class": (*CLASSES, *IncidentKind),
}


def _who(request: Request) -> str:
    return request.client.host if request.client else ""


def _last_told(request: Request, after: int) -> int:
    """Return where a stream goes on: after the last event that the browser had, if it comes again."""
    told = request.headers.get("last-event-id", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else after


def _event(number: int, text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"id: {number}\n{lines}\n"
