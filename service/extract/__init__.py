"""Extract: one snapshot of a release to what a person reads of it."""

from service.errors import Unreadable
from service.models import Block, Reading, Snapshot, Source, Template
from service.template import without_noise

from .html import blocks_of, read_page
from .medium import Medium, medium
from .pdf import read_pdf
from .plain import read_plain

__all__ = ["extract", "page_blocks"]

_UNTAUGHT = Template()


def extract(snapshot: Snapshot, source: Source, template: Template = _UNTAUGHT) -> Reading:
    """Return the reading of a snapshot: a page, a PDF or plain text; of a page what ``template`` takes for its text, without noise.

    Raises ``errors.Unreadable``, with words for a user, for what no release can be: an empty answer, an image, a feed, an
    encrypted PDF, markup made to exhaust us. A page without a text of its own is a reading without blocks.
    """
    match medium(snapshot):
        case Medium.PDF:
            reading = read_pdf(snapshot)
        case Medium.PLAIN:
            reading = read_plain(snapshot, source)
        case Medium.PAGE:
            reading = read_page(snapshot, source, template)
    return without_noise(reading, template)


def page_blocks(snapshot: Snapshot, source: Source) -> tuple[Block, ...]:
    """Return all blocks of a page, for a template to be learned from; none of what is no page or cannot be read."""
    try:
        return blocks_of(snapshot, source) if medium(snapshot) is Medium.PAGE else ()
    except Unreadable:
        return ()
