"""Newsrooms that have one way in: a JSON feed, a sitemap, a single page, a list of PDFs."""

import gzip
import json
from dataclasses import replace
from html import escape

from .pdf import pdf
from .releases import Release, visible_text
from .site import Site
from .wire import Request, Response, html

_NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


class _PlainSite(Site):
    """Pages of the simplest kind: the article, and the latest news beside it."""

    def page(self, release: Release, request: Request) -> Response:
        article = f"<article><h1>{escape(release.title)}</h1><time>{release.published:%d %B %Y}</time>{release.body}</article>"
        return html(self.dress(release.title, article))

    def dress(self, title: str, content: str) -> str:
        latest = "".join(f'<li><a href="{escape(teaser.path)}">{escape(teaser.title)}</a></li>' for teaser in self.teasers)
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
            f'<body class="d{self.design}"><header><a href="/">Home</a></header><main>{content}</main>'
            f'<aside class="latest"><h2>Latest</h2><ul>{latest}</ul></aside><footer>Press office</footer></body></html>'
        )


class JsonFeedSite(_PlainSite):
    """JSON Feed 1.1 at ``/feed.json``."""

    list_path = "/feed.json"

    def respond(self, request: Request) -> Response:
        if request.path != self.list_path:
            return self.respond_with_release(request)
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Lakeland news",
            "home_page_url": f"{self.base}/",
            "feed_url": self.url,
            "language": "en",
            "items": [self._item(release) for release in self.listed()],
        }
        return Response(200, json.dumps(feed).encode(), (("Content-Type", "application/feed+json"),))

    def _item(self, release: Release) -> dict[str, str]:
        return {
            "id": f"{self.base}/{release.id}",
            "url": self.base + release.path,
            "title": release.title,
            "content_html": release.body,
            "date_published": release.published.isoformat(),
            "date_modified": release.changed_at.isoformat(),
        }


class SitemapSite(_PlainSite):
    """Nothing but a sitemap index and its gzipped part with news fields, announced by robots.txt; its front page lists nothing."""

    list_path = "/sitemap.xml"

    def respond(self, request: Request) -> Response:
        if request.path == self.list_path:
            index = f"<sitemapindex {_NAMESPACES}><sitemap><loc>{self.base}/sitemap-news.xml.gz</loc></sitemap></sitemapindex>"
            return Response(200, index.encode(), (("Content-Type", "application/xml"),))
        if request.path == "/sitemap-news.xml.gz":
            packed = gzip.compress(self._part().encode(), mtime=0)
            return Response(200, packed, (("Content-Type", "application/gzip"),))
        if request.path == "/":
            return html(self.dress("Welcome", "<h1>Welcome</h1><p>Use the search.</p>"))
        return self.respond_with_release(request)

    def own_robots(self) -> str:
        return f"User-agent: *\nAllow: /\nSitemap: {self.url}\n"

    def _part(self) -> str:
        lines = "".join(
            f"<url><loc>{self.base}{escape(r.path)}</loc><lastmod>{r.changed_at.isoformat()}</lastmod><news:news><news:publication>"
            f"<news:name>Lakeland</news:name><news:language>en</news:language></news:publication><news:publication_date>"
            f"{r.published.isoformat()}</news:publication_date><news:title>{escape(r.title)}</news:title></news:news></url>"
            for r in self.listed()
        )
        return f'<?xml version="1.0" encoding="UTF-8"?><urlset {_NAMESPACES}>{lines}</urlset>'


class SinglePageSite(_PlainSite):
    """One statement at one address, edited in place."""

    list_path = "/statement/"

    def __init__(self, *, seed: int = 1) -> None:
        super().__init__(count=1, seed=seed)
        self.move(self.latest.slug, "statement", redirect=False)
        self.teasers = []

    def made_up(self, count: int) -> list[Release]:
        return [replace(release, section="/") for release in super().made_up(count)]

    def respond(self, request: Request) -> Response:
        return self.respond_with_release(request)


class PdfSite(_PlainSite):
    """A list of releases that are PDF files."""

    list_path = "/documents/"

    def respond(self, request: Request) -> Response:
        if request.path != self.list_path:
            return self.respond_with_release(request)
        rows = "".join(
            f'<li class="document"><span class="date">{r.published:%d.%m.%Y}</span> <a href="{escape(r.path)}">{escape(r.title)}</a></li>'
            for r in self.listed()
        )
        return html(self.dress("Documents", f"<h1>Documents</h1><ul>{rows}</ul>"))

    def page(self, release: Release, request: Request) -> Response:
        paragraphs = [visible_text(part) for part in release.body.split("\n")]
        return Response(200, pdf(release.title, paragraphs, release.published), (("Content-Type", "application/pdf"),))

    def _keep(self, release: Release) -> Release:
        kept = super()._keep(release)
        self._releases[kept.slug] = filed = replace(kept, section="/documents/", address=f"/documents/{kept.slug}.pdf")
        return filed


class FaultSite(_PlainSite):
    """A plain list of releases whose list is in trouble from the start (a value of ``Trouble``), until ``heal``."""

    def __init__(self, kind: str, *, count: int = 3, seed: int = 1) -> None:
        super().__init__(count=count, seed=seed)
        self.fault(kind, self.list_path, exact=True)

    def respond(self, request: Request) -> Response:
        if request.path != self.list_path:
            return self.respond_with_release(request)
        rows = "".join(f'<li><a href="{escape(r.path)}">{escape(r.title)}</a></li>' for r in self.listed())
        return html(self.dress("News", f"<ul>{rows}</ul>"))
