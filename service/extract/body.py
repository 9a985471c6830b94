"""The body of a release: which blocks of the page they are, and who found them."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate

from selectolax.lexbor import SelectolaxError

from service.models import Block, Template
from service.template import body_places

from .blocks import Placed, placed
from .elements import Element
from .filling import filled
from .generic import densest, main_text
from .locating import located
from .page import Page
from .titles import Title

_SHARE = 0.8  # of the body's text, at least, lies in its root


@dataclass(frozen=True)
class Body:
    """The blocks of a body, the elements whose text they are, and the elements that hold them all."""

    method: str
    blocks: tuple[Block, ...] = ()
    placed: tuple[Placed, ...] = ()
    roots: tuple[Element, ...] = ()


def body_of(page: Page, title: Title, template: Template) -> Body:
    """Return the body of a page by the first that finds one: the source's selectors, what its siblings taught, a generic reader."""
    found = _by_selectors(page) or _by_template(page, template) or _generic(page, title) or Body("generic")
    return _without(found, template.restless) if template.restless else found


def _without(body: Body, restless: frozenset[str]) -> Body:
    """Return a body without the places whose words never stay; what these link to is no part of it either."""
    blocks = tuple(block for block in body.blocks if block.path not in restless)
    return replace(body, blocks=blocks, placed=tuple(one for one in body.placed if one.block.path not in restless))


def _by_selectors(page: Page) -> Body | None:
    selector = page.source.selectors.body
    roots = page.select(selector) if selector else []
    found = [one for root in roots for one in placed(page.elements, root)]
    return Body("selectors", tuple(one.block for one in found), tuple(found), tuple(roots)) if found else None


def _by_template(page: Page, template: Template) -> Body | None:
    found = [page.words[number] for number in body_places([one.block for one in page.words], template)]
    if found:
        return Body("template", tuple(one.block for one in found), tuple(found), _root(found))
    return Body("template") if _is_emptied(page, template) else None


def _is_emptied(page: Page, template: Template) -> bool:
    """Return whether the place of the text is there, told by its classes, and nothing stands in it."""
    if "." not in template.root.rpartition("/")[2]:
        return False
    selector = " > ".join(map(_selector, template.root.split("/")))
    try:
        return page.tree.css_first(f"body > {selector}") is not None
    except SelectolaxError:
        return False


def _selector(part: str) -> str:
    """Return the CSS selector of a part of a path."""
    tag, *names = part.split(".")
    return tag + "".join(f'[class~="{name}"]' for name in names if '"' not in name and "\\" not in name)


def _generic(page: Page, title: Title) -> Body | None:
    blocks, found = located(page, title, main_text(page))
    if blocks:
        blocks, found = filled(page, blocks, found)
    else:
        found = densest(page)
        blocks = tuple(one.block for one in found)
    roots = _root(found)
    inside = {place for root in roots for place in root.span}
    return Body("generic", blocks, tuple(one for one in found if one.node.place in inside), roots) if blocks else None


def _root(found: list[Placed]) -> tuple[Element, ...]:
    """Return the deepest element that holds nearly all of the text of these blocks.

    Whatever holds more than half of it holds the block in the middle of it: that one, or an element around it.
    """
    if not found:
        return ()
    ordered = sorted(found, key=lambda one: one.node.place)
    places = [one.node.place for one in ordered]
    sums = list(accumulate((len(one.block.text) for one in ordered), initial=0))
    middle = ordered[bisect_right(sums, sums[-1] / 2) - 1].node
    for element in (middle, *middle.around):
        if sums[bisect_left(places, element.end)] - sums[bisect_left(places, element.place)] >= sums[-1] * _SHARE:
            return (element,)
    return ()
