"""Pages of one change, and of one release: its versions, any two of them compared, and what it said at a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from ...diff import diff
from ...errors import Unreadable
from ...models import ChangeFilter, ChangeKind, ChangeLine, Reading, VersionLine
from ...render import WITHIN, capture_lines, html, sides
from .asked import Moment, Named, Number, Version
from .named import reading_named
from .sheets import Sheets
from .tongues import Tongue

if TYPE_CHECKING:
    from ...bootstrap import House

View = Literal["inline", "side"]


@dataclass(frozen=True, slots=True)
class Captured:
    """What is known of how a page was served, and whether there is a picture of it."""

    lines: tuple[tuple[str, str], ...] = ()
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class Sides:
    """The two versions that an edit lies between, and how they were served; None on a side that has none."""

    before: VersionLine | None
    after: VersionLine | None
    before_captured: Captured
    after_captured: Captured


def router(house: "House", sheets: Sheets) -> APIRouter:
    """Return the routes of changes and releases."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/changes/{number:int}", response_class=HTMLResponse)
    def change(request: Request, number: Number, view: View = "inline") -> Response:
        line = house.store.change(number)
        if line is None:
            raise HTTPException(404, f"There is no change {number}")
        before, after = house.store.readings_of(number)
        versions = house.store.version_lines(line.item_url) if line.item_url else ()
        facts = {
            "line": line,
            "view": view,
            "marked": compared(request, before, after, view),
            "last": before if line.kind == ChangeKind.WITHDRAWN else None,
            "sides": _sides(house, _numbered(versions, line.before_version), _numbered(versions, line.after_version)),
            "others": house.store.told_of_others(number, WITHIN),
            "struck": house.store.struck(number) if line.kind == ChangeKind.INCIDENT else (),
        }
        return sheets.show(request, "change.html", facts)

    @routes.get("/release", response_class=HTMLResponse)
    def release(
        request: Request,
        url: Annotated[str, Query(max_length=4000)],
        version: Version | None = None,
        at: Moment | None = None,
        earlier: Annotated[Named | None, Query(alias="from")] = None,
        later: Annotated[Named | None, Query(alias="to")] = None,
        memento: Named | None = None,
        view: View = "inline",
    ) -> Response:
        known = house.store.release(url, version, at)
        if known is None:
            raise HTTPException(404, f"No release is tracked at {url}")
        marked = ""
        if earlier and later:
            marked = compared(request, reading_named(house, url, earlier), reading_named(house, url, later), view)
        facts = {
            "release": known,
            "shown": known.version,
            "theirs": house.store.mementos.one(url, int(memento.removeprefix("m"))) if memento else None,
            "mementos": house.store.mementos.of(url),
            "versions": house.store.version_lines(url),
            "changes": _by_version(house.store.changes(ChangeFilter(item_url=url))),
            "view": view,
            "chosen": (earlier, later),
            "marked": marked,
            "at": at,
            "captured": _captured(house, known.version),
        }
        return sheets.show(request, "release.html", facts)

    @routes.get("/release/picture", response_class=Response)
    def picture(url: Annotated[str, Query(max_length=4000)], version: Version) -> Response:
        known = house.store.release(url, version)
        found = _pictured(house, known.version) if known is not None else b""
        if not found:
            raise HTTPException(404, f"There is no picture of version {version} of {url}")
        return Response(found, media_type="image/png")

    def compared(request: Request, before: Reading | None, after: Reading | None, view: View) -> str:
        return _compared(before, after, view, sheets.tongue(request)) if before is not None and after is not None else ""

    return routes


def _sides(house: "House", before: VersionLine | None, after: VersionLine | None) -> Sides:
    return Sides(before, after, _captured(house, before), _captured(house, after))


def _captured(house: "House", version: VersionLine | None) -> Captured:
    """Return how a version was served, where that was kept."""
    if version is None or not version.snapshot:
        return Captured()
    try:
        kept = house.archive.capture(version.snapshot)
    except Unreadable as error:
        return Captured((("page", str(error)),))
    return Captured(tuple(capture_lines(kept.snapshot, kept.seen_again)), bool(kept.snapshot.picture))


def _pictured(house: "House", version: VersionLine | None) -> bytes:
    """Return the picture of a version; nothing where none was kept."""
    try:
        return house.archive.capture(version.snapshot).snapshot.picture if version is not None and version.snapshot else b""
    except Unreadable:
        return b""


def _compared(before: Reading, after: Reading, view: View, spoken: Tongue) -> str:
    found, word = diff(before, after), spoken.word
    if not found.hunks:
        return f'<p class="note">{escape(word("These two say the same."))}</p>'
    if view == "side":
        return sides(found, before=word("Before"), after=word("After"), title=word("What was edited"), told=spoken.told)
    return html(found, title=word("What was edited"), told=spoken.told)


def _by_version(lines: Iterable[ChangeLine]) -> dict[int, ChangeLine]:
    """The changes of a release, by the version that each of them brought."""
    return {line.after_version: line for line in lines if line.after_version}


def _numbered(versions: Sequence[VersionLine], number: int | None) -> VersionLine | None:
    return next((line for line in versions if line.number == number), None)
