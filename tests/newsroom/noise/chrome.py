"""Chrome that never stands still: it stands beside the text, within the article, or in the text itself."""

import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from ..releases import Release
from ..wire import Request
from .base import Noise, Retouch, before, on_top

if TYPE_CHECKING:
    from ..site import Site


class Sidebar(Retouch):
    """Above the content: the leads of the latest releases word for word, the page's own among them, rolling with each hour."""

    def __init__(self, size: int = 6) -> None:
        self.size = size

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        latest = site.listed()
        start = int(site.now().timestamp() // 3600) % max(1, len(latest))
        shown = [*latest, *latest][start : start + self.size]
        rows = "".join(
            f'<div class="latest-item"><span>{release.published:%d.%m.%Y}</span><p>{escape(release.lead)}</p></div>' for release in shown
        )
        return on_top(page, f'<div class="latest">{rows}</div>')


class RelatedPosts(Retouch):
    """At the end of the article: other posts at every request, with their titles and leads."""

    everywhere = False

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        others = [release for release in site.releases if release.path != request.path]
        shown = site.noise.sample(others, min(3, len(others)))
        rows = "".join(f'<li><a href="{release.path}">{escape(release.title)}</a><p>{escape(release.lead)}</p></li>' for release in shown)
        return before(page, f'<div class="related"><h3>You may also like</h3><ul>{rows}</ul></div>')


class ViewCounter(Retouch):
    """At the end of the article: how often the page was read, and by how many right now."""

    everywhere = False

    def __init__(self) -> None:
        self.count = 1180

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        self.count += site.noise.randint(1, 40)
        words = f"{self.count:,} views, {site.noise.randint(2, 60)} readers now"
        return before(page, f'<p class="stats">{words}</p>')


class Nonces(Retouch):
    """Tokens in attributes: forms, scripts, ids of elements."""

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        form = f'<form><input type="hidden" name="csrf" value="{site.token()}"></form>'
        page = re.sub(r"<body", f'<body data-nonce="{site.token(10)}"', page, count=1)
        page = re.sub(r"<p>", lambda found: f'<p id="b-{site.token(6)}">', page)
        return before(page, form + f'<script nonce="{site.token(16)}">var seen = "{site.token()}";</script>', ("</body>",))


class SessionText(Retouch):
    """Tokens that are seen: the number of the session in the foot, and in the article that of the print."""

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        page = before(page, f'<p class="printed">Document ID: {site.token(12)}</p>')
        return before(page, f"<p>Session {site.token(8)}. Request {site.token(16)}.</p>", ("</body>",))


class SessionLinks(Retouch):
    """A session id in every address that the page links to."""

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        session = site.token()
        return re.sub(
            r'<a ([^>]*)href="(/[^"#?]*)(\??)([^"#]*)"',
            lambda found: f'<a {found[1]}href="{found[2]}?{found[4] + "&amp;" if found[4] else ""}PHPSESSID={session}"',
            page,
        )


class ClockText(Retouch):
    """The hour of the server on every page, the day in words."""

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        now = site.now()
        return on_top(page, f'<div class="today">{now:%A, %d %B %Y}, <span>{now:%H:%M:%S}</span> UTC</div>')


class CacheBusters(Retouch):
    """Images and files get another address at every request."""

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        picture = f'<img src="/img/banner.png?v={site.token(6)}" alt="">'
        page = re.sub(r'((?:src|href)="/(?:upload|files)/[^"?]+)"', lambda found: f'{found[1]}?v={site.noise.randrange(10**9)}"', page)
        return before(page, picture)


class Promo(Noise):
    """An A/B test on the whole site: one of two promotions in the middle of the text, in turns or at random."""

    words = (
        "Subscribe to our newsletter and never miss a statement again.",
        "Follow us on the social networks of your choice for daily pictures and short films.",
    )

    def __init__(self, *, at_random: bool = False) -> None:
        self.at_random, self.turn = at_random, 0

    def dress(self, site: "Site", release: Release, request: Request) -> Release:
        self.turn += 1
        which = site.noise.randrange(2) if self.at_random else self.turn % 2
        first, mark, rest = release.body.partition("</p>")
        return replace(release, body=f'{first}{mark}<p class="promo">{self.words[which]}</p>{rest}')


class HeadlineTest(Noise):
    """An A/B test on one release: two headlines, served in turns.

    At random it could not be told from an edit and its reversal by anybody who looks now and then; hence in turns.
    """

    def __init__(self, slug: str, other: str) -> None:
        self.slug, self.other, self.turn = slug, other, 0

    def dress(self, site: "Site", release: Release, request: Request) -> Release:
        if release.slug != self.slug:
            return release
        self.turn += 1
        return replace(release, title=self.other) if self.turn % 2 else release


class About(Noise):
    """The paragraph about the organization at the end of every text; ``text`` may be changed: on all pages at once."""

    def __init__(self, text: str) -> None:
        self.text = text

    def dress(self, site: "Site", release: Release, request: Request) -> Release:
        return replace(release, body=f"{release.body}\n<p>{escape(self.text, quote=False)}</p>")


class Banner(Retouch):
    """An announcement above everything, the same on all pages."""

    def __init__(self, words: str = "Our offices are closed on Friday. Urgent questions: call the duty officer.") -> None:
        self.words = words

    def retouch(self, site: "Site", request: Request, page: str) -> str:
        return on_top(page, f'<div class="notice"><p>{escape(self.words)}</p></div>')
