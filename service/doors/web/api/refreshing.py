"""A refresh, asked for here and done by the daemon: ordered, then followed at an address of its own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ....errors import UsageError
from ....render import order_json
from ..access import Access
from ..asked import Number
from ..described import ACTING, GONE
from ..feeds import base_of
from ..fresh import given
from . import answers

if TYPE_CHECKING:
    from ....bootstrap import House

_MOST = 500
_Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class Wish(BaseModel):
    """What is to be looked at: sources by their ids, releases by their addresses; neither named means every source that is enabled."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"sources": ["csto"], "urls": [], "recheck": True}]}
    )

    sources: list[_Words] = Field([], max_length=_MOST)
    urls: list[_Words] = Field([], max_length=_MOST)
    recheck: bool = Field(False, description="Look at every known release again, due or not")


def router(house: "House", access: Access) -> APIRouter:
    """Return the routes of refreshes."""
    routes = APIRouter(tags=["refresh"])
    asked = {"parameters": {"number": "$response.body#/id"}}

    @routes.post(
        "/refresh",
        status_code=202,
        response_model=answers.Refresh,
        responses={
            202: {
                "description": "Ordered",
                "headers": {"Location": {"description": "Where to follow it", "schema": {"type": "string"}}},
                "links": {"follow": {"operationId": "followed", **asked}},
            },
            **ACTING,
        },
        dependencies=[Depends(access.act)],
        openapi_extra={"security": [{"token": []}]},
    )
    def order(request: Request, wish: Wish) -> Response:
        """Look now. The daemon does it; `Location` says where to follow it. Needs the token, or a page of ours with its CSRF token."""
        sources = _sources(wish.sources, whole=not wish.urls)
        number = house.store.order(sources, _releases(wish.urls), wish.recheck, house.clock.now())
        state = house.store.order_state(number)
        assert state is not None
        response = given(request, order_json(state), {"Location": f"{base_of(request)}/api/v1/refresh/{number}"})
        response.status_code = 202
        return response

    @routes.get("/refresh/{number}", response_model=answers.Refresh, responses=GONE, operation_id="followed")
    def followed(request: Request, number: Number) -> Response:
        """How far a refresh is, and what came of each source that is done. Forgotten a day after its end."""
        state = house.store.order_state(number)
        if state is None:
            raise HTTPException(404, f"There is no refresh {number}, or it is long over")
        return given(request, order_json(state))

    def _sources(named: Sequence[str], *, whole: bool) -> tuple[str, ...]:
        lines = house.store.sources()
        unknown = sorted(set(named) - {line.id for line in lines})
        if unknown:
            raise UsageError(f"there is no source {', '.join(unknown)[:200]}")
        every = tuple(line.id for line in lines if line.enabled) if whole else ()
        return tuple(dict.fromkeys(named)) or every

    def _releases(urls: Sequence[str]) -> tuple[str, ...]:
        found = {url: house.store.release(url) for url in urls}
        unknown = next((url for url, release in found.items() if release is None), None)
        if unknown is not None:
            raise UsageError(f"no release is tracked at {unknown[:200]}")
        return tuple(dict.fromkeys(release.item_url for release in found.values() if release is not None))

    return routes
