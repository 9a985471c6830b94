"""Extract: one snapshot of a release to what a person reads of it."""

from service.models import Reading, Snapshot, Source, Template
from service.template import without_noise

from .html import read_page
from .medium import Medium, medium
from .pdf import read_pdf
from .plain import read_plain

__all__ = ["extract"]

_UNTAUGHT = Template()


def extract(snapshot: Snapshot, source: Source, template: Template = _UNTAUGHT) -> Reading:
    """Return the reading of a snapshot: a page, a PDF or plain text, without the blocks that ``template`` knows to be noise.

    Raises ``errors.Unreadable``, with words for a user, for what no release can be: an empty answer, an image, a feed, an
    encrypted PDF, markup made to exhaust us. A page without a text of its own is a reading without blocks.
    """
    match medium(snapshot):
        case Medium.PDF:
            reading = read_pdf(snapshot)
        case Medium.PLAIN:
            reading = read_plain(snapshot, source)
        case Medium.PAGE:
            reading = read_page(snapshot, source)
    return without_noise(reading, template)
