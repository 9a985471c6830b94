"""Lists that a generic reader leaves out of a text for their many links, though they stand among its paragraphs and are part of it."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from service.models import Block

from .blocks import Placed, text_of
from .locating import bare
from .page import Page

_AHEAD = 50  # blocks among which a text's place is sought
_HEADINGS = frozenset("h2 h3 h4 h5 h6".split())


def filled(page: Page, blocks: tuple[Block, ...], found: list[Placed]) -> tuple[tuple[Block, ...], list[Placed]]:
    """Return blocks and places of a text with the lists between and after its paragraphs, and the headings right above them.

    A list belongs to the text if it stands beside its paragraphs, in the same element, and most of its items have words of their own
    besides those of their links; a list of links alone leads elsewhere.
    """
    told = {one.node.mem_id for one in found}
    missing = _left_out(page, found, told)
    if not missing:
        return blocks, found
    whole = [one for one in page.placed if one.node.mem_id in told or one.node.mem_id in missing]
    merged = list(blocks)
    at = 0
    for one in whole:
        if one.node.mem_id in told:
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
    """Return the elements whose blocks are missing, by ``mem_id``."""
    missing: set[int] = set()
    for parent in {one.node.parent.mem_id: one.node.parent for one in found if one.node.tag == "p" and one.node.parent}.values():
        begun, heading = False, None
        for child in parent.iter():
            begun = begun or child.mem_id in told
            if begun and child.tag in ("ul", "ol") and child.mem_id not in page.imprint.logged and not page.in_chrome(child):
                items = [item for item in child.iter() if item.tag == "li" and item.mem_id not in told]
                if items and _says_more_than_links(items):
                    missing.update(node.mem_id for item in items for node in item.traverse() if node.mem_id not in told)
                    missing.update({heading.mem_id} - told if heading is not None else ())
            heading = child if child.tag in _HEADINGS else None
    return missing


def _says_more_than_links(items: list[LexborNode]) -> bool:
    return sum(_has_own_words(item) for item in items) * 2 > len(items)


def _has_own_words(item: LexborNode) -> bool:
    linked = sum(len(bare(text)) for text in _link_texts(item))
    return len(bare(text_of(item))) > linked


def _link_texts(item: LexborNode) -> Iterator[str]:
    return (text_of(link) for link in item.css("a"))
