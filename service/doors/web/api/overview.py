"""What is watched and how it goes: sources, and how much there is of everything."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Request, Response

from ....render import source_json
from ..asked import OfSource
from ..described import GONE
from ..fresh import given
from . import answers

if TYPE_CHECKING:
    from ....bootstrap import House


def router(house: "House") -> APIRouter:
    """Return the routes of sources and counts."""
    routes = APIRouter(tags=["sources"])

    @routes.get("/sources", response_model=answers.Sources)
    def sources(request: Request) -> Response:
        """What is watched, and how well it is."""
        return given(request, {"sources": [source_json(line) for line in house.store.sources()]})

    @routes.get("/sources/{slug}", response_model=answers.Source, responses=GONE)
    def source(request: Request, slug: str) -> Response:
        """One source."""
        line = next((line for line in house.store.sources() if line.id == slug), None)
        if line is None:
            raise HTTPException(404, "There is no source of this id")
        return given(request, source_json(line))

    @routes.get("/stats", response_model=answers.Stats)
    def stats(request: Request, source: OfSource = None) -> Response:
        """How much there is, and how many changes of each sort; `source` narrows the latter."""
        tallies = [asdict(tally) for tally in house.store.tallies(source)]
        return given(request, {**asdict(house.store.counts()), "changes": tallies})

    return routes
