"""The evidence of a change, in a zip that stands by itself."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import StreamingResponse

from ..asked import Number
from ..described import GONE, Told

if TYPE_CHECKING:
    from ....bootstrap import House

_ZIP: Told = {200: {"description": "The zip", "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}}


def router(house: "House") -> APIRouter:
    """Return the route of evidence."""
    routes = APIRouter(tags=["changes"])

    @routes.get("/changes/{number}/evidence.zip", response_class=StreamingResponse, responses={**_ZIP, **GONE})
    def evidence(number: Number) -> Response:
        """The evidence of a change: both answers as served, both texts, what differs, a checker and a README. The same bytes each time."""
        from ....bundle import bundle, bundle_name

        if house.store.change(number) is None:
            raise HTTPException(404, f"There is no change {number}")
        told = {"Content-Disposition": f'attachment; filename="{bundle_name(number)}"', "Cache-Control": "no-cache"}
        return StreamingResponse(bundle(house.store, house.archive, number), media_type="application/zip", headers=told)

    return routes
