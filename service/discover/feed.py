"""Feeds in XML: RSS of every age, Atom, CDF; well-formed or not, as feedparser reads them.

feedparser is handed bytes in a ``BytesIO`` and nothing else: it would open a file or an address of that name.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from time import struct_time
from typing import Any

import feedparser

from service import dates, urls
from service.errors import Unreadable
from service.models import Entry, Found, Kind

from .plain import plain

MOST_BYTES = 5_000_000

_ENCODING = re.compile(r"""^(\s*<\?xml[^>]*?\bencoding\s*=\s*)(["'])[^"'>]*\2""", re.I)
# A tag of more than 2,000 attributes takes the parser quadratic time (20,000: 6 s; 40,000: 21 s). Atomic: the scan never looks back.
_CROWDED = re.compile(rb"""<[a-z][^\s<>]*+(?>\s++[^\s=<>]++\s*+=\s*+(?>"[^"]*+"|'[^']*+'|[^\s<>]*+)){2000}+""", re.I)
_SUMMARY = 600
_SELF = frozenset(["self", "edit", "replies", "hub", "next", "previous", "prev", "first", "last", "related", "via", "license"])


def read_feed(body: bytes, text: str, address: str) -> Found:
    """Return the entries of a feed served at ``address``, by absolute addresses; ``text`` is the body decoded.

    Raises ``Unreadable`` for what is no feed. What is broken in it, and what that may have cost, stands in ``warnings``.
    """
    parsed = _parsed(_recoded(body, text)[:MOST_BYTES])
    if not parsed.entries and not parsed.get("version"):
        raise Unreadable(f"no feed can be read here: {_trouble(parsed) or 'it has no entries and no root that we know'}")
    head: dict[str, Any] = parsed.feed
    base = urls.absolute(address, str(head.get("link") or "")) or address
    atom = str(parsed.get("version")).startswith("atom")
    entries = [entry for raw in parsed.entries if (entry := _entry(raw, base, atom))]
    return Found(
        Kind.FEED,
        entries=tuple(entries),
        title=plain(str(head.get("title", ""))),
        language=str(head.get("language") or "") or None,
        warnings=tuple(_warnings(parsed, len(parsed.entries) - len(entries), len(body))),
    )


def _parsed(body: bytes) -> Any:
    if _CROWDED.search(body):
        raise Unreadable("no feed can be read here: one of its tags is made to exhaust us")
    try:
        return feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # its fallback for ill-formed feeds runs on whatever was served, and raises what it meets there
        raise Unreadable(f"no feed can be read here: {error or type(error).__name__}") from error


def _recoded(body: bytes, text: str) -> bytes:
    """Return the body in UTF-8 and declared so, where feedparser would have to guess; else untouched.

    It believes a declaration that lies, and takes undeclared Cyrillic for windows-1252.
    """
    if body.isascii() or b"\0" in body[:4] or not text.lstrip().startswith("<"):
        return body
    return _ENCODING.sub(r"\1\2utf-8\2", text, count=1).encode("utf-8", "replace")


def _warnings(parsed: Any, without_link: int, size: int) -> Iterator[str]:
    if trouble := _trouble(parsed):
        yield f"the feed is not well-formed: {trouble}"
    if without_link:
        yield f"{without_link} of {len(parsed.entries)} entries have no address"
    if size > MOST_BYTES:
        yield f"only the first {MOST_BYTES:,} bytes of the feed were read"


def _trouble(parsed: Any) -> str:
    error = parsed.get("bozo_exception")
    if not parsed.get("bozo") or isinstance(error, feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType):
        return ""
    return " ".join(str(error).split())[:200]


def _entry(raw: Any, base: str, atom: bool) -> Entry | None:
    address = next((found for href in _addresses(raw) if (found := urls.absolute(base, href))), None)
    if address is None:
        return None
    published, updated = _stamp(raw, "published") or _stamp(raw, "created"), _stamp(raw, "updated")
    return Entry(
        url=address,
        title=_shown(raw, "title", atom),
        published=published or (None if atom else updated),
        updated=updated,
        guid=str(raw.get("id") or ""),
        summary=_shown(raw, "summary", atom)[:_SUMMARY],
        language=str(raw.get("language") or "") or None,
    )


def _addresses(raw: Any) -> Iterator[str]:
    """Yield what may be the address of an entry, the likeliest first; a link through a counting service gives way to where it leads."""
    told = raw.get("links")  # a text, where an element of the feed has that name
    links = [link for link in told if link.get("href")] if isinstance(told, list) else []
    yield from (str(raw[name]) for name in ("feedburner_origlink", "link") if raw.get(name))
    yield from (link["href"] for link in links if link.get("rel", "alternate") not in _SELF | {"enclosure"})
    if urls.is_web(str(raw.get("id") or "")):
        yield str(raw["id"])
    yield from (link["href"] for link in links if link.get("rel") == "enclosure")
    yield from (link["href"] for link in links)


def _shown(raw: Any, field: str, atom: bool) -> str:
    """Return a text construct as displayed. Outside Atom nobody says whether markup in it is meant, so it is."""
    told = str(raw.get(field) or "")
    detail = raw.get(f"{field}_detail")
    is_text = atom and isinstance(detail, dict) and detail.get("type") == "text/plain"
    return " ".join(told.split()) if is_text else plain(told)


def _stamp(raw: Any, field: str) -> str | None:
    """Return a date as precise as the feed wrote it; of exotic spellings that only feedparser knows, the day alone."""
    if field not in raw:
        return None
    told = str(raw[field])
    moment = raw.get(f"{field}_parsed")
    day = f"{moment.tm_year:04d}-{moment.tm_mon:02d}-{moment.tm_mday:02d}" if isinstance(moment, struct_time) else None
    return dates.machine_stamp(told) or dates.stamp(told) or day
