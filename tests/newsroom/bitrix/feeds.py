"""What Bitrix prints for machines: the feed of rss.out, the sitemap index with its parts, robots.txt."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from xml.sax.saxutils import escape

from ..releases import Release, visible_text

MOSCOW = timezone(timedelta(hours=3))

ROBOTS = """User-Agent: *
Disallow: */index.php
Disallow: /bitrix/
Disallow: /*show_include_exec_time=
Disallow: /*bitrix_*=
Disallow: /*clear_cache=
Disallow: *?bxajaxid=
Disallow: *&print=
Disallow: *back_url*
Clean-param: utm_source&utm_medium&utm_campaign
{delay}Host: {host}
Sitemap: {base}/sitemap.xml
"""


def robots(base: str, crawl_delay: float | None) -> str:
    delay = "" if crawl_delay is None else f"Crawl-delay: {crawl_delay:g}\n"
    return ROBOTS.format(delay=delay, host=base.partition("//")[2], base=base)


def rss(base: str, title: str, path: str, releases: Iterable[Release], now: datetime, charset: str, full_text: bool) -> str:
    """Return RSS 2.0 without guids, built just now; links are http whatever the site is."""
    items = "\n".join(_item(base, release, full_text) for release in releases)
    return f"""<?xml version="1.0" encoding="{charset}"?>
<rss version="2.0" xmlns:yandex="http://news.yandex.ru">
<channel>
<title>{escape(title)}</title>
<link>{base}{path}</link>
<description>{escape(title)}</description>
<lastBuildDate>{format_datetime(now)}</lastBuildDate>
<ttl>60</ttl>
<image><title>{escape(title)}</title><url>{base}/bitrix/templates/main/images/logo.gif</url><link>{base}</link></image>
{items}
</channel>
</rss>
"""


def _item(base: str, release: Release, full_text: bool) -> str:
    files = [(attachment.address, len(attachment.body), "application/octet-stream") for attachment in release.attachments]
    pictures = [(release.picture, 43, "image/gif")] if release.picture else []
    enclosures = "\n".join(f'<enclosure url="{base}{path}" length="{size}" type="{kind}"/>' for path, size, kind in pictures + files)
    full = f"<yandex:full-text>{escape(visible_text(release.body))}</yandex:full-text>" if full_text else ""
    return f"""<item>
<title>{escape(release.title)}</title>
<link>{base}{escape(release.path)}</link>
<description>{escape(visible_text(release.lead))}</description>
{enclosures}
<category>{escape(release.section.strip("/"))}</category>
{full}
<pubDate>{format_datetime(release.published.astimezone(MOSCOW))}</pubDate>
</item>"""


def sitemap_index(base: str, parts: Iterable[str], now: datetime) -> str:
    lines = "".join(f"<sitemap><loc>{base}/{part}</loc><lastmod>{now.isoformat(timespec='seconds')}</lastmod></sitemap>" for part in parts)
    return f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</sitemapindex>'


def sitemap(places: Iterable[tuple[str, datetime]]) -> str:
    lines = "".join(f"<url><loc>{escape(url)}</loc><lastmod>{stamp.isoformat(timespec='seconds')}</lastmod></url>" for url, stamp in places)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</urlset>'


def sitemap_parts(releases: Sequence[Release], size: int) -> dict[str, Sequence[Release]]:
    """Return the releases by sitemap file: the first whole, further ones as parts."""
    parts = {"sitemap-iblock-1.xml": releases[:size]}
    for number, start in enumerate(range(size, len(releases), size), 1):
        parts[f"sitemap-iblock-1.part{number}.xml"] = releases[start : start + size]
    return parts
