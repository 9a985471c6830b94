"""An element of a page to its blocks: what a browser would show as paragraphs, headings, items and cells, each with its place.

One walk without recursion, so that no nesting is too deep. It reads whole pages too: what is chrome among the blocks is not its question.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from service.models import Block
from service.text import displayed

from .elements import Element, Elements

BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset "
    "h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul".split()
)
_NEVER_SHOWN = frozenset(
    "script style noscript template head title svg canvas iframe object embed video audio map rp "
    "button select option optgroup datalist textarea input".split()
)
_LONGEST_PATH = 2_000  # characters
_REMEMBERED = 4_096  # classes, paths: the pages of a source have the same ones
_HIDING_CLASS = re.compile(r"(?:^|[\s_-])(?:visually-?hidden|sr-only|screen-reader-text)(?:\s|$)", re.I)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


class Placed(NamedTuple):
    """A block, and the element whose text it is."""

    block: Block
    node: Element


def placed(elements: Elements, root: Element) -> list[Placed]:
    """Return the blocks of an element in reading order, each with the element whose text it is.

    Text that stands directly in a container is a block of that container, split at ``<br><br>``. Hidden elements, scripts, form
    controls and comments are left out. Linear in the size of the element.
    """
    walk = _Walk(elements, root, place(root))
    walk.run()
    return walk.found


def text_of(elements: Elements, element: Element) -> str:
    """Return what a browser shows of an element, on one line."""
    inside = elements.stream[element.place + 1 : element.end]
    if not inside:
        return ""
    if len(inside) == 1 and isinstance(inside[0], str):  # as most elements that anybody asks about
        return displayed(inside[0])
    walk = _Walk(elements, element, "body")
    walk.run()
    return " ".join(one.block.text for one in walk.found)


def place(element: Element) -> str:
    """Return the path of an element: tags with their classes, from below body down to itself, joined by ``/``."""
    line = [one for one in (element, *element.around) if one.tag not in ("body", "html")]
    path = ""
    for one in reversed(line):
        path = _below(path, one.tag, one.attributes.get("class"))
    return path or "body"


def shown(element: Element) -> bool:
    """Return whether an element is of a kind that a browser shows, and is not hidden by its own attributes."""
    tag, attributes = element.tag, element.attributes
    if tag in _NEVER_SHOWN or (tag == "dialog" and "open" not in attributes):
        return False
    if not attributes:
        return True
    if "hidden" in attributes:
        return False
    style, classes = attributes.get("style"), attributes.get("class")
    return not (style and _HIDING_STYLE.search(style)) and not (classes and _hides(classes))


@lru_cache(_REMEMBERED)
def _hides(classes: str) -> bool:
    return _HIDING_CLASS.search(classes) is not None


@lru_cache(_REMEMBERED)
def _below(path: str, tag: str, classes: str | None) -> str:
    """Return the path of an element below another; bounded, for nesting is not."""
    part = ".".join([tag, *classes.replace("/", "").split()]) if classes and classes.strip() else tag
    return f"{path[:_LONGEST_PATH]}/{part}" if path and path != "body" else part


class _Walk:
    """The state of one walk: the block-level elements that are open, and the text of the block being read."""

    def __init__(self, elements: Elements, root: Element, path: str) -> None:
        self.found: list[Placed] = []
        self._stream, self._root = elements.stream, root
        self._open = [(path, root)]  # each with its place, the innermost last
        self._text: list[str] = []
        self._after_break = False

    def run(self) -> None:
        stream, end, words = self._stream, self._root.end, self._text
        at, until = self._root.place + 1, end
        while at < end:
            if at >= until:
                until = self._leave(at)
            one = stream[at]
            at += 1
            if isinstance(one, str):
                if one and not one.isspace():
                    words.append(one)
                    self._after_break = False
                elif words:  # at the beginning of a block there is no space
                    words.append(" ")
            elif one.end == at:
                self._pass(one)
            elif not shown(one):
                at = one.end
            elif one.tag in BLOCK_TAGS:
                self._enter(one)
                until = one.end
        self._end_block()

    def _pass(self, empty: Element) -> None:
        if empty.tag == "br":
            self._break()
        elif self._text and empty.tag in BLOCK_TAGS:
            self._end_block()

    def _enter(self, block: Element) -> None:
        if self._text:
            self._end_block()
        self._open.append((_below(self._open[-1][0], block.tag, block.attributes.get("class")), block))

    def _leave(self, at: int) -> int:
        """Close the blocks that end here; return where the innermost of those around ends."""
        if self._text:
            self._end_block()
        while self._open[-1][1].end <= at:
            self._open.pop()
        return self._open[-1][1].end

    def _break(self) -> None:
        """A line break is a space, a second one with nothing between them ends the paragraph."""
        if self._after_break:
            self._end_block()
        self._text.append(" ")
        self._after_break = True

    def _end_block(self) -> None:
        self._after_break = False
        text = displayed("".join(self._text))
        self._text.clear()
        if text:
            path, inner = self._open[-1]
            self.found.append(Placed(Block(path or "body", text), inner))
