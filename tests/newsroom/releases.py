"""What a newsroom publishes: releases with their photos and attachments, and the teasers that sidebars make of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Literal


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside a release; the CMS stores it under a name made of 32 hex digits."""

    address: str
    body: bytes
    words: str = "Download document"

    @property
    def name(self) -> str:
        return self.address.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Release:
    """One release as its editors keep it.

    ``body`` is the detail text, raw HTML; ``lead`` the preview text that lists and sidebars show, which a later edit of the body
    leaves alone. ``path`` is the address under the host, query included where the release is addressed by one.
    ``date_form`` says how a Bitrix page shows the date: before the repeated title (the standard template), glued to its end (CSTO),
    alone with no title repeated, or not at all. ``signature`` stands for the site's own contact lines when it is None.
    """

    slug: str
    title: str
    published: datetime
    body: str
    lead: str = ""
    section: str = "/news/"
    address: str = ""
    id: int = 0
    sort: int = 500
    picture: str = ""
    modified: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    date_form: Literal["before", "glued", "alone", "none"] = "before"
    back_links: int = 3
    with_about: bool = True
    signature: tuple[str, ...] | None = None

    @property
    def path(self) -> str:
        return self.address or f"{self.section}{self.slug}/"

    @property
    def changed_at(self) -> datetime:
        return self.modified or self.published


@dataclass(frozen=True, slots=True)
class Teaser:
    """What a sidebar shows of a release: its lead, and the way to it."""

    text: str
    path: str
    published: datetime
    title: str = ""


def visible_text(markup: str) -> str:
    """Return the words of a piece of HTML, white space collapsed."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def first_paragraph(markup: str) -> str:
    """Return the visible text of the first paragraph, or of all of it when it has none."""
    found = re.search(r"<p\b[^>]*>(.*?)</p>", markup, re.S)
    return visible_text(found.group(1) if found else markup)


def teaser_of(release: Release) -> Teaser:
    return Teaser(visible_text(release.lead), release.path, release.published, release.title)
