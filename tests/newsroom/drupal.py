"""A newsroom built with Drupal: dates in JSON-LD, pages that can be asked "changed since?", a pager that counts from 0."""

import hashlib
import json
from email.utils import format_datetime
from html import escape
from string import Template

from .releases import Release
from .site import Site
from .wire import Request, Response, html

PAGE_SIZE = 10

_PAGE = Template("""<!DOCTYPE html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>$title | Lakeland</title>$head</head>
<body class="path-node theme-$design"><div class="region region-header"><nav><a href="/press-releases">Press releases</a></nav></div>
<main role="main"><div class="region region-content">$content</div></main>
<div class="region region-sidebar"><div class="block-views"><h2>Latest</h2><div class="view-content">$latest</div></div></div>
<footer><p>Lakeland Council</p></footer></body></html>""")


class DrupalSite(Site):
    """Every page has an ETag and is answered with 304 when it is the same; ``frozen_etags`` makes them lie after an edit."""

    section = "/news/"
    list_path = "/press-releases"
    frozen_etags = False

    def respond(self, request: Request) -> Response:
        shown = self._listing(request) if request.path == self.list_path else self.respond_with_release(request)
        return self._conditional(shown, request) if shown.status == 200 else shown

    def find(self, request: Request) -> Release | None:
        by_number = next((r for r in self.releases if request.path == f"/node/{r.id}"), None)
        return by_number or super().find(request)

    def page(self, release: Release, request: Request) -> Response:
        address = self.base + release.path
        facts = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": release.title,
            "datePublished": release.published.isoformat(),
            "dateModified": release.changed_at.isoformat(),
            "mainEntityOfPage": address,
        }
        head = f'<link rel="canonical" href="{address}"><script type="application/ld+json">{json.dumps(facts)}</script>'
        content = f"""<article class="node node--type-press-release"><h1 class="page-title">{escape(release.title)}</h1>
<div class="field field--name-field-date"><time datetime="{release.published.isoformat()}">{release.published:%d %B %Y}</time></div>
<div class="field field--name-body">{release.body}</div></article>"""
        return self._dress(release.title, head, content)

    def _listing(self, request: Request) -> Response:
        word = request.parameters.get("page", "0")
        number = int(word) if word.isdigit() else 0
        everything = self.listed()
        rows = "".join(
            f'<div class="views-row"><h3><a href="{escape(r.path)}">{escape(r.title)}</a></h3>'
            f'<time datetime="{r.published.isoformat()}">{r.published:%d %B %Y}</time></div>'
            for r in everything[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
        )
        pages = range(-(-len(everything) // PAGE_SIZE))
        items = "".join(f'<li class="pager__item"><a href="?page={page}">{page + 1}</a></li>' for page in pages)
        following = f'<li class="pager__item--next"><a href="?page={number + 1}" rel="next">Next</a></li>' if number + 1 in pages else ""
        pager = f'<nav class="pager"><ul class="js-pager__items">{items}{following}</ul></nav>'
        return self._dress("Press releases", "", f'<div class="view-content">{rows}</div>{pager}')

    def _dress(self, title: str, head: str, content: str) -> Response:
        latest = "".join(f'<div class="views-row"><a href="{escape(t.path)}">{escape(t.title)}</a></div>' for t in self.teasers)
        return html(_PAGE.substitute(title=escape(title), head=head, content=content, latest=latest, design=self.design))

    def _conditional(self, shown: Response, request: Request) -> Response:
        """Return 304 to who holds this very page (RFC 9110 section 13.1)."""
        etag = f'"{hashlib.sha256(b"" if self.frozen_etags else shown.body).hexdigest()[:32]}"'
        release = self.find(request)
        stamps = (("Last-Modified", format_datetime(release.changed_at, usegmt=True)),) if release else ()
        headers = (("ETag", etag), *stamps, ("Cache-Control", "must-revalidate, no-cache, public"))
        if request.headers.get("if-none-match") == etag:
            return Response(304, b"", headers)
        return Response(200, shown.body, (*shown.headers, *headers))
