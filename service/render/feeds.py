"""Changes as feeds: Atom (RFC 4287) and JSON Feed 1.1, and the list of feeds a reader can take over at once (OPML 2.0).

The same changes in the same words as on the pages; the edit itself is in the entry, marked with ``ins`` and ``del``.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from xml.etree import ElementTree as xml

from service.models import ChangeLine, Declared, SourceLine

from .safe import terminal_safe

ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # an empty feed was never updated, and must say when


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself. ``base`` is where the pages are, without a slash at its end; ``older`` the feed's next part."""

    title: str
    url: str
    base: str
    older: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A change with what it edited as an HTML fragment; empty where there are no two texts."""

    line: ChangeLine
    marked: str


def atom(head: FeedHead, changes: Sequence[Told]) -> bytes:
    """Return a feed in the order of the changes, in UTF-8."""
    feed = xml.Element("feed", {"xmlns": ATOM})
    _child(feed, "id", head.url)
    _child(feed, "title", head.title)
    _child(feed, "updated", _moment(max((told.line.detected_at for told in changes), default=_NEVER)))
    _child(_child(feed, "author"), "name", "presswatch")
    _child(feed, "generator", "presswatch")
    _child(feed, "link", rel="self", type="application/atom+xml", href=head.url)
    _child(feed, "link", rel="alternate", type="text/html", href=f"{head.base}/")
    if head.older:
        _child(feed, "link", rel="next", type="application/atom+xml", href=head.older)  # RFC 5005, section 3
    for told in changes:
        _entry(feed, head, told)
    return _written(feed)


def _entry(feed: xml.Element, head: FeedHead, told: Told) -> None:
    line, entry = told.line, _child(feed, "entry")
    _child(entry, "id", _url(head, line))
    _child(entry, "title", _title(line))
    _child(entry, "updated", _moment(line.detected_at))
    _child(entry, "published", _moment(line.detected_at))
    _child(_child(entry, "author"), "name", line.source)
    _child(entry, "link", rel="alternate", type="text/html", href=_url(head, line))
    if line.item_url:
        _child(entry, "link", rel="related", href=line.item_url)
    for term in _tags(line):
        _child(entry, "category", term=term)
    _child(entry, "content", _body(head, told), type="html")


def json_feed(head: FeedHead, changes: Sequence[Told]) -> bytes:
    """Return a feed in the order of the changes, in UTF-8. Source: https://jsonfeed.org/version/1.1"""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": head.title,
        "home_page_url": f"{head.base}/",
        "feed_url": head.url,
        **({"next_url": head.older} if head.older else {}),
        "items": [_item(head, told) for told in changes],
    }
    return json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace")


def _item(head: FeedHead, told: Told) -> dict[str, Any]:
    line = told.line
    return {
        "id": _url(head, line),
        "url": _url(head, line),
        **({"external_url": line.item_url} if line.item_url else {}),
        "title": _title(line),
        "summary": _plain(line.summary),
        "content_html": _body(head, told),
        "date_published": _moment(line.detected_at),
        "authors": [{"name": line.source}],
        "tags": list(_tags(line)),
    }


def opml(title: str, base: str, sources: Iterable[SourceLine]) -> bytes:
    """Return the feed of all changes and one for each source. Source: https://opml.org/spec2.opml"""
    root = xml.Element("opml", {"version": "2.0"})
    _child(_child(root, "head"), "title", title)
    body = _child(root, "body")
    _outline(body, title, f"{base}/feeds/changes.atom", f"{base}/")
    for source in sources:
        _outline(body, source.name or source.id, f"{base}/feeds/changes.atom?source={source.id}", f"{base}/?source={source.id}")
    return _written(root)


def _outline(body: xml.Element, name: str, feed: str, page: str) -> None:
    _child(body, "outline", type="rss", text=_plain(name), title=_plain(name), xmlUrl=feed, htmlUrl=page)


def _body(head: FeedHead, told: Told) -> str:
    line = told.line
    when = (
        f"by {_minute(line.not_after)}" if line.not_before is None else f"between {_minute(line.not_before)} and {_minute(line.not_after)}"
    )
    facts = ", ".join(_tags(line))
    links = f'<a href="{escape(_url(head, line))}">evidence</a>'
    if line.item_url:
        links = f'<a href="{escape(line.item_url)}">release</a>, {links}'
    return (
        f'<p dir="auto"><strong>{escape(_plain(line.summary))}</strong></p>\n{told.marked}'
        f"<p>{escape(facts)}; happened {escape(when)} UTC; {links}</p>\n"
    )


def _title(line: ChangeLine) -> str:
    named = _plain(line.title) or line.item_url or line.source
    return f"{named} · {_plain(line.summary)}" if line.summary else f"{named} · {line.kind}"


def _tags(line: ChangeLine) -> tuple[str, ...]:
    declared = () if line.declared == Declared.UNKNOWN else (line.declared,)
    return tuple(dict.fromkeys((line.kind, line.significance, *line.classes, *declared)))


def _url(head: FeedHead, line: ChangeLine) -> str:
    return f"{head.base}/changes/{line.id}"


def _plain(text: str) -> str:
    return terminal_safe(text).replace("\n", " ")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _written(root: xml.Element) -> bytes:
    told: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return told


def _child(parent: xml.Element, name: str, words: str | None = None, **attributes: str) -> xml.Element:
    child = xml.SubElement(parent, name, {key: _NO_XML.sub("\ufffd", value) for key, value in attributes.items()})
    child.text = None if words is None else _NO_XML.sub("\ufffd", words)
    return child
