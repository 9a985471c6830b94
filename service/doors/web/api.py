"""JSON for programs: the change log, the sources and the releases, read only."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException, Query

from ...diff import diff
from ...render import change_json, diff_json, item_json, source_json
from .asked import AskedChanges, Number

if TYPE_CHECKING:
    from ...bootstrap import House

_MOST = 500


def router(house: "House") -> APIRouter:
    """Return the routes under ``/api/v1``."""
    routes = APIRouter(prefix="/api/v1")

    @routes.get("/changes")
    def changes(
        asked: AskedChanges,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
    ) -> dict[str, Any]:
        """The change log; ``next`` is the cursor to give as ``after``."""
        lines = house.store.changes(replace(asked, limit=limit))
        return {"changes": [change_json(line) for line in lines], "next": lines[-1].id if lines else asked.after}

    @routes.get("/changes/{number}/diff")
    def change_diff(number: Number) -> dict[str, Any]:
        """What an edit changed, word by word."""
        before, after = house.store.readings_of(number)
        if before is None or after is None:
            raise HTTPException(404, "no such change, or it has no two texts to compare")
        return diff_json(diff(before, after))

    @routes.get("/sources")
    def sources() -> dict[str, Any]:
        """What is watched, and how well it is."""
        return {"sources": [source_json(line) for line in house.store.sources()]}

    @routes.get("/items")
    def items(source: str | None = None, limit: Annotated[int, Query(ge=1, le=_MOST)] = 100) -> dict[str, Any]:
        """The releases that are tracked."""
        return {"items": [item_json(line) for line in house.store.items(source, limit)]}

    return routes
