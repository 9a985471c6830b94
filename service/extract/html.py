"""The reading of a web page, put together from what each of its readers finds."""

from service.models import Block, Link, Reading, Snapshot, Source, Template

from .body import body_of
from .dating import dates_of
from .languages import guessed
from .links import alternates_of, attachments_of, canonical_of, images_of, links_of
from .page import open_page
from .server import canonical_told
from .tidy import tidied
from .titles import title_of


def read_page(snapshot: Snapshot, source: Source, template: Template, rule: str) -> Reading:
    """Return the reading of an HTML page, by this ``rule``; raises ``Unreadable`` for hostile markup and for selectors that are none."""
    page = open_page(snapshot, source)
    title = title_of(page)
    body = body_of(page, title, template)
    attachments = attachments_of(page, body)
    blocks, photos = tidied(body.blocks, title.text, page.language, tuple(link.text for link in attachments))
    published, modified = dates_of(page, body, title)
    return Reading(
        title=title.text,
        blocks=blocks,
        published=published,
        modified=modified,
        language=page.language or guessed(blocks),
        links=links_of(page, body),
        images=images_of(page, body) + tuple(Link("", name) for name in photos),
        attachments=attachments,
        canonical=canonical_of(page) or canonical_told(snapshot),
        method=body.method,
        rule=rule,
        notes=page.notes,
        alternates=alternates_of(page),
    )


def blocks_of(snapshot: Snapshot, source: Source) -> tuple[Block, ...]:
    """Return all that a page shows, chrome and body alike, except its imprint; raises ``Unreadable`` as ``read_page`` does."""
    return tuple(one.block for one in open_page(snapshot, source).words)
