"""The feeds that a page announces: in its head as the standard says, or by a link that looks like one."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .lists import web_links

_TYPES = frozenset(["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"])
_LOOKS_LIKE_A_FEED = re.compile(
    r"/(?:rss|feeds?|atom)(?:/?$|/?\?|\.(?:xml|php|aspx?|json)\b)|\.(?:rss|atom)(?:$|\?)|/(?:rss|news|feed|atom)[\w-]*\.(?:xml|rdf)(?:$|\?)|[?&](?:feed|type|format)=(?:rss2?|atom)\b",
    re.I,
)
_OF_COMMENTS = re.compile(r"\bcomments?\b|комментари|kommentar|commentaire|comentario", re.I)


def announced_feeds(page: LexborHTMLParser, base: str) -> tuple[str, ...]:
    """Return the absolute addresses of the feeds that a page at ``base`` announces: declared ones first, those of comments last.

    Source: WHATWG HTML section 4.6.7.1, "alternate" with a feed type.
    """
    found = [*_declared(page), *_linked(page)]
    found.sort(key=lambda feed: bool(_OF_COMMENTS.search(f"{feed[0]} {feed[1]}")))
    return web_links(base, (href for href, _ in found))


def _declared(page: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for link in page.css("link[rel][href]"):
        rels = (link.attributes.get("rel") or "").lower().split()
        kind = (link.attributes.get("type") or "").split(";")[0].strip().lower()
        if "alternate" in rels and (kind in _TYPES or (kind == "application/json" and "feed" in _href(link))):
            yield _href(link), link.attributes.get("title") or ""


def _linked(page: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for link in page.css("a[href]"):
        if _LOOKS_LIKE_A_FEED.search(_href(link)):
            yield _href(link), link.text()


def _href(link: LexborNode) -> str:
    return (link.attributes.get("href") or "").strip()
