"""Lists that a generic reader leaves out of a text for their many links, though they stand among its paragraphs and are part of it."""

from collections.abc import Iterator
from itertools import dropwhile

from service.models import Block

from .blocks import Placed
from .elements import Element
from .locating import bare
from .page import Page

_AHEAD = 50  # blocks among which a text's place is sought
_HEADINGS = frozenset("h2 h3 h4 h5 h6".split())


def filled(page: Page, blocks: tuple[Block, ...], found: list[Placed]) -> tuple[tuple[Block, ...], list[Placed]]:
    """Return blocks and places of a text with the lists between and after its paragraphs, and the headings right above them.

    A list belongs to the text if it stands beside its paragraphs, in the same element, and most of its items have words of their own
    besides those of their links; a list of links alone leads elsewhere.
    """
    told = {one.node.place for one in found}
    missing = _left_out(page, found, told)
    if not missing:
        return blocks, found
    whole = [one for one in page.placed if one.node.place in told or one.node.place in missing]
    merged = list(blocks)
    at = 0
    for one in whole:
        if one.node.place in told:
            at = _after(merged, bare(one.block.text), at)
        else:
            merged.insert(at, one.block)
            at += 1
    return tuple(merged), whole


def _after(blocks: list[Block], plain: str, at: int) -> int:
    """Return the place after the block that a text is (part of), close after ``at``; ``at`` where it is none of them."""
    near = range(max(0, at - 1), min(len(blocks), at + _AHEAD))
    return next((place + 1 for place in near if plain in bare(blocks[place].text)), at)


def _left_out(page: Page, found: list[Placed], told: set[int]) -> set[int]:
    """Return the places of the elements whose blocks are missing."""
    boxes = {one.node.parent.place: one.node.parent for one in found if one.node.tag == "p" and one.node.parent}
    missing: set[int] = set()
    for box in boxes.values():
        for heading, element in _lists(page, box, told):
            items = [item for item in page.elements.children(element) if item.tag == "li" and item.place not in told]
            if items and _is_offered(page, element) and _says_more_than_links(page, items):
                missing.update(*(item.span for item in items), [heading.place] if heading else [])
    return missing - told


def _lists(page: Page, box: Element, told: set[int]) -> Iterator[tuple[Element | None, Element]]:
    """Yield the lists in a box, from its first child that is told on, each with the heading right above it."""
    heading = None
    for child in dropwhile(lambda child: child.place not in told, page.elements.children(box)):
        if child.tag in ("ul", "ol"):
            yield heading, child
        heading = child if child.tag in _HEADINGS else None


def _is_offered(page: Page, element: Element) -> bool:
    """Return whether a list is neither the page's furniture nor its log."""
    return element.place not in page.imprint.logged and not page.in_chrome(element)


def _says_more_than_links(page: Page, items: list[Element]) -> bool:
    return sum(_has_own_words(page, item) for item in items) * 2 > len(items)


def _has_own_words(page: Page, item: Element) -> bool:
    linked = sum(len(bare(page.text_of(link))) for link in page.elements.tagged("a", within=item))
    return len(bare(page.text_of(item))) > linked
