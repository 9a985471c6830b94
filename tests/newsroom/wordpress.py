"""A newsroom built with WordPress: full texts in the feed, related posts, counters and nonces, /page/2/, addresses by date."""

from dataclasses import replace
from email.utils import format_datetime
from html import escape
from string import Template
from xml.sax.saxutils import escape as xml_escape

from .releases import Release
from .site import Site
from .wire import Request, Response, html, redirect, xml

PAGE_SIZE = 10

_PAGE = Template("""<!DOCTYPE html>
<html lang="en-US"><head><meta charset="UTF-8"><title>$title - Lakeland Press</title>
<link rel="alternate" type="application/rss+xml" title="Lakeland Press Feed" href="$base/feed/">
<meta name="generator" content="WordPress 6.9">$head
<script id="stats-js">var stats_data = {"ajax_url":"$base/wp-admin/admin-ajax.php","nonce":"$nonce"};</script>
</head><body class="wp-theme theme-$design">
<header class="site-header"><p class="site-title"><a href="$base/">Lakeland Press</a></p>
<nav class="main-navigation"><ul><li><a href="$base/">Home</a></li><li><a href="$base/about/">About</a></li></ul></nav></header>
<main id="primary" class="site-main">$main</main>
<aside id="secondary" class="widget-area"><section class="widget widget_recent_entries">
<h2>Recent Posts</h2><ul>$recent</ul></section></aside>
<footer class="site-footer">Proudly powered by WordPress</footer></body></html>""")

_FEED = Template("""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>Lakeland Press</title><atom:link href="$base/feed/" rel="self" type="application/rss+xml"/><link>$base</link>
<description>News of the organization</description><lastBuildDate>$built</lastBuildDate><language>en-US</language>
<generator>https://wordpress.org/?v=6.9</generator>
$items
</channel></rss>""")


class WordPressSite(Site):
    """Pages with related posts that follow whatever was published last, and a view counter inside the article."""

    list_path = "/"

    def respond(self, request: Request) -> Response:
        number = request.parameters.get("p", "")
        if request.path == "/" and number:
            return redirect(next((self.base + r.path for r in self.listed() if str(r.id) == number), f"{self.base}/404/"))
        if request.path == "/feed/":
            return xml(self._feed(), media="application/rss+xml")
        if request.path == "/" or request.path.startswith("/page/"):
            return self._listing(int(request.path.split("/")[2]) if request.path != "/" else 1)
        return self.respond_with_release(request)

    def page(self, release: Release, request: Request) -> Response:
        related = [r for r in self.listed() if r.slug != release.slug][: 3 + self.views(release.slug) % 2]
        links = "".join(f'<li><a href="{self.base}{r.path}">{escape(r.title)}</a></li>' for r in related)
        head = f'<meta property="article:published_time" content="{release.published.isoformat()}">'
        if release.modified:
            head += f'<meta property="article:modified_time" content="{release.modified.isoformat()}">'
        main = f"""<article id="post-{release.id}" class="post type-post">
<header class="entry-header"><h1 class="entry-title">{escape(release.title)}</h1>
<div class="entry-meta"><time class="entry-date published" datetime="{release.published.isoformat()}">{release.published:%B %d, %Y}</time>
<span class="post-views">{self.views(release.slug)} views</span></div></header>
<div class="entry-content">{release.body}</div>
<div class="relatedposts"><h3>Related</h3><ul>{links}</ul></div></article>"""
        return html(self._dress(release.title, main, head))

    def _keep(self, release: Release) -> Release:
        kept = super()._keep(release)
        dated = kept if kept.address else replace(kept, section=f"/{kept.published:%Y/%m}/")
        self._releases[dated.slug] = dated
        return dated

    def _listing(self, number: int) -> Response:
        shown = self.listed()[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        if not shown and number > 1:
            return self.not_found(404)
        older = f'<a class="next page-numbers" href="{self.base}/page/{number + 1}/">Older posts</a>'
        pager = f'<nav class="pagination">{older if len(self.listed()) > number * PAGE_SIZE else ""}</nav>'
        return html(self._dress("News", "".join(self._excerpt(release) for release in shown) + pager, ""))

    def _excerpt(self, release: Release) -> str:
        return f"""<article id="post-{release.id}" class="post"><h2 class="entry-title">
<a href="{self.base}{release.path}" rel="bookmark">{escape(release.title)}</a></h2>
<time datetime="{release.published.isoformat()}">{release.published:%B %d, %Y}</time>
<div class="entry-summary"><p>{escape(release.lead)} [&hellip;]</p></div></article>"""

    def _dress(self, title: str, main: str, head: str) -> str:
        recent = "".join(f'<li><a href="{self.base}{teaser.path}">{escape(teaser.title)}</a></li>' for teaser in self.teasers)
        return _PAGE.substitute(
            title=escape(title), head=head, main=main, recent=recent, base=self.base, nonce=self.token(10), design=self.design
        )

    def _feed(self) -> str:
        items = "\n".join(self._item(release) for release in self.listed()[:PAGE_SIZE])
        return _FEED.substitute(base=self.base, built=format_datetime(self.now()), items=items)

    def _item(self, release: Release) -> str:
        return f"""<item><title>{xml_escape(release.title)}</title><link>{self.base}{release.path}</link>
<dc:creator><![CDATA[press]]></dc:creator><pubDate>{format_datetime(release.published)}</pubDate>
<category><![CDATA[News]]></category><guid isPermaLink="false">{self.base}/?p={release.id}</guid>
<description><![CDATA[<p>{escape(release.lead)} [&#8230;]</p>]]></description>
<content:encoded><![CDATA[{release.body}]]></content:encoded><slash:comments>0</slash:comments></item>"""
