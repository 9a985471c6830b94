"""When a release was published and modified, by its page's own word.

A cascade, from what is written for machines to what is written for people; the first that is sure wins.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from service.dates import instant, machine_stamp, stamp

from .body import Body
from .datelines import DateLines, dateline, declared
from .guesses import guessed_stamp
from .page import Page
from .titles import Title

_PUBLISHED = (
    "article:published_time og:published_time og:article:published_time datepublished article.published publish-date publish_date "
    "publication_date publicationdate pubdate parsely-pub-date sailthru.date cxenseparse:recs:publishtime "
    "dcterms.issued dc.date.issued dcterms.created dc.date.created dcterms.date dc.date"
).split()
_MODIFIED = "article:modified_time og:updated_time datemodified dcterms.modified dc.date.modified lastmod last-modified".split()
_AHEAD = timedelta(days=2)  # a date further ahead of our look is doubtful: day and month swapped, or the event's own date


class Dates(NamedTuple):
    """Stamps as in ``models.Reading``."""

    published: str | None
    modified: str | None


def dates_of(page: Page, body: Body, title: Title) -> Dates:
    """Return when the release was published and last modified; a time without zone stays so, what nobody says is None.

    A publication later than the look itself is believed only if nothing on the page tells another.
    """
    lines = DateLines(page, body, title)
    told = [found for found in _published(page, body, title, lines) if found]
    published = next((found for found in told if not _is_ahead(found, page)), next(iter(told), None))
    modified = _machine(page.facts.modified, page) or _meta(page, _MODIFIED) or lines.modified
    return Dates(published, modified)


def _published(page: Page, body: Body, title: Title, lines: DateLines) -> Iterator[str | None]:
    selected = _selected(page)
    if selected:
        yield selected
        return
    machines = _machine(page.facts.published, page) or _meta(page, _PUBLISHED)
    yield machines
    if machines and not _is_ahead(machines, page):
        return
    yield lines.published
    yield _meta(page, ["date"])  # not seldom the day on which the page was served
    yield dateline(page, body)
    yield stamp(title.text, language=page.language, day_first=page.day_first)
    yield lines.guess()


def _selected(page: Page) -> str | None:
    """Return what the source's date selector names; we were told that it is a date, so dateparser may try as well."""
    selector = page.source.selectors.date
    for node in page.select(selector) if selector else []:
        text = page.text_of(node)
        found = declared(page, node) or stamp(text, language=page.language, day_first=page.day_first)
        if found or (found := guessed_stamp(text, page.language)):
            return found
    return None


def _meta(page: Page, names: Iterable[str]) -> str | None:
    told = page.metas
    return next((found for name in names if name in told and (found := _machine(told[name], page))), None)


def _machine(text: str, page: Page) -> str | None:
    return (machine_stamp(text) or stamp(text, language=page.language, day_first=page.day_first)) if text else None


def _is_ahead(found: str, page: Page) -> bool:
    if found[:10] <= page.fetched_at.date().isoformat():
        return False  # in any zone
    moment = instant(found, page.source.timezone)
    return moment is not None and moment > page.fetched_at + _AHEAD
