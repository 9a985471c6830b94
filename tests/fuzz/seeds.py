"""What the fuzzing begins with: real feeds, pages, lists and rules of the corpus, and a few of our own where there is none."""

import gzip
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LARGEST = 20_000  # bytes of a seed
_SOME = 60  # seeds of a kind

OWN: dict[str, tuple[bytes, ...]] = {
    "page": (
        b"<html lang=en><head><title>T</title><meta property='article:published_time' content='2026-11-22T10:00:00Z'>"
        b"<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"datePublished\":\"2026-11-22\"}</script></head>"
        b"<body><main><h1>T</h1><p>One paragraph of the release.<p>22 November 2026<table><tr><td>1<td>2</table></main></body></html>",
    ),
    "feed": (
        b"<rss version='2.0'><channel><item><title>A</title><link>http://a.example/1</link><pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate>"
        b"</item></channel></rss>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title><id>u</id><link href='/1'/><updated>2026-11-22</updated></entry>"
        b"</feed>",
    ),
    "json": (b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"http://a.example/1","date_published":"2026-11-22"}]}',),
    "sitemap": (
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>http://a.example/1</loc><lastmod>2026-11-22</lastmod></url></urlset>",
        b"<sitemapindex><sitemap><loc>http://a.example/s.xml.gz</loc></sitemap></sitemapindex>",
        b"http://a.example/1\nhttp://a.example/2\n",
        gzip.compress(b"<urlset><url><loc>http://a.example/1</loc></url></urlset>", mtime=0),
    ),
    "robots": (b"User-agent: *\nDisallow: /a*b$\nCrawl-delay: 2\nClean-param: a&b /news\nSitemap: http://a.example/s.xml\n",),
    "answer": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nAge: 3\r\nLast-Modified: Sun, 22 Nov 2026 10:00:00 GMT\r\n"
        b'Link: <http://a.example/c>; rel="canonical"\r\n\r\nhello',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n",
        b"HTTP/1.1 429 Slow down\r\nRetry-After: 120\r\n\r\n",
        b"HTTP/1.0 304 Not Modified\r\nETag: W/\"x\"\r\n\r\n",
    ),
    "date": (
        b"22 November 2026, 10:30", "22 ноября 2026 г.".encode(), b"Sun, 22 Nov 2026 10:00:00 +0300", b"2026-11-22T10:00:00Z",
        "2026年11月22日".encode(), b"last updated on 22/11/2026 at 5pm", b"3-5 May 2026", "٢٢ نوفمبر ٢٠٢٦".encode(),
    ),
    "url": (
        b"http://a.example/news/?utm_source=x&id=1#top", b"HTTPS://user@www.a.example:443/a/../b/index.html;jsessionid=1",
        "http://пример.испытание/путь".encode(), b"//b.example/x", b"http://[::1%25lo]:80/", b"javascript:alert(1)", b"data:text/html,x",
    ),
    "query": (b'peacekeep* OR "will not be deployed" -exercise', b"COVID-19 51", "войска -учения".encode(), "平和維持".encode()),
    "memento": (
        b'<http://a.example/>; rel="original",\n<http://b.example/web/20200101000000/http://a.example/>; rel="first memento"; '
        b'datetime="Wed, 01 Jan 2020 00:00:00 GMT"',
        b'{"original_uri":"http://a.example/","mementos":{"list":[{"datetime":"2020-01-01T00:00:00Z","uri":"http://b.example/1"}]}}',
        b'[["urlkey","timestamp","original","mimetype","statuscode"],["a","20200101000000","http://a.example/","text/html","200"]]',
        b"example,a)/ 20200101000000 {\"url\": \"http://a.example/\", \"status\": \"200\"}",
        b"example,a)/ 20200102000000 http://a.example/ text/html 200",
        b'{"url":"http://a.example/","job_id":"spn2-1"}', b'{"status":"pending"}',
        b'{"status":"success","timestamp":"20261122000000","original_url":"https://news.example/news/1/"}',
        b'{"status":"error","status_ext":"error:blocked-url","message":"no"}',
    ),
    "warc": (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Length: 44\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n",
        gzip.compress(
            b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 61\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n\r\n\r\n", mtime=0,
        ),
    ),
    "toml": (),
    "packed": (b"\x00" + gzip.compress(b"text" * 50, mtime=0), b"\x03(\xb5/\xfd\x04X!\x00\x00text"),
    "pdf": (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj trailer<</Root 1 0 R>>",),
}  # fmt: skip


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """Return the seeds of a kind, the same ones every time."""
    found = sorted({one[:LARGEST] for one in _real(kind) if one}, key=lambda one: (len(one), one))
    step = max(1, len(found) // _SOME)
    return (*OWN[kind], *found[::step][:_SOME])


def _real(kind: str) -> Iterator[bytes]:
    corpus = Path(os.environ.get("PRESSWATCH_CORPUS", ROOT.parent / "shared" / "corpus"))
    if kind == "toml":
        yield from (path.read_bytes() for path in sorted((ROOT / "config").glob("*.toml")))
    if kind == "page":
        yield from (path.read_bytes() for path in sorted((ROOT / "tests" / "pages").glob("*.html")))
        yield from (row["html"].encode() for row in _rows(corpus / "extraction" / "trafilatura.jsonl.gz"))
    if kind in ("feed", "json"):
        texts = (row.get("text", "") for row in _rows(corpus / "feeds" / "cases.jsonl.gz"))
        yield from (text.encode("utf-8", "replace") for text in texts if text.lstrip().startswith("{") == (kind == "json"))
    if kind == "sitemap":
        yield from (row.get("text", "").encode() for row in _rows(corpus / "sitemaps" / "cases.jsonl"))
    if kind == "robots":
        yield from (row.get("text", "").encode() for row in _rows(corpus / "robots" / "real-robots.jsonl.gz"))
        yield from (row.get("robots_txt", "").encode() for row in _rows(corpus / "robots" / "google-cases.jsonl.gz"))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.exists():
        return
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from (json.loads(line) for line in text.decode("utf-8").split("\n") if line)
