"""Answers made to exhaust whoever reads them, or to make him read what is not theirs. Run as a program, it reads all of them within bounds.

``python -m tests.hostile SECRET`` reads each in turn with little memory and little time, and says what came of it, a line of JSON each.
``SECRET`` is a file whose content must come out nowhere.
"""

import gzip
import json
import resource
import sys
from pathlib import Path

from service.discover import discover
from service.errors import Unreadable
from service.extract import extract
from service.models import Kind, Source

from .reading import snapshot

MEMORY = 1_500_000_000  # bytes of address space, of which libraries take a third before they do anything
SECONDS = 60  # of CPU, for all of them together
MB = 1_000_000
SOURCE = Source("hostile", "https://news.example/")
_LAUGHS = "<!DOCTYPE r [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"
_ITEM = "<item><title>{}</title><link>http://news.example/1</link></item>"


def rss(inner: str, before: str = "", head: str = "<rss>") -> str:
    return f"{before}{head}<channel>{inner}</channel></rss>"


def sitemap(location: str, before: str = "") -> str:
    return f"{before}<urlset><url><loc>http://news.example/{location}</loc></url></urlset>"


def attributes(count: int) -> str:
    return " ".join(f"a{number}='b'" for number in range(count))


def lists(secret: str) -> dict[str, tuple[Kind, str | bytes]]:
    """Return lists by what is wrong with them."""
    outside = f"<!DOCTYPE r [<!ENTITY a SYSTEM 'file://{secret}'>]>"
    parameter = f"<!DOCTYPE r SYSTEM 'file://{secret}' [<!ENTITY % p SYSTEM 'file://{secret}'> %p;]>"
    blowup = f"<!DOCTYPE r [<!ENTITY a '{'x' * 100_000}'>]>"
    json_feed = '{{"version":"https://jsonfeed.org/version/1.1","items":{}}}'
    return {
        "feed, entity of a file": (Kind.FEED, rss(_ITEM.format("&a;"), outside)),
        "feed, parameter entity": (Kind.FEED, rss(_ITEM.format("title"), parameter)),
        "feed, a billion laughs": (Kind.FEED, rss(_ITEM.format("&a11;"), _LAUGHS)),
        "feed, one long entity often": (Kind.FEED, rss(_ITEM.format("&a;" * 20_000), blowup)),
        "feed, nested deeply": (Kind.FEED, rss("<a>" * 40_000)),
        "feed, a crowd of attributes": (Kind.FEED, rss(f"<item {attributes(100_000)}>{_ITEM.format('a')}")),
        "feed, one huge attribute": (Kind.FEED, rss(f"<item a='{'x' * 4 * MB}'></item>{_ITEM.format('a')}")),
        "feed, a crowd of namespaces": (Kind.FEED, rss(_ITEM.format("a"), head=f"<rss {attributes(1_500).replace(' ', ' xmlns:')}>")),
        "feed, marks alone": (Kind.FEED, rss("<" * MB)),
        "feed, never closed": (Kind.FEED, rss("<![CDATA[" * 200_000)),
        "json feed, nested deeply": (Kind.FEED, json_feed.format("[" * 100_000 + "]" * 100_000)),
        "json feed, a number without end": (Kind.FEED, json_feed.format('[{"id":' + "9" * 100_000 + "}]")),
        "sitemap, entity of a file": (Kind.SITEMAP, sitemap("&a;", outside)),
        "sitemap, a billion laughs": (Kind.SITEMAP, sitemap("&a11;", _LAUGHS)),
        "sitemap, nested deeply": (Kind.SITEMAP, "<urlset>" + "<a>" * 300_000),
        "sitemap, a crowd of attributes": (Kind.SITEMAP, sitemap("1").replace("<url>", f"<url {attributes(100_000)}>")),
        "sitemap, packed bomb": (Kind.SITEMAP, gzip.compress(b"<urlset>" + b" " * 100 * MB)),
        "sitemap, packed often": (Kind.SITEMAP, gzip.compress(gzip.compress(gzip.compress(b"\0" * 10 * MB)))),
        "addresses, one without end": (Kind.SITEMAP, "http://news.example/" + "a" * 4 * MB),
        "listing, one link without end": (Kind.LISTING, f"<html><a href='/{'a' * 4 * MB}'>text</a>"),
        "listing, a crowd of attributes": (Kind.LISTING, f"<html><p {attributes(100_000)}>text"),
        "listing, nested deeply": (Kind.LISTING, "<html>" + "<div>" * 100_000),
        "listing, never closed": (Kind.LISTING, "<html>" + "<!--" * MB),
        "listing, a picture in each address": (Kind.LISTING, "<html>" + f"<a href='data:{'a' * 50_000}'>text of it</a>" * 90),
    }


PAGES = {
    "page, a crowd of links": "<html><main><p>" + "<a href='/a'>link</a> " * 100_000,
    "page, nested letters": "<html><main><p>" + "<b><i>" * 30_000 + "text",
    "page, facts nested deeply": f"<html><script type='application/ld+json'>{'[' * MB}</script><p>text of the page",
    "page, a number without end": "<html><script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"datePublished\":"
    + "9" * 100_000
    + "}</script><p>text of the page",
    "page, space without end": "<html><main><p>some" + " " * 4 * MB + "text",
    "page, dates without end": "<html><main><p>" + "22 November 2026 " * 100_000,
    "page, marks on one letter": "<html><main><p>a" + "\u0301" * MB,
    "page, a title without end": f"<html><title>{'a ' * MB}</title><p>text of the page",
}  # fmt: skip


def main(secret: str) -> None:
    extract(snapshot("<html><p>What reading takes at all."), SOURCE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    for name, (kind, body) in lists(secret).items():
        told(name, lambda kind=kind, body=body: discover(snapshot(body, "text/html" if kind is Kind.LISTING else ""), SOURCE, kind))
    for name, text in PAGES.items():
        told(name, lambda text=text: extract(snapshot(text), SOURCE))


def told(name: str, read) -> None:
    try:
        found = repr(read())
        words = "read"
    except Unreadable as refused:
        found = words = str(refused)
    leaks = Path(sys.argv[1]).read_text() in found
    print(json.dumps({"name": name, "words": words, "size": len(found), "leaks": leaks}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
