"""Pages for people."""

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.staticfiles import StaticFiles

from . import finding, front, notices, refreshing, releases, sources, statistics
from .access import Access
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House


def router(house: "House", sheets: Sheets, access: Access) -> APIRouter:
    """Return the routes of the pages."""
    routes = APIRouter(include_in_schema=False)
    for room in (front, releases, finding, sources, statistics, notices):
        routes.include_router(room.router(house, sheets))
    routes.include_router(refreshing.router(house, sheets, access))
    routes.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    return routes
