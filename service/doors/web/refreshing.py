"""Looking now: asked for with a button, done by the daemon, followed on a page that renews itself."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from .access import Access, Form
from .asked import Number
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House

_SEE_OTHER = 303


def router(house: "House", sheets: Sheets, access: Access) -> APIRouter:
    """Return the routes of manual refreshes."""
    routes = APIRouter(include_in_schema=False)
    acting = [Depends(access.act)]

    @routes.post("/sources/{slug}/refresh", dependencies=acting)
    def refresh_source(slug: str, form: Form) -> Response:
        line = house.store.source(slug)
        if line is None or not line.enabled:
            raise HTTPException(404, "There is no such source, or it is switched off")
        return followed((slug,), (), recheck=bool(form.get("recheck")))

    @routes.post("/release/refresh", dependencies=acting)
    def refresh_release(form: Form) -> Response:
        release = house.store.release(form.get("url", ""))
        if release is None:
            raise HTTPException(404, "No such release is tracked")
        return followed((), (release.item_url,), recheck=False)

    @routes.get("/refreshes/{number:int}", response_class=HTMLResponse)
    def refresh(request: Request, number: Number) -> Response:
        order = house.store.order_state(number)
        if order is None:
            raise HTTPException(404, "There is no such refresh, or it is long over")
        is_served = order.started_at is not None or house.is_served
        return sheets.show(request, "refresh.html", {"order": order, "is_served": is_served}, headers={"Cache-Control": "no-store"})

    def followed(sources: tuple[str, ...], urls: tuple[str, ...], *, recheck: bool) -> Response:
        """Order a refresh, or join one that waits or is under way: who presses twice wants one."""
        same = (order.id for order in house.store.open_orders() if (order.sources, order.urls, order.recheck) == (sources, urls, recheck))
        number = next(same, None) or house.store.order(sources, urls, recheck, house.clock.now())
        return RedirectResponse(f"/refreshes/{number}", _SEE_OTHER)

    return routes
