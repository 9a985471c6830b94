"""Pages of the sources: how each fares, what it brought lately, when it is looked at next."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from ...models import Activity, ChangeFilter, SourceLine
from ...render import activity_chart, template_facts
from .notices import in_trouble
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House

_DAYS = 30
_PAGE = 50  # sources; of more, the rest is behind a link
Words = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=10**6)]
_PASSES, _CHANGES, _INCIDENTS = 15, 10, 20


def router(house: "House", sheets: Sheets) -> APIRouter:
    """Return the routes of the sources."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/sources", response_class=HTMLResponse)
    def sources(request: Request, q: Words = "", page: PageNumber = 1) -> Response:
        first = (page - 1) * _PAGE
        shown = house.store.sources_by_trouble(q.strip(), first, _PAGE + 1)
        charts = house.store.activity(house.clock.now(), _DAYS, [line.id for line in shown[:_PAGE]])
        facts = {
            "lines": [(line, standing(line), chart) for line, chart in zip(shown, charts, strict=False)],
            "q": q,
            "page": page,
            "is_more": len(shown) > _PAGE,
            "untold": in_trouble(house) if request.state.visitor.may_act else 0,
            "is_served": house.is_served,
            "drawn": drawn,
        }
        return sheets.show(request, "sources.html", facts)

    @routes.get("/sources/{slug}", response_class=HTMLResponse)
    def source(request: Request, slug: str) -> Response:
        line = house.store.source(slug)
        if line is None:
            raise HTTPException(404, "There is no such source")
        (activity,) = house.store.activity(house.clock.now(), _DAYS, [slug])
        facts = {
            "line": line,
            "standing": standing(line),
            "activity": activity,
            "days": by_day(activity),
            "drawn": drawn,
            "passes": house.store.passes(slug, _PASSES),
            "incidents": house.store.incidents(slug, _INCIDENTS),
            "learned": tuple(template_facts(house.store.template(slug))),
            "changes": house.store.changes(ChangeFilter(source=slug, limit=_CHANGES))[::-1],
            "is_served": house.is_served,
        }
        return sheets.show(request, "source.html", facts)

    return routes


def by_day(chart: Activity) -> list[tuple[date, int, int]]:
    """Return each day with what it brought, the latest first."""
    days = [chart.first + timedelta(days=number) for number in range(len(chart.releases))]
    return list(zip(days, chart.releases, chart.changes, strict=True))[::-1]


def drawn(chart: Activity, words: str) -> str:
    """Return the chart of what a source brought, with the words that say the same."""
    return activity_chart(chart.releases, chart.changes, words)


def standing(line: SourceLine) -> str:
    """Return in a word how a source is: ``off``, ``waiting``, ``well``, ``troubled`` (it can be read, but) or ``failing``."""
    if not line.enabled:
        return "off"
    if line.last_look is None:
        return "waiting"
    if line.failures:
        return "failing"
    return "well" if line.health.startswith("well") else "troubled"
