"""For whoever watches over us: alive, ready, and how it goes in numbers (Prometheus)."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse

if TYPE_CHECKING:
    from ...bootstrap import House


def router(house: "House") -> APIRouter:
    """Return the routes."""
    from prometheus_client.exposition import choose_encoder

    from .metrics import registry_of

    routes = APIRouter(include_in_schema=False)
    registry = registry_of(house)

    @routes.get("/healthz", response_class=PlainTextResponse)
    def healthz() -> str:
        return "ok\n"

    @routes.get("/readyz", response_class=PlainTextResponse)
    def readyz() -> str:
        if not house.store.is_current():
            raise HTTPException(503, "The tables of the database are those of another presswatch")
        return "ready\n"

    @routes.get("/metrics")
    def metrics(request: Request) -> Response:
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"Content-Type": media_type, "Cache-Control": "no-store"})

    return routes
