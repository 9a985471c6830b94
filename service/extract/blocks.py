"""An element of a page to its blocks: what a browser would show as paragraphs, headings, items and cells, each with its place.

One walk without recursion, so that no nesting is too deep. It reads whole pages too: what is chrome among the blocks is not its question.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from service.models import Block
from service.text import displayed

BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset "
    "h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul".split()
)
_NEVER_SHOWN = frozenset(
    "script style noscript template head title svg canvas iframe object embed video audio map rp "
    "button select option optgroup datalist textarea input".split()
)
_LONGEST_PATH = 2_000  # characters
_HIDING_CLASS = re.compile(r"(?:^|[\s_-])(?:visually-?hidden|sr-only|screen-reader-text)(?:\s|$)", re.I)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


class Placed(NamedTuple):
    """A block, and the element whose text it is."""

    block: Block
    node: LexborNode


def blocks(root: LexborNode) -> tuple[Block, ...]:
    """Return the blocks of an element in reading order.

    Text that stands directly in a container is a block of that container, split at ``<br><br>``. Hidden elements, scripts, form
    controls and comments are left out. Linear in the size of the element.
    """
    return tuple(one.block for one in placed(root))


def placed(root: LexborNode) -> list[Placed]:
    """Return the blocks of an element, each with the element whose text it is."""
    walk = _Walk(root, place(root))
    walk.run()
    return walk.found


def text_of(node: LexborNode) -> str:
    """Return what a browser shows of an element, on one line."""
    child = node.first_child
    if child is None:
        return ""
    if child.is_text_node and child.next is None:  # as most elements that anybody asks about
        return displayed(child.text_content or "")
    walk = _Walk(node, "body")
    walk.run()
    return " ".join(one.block.text for one in walk.found)


def place(node: LexborNode) -> str:
    """Return the path of an element: tags with their classes, from below body down to itself, joined by ``/``."""
    line: list[LexborNode] = []
    at: LexborNode | None = node
    while at is not None and at.tag not in ("body", "html", "-document", "-undef"):
        line.append(at)
        at = at.parent
    path = ""
    for one in reversed(line):
        path = _below(path, one.tag or "", one.attributes)
    return path or "body"


def shown(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Return whether an element is of a kind that a browser shows, and is not hidden by its own attributes."""
    if tag in _NEVER_SHOWN or (tag == "dialog" and "open" not in attributes):
        return False
    if not attributes:
        return True
    if "hidden" in attributes:
        return False
    style, classes = attributes.get("style"), attributes.get("class")
    return not (style and _HIDING_STYLE.search(style)) and not (classes and _HIDING_CLASS.search(classes))


def _below(path: str, tag: str, attributes: Mapping[str, str | None]) -> str:
    """Return the path of an element below another; bounded, for nesting is not."""
    classes = attributes.get("class")
    part = f"{tag}.{'.'.join(classes.replace('/', '').split())}" if classes and classes.strip() else tag
    return f"{path[:_LONGEST_PATH]}/{part}" if path and path != "body" else part


class _Walk:
    """The state of one walk: the elements that are open, and the text of the block being read."""

    def __init__(self, root: LexborNode, path: str) -> None:
        self.found: list[Placed] = []
        self._root = root
        self._open: list[tuple[LexborNode, bool]] = []  # below the root, with whether they are block-level
        self._blocks = [(path, root)]  # the open elements that are block-level, each with its place, the innermost last
        self._text: list[str] = []
        self._after_break = False

    def run(self) -> None:
        node = self._root.first_child
        while node is not None or self._open:
            if node is None:
                node = self._leave().next
                continue
            tag = node.tag or ""
            if tag == "-text":
                self._read(node.text_content or "")
            elif tag == "br":
                self._break()
            elif (child := node.first_child) is not None:
                if self._enter(node, tag):
                    node = child
                    continue
            elif tag in BLOCK_TAGS and self._text:
                self._end_block()
            node = node.next
        self._end_block()

    def _read(self, text: str) -> None:
        self._text.append(text)
        if self._after_break and text.strip():
            self._after_break = False

    def _enter(self, node: LexborNode, tag: str) -> bool:
        """Open an element, unless it is hidden."""
        attributes = node.attributes
        if not shown(tag, attributes):
            return False
        is_block = tag in BLOCK_TAGS
        if is_block:
            if self._text:
                self._end_block()
            self._blocks.append((_below(self._blocks[-1][0], tag, attributes), node))
        self._open.append((node, is_block))
        return True

    def _leave(self) -> LexborNode:
        node, is_block = self._open.pop()
        if is_block:
            if self._text:
                self._end_block()
            self._blocks.pop()
        return node

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
            path, inner = self._blocks[-1]
            self.found.append(Placed(Block(path or "body", text), inner))
