"""What an answer is, by its own words: a Content-Type is what a server believes, and servers are wrong about feeds."""

import re
import zlib
from enum import StrEnum

from service.errors import Unreadable

MOST_BYTES = 30_000_000  # after unpacking; a sitemap may have 50 MB (sitemaps.org), those met had 8

_GZIP = b"\x1f\x8b"
_HEAD = 20_000  # characters in which a root that stands behind warnings or comments is looked for
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>", re.I | re.S)
_TAG = re.compile(r"<(?:[\w.-]+:)?(?P<name>[a-z][\w.-]*)", re.I)
_HTML_DECLARED = re.compile(r"<!doctype\s+html", re.I)
_SOME_TAG = re.compile(r"<(?:[a-z][\w-]*[\s/>]|!doctype)", re.I)
_LATE_ROOT = re.compile(r"<(?:[\w.-]+:)?(?P<name>rss|rdf|feed|urlset|sitemapindex)[\s>]", re.I)
_ADDRESS_LINE = re.compile(r"^[ \t]*(?:site-?map:[ \t]*)?https?://\S+[ \t\r]*$", re.I | re.M)


class Form(StrEnum):
    """What the bytes are, before anybody asks what is in them."""

    EMPTY = "empty"
    FEED = "feed"
    JSON = "json"
    SITEMAP = "sitemap"
    ADDRESSES = "addresses"  # plain text with an address a line
    HTML = "html"
    TEXT = "text"


_ROOTS = dict.fromkeys(("rss", "rdf", "feed", "channel"), Form.FEED) | dict.fromkeys(("urlset", "sitemapindex"), Form.SITEMAP)


def unpacked(body: bytes) -> bytes:
    """Return the bytes, or what a gzip file of them holds. Raises ``Unreadable`` for a broken or a monstrous one."""
    if not body.startswith(_GZIP):
        return body
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = reader.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise Unreadable(f"a gzip file that cannot be unpacked: {error}") from error
    if reader.unconsumed_tail:
        raise Unreadable(f"a gzip file of more than {MOST_BYTES:,} bytes")
    return plain


def form(text: str) -> Form:
    """Return what a decoded answer is."""
    start = text.lstrip("\ufeff \t\r\n\0")
    if not start:
        return Form.EMPTY
    if start[0] in "{[":
        return Form.JSON
    return _marked_up(text) or (Form.ADDRESSES if _ADDRESS_LINE.search(text) else Form.TEXT)


def _marked_up(text: str) -> Form | None:
    at = 0
    while skipped := _PROLOG.match(text, at):
        at = skipped.end()
    root = _TAG.match(text, at)
    name = root["name"].lower() if root else ""
    if name not in _ROOTS and name != "html" and not _HTML_DECLARED.search(text, 0, at):
        late = _LATE_ROOT.search(text, at, at + _HEAD)
        name = late["name"].lower() if late else name
    return _ROOTS.get(name) or (Form.HTML if root or _SOME_TAG.search(text, 0, _HEAD) else None)
