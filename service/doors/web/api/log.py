"""The change log."""

from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Request, Response

from ....render import change_json
from ..asked import AskedChanges, Number
from ..described import GONE
from ..fresh import given
from . import answers
from .paging import Limit, part

if TYPE_CHECKING:
    from ....bootstrap import House


def router(house: "House") -> APIRouter:
    """Return the routes of changes."""
    routes = APIRouter(tags=["changes"])

    @routes.get("/changes", response_model=answers.Changes)
    def changes(request: Request, asked: AskedChanges, limit: Limit = 100) -> Response:
        """The change log: the newest first, or with `after` the oldest behind that id first. Ids only grow: to follow the log, ask again
        with `after=` the `cursor` told last."""
        lines = house.store.changes(replace(asked, limit=limit + 1))
        forwards = asked.after is not None
        lines = lines if forwards else lines[::-1]
        by, cursor = ("after", asked.after) if forwards else ("before", asked.before)
        return part(request, "changes", [change_json(line) for line in lines], limit, [line.id for line in lines], by, cursor)

    @routes.get("/changes/{number}", response_model=answers.Change, responses=GONE)
    def change(request: Request, number: Number) -> Response:
        """One change."""
        line = house.store.change(number)
        if line is None:
            raise HTTPException(404, f"There is no change {number}")
        return given(request, change_json(line))

    return routes
