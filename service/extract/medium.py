"""What an answer is: a page, a PDF, plain text, or nothing that we read."""

from enum import Enum

from service.errors import Unreadable
from service.models import Snapshot

_SPACE = b" \t\r\n\x0c\xef\xbb\xbf"
_MAGIC = {
    b"PK\x03\x04": "a zip file or an office document",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "an image, a sound or a film",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "a rich text document",
    b"<rss": "a feed",
    b"<feed": "a feed",
    b"<rdf:": "a feed",
    b"<urlset": "a sitemap",
    b"<sitemapindex": "a sitemap",
}
_MAGICS = tuple(_MAGIC)
_NOT_TEXT = ("image/", "audio/", "video/", "font/", "application/zip", "application/json", "application/msword")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\x0c\x1b"))


class Medium(Enum):
    """What we know how to read."""

    PAGE = "page"
    PDF = "pdf"
    PLAIN = "plain"


def medium(snapshot: Snapshot) -> Medium:
    """Return what a snapshot is, by its first bytes before its declared type; raise ``Unreadable`` for what is no document."""
    start = snapshot.body[:4096].lstrip(_SPACE)
    if not start:
        raise Unreadable("the answer is empty")
    if not start.startswith(b"<") and b"%PDF-" in start[:1024]:
        return Medium.PDF
    declared = snapshot.content_type
    _refuse(start, declared)
    if declared == "text/plain" and not start.lower().startswith((b"<!doctype html", b"<html")):
        return Medium.PLAIN
    return Medium.PAGE


def _refuse(start: bytes, declared: str) -> None:
    head = start.split(b"?>", 1)[-1].lstrip(_SPACE) if start.startswith(b"<?xml") else start
    if head.startswith(_MAGICS):
        what = next(words for magic, words in _MAGIC.items() if head.startswith(magic))
        raise Unreadable(f"the answer is {what}, not a page")
    if declared.startswith(_NOT_TEXT) and not head.startswith(b"<"):
        raise Unreadable(f"the answer is {declared}, not a page")
    if _is_binary(start):
        raise Unreadable("the answer is binary data, not a page")


def _is_binary(start: bytes) -> bool:
    """Return whether bytes are no text in any charset; UTF-16 and UTF-32 are told by their marks or by where their zeros stand."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or start[:2] in (b"<\0", b"\0<"):
        return False
    return (len(start) - len(start.translate(None, _CONTROL))) * 20 > len(start)
