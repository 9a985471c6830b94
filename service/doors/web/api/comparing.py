"""What exactly was edited: across a change, or between any two versions of a release."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from ....diff import diff
from ....models import Reading
from ....render import diff_json
from ..asked import Named, Number
from ..described import GONE
from ..fresh import given
from ..named import reading_named
from . import answers

if TYPE_CHECKING:
    from ....bootstrap import House

_OR_THEIRS = "Or what somebody else captured, such as m7"
_Address = Annotated[str | None, Query(max_length=4000, description="The address of a release, any that it ever had")]


def router(house: "House") -> APIRouter:
    """Return the routes of comparisons."""
    routes = APIRouter(tags=["changes"])

    @routes.get("/changes/{number}/diff", response_model=answers.Diff, responses=GONE)
    def change_diff(request: Request, number: Number) -> Response:
        """What an edit changed, word by word."""
        return compared(request, *house.store.readings_of(number), f"There is no change {number}, or it has no two texts to compare")

    @routes.get("/diff", response_model=answers.Diff, responses=GONE)
    def versions_diff(
        request: Request,
        url: _Address = None,
        earlier: Annotated[Named | None, Query(alias="from", description=f"A version; the last but one unless told. {_OR_THEIRS}")] = None,
        later: Annotated[Named | None, Query(alias="to", description=f"A version; the last unless told. {_OR_THEIRS}")] = None,
        change: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Or a change, instead of a release")] = None,
    ) -> Response:
        """What differs between any two versions of a release, or across a change."""
        if (url is None) == (change is None):
            raise HTTPException(422, "Name a release by url, or a change; one of the two")
        if url is None:
            return change_diff(request, change or 0)
        one, two = _pair(url, earlier, later)
        words = f"No release is tracked at that address, or it has no text in version {one} or {two}"
        return compared(request, reading_named(house, url, one), reading_named(house, url, two), words)

    def _pair(url: str, earlier: str | None, later: str | None) -> tuple[str, str]:
        if earlier and later:
            return earlier, later
        readable = [line.number for line in house.store.version_lines(url) if line.reason != "tombstone"]
        if len(readable) < 2 and not (readable and (earlier or later)):
            raise HTTPException(404, "No release is tracked at that address, or it has only one version with a text")
        return earlier or str(readable[-2 if len(readable) > 1 else -1]), later or str(readable[-1])

    def compared(request: Request, before: Reading | None, after: Reading | None, words: str) -> Response:
        if before is None or after is None:
            raise HTTPException(404, words)
        return given(request, diff_json(diff(before, after)))

    return routes
