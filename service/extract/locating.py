"""Where on a page a text stands that a generic reader took out of it; what stands where no body is, is none."""

from service.models import Block

from .blocks import Placed
from .page import Page
from .titles import Title

_TELLING = 20  # characters: shorter texts stand in many places
_SHORT = 200  # characters of a body that may well be a menu


def located(page: Page, title: Title, blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], list[Placed]]:
    """Return the blocks that stand below the title, and the page's own blocks that they were made of.

    Teasers above the title are no body, even where they are longer than it; neither is a short text in the page's furniture.
    """
    bares = [bare(one.block.text) for one in page.placed]
    start = _title_place(page, title)
    above = set(bares[:start]) - set(bares[start:])
    kept = tuple(block for block in blocks if bare(block.text) not in above)
    exact = {bare(block.text) for block in kept}
    whole = "\0".join(bare(block.text) for block in kept)
    found = [
        one
        for one, plain in zip(page.placed[start:], bares[start:], strict=True)
        if plain in exact or (len(plain) >= _TELLING and plain in whole)
    ]
    if len(whole) < _SHORT and all(page.in_chrome(one.node) for one in found):
        return (), []
    return kept, found


def _title_place(page: Page, title: Title) -> int:
    """Return which block is the title's; 0 where no element shows it."""
    if title.node is None:
        return 0
    begins = title.node.place
    return next((number for number, one in enumerate(page.placed) if one.node.place >= begins), 0)


def bare(text: str) -> str:
    """Return the letters and digits of a text alone: what stays of it in any setting."""
    return "".join(filter(str.isalnum, text))
