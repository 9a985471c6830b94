"""A page as its readers see it: one stream of elements and texts, taken out of the tree in one walk.

Each question to the parser's tree makes new objects; the readers of a page ask thousands of them.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Union

from selectolax.lexbor import LexborHTMLParser, LexborNode

Stream = list[Union["Element", str]]

_PLACE = attrgetter("place")


class Element:
    """An element: its tag, its attributes, the element around it, and its place in the stream; what it holds follows up to ``end``.

    It knows nothing of the stream: a page that nobody holds is gone at once, without waiting for the garbage collector. The walk fills
    it in: a constructor would take as long as all the rest.
    """

    __slots__ = ("attributes", "end", "node", "parent", "place", "tag")

    node: LexborNode
    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None"
    place: int
    end: int

    @property
    def span(self) -> range:
        """The places of the element and all that it holds."""
        return range(self.place, self.end)

    @property
    def around(self) -> "Iterator[Element]":
        """The elements that it stands in, the nearest first."""
        at = self.parent
        while at is not None:
            yield at
            at = at.parent


class Elements:
    """Every element of a tree, in reading order, by place and by tag; ``stream`` has the texts between them as well."""

    def __init__(self, root: LexborNode | None) -> None:
        self.stream: Stream = []
        self._all: list[Element] = []
        self._by_tag: defaultdict[str, list[Element]] = defaultdict(list)
        self._by_node: dict[int, Element] = {}
        if root is not None:
            self._walk(root)

    def __iter__(self) -> Iterator[Element]:
        return iter(self._all)

    def before(self, place: int) -> list[Element]:
        """Return the elements that begin before a place."""
        return self._all[: bisect_left(self._all, place, key=_PLACE)]

    def children(self, element: Element) -> Iterator[Element]:
        """Yield the elements that stand in another directly, in reading order."""
        at = element.place + 1
        while at < element.end:
            one = self.stream[at]
            if isinstance(one, Element):
                yield one
                at = one.end
            else:
                at += 1

    def tagged(self, *tags: str, within: Element | None = None) -> list[Element]:
        """Return the elements of these tags, in reading order; ``within`` one alone, which may be among them."""
        found = [_within(self._by_tag[tag], within) for tag in tags if tag in self._by_tag]
        return found[0] if len(found) == 1 else sorted(chain.from_iterable(found), key=_PLACE)

    def body(self, tree: LexborHTMLParser) -> Element | None:
        """Return the body of the tree, if it has one."""
        body = tree.body
        return next((one for one in self.tagged(body.tag or "") if one.node.mem_id == body.mem_id), None) if body else None

    def of(self, nodes: Iterable[LexborNode]) -> list[Element]:
        """Return the elements of nodes of the tree, in reading order, without those that stand in another of them."""
        if not self._by_node:
            self._by_node = {one.node.mem_id: one for one in self}
        found: list[Element] = []
        known = (self._by_node.get(node.mem_id) for node in nodes)
        for one in sorted((one for one in known if one), key=_PLACE):
            if not found or one.place >= found[-1].end:
                found.append(one)
        return found

    def _walk(self, root: LexborNode) -> None:
        stream, elements, by_tag = self.stream, self._all, self._by_tag
        node: LexborNode | None = root
        parent: Element | None = None
        while node is not None:
            text = node.text_content  # of a text alone
            if text is not None:
                stream.append(text)
            elif (tag := node.tag) and not tag.startswith("-"):  # a comment; a processing instruction has no tag
                element = Element()
                element.node, element.tag, element.attributes = node, tag, node.attributes
                element.parent, element.place = parent, len(stream)
                stream.append(element)
                elements.append(element)
                by_tag[tag].append(element)
                child = node.first_child
                if child is not None:
                    node, parent = child, element
                    continue
                element.end = len(stream)
            node = node.next if parent else None
            while node is None and parent is not None:
                parent.end = len(stream)
                node, parent = parent.node.next if parent.parent else None, parent.parent


def _within(elements: list[Element], around: Element | None) -> list[Element]:
    if around is None:
        return elements
    begin = bisect_left(elements, around.place, key=_PLACE)
    return elements[begin : bisect_left(elements, around.end, lo=begin, key=_PLACE)]
