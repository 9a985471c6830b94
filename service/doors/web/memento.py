"""Memento (RFC 7089): every version of every release under its address and its moment, for clients that travel in time.

``/timemap/link/URL`` lists the versions (link format, RFC 6690), ``/timegate/URL`` leads to the one of ``Accept-Datetime``,
``/memento/YYYYMMDDhhmmss/URL`` shows one. A memento is what we read of the page, not the page: it runs nothing of it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from w3lib.url import safe_url_string

from ...models import Memento, VersionLine
from ...urls import is_web
from .described import ALWAYS, GONE, problem_of
from .feeds import base_of
from .sheets import Sheets

if TYPE_CHECKING:
    from ...bootstrap import House

_SCHEME = re.compile(r"(https?):/{1,2}(?!/)", re.I)
_STAMP = "%Y%m%d%H%M%S"
_MAP_TYPE = "application/link-format"


@dataclass(frozen=True, slots=True)
class _History:
    """A release at the address it was asked for, and its versions that have a text, the last one of each second.

    ``others`` are mementos that somebody else keeps on the web.
    """

    url: str
    base: str
    versions: tuple[VersionLine, ...]
    others: tuple[Memento, ...] = ()

    @property
    def gate(self) -> str:
        return f"{self.base}/timegate/{self.url}"

    @property
    def map(self) -> str:
        return f"{self.base}/timemap/link/{self.url}"

    def memento(self, place: int) -> str:
        return f"{self.base}/memento/{_second(self.versions[place]).strftime(_STAMP)}/{self.url}"

    def at(self, moment: datetime) -> int:
        """Return the place of the version that was seen at a moment; the first one before there was any."""
        return max((place for place, line in enumerate(self.versions) if line.seen_from <= moment), default=0)


def router(house: "House", sheets: Sheets) -> APIRouter:
    """Return the routes of the three resources of RFC 7089."""
    routes = APIRouter(tags=["memento"], responses={**ALWAYS, **GONE, 400: problem_of("Accept-Datetime is no date")})

    def history(request: Request, prefix: str) -> _History:
        url = _url(request, prefix)
        lines = house.store.version_lines(url)
        shown = {_second(line): line for line in lines if line.reason != "tombstone"}
        if not shown:
            raise HTTPException(404, f"No version is kept of {url}")
        others = tuple(one for one in house.store.mementos.of(url) if is_web(one.url))
        return _History(url, base_of(request), tuple(shown.values()), others)

    @routes.get("/timemap/link/{url:path}", response_class=Response)
    def timemap(request: Request, url: str) -> Response:
        """All versions of a release, in link format; captures by others, where they keep them, with who captured them as their `title`."""
        known = history(request, "/timemap/link/")
        return Response(",\n".join(_timemap(known)) + "\n", media_type=_MAP_TYPE)

    @routes.get("/timegate/{url:path}", response_class=RedirectResponse, status_code=302)
    def timegate(request: Request, url: str) -> Response:
        """Lead to the version of the moment in ``Accept-Datetime``, or to the newest."""
        known = history(request, "/timegate/")
        asked = request.headers.get("accept-datetime")
        chosen = len(known.versions) - 1 if asked is None else known.at(_moment(asked))
        headers = {"Vary": "accept-datetime", "Link": ", ".join(_links(known, chosen))}
        return RedirectResponse(known.memento(chosen), status_code=302, headers=headers)

    @routes.get("/memento/{stamp}/{url:path}", response_class=HTMLResponse, include_in_schema=False)
    def memento(request: Request, stamp: str, url: str) -> Response:
        """What a release said at a moment."""
        moment = _of_stamp(stamp)
        known = history(request, f"/memento/{stamp}/")
        chosen = known.at(moment.replace(microsecond=999_999))
        if _second(known.versions[chosen]) != moment:
            return RedirectResponse(known.memento(chosen), status_code=302)
        line = known.versions[chosen]
        reading = house.store.reading(known.url, line.number)
        headers = {"Memento-Datetime": _http(line), "Link": ", ".join(_links(known, chosen))}
        return sheets.show(request, "memento.html", {"url": known.url, "line": line, "reading": reading}, headers=headers)

    return routes


def _timemap(known: _History) -> list[str]:
    span = f'from="{_http(known.versions[0])}"; until="{_http(known.versions[-1])}"'
    mementos = [_memento(known, place) for place in range(len(known.versions))]
    return [
        _link(known.url, "original"),
        _link(known.gate, "timegate"),
        f'{_link(known.map, "self")}; type="{_MAP_TYPE}"; {span}',
        *mementos,
        *(
            f'{_link(str(safe_url_string(one.url)), "memento")}; datetime="{_second_of(one.captured_at)}"; {_by(one)}'
            for one in known.others
        ),
    ]


def _by(one: Memento) -> str:
    keeper = "".join(letter for letter in one.keeper if letter.isascii() and letter.isprintable() and letter not in '"\\')
    return f'title="captured by {keeper}, not by presswatch"'


def _links(known: _History, chosen: int) -> list[str]:
    """Return what a memento and its timegate say of their neighbours (RFC 7089, section 2.2)."""
    last = len(known.versions) - 1
    beside = sorted({0, max(0, chosen - 1), chosen, min(chosen + 1, last), last})
    timemap = f'{_link(known.map, "timemap")}; type="{_MAP_TYPE}"'
    mementos = [_memento(known, place, chosen) for place in beside]
    return [_link(known.url, "original"), _link(known.gate, "timegate"), timemap, *mementos]


def _memento(known: _History, place: int, chosen: int | None = None) -> str:
    """Return the link to a version: the first or last of all, or next to the one chosen."""
    last = len(known.versions) - 1
    stands = {"first": place == 0, "last": place == last}
    if chosen is not None:
        stands |= {"prev": place == chosen - 1, "next": place == chosen + 1}
    relation = " ".join([*(name for name, true in stands.items() if true), "memento"])
    return f'{_link(known.memento(place), relation)}; datetime="{_http(known.versions[place])}"'


def _link(url: str, relation: str) -> str:
    return f'<{url}>; rel="{relation}"'


def _http(line: VersionLine) -> str:
    return _second_of(line.seen_from)


def _second_of(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _second(line: VersionLine) -> datetime:
    return line.seen_from.astimezone(UTC).replace(microsecond=0)


def _url(request: Request, prefix: str) -> str:
    """Return the address that was asked for, as it stands in the request: a path parameter has lost its escapes and its query."""
    raw = request.scope["raw_path"].decode("latin-1").removeprefix(prefix)
    query = request.scope["query_string"].decode("latin-1")
    url = f"{raw}?{query}" if query else raw
    if not _SCHEME.match(url):
        url = unquote(url)  # clients differ in whether they escape it
    url = _SCHEME.sub(r"\1://", url, count=1)  # a proxy may have taken one of two slashes for too many
    if not is_web(url):
        raise HTTPException(404, "After the last slash belongs the address of a release, with https:// or http://")
    return str(safe_url_string(url))


def _moment(text: str) -> datetime:
    """Return the moment of an ``Accept-Datetime``; what cannot be read is refused with 400 (RFC 7089, section 4.5.3)."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        raise HTTPException(400, "Accept-Datetime is no date: write Thu, 31 May 2007 20:35:00 GMT") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _of_stamp(stamp: str) -> datetime:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise HTTPException(404, "A moment is written as 14 digits in UTC: YYYYMMDDhhmmss") from None
