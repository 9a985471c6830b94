"""The elements of a page in reading order, by place and by tag: one walk, where each question to the tree would take another."""

from collections.abc import Iterator
from heapq import merge

from selectolax.lexbor import LexborNode


class Elements:
    """Every element of a tree, numbered in reading order: what an element holds follows it without a gap."""

    def __init__(self, root: LexborNode | None) -> None:
        self._nodes: list[LexborNode] = []
        self._ends: list[int] = []
        self._places: dict[int, int] = {}  # by ``mem_id``
        self._by_tag: dict[str, list[int]] = {}
        if root is not None:
            self._walk(root)

    def __len__(self) -> int:
        return len(self._nodes)

    def at(self, node: LexborNode) -> int:
        """Return the place of an element."""
        return self._places.get(node.mem_id, 0)

    def span(self, node: LexborNode) -> range:
        """Return the places of an element and all that it holds."""
        place = self.at(node)
        return range(place, self._ends[place])

    def tagged(self, *tags: str, within: LexborNode | None = None) -> list[LexborNode]:
        """Return the elements of these tags, in reading order; ``within`` one alone, which may be among them."""
        places = self._by_tag.get(tags[0], ()) if len(tags) == 1 else merge(*(self._by_tag.get(tag, ()) for tag in tags))
        if within is None:
            return [self._nodes[place] for place in places]
        inside = self.span(within)
        return [self._nodes[place] for place in places if place in inside]

    def __iter__(self) -> Iterator[LexborNode]:
        return iter(self._nodes)

    def _walk(self, root: LexborNode) -> None:
        nodes, ends, places, by_tag = self._nodes, self._ends, self._places, self._by_tag
        node: LexborNode | None = root
        opened: list[int] = []
        while True:
            if node is None:
                place = opened.pop()
                ends[place] = len(nodes)
                if not opened:
                    return
                node = nodes[place].next
                continue
            tag = node.tag or ""
            if tag.startswith("-"):  # a text or a comment; a processing instruction has no tag
                node = node.next
                continue
            place = len(nodes)
            places[node.mem_id] = place
            by_tag.setdefault(tag, []).append(place)
            nodes.append(node)
            ends.append(place + 1)
            opened.append(place)
            node = node.first_child
