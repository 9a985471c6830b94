"""A page laid flat: its boxes, the text in them line by line, its links, all in document order.

What repeats on a page is told by paths of tags and classes; classes that differ between siblings (``post-17``, ``odd``) are
noise and left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from service import dates, urls
from service.text import displayed

from .lists import key_of

_HIDDEN = frozenset("script style template noscript head iframe svg math select option textarea object button datalist".split())
_CONTENT_TAGS = frozenset("article main section li".split())
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data dfn em font i img ins kbd mark nobr noindex q s samp small span strike strong sub sup "
    "time tt u".split()
)
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_CHROME_TAGS = frozenset("nav footer aside".split())
_CHROME_ROLES = frozenset("navigation contentinfo banner complementary search menu menubar dialog".split())
_CHROME_NAMES = re.compile(
    r"(?:^|[-_])(?:nav|navi|navigation|navbar|menu|submenu|footer|breadcrumbs?|crumbs|sidebar|aside|related|share|sharing|socials?|lang|langs|languages?"
    r"|pager|pagination|paging|pagenavi?|tagcloud|tags|cookies?|calendar|popular|comments?|toolbar|skip|login)(?:$|[-_])",
    re.I,
)
_NOT_CHROME = re.compile(r"^(?:has|with|no|without|is|js|col|offset|left|right)[-_]|(?:content|main|wrapper|layout|container|page)", re.I)
_PASSING = re.compile(
    r"\d|^(?:odd|even|first|last|active|current|selected|hentry|sticky|hover|visited|new|clearfix)$|^(?:category|tag|status|format|type|has|is|author|term)-"
)


@dataclass(slots=True, eq=False)
class Box:
    """An element: ``path`` is equal for elements of one kind, ``start``/``end`` are its segments, ``first_link``/``end_link`` its links.

    ``names`` are its classes and id, ``heading`` and ``content`` tell that it stands in a heading, in an article or the like.
    """

    tag: str
    path: int
    parent: "Box | None"
    chrome: "Box | None"  # the outermost box around it that looks like no content: navigation, footer, sidebar
    heading: bool
    content: bool
    names: str
    start: int = 0
    end: int = 0
    first_link: int = 0
    end_link: int = 0


@dataclass(slots=True, eq=False)
class Segment:
    """One run of text; ``line`` is equal for runs that a browser shows on one line of source. ``stamp``: a ``<time>`` told it."""

    text: str
    line: int
    box: Box
    link: int | None
    stamp: str | None = None
    alt: bool = False  # not shown as text: the label of a picture


@dataclass(slots=True, eq=False)
class Anchor:
    """A link, with its clean address, the key of it, and its segments (half open)."""

    url: str
    key: str
    box: Box
    rel: str
    start: int
    end: int = 0

    @property
    def mark(self) -> str:
        """Where the link stands, by tags and names, and where it leads: equal for what stands beside every page of a list."""
        place: list[str] = []
        box: Box | None = self.box
        while box is not None:
            place.append(f"{box.tag}.{box.names}")
            box = box.parent
        return f"{'/'.join(reversed(place))} {self.key}"


@dataclass(slots=True, eq=False)
class Outline:
    """A page laid flat.

    ``own`` are keys of the page's own addresses, ``seen`` the ``mark`` of links that another page has as well; ``forgiven`` boxes that are
    called a sidebar or the like, and hold most links of the page.
    """

    address: str
    own: frozenset[str]
    seen: frozenset[str] = frozenset()
    segments: list[Segment] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    anchor_of: dict[int, int] = field(default_factory=dict)  # mem_id of a node -> number of its anchor
    forgiven: frozenset[Box] = frozenset()

    def text(self, start: int, end: int) -> str:
        return displayed(" ".join(segment.text for segment in self.segments[start:end] if not segment.alt))


def outline(page: LexborHTMLParser, address: str, own: Iterable[str]) -> Outline:
    """Return the outline of a page served at ``address``; linear in its size."""
    base = page.css_first("base[href]")
    href = (base.attributes.get("href") or "") if base is not None else ""
    flat = Outline(urls.absolute(address, href) or address, frozenset(key for url in own if (key := key_of(url))))
    body = page.body
    if body is not None:
        _Walk(flat).run(body)
        _forgive_outer(flat)
    return flat


class _Walk:
    """One pass over the tree, without recursion: deep pages are legal."""

    def __init__(self, flat: Outline) -> None:
        self.flat = flat
        self.line = 0
        self.anchor: int | None = None
        self.stamp: str | None = None
        self.paths: dict[tuple[int, str], int] = {}  # numbers, for deep pages have long paths

    def run(self, body: LexborNode) -> None:
        root = Box("body", 0, None, None, False, False, "")
        stack: list[tuple[LexborNode | None, Box]] = [(None, root), *self._inside(body, root)]
        self.flat.boxes.append(root)
        while stack:
            node, box = stack.pop()
            if node is None:
                self._leave(box)
            elif node.is_text_node:
                self._say(node.text_content or "", box)
            else:
                stack += [(None, box), *self._enter(node, box)]

    def _inside(self, node: LexborNode, box: Box) -> list[tuple[LexborNode, Box]]:
        """Return the children with their boxes (text with the box it stands in), last first, as a stack wants them."""
        children = list(node.iter(include_text=True))
        steps = _steps([child for child in children if child.is_element_node])
        inside = []
        for child in children:
            if child.is_text_node:
                inside.append((child, box))
            elif child.is_element_node and child.tag not in _HIDDEN:
                inside.append((child, self._box(child, box, steps[child.mem_id])))
        return inside[::-1]

    def _box(self, node: LexborNode, parent: Box, step: str) -> Box:
        attributes, tag = node.attributes, node.tag or ""
        box = Box(
            tag,
            self.paths.setdefault((parent.path, step), len(self.paths) + 1),
            parent,
            parent.chrome,
            heading=parent.heading or tag in _HEADINGS,
            content=parent.content or tag in _CONTENT_TAGS,
            names=f"{attributes.get('class') or ''} {attributes.get('id') or ''}",
        )
        if box.chrome is None and _is_chrome(box, (attributes.get("role") or "").lower()):
            box.chrome = box
        return box

    def _enter(self, node: LexborNode, box: Box) -> list[tuple[LexborNode, Box]]:
        if box.tag not in _INLINE:
            self.line += 1
        box.start, box.first_link = len(self.flat.segments), len(self.flat.anchors)
        self.flat.boxes.append(box)
        attributes = node.attributes
        if box.tag == "a":
            self._open(node, box, attributes.get("href") or "", attributes.get("rel") or "")
        elif box.tag == "img":
            self._say(attributes.get("alt") or "", box, alt=True)
        elif box.tag == "time":
            self.stamp = dates.machine_stamp(attributes.get("datetime") or "")
            if self.stamp and not node.text(strip=True):
                self._say(self.stamp, box)
        return self._inside(node, box)

    def _open(self, node: LexborNode, box: Box, href: str, rel: str) -> None:
        address = urls.absolute(self.flat.address, href)
        key = key_of(address) if address else None
        if address is None or key is None:
            return
        self.anchor = len(self.flat.anchors)
        self.flat.anchors.append(Anchor(urls.clean(address), key, box, rel.lower(), len(self.flat.segments)))
        self.flat.anchor_of[node.mem_id] = self.anchor
        if not node.text(strip=True):
            self._say(node.attributes.get("aria-label") or node.attributes.get("title") or "", box, alt=True)

    def _leave(self, box: Box) -> None:
        if box.tag == "a" and self.anchor is not None:
            self.flat.anchors[self.anchor].end = len(self.flat.segments)
            self.anchor = None
        elif box.tag == "time":
            self.stamp = None
        box.end, box.end_link = len(self.flat.segments), len(self.flat.anchors)
        if box.tag not in _INLINE:
            self.line += 1

    def _say(self, text: str, box: Box, alt: bool = False) -> None:
        shown = displayed(text)
        if shown:
            self.flat.segments.append(Segment(shown, self.line, box, self.anchor, self.stamp, alt))


def _is_chrome(box: Box, role: str) -> bool:
    if box.tag in _CHROME_TAGS or role in _CHROME_ROLES:
        return True
    if box.tag == "header" and not box.content:
        return True
    if box.tag in ("body", "main", "article", "form", "a", "tr", "td") or box.heading:
        return False
    return any(_CHROME_NAMES.search(name) and not _NOT_CHROME.search(name) for name in box.names.split())


def _steps(siblings: list[LexborNode]) -> dict[int, str]:
    """Return, by ``mem_id``, what each of these siblings is called in a path: its tag and those of its classes that name its kind."""
    classes = {node.mem_id: tuple(dict.fromkeys((node.attributes.get("class") or "").split())) for node in siblings}
    counts = Counter((node.tag, name) for node in siblings for name in classes[node.mem_id])
    tags = Counter(node.tag for node in siblings)
    steps = {}
    for node in siblings:
        names, many = classes[node.mem_id], tags[node.tag]
        shared = [name for name in names if many > 2 and counts[node.tag, name] * 10 >= many * 6]
        kept = sorted(shared) or sorted(name for name in names if not _PASSING.search(name))
        steps[node.mem_id] = ".".join([node.tag or "", *kept])
    return steps


def _forgive_outer(flat: Outline) -> None:
    """A box around most links of the page is no sidebar, whatever it is called."""
    around = Counter(anchor.box.chrome for anchor in flat.anchors if anchor.box.chrome is not None)
    many = (box for box, count in around.items() if count * 10 > len(flat.anchors) * 8)
    flat.forgiven = frozenset(box for box in many if box.tag not in ("nav", "footer"))
    for box in flat.boxes if flat.forgiven else ():
        if box.chrome in flat.forgiven:
            box.chrome = None


def lines(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    """Yield the segments of each line together."""
    line: list[Segment] = []
    for segment in segments:
        if line and line[-1].line != segment.line:
            yield line
            line = []
        line.append(segment)
    if line:
        yield line
