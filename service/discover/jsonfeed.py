"""JSON Feed 1.0 and 1.1 (jsonfeed.org), in whatever state it is served.

Fields of a wrong type are taken for absent: one bad entry is no reason to lose the others.
"""

import json
from typing import Any

from service import dates, urls
from service.errors import Unreadable
from service.models import Entry, Found, Kind
from service.text import displayed

from .lists import web_links
from .plain import plain

_SUMMARY = 600


def read_json_feed(text: str, address: str) -> Found:
    """Return the entries of a JSON Feed served at ``address``. Raises ``Unreadable`` for other JSON, and for what is none."""
    try:
        feed = json.loads(text.lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError) as error:
        what = str(error) if isinstance(error, json.JSONDecodeError) else "nested too deeply, or a number too long"
        raise Unreadable(f"neither a feed nor a page, and not readable as JSON: {what}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Unreadable("JSON that is no JSON Feed: it has no list of items")
    base = urls.absolute(address, _text(feed, "home_page_url")) or address
    entries = [entry for item in items if isinstance(item, dict) and (entry := _entry(item, base))]
    lost = len(items) - len(entries)
    return Found(
        Kind.FEED,
        entries=tuple(entries),
        more=web_links(address, filter(None, [_text(feed, "next_url")])),
        title=displayed(_text(feed, "title")),
        language=_text(feed, "language") or None,
        warnings=(f"{lost} of {len(items)} entries have no address",) if lost else (),
    )


def _entry(item: dict[str, Any], base: str) -> Entry | None:
    guid = _text(item, "id")
    hrefs = (_text(item, "url"), guid if urls.is_web(guid) else "", _text(item, "external_url"))
    address = next((found for href in hrefs if href and (found := urls.absolute(base, href))), None)
    if address is None:
        return None
    summary = _text(item, "summary") or _text(item, "content_text") or plain(_text(item, "content_html"))
    return Entry(
        url=address,
        title=plain(_text(item, "title")),
        published=dates.machine_stamp(_text(item, "date_published")),
        updated=dates.machine_stamp(_text(item, "date_modified")),
        guid=guid,
        summary=displayed(summary)[:_SUMMARY],
        language=_text(item, "language") or None,
    )


def _text(record: dict[str, Any], field: str) -> str:
    """Return a field that should be text; a number counts, as many feeds number their entries."""
    value = record.get(field)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if isinstance(value, str) else str(value) if number else ""
