"""The lists of releases as the standard templates print them: news.list, and the strip of teasers on every page."""

from collections.abc import Iterable
from html import escape
from zlib import crc32

from ..releases import Release, Teaser, visible_text
from .labels import Labels


def element_id(component: str, number: int) -> str:
    """Return the id that Bitrix gives to an element shown by a component: ``bx_<checksum>_<element id>``."""
    return f"bx_{crc32(component.encode())}_{number}"


def list_item(release: Release, tag: str, labels: Labels) -> str:
    """Return one item of a news.list; where the preview text has a ``p`` of its own, it closes an item that is a ``p`` itself."""
    path, title = escape(release.path), escape(release.title)
    picture = clear = ""
    if release.picture:
        picture = (
            f'<a href="{path}"><img class="preview_picture" border="0" src="{escape(release.picture)}" width="150" height="100" '
            f'alt="{title}" title="{title}" style="float:left" /></a>\n'
        )
        clear = '<div style="clear:both"></div>\n'
    preview = f"<p>{release.lead}</p>" if release.id % 4 == 0 else release.lead
    return (
        f'<{tag} class="news-item" id="{element_id("news.list", release.id)}">\n{picture}'
        f'<span class="news-date-time">{release.published:%d.%m.%Y}</span>\n'
        f'<a href="{path}"><b>{title}</b></a><br />\n{preview}\n{clear}'
        f"<small>{labels.category}:&nbsp;{escape(release.section.strip('/').split('/')[-1] or labels.news)}</small><br />\n</{tag}>"
    )


def news_list(releases: Iterable[Release], navigation: str, tag: str, labels: Labels) -> str:
    items = "\n".join(list_item(release, tag, labels) for release in releases)
    return f'<div class="news-list">\n{navigation}<br />\n{items}\n<br />{navigation}\n</div>'


def teaser_strip(teasers: Iterable[Teaser], dates: bool, navigation: str, labels: Labels) -> str:
    """Return the strip of the latest news: only the first sentences of each, no title, a link without words."""
    lines = "\n".join(_teaser(teaser, dates) for teaser in teasers)
    return f'<div class="news-line latest" title="{labels.latest}">\n{lines}\n{navigation}\n</div>'


def _teaser(teaser: Teaser, dates: bool) -> str:
    date = f'<span class="news-date-time">{teaser.published:%d.%m.%Y}</span>&nbsp;&nbsp;<br />' if dates else ""
    words = "<br /><br />".join(escape(part, quote=False) for part in teaser.text.split("\n\n"))
    number = crc32(teaser.path.encode()) % 100_000
    return (
        f'<div class="latest-item" id="{element_id("news.line", number)}">{date}<p>{words}</p>'
        f'<a class="more" href="{escape(teaser.path)}"><img src="/bitrix/templates/main/images/more.gif" alt="" /></a></div>'
    )


def related(releases: Iterable[Release], labels: Labels) -> str:
    """Return the list of news of the same section that may stand below an article."""
    lines = "\n".join(f'<p class="news-item"><a href="{escape(r.path)}">{escape(visible_text(r.title))}</a></p>' for r in releases)
    return f'<hr /><h3>{labels.related}</h3>\n<div class="news-list">\n{lines}\n</div>'
