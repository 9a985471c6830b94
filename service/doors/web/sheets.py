"""Templates filled in the reader's language, times as everybody can read them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from .tongues import LANGUAGES, Tongue, tongue

Facts = Mapping[str, object]
_COOKIE = "language"
_YEAR = 365 * 24 * 3600  # seconds
_FOLDER = Path(__file__).parent


class Sheets:
    """The templates of the pages, once for each language."""

    def __init__(self) -> None:
        self._tongues = {language: tongue(language) for language in LANGUAGES}
        self._rooms = {language: _environment(spoken) for language, spoken in self._tongues.items()}

    def show(
        self, request: Request, name: str, facts: Facts, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """Return a page. A language asked for in the address (``lang``) is remembered."""
        language = language_of(request)
        response = HTMLResponse(self.fill(request, name, facts), status, dict(headers or {}) | {"Content-Language": language})
        response.headers.append("Vary", "Accept-Language, Cookie")
        if request.query_params.get("lang") == language:
            response.set_cookie(_COOKIE, language, max_age=_YEAR, httponly=True, samesite="lax")
        return response

    def tongue(self, request: Request) -> Tongue:
        """Return the language of a reader."""
        return self._tongues[language_of(request)]

    def fill(self, request: Request, name: str, facts: Facts) -> str:
        """Return a template filled with facts: a page, or a part of one."""
        language = language_of(request)
        template = self._rooms[language].get_template(name)
        return template.render(facts, request=request, language=language, languages=LANGUAGES, here=_here(request))


def language_of(request: Request) -> str:
    """Return the language that a reader wants: asked for, remembered, or the first of the browser's that there is (RFC 9110, 12.5.4)."""
    wanted = [
        request.query_params.get("lang", ""),
        request.cookies.get(_COOKIE, ""),
        *_accepted(request.headers.get("accept-language", "")),
    ]
    return next((language for language in wanted if language in LANGUAGES), "en")


def _accepted(header: str) -> Iterator[str]:
    """Yield the languages of an Accept-Language header in the order in which they are written, as browsers write them: best first."""
    for part in header.split(","):
        yield part.partition(";")[0].strip().lower().partition("-")[0]


def _here(request: Request) -> str:
    """Return the address of the page without the language it asks for, fit to have one appended."""
    query = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "lang"])
    return f"{request.url.path}?{query}&" if query else f"{request.url.path}?"


def _environment(spoken: Tongue) -> Environment:
    room = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    room.install_gettext_translations(spoken.words, newstyle=True)  # type: ignore[attr-defined] # what the extension brings
    room.filters["told"] = spoken.told
    room.filters["moment"] = moment
    room.filters["stamp"] = stamp
    room.globals["choices_of"] = choices_of
    return room


@lru_cache(16)
def choices_of(named: tuple[tuple[str, str], ...], chosen: str | None) -> Markup:
    """Return the options of a list to choose from; remembered, for a thousand sources take longer than all else of a page."""
    option, marked = Markup('<option value="{}">{}</option>\n'), Markup('<option value="{}" selected>{}</option>\n')
    return Markup("").join((marked if value == chosen else option).format(value, label) for value, label in named)


def moment(instant: datetime | None, *, seconds: bool = False) -> Markup:
    """Return a moment as ``time``: in UTC with its zone, until the script of the page has put the reader's own time there."""
    if instant is None:
        return Markup("–")
    shown = instant.astimezone(UTC)
    words = shown.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
    return Markup('<time datetime="{}" title="{} UTC">{} UTC</time>').format(
        escape(shown.isoformat()), shown.strftime("%Y-%m-%d %H:%M:%S"), words
    )


def stamp(written: str) -> Markup:
    """Return the publisher's word for when: as a moment where it names a time and its zone, else as it was written."""
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        return escape(written)
    return moment(instant) if instant.tzinfo is not None else escape(written)
