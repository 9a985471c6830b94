"""The page of the notices: who is told of changes, how that goes, and what was given up. Only who may act sees it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ...interest import how_it_is
from ...models import TargetLine
from ...notify import place_of
from .access import Visitor
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House

_SEE_OTHER = 303
_DEAD_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A target on the page: where it is without anything secret, and how it fares in words and in one (``well``, ``failing``, ``off``)."""

    line: TargetLine
    place: str
    health: str
    standing: str


def router(house: "House", sheets: Sheets) -> APIRouter:
    """Return the route of the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/notices", response_class=HTMLResponse)
    def notices(request: Request) -> Response:
        visitor: Visitor = request.state.visitor
        if not visitor.may_act and visitor.can_sign_in:
            return RedirectResponse(f"/login?{urlencode({'next': '/notices'})}", _SEE_OTHER)
        if not visitor.may_act:
            raise HTTPException(
                403, "Who is told of changes is shown on this machine alone, or to who gives a token: set PRESSWATCH_WEB__TOKEN"
            )
        facts = {"targets": targets(house), "dead": house.store.outbox.dead(_DEAD_SHOWN)}
        return sheets.show(request, "notices.html", facts, headers={"Cache-Control": "no-store"})

    return routes


def targets(house: "House") -> list[Told]:
    """Return all targets that are or were configured, those in trouble first."""
    known, configured = house.store.outbox.targets(), {target.id: target for target in house.settings.notify}
    found = []
    for slug in dict.fromkeys((*configured, *known)):
        line, target = known.get(slug), configured.get(slug)
        shown = line or TargetLine(slug, 0, True)
        standing = "off" if target is None or not target.enabled else "failing" if shown.error or shown.off_since else "well"
        place = place_of(target) if target else "no longer configured"
        found.append(Told(shown, place, how_it_is(target, line, house.clock.now()), standing))
    return sorted(found, key=lambda told: (told.standing != "failing", not told.line.dead, told.standing == "off"))


def in_trouble(house: "House") -> int:
    """Return how many targets cannot be told just now, or have not been told of something."""
    return sum(told.standing == "failing" or told.line.dead > 0 for told in targets(house))
