"""Sitemaps: lists of addresses, lists of such lists, news sitemaps; plain text too.

Read as served where that is XML, else once more with bare ampersands escaped and prefixes gone that nobody declared; what stands
before a break is kept either way.
Source: sitemaps.org protocol 0.9, Google's news extension. Namespaces are not asked for: half of the world's are misspelt.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from service import dates
from service.errors import Unreadable
from service.models import Entry, Found, Kind
from service.text import displayed

from .lists import web_links

_START = re.compile(r"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b", re.I)
_PREFIX = re.compile(r"(</?|\s(?!xmlns))[\w.-]+:(?=[\w.-]+[\s=/>])")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)", re.I)
_ADDRESS_LINE = re.compile(r"^[ \t]*(?P<child>site-?map:)?[ \t]*(?P<url>https?://\S+)[ \t\r]*$", re.I | re.M)
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(slots=True)
class _Read:
    entries: list[Entry] = field(default_factory=list)
    children: list[tuple[str, str]] = field(default_factory=list)
    broken: str = ""


def read_sitemap(text: str, address: str) -> Found:
    """Return the addresses of a sitemap served at ``address``; the sitemaps of an index are ``more``, the last changed first.

    Raises ``Unreadable`` for what is none, and for one that declares entities.
    """
    if "<!ENTITY" in text:
        raise Unreadable("a sitemap that declares entities is not read")
    start = _START.search(text)
    if start is None:
        raise Unreadable("no sitemap: it has neither a urlset nor a sitemapindex")
    # The declaration of an encoding is about bytes, and these are characters.
    markup = _NOT_XML.sub("", text[start.start() :])
    read = _read(markup)
    if read.broken:
        mended = _PREFIX.sub(r"\1", _BARE_AMPERSAND.sub("&amp;", markup))
        read = max(_read(mended), read, key=lambda one: (not one.broken, len(one.entries) + len(one.children)))
    return Found(
        Kind.SITEMAP,
        entries=tuple(read.entries),
        more=web_links(address, _last_changed_first(read.children)),
        warnings=(f"the sitemap breaks off: {read.broken}",) if read.broken else (),
    )


def read_addresses(text: str) -> Found:
    """Return the addresses of a plain-text sitemap, one a line; of a robots.txt, the sitemaps it names."""
    lines = list(_ADDRESS_LINE.finditer(text))
    return Found(
        Kind.SITEMAP,
        entries=tuple(Entry(url=line["url"]) for line in lines if not line["child"]),
        more=tuple(line["url"] for line in lines if line["child"]),
    )


def _read(markup: str) -> _Read:
    read = _Read()
    parser: XMLPullParser[Any] = XMLPullParser(("end",))
    try:
        parser.feed(markup)
        parser.close()
    except ParseError as error:
        read.broken = str(error)
    try:
        for event in parser.read_events():
            if isinstance(event[-1], Element):
                _take(event[-1], read)
    except ParseError as error:  # told by this door where a break is met, by the other where the end is missing
        read.broken = str(error)
    return read


def _take(element: Element, read: _Read) -> None:
    """Note one finished element; emptied at once, for a list of 50,000 shall not stand in memory twice."""
    name = _local(element)
    if name not in ("url", "sitemap"):
        return
    loc, lastmod = _child(element, "loc"), _child(element, "lastmod")
    if loc and name == "url":
        news = next((inner for inner in element if _local(inner) == "news"), element)
        read.entries.append(
            Entry(
                url=loc,
                title=_child(news, "title"),
                published=_stamp(_child(news, "publication_date")),
                updated=_stamp(lastmod),
                language=_language(news),
            )
        )
    elif loc:
        read.children.append((loc, _stamp(lastmod) or ""))
    element.clear()


def _local(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1].lower()


def _child(element: Element, name: str) -> str:
    return next((displayed("".join(inner.itertext())) for inner in element if _local(inner) == name), "")


def _language(news: Element) -> str | None:
    publication = next((inner for inner in news if _local(inner) == "publication"), None)
    return (_child(publication, "language") or None) if publication is not None else None


def _stamp(told: str) -> str | None:
    return dates.machine_stamp(told) or dates.stamp(told) if told else None


def _last_changed_first(children: list[tuple[str, str]]) -> Iterator[str]:
    dated = all(stamp for _, stamp in children)
    yield from (loc for loc, _ in (sorted(children, key=lambda child: child[1], reverse=True) if dated else children))
