"""Feeds of the change log, with every filter that the pages have, and the list of them for a feed reader."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from ...models import ChangeFilter, ChangeLine
from ...render import FeedHead, Told, atom, json_feed, opml
from .asked import AskedChanges, as_query
from .described import ALWAYS
from .excerpts import Excerpts

if TYPE_CHECKING:
    from ...bootstrap import House

_NEWEST = 50
_SHOWN = 12  # places of an edit that a feed shows
Form = Callable[[FeedHead, Sequence[Told]], bytes]


def router(house: "House") -> APIRouter:
    """Return the routes under ``/feeds``."""
    routes = APIRouter(prefix="/feeds", tags=["feeds"], responses=ALWAYS)
    excerpts = Excerpts(house, _SHOWN)

    @routes.get("/changes.atom", response_class=Response, responses={200: {"content": {"application/atom+xml": {}}}})
    def changes_atom(request: Request, asked: AskedChanges) -> Response:
        """The newest changes that fit, as Atom."""
        return feed(request, asked, atom, "application/atom+xml; charset=utf-8")

    @routes.get("/changes.json", response_class=Response, responses={200: {"content": {"application/feed+json": {}}}})
    def changes_json(request: Request, asked: AskedChanges) -> Response:
        """The newest changes that fit, as JSON Feed."""
        return feed(request, asked, json_feed, "application/feed+json; charset=utf-8")

    @routes.get("/opml", response_class=Response, responses={200: {"content": {"text/x-opml": {}}}})
    def feeds(request: Request) -> Response:
        """The feed of all changes and one for each source, as OPML."""
        return Response(opml("presswatch", base_of(request), house.store.sources()), media_type="text/x-opml; charset=utf-8")

    def feed(request: Request, asked: ChangeFilter, form: Form, media_type: str) -> Response:
        lines = house.store.changes(replace(asked, limit=_NEWEST))
        if asked.after is None:
            lines = lines[::-1]
        etag = _etag(request, lines)
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": etag})
        base = base_of(request)
        older = f"{base}{request.url.path}{as_query(asked, before=lines[-1].id)}" if len(lines) == _NEWEST and asked.after is None else None
        head = FeedHead(_title(asked), f"{base}{request.url.path}{as_query(asked)}", base, older)
        marked = excerpts.of(line.id for line in lines)
        told = [Told(line, marked[line.id]) for line in lines]
        return Response(form(head, told), media_type=media_type, headers={"ETag": etag})

    return routes


def base_of(request: Request) -> str:
    """Return where the pages are as their readers see it, without a slash at the end."""
    return str(request.base_url).rstrip("/")


def _etag(request: Request, lines: Sequence[ChangeLine]) -> str:
    """Changes are never altered: which ones they are says all."""
    told = f"{request.url}\n{[line.id for line in lines]}"
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'


def _title(asked: ChangeFilter) -> str:
    filters = (asked.source, asked.kind, asked.change_class, asked.significance, asked.declared)
    return " · ".join(["presswatch", *(told for told in filters if told)])
