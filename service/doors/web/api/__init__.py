"""The API for programs, under ``/api/v1``: JSON with the keys of ``--json``, OpenAPI at ``/openapi.json``."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from ..access import Access
from ..described import ALWAYS
from . import comparing, evidence, log, overview, refreshing, releases, searching
from .answers import Problem, Wrong

if TYPE_CHECKING:
    from ....bootstrap import House

_WORDS = """What was edited after publication, and all that it was found out from. Moments are ISO 8601 in UTC. Lists are told in parts: go
on at `next`. Every answer has a validator: ask with `If-None-Match`, and what you have is not sent again. Whatever goes wrong is told as
problem details (RFC 9457)."""


def router(house: "House", access: Access) -> APIRouter:
    """Return the routes under ``/api/v1``."""
    routes = APIRouter(prefix="/api/v1", responses=ALWAYS)
    for room in (log, comparing, evidence, releases, searching, overview):
        routes.include_router(room.router(house))
    routes.include_router(refreshing.router(house, access))
    return routes


def describe(app: FastAPI, version: str) -> None:
    """Let an application tell in OpenAPI what it really answers: problems as they are, and the token."""

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            told = get_openapi(title="presswatch", version=version, description=_WORDS, routes=app.routes)
            parts = told.setdefault("components", {})
            for model in (Wrong, Problem):
                parts["schemas"][model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
            parts["schemas"]["Problem"].pop("$defs", None)
            for unused in ("HTTPValidationError", "ValidationError"):
                parts["schemas"].pop(unused, None)
            parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
            app.openapi_schema = told
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's own way to extend its OpenAPI
