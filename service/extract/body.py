"""The body of a release: which blocks of the page they are, and who found them."""

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from service.models import Block, Template
from service.template import body_places

from .blocks import Placed, placed
from .generic import densest, main_text
from .page import Page, ancestors
from .titles import Title

_TELLING = 20  # characters: shorter texts stand in many places
_SHARE = 0.8  # of the body's text, at least, lies in its root


@dataclass(frozen=True)
class Body:
    """The blocks of a body, the elements whose text they are, and the elements that hold them all."""

    method: str
    blocks: tuple[Block, ...] = ()
    placed: tuple[Placed, ...] = ()
    roots: tuple[LexborNode, ...] = ()


def body_of(page: Page, title: Title, template: Template) -> Body:
    """Return the body of a page by the first that finds one: the source's selectors, what its siblings taught, a generic reader."""
    return _by_selectors(page) or _by_template(page, template) or _generic(page, title) or Body("generic")


def _by_selectors(page: Page) -> Body | None:
    selector = page.source.selectors.body
    roots = page.select(selector) if selector else []
    found = [one for root in roots for one in placed(root)]
    return Body("selectors", tuple(one.block for one in found), tuple(found), tuple(roots)) if found else None


def _by_template(page: Page, template: Template) -> Body | None:
    found = [page.placed[number] for number in body_places([one.block for one in page.placed], template)]
    return Body("template", tuple(one.block for one in found), tuple(found), _root(found)) if found else None


def _generic(page: Page, title: Title) -> Body | None:
    above, below = _around(page, title)
    blocks = _without_teasers(main_text(page.html), above, below)
    if not blocks:
        found = densest(page)
        return Body("generic", tuple(one.block for one in found), tuple(found), _root(found)) if found else None
    found = _located(below, blocks)
    return Body("generic", blocks, tuple(found), _root(found))


def _around(page: Page, title: Title) -> tuple[list[Placed], list[Placed]]:
    """Return the blocks of the page above its title, and those from the title on; all of them where no element shows the title."""
    if title.node is None:
        return [], page.placed
    begins = page.order.get(title.node.mem_id, 0)
    start = next((number for number, one in enumerate(page.placed) if page.order.get(one.node.mem_id, 0) >= begins), 0)
    return page.placed[:start], page.placed[start:]


def _without_teasers(blocks: tuple[Block, ...], above: list[Placed], below: list[Placed]) -> tuple[Block, ...]:
    """Return the blocks without those that stand above the title only; a body shorter than the teasers before it is lost to them else."""
    here, there = {_bare(one.block.text) for one in below}, {_bare(one.block.text) for one in above}
    return tuple(block for block in blocks if _bare(block.text) in here or _bare(block.text) not in there)


def _located(everything: list[Placed], blocks: tuple[Block, ...]) -> list[Placed]:
    """Return the blocks of the page that a text without places was made of."""
    exact = {_bare(block.text) for block in blocks}
    whole = "\0".join(_bare(block.text) for block in blocks)
    found = []
    for one in everything:
        bare = _bare(one.block.text)
        if bare in exact or (len(bare) >= _TELLING and bare in whole):
            found.append(one)
    roots = {root.mem_id for root in _root(found)}
    return [one for one in found if one.node.mem_id in roots or any(above.mem_id in roots for above in ancestors(one.node))]


def _root(found: list[Placed]) -> tuple[LexborNode, ...]:
    """Return the deepest element that holds nearly all of the text of these blocks."""
    weights: dict[int, int] = {}
    total = sum(len(one.block.text) for one in found)
    for one in found:
        for element in (one.node, *ancestors(one.node)):
            weights[element.mem_id] = weights.get(element.mem_id, 0) + len(one.block.text)
    for one in sorted(found, key=lambda one: -len(one.block.text))[:1]:
        for element in (one.node, *ancestors(one.node)):
            if weights[element.mem_id] >= total * _SHARE:
                return (element,)
    return ()


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))
