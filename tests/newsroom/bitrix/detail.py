"""The page of one release as the standard template prints it (news.detail)."""

from collections.abc import Iterable, Sequence
from html import escape

from ..releases import Attachment, Release
from .labels import Labels


def detail(release: Release, views: int | None, about: str, signature: Sequence[str], labels: Labels, design: int = 0) -> str:
    """Return the article: picture, date, the title again, the detail text as it was typed, property lines, a share block.

    Without ``views`` there is no show counter.
    """
    name = "article-text" if design % 2 else "news-detail"
    lines = [
        f'<div class="{name}">',
        _picture(release),
        _head(release),
        *(_download(attachment) for attachment in release.attachments),
        release.body,
        '<div style="clear:both"></div>',
        f'<div class="news-about"><p>{about}</p></div>' if about and release.with_about else "",
        _contacts(signature),
        "<br />",
        "" if views is None else f"{labels.counter}:&nbsp;{views}<br />",
        f"{labels.source}:&nbsp;{release.section.strip('/')}<br />",
        '<div class="news-detail-share"><noindex><a href="https://social.example/share" rel="nofollow">Share</a></noindex></div>',
        "</div>",
    ]
    return "\n".join(line for line in lines if line)


def back_links(release: Release, labels: Labels) -> str:
    """Return the ways back: to the list, to the section, to all news; fewer in some sections."""
    ways = list(zip((release.section, release.section, "/news/"), labels.back, strict=True))
    shown = ways if release.back_links > 2 else [ways[0], ways[2]][: release.back_links]
    return "\n".join(f'<p><a href="{escape(path)}">{words}</a></p>' for path, words in shown)


def _picture(release: Release) -> str:
    if not release.picture:
        return ""
    title = escape(release.title)
    return (
        f'<img class="detail_picture" border="0" src="{escape(release.picture)}" width="300" height="200" alt="{title}" title="{title}" />'
    )


def _head(release: Release) -> str:
    date = f'<span class="news-date-time">{release.published:%d.%m.%Y}</span>'
    title = escape(release.title, quote=False)
    forms = {"before": f"{date}\n<h3>{title}</h3>", "glued": f"<h3>{title} {date}</h3>", "alone": date, "none": ""}
    return forms[release.date_form]


def _download(attachment: Attachment) -> str:
    size = f"{len(attachment.body) / 1024:.2f} Kb"
    return f'<a href="{attachment.address}" class="download">{attachment.words}</a> {attachment.name} ({size})<br />'


def _contacts(signature: Iterable[str]) -> str:
    lines = "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in signature)
    return f'<div class="news-contacts">\n{lines}\n</div>' if lines else ""
