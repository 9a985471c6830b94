"""One switch: what an answer is, what the source says it is, and who reads it."""

from collections.abc import Collection
from dataclasses import replace

from service.decode import decode
from service.errors import Unreadable
from service.models import Entry, Found, Kind, Snapshot, Source

from .feed import read_feed
from .jsonfeed import read_json_feed
from .listing import read_listing, read_listing_or_page
from .lists import tidy
from .sitemap import read_addresses, read_sitemap
from .sniff import Form, form, unpacked

_STANDS_FOR = {
    Form.HTML: "an HTML page",
    Form.TEXT: "plain text",
    Form.ADDRESSES: "a plain list of addresses",
    Form.SITEMAP: "a sitemap",
    Form.FEED: "a feed",
    Form.JSON: "JSON",
}
_PDF = b"%PDF-"


def discover(snapshot: Snapshot, source: Source, kind: Kind = Kind.AUTO, seen: Collection[str] = ()) -> Found:
    """Return what a source's list tells: its kind, its entries in their order, where it goes on, the feeds that its page announces.

    ``kind`` is what the list is known to be; with ``AUTO`` it is found out. Of a further page of a list, ``seen`` are the
    ``Found.links`` of the first. Entries are absolute, clean, one for each
    ``urls.address_key``, filtered by the source's include and exclude. Nothing is fetched.
    Raises ``Unreadable``, in plain words, where nothing can be made of the answer; lesser trouble stands in ``Found.warnings``.
    """
    if kind is Kind.PAGE:
        return _page(snapshot)
    body = unpacked(snapshot.body)
    if kind is Kind.AUTO and body.startswith(_PDF):
        return _page(snapshot)
    text = decode(body, snapshot.header("content-type"))
    shape = form(text)
    if shape is Form.EMPTY:
        raise Unreadable("empty answer")
    found = _read(kind, shape, body, text, snapshot, source, seen)
    return found if found.kind is Kind.PAGE else replace(found, entries=tidy(found.entries, source, snapshot))


def _read(kind: Kind, shape: Form, body: bytes, text: str, snapshot: Snapshot, source: Source, seen: Collection[str]) -> Found:
    if kind is Kind.LISTING:
        return _as_listing(shape, text, snapshot, source, seen)
    if kind is Kind.FEED or (kind is Kind.AUTO and shape in (Form.FEED, Form.JSON)):
        return _as_feed(shape, body, text, snapshot.final_url)
    if kind is Kind.SITEMAP or shape in (Form.SITEMAP, Form.ADDRESSES):
        return _as_sitemap(shape, body, text, snapshot.final_url)
    return read_listing_or_page(text, snapshot, source) if shape is Form.HTML else _page(snapshot)


def _as_feed(shape: Form, body: bytes, text: str, address: str) -> Found:
    if shape is Form.JSON:
        return read_json_feed(text, address)
    if shape is Form.FEED:
        return read_feed(body, text, address)
    try:
        found = read_feed(body, text, address)
    except Unreadable:
        found = Found(Kind.FEED)
    if not found.entries:
        raise Unreadable(f"{_STANDS_FOR[shape]} stands where a feed should be")
    return found


def _as_sitemap(shape: Form, body: bytes, text: str, address: str) -> Found:
    if shape is Form.SITEMAP:
        return read_sitemap(text, address)
    if shape is Form.ADDRESSES:
        return read_addresses(text)
    if shape not in (Form.FEED, Form.JSON):
        raise Unreadable(f"{_STANDS_FOR[shape]} stands where a sitemap should be")
    feed = _as_feed(shape, body, text, address)
    return replace(
        feed, kind=Kind.SITEMAP, entries=tuple(replace(entry, updated=entry.updated or entry.published) for entry in feed.entries)
    )


def _as_listing(shape: Form, text: str, snapshot: Snapshot, source: Source, seen: Collection[str]) -> Found:
    if shape is not Form.HTML:
        raise Unreadable(f"{_STANDS_FOR[shape]} stands where a page with a list should be")
    return read_listing(text, snapshot, source, seen)


def _page(snapshot: Snapshot) -> Found:
    return Found(Kind.PAGE, (Entry(url=snapshot.url),))
