"""Where a release points: links, images and attachments of its body, and its own canonical address."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice, takewhile

from service import urls
from service.models import Link
from service.text import displayed

from .blocks import BLOCK_TAGS
from .body import Body
from .elements import Element
from .files import DOCUMENT, size_in
from .page import Page

_MOST_ALTERNATES = 100  # there are not many more languages that anything is published in
_LONGEST_LINE = 8  # nodes
_LONGEST_BOX, _MOST_IN_BOX = 300, 12  # characters, elements
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|tiff?|heic|svg)(?=$|[?#&])", re.I)


def links_of(page: Page, body: Body) -> tuple[Link, ...]:
    """Return where the words of the body link to, in order; documents and pictures are not among them."""
    shown = {one.node.place for one in body.placed}
    nodes = (node for root in body.roots for node in page.elements.tagged("a", within=root))
    return tuple(_distinct(page, (node for node in nodes if _leads_on(_target(node)) and _block_around(node) in shown)))


def attachments_of(page: Page, body: Body) -> tuple[Link, ...]:
    """Return the documents, sounds and films that the body, or the article around it, offers; with the size told beside the words."""
    scopes = [_article(root) for root in body.roots]
    offers = (node for scope in scopes for node in page.elements.tagged("a", "video", "audio", "source", within=scope))
    return tuple(_distinct(page, (node for node in offers if DOCUMENT.search(_target(node)) and not page.in_chrome(node)), _offer))


def images_of(page: Page, body: Body) -> tuple[Link, ...]:
    """Return the pictures of the body with their alternative texts, and the pictures that its words link to."""
    found: dict[str, Link] = {}
    for root in body.roots:
        for node in page.elements.tagged("img", "a", within=root):
            link = _image(page, node)
            if link and not page.in_chrome(node) and not (link.url in found and found[link.url].text):
                found[link.url] = link
    return tuple(found.values())


def alternates_of(page: Page) -> tuple[str, ...]:
    """Return the addresses at which the page says that it stands in other languages, absolute (HTML section 4.6.7.1), itself among them."""
    links = (node.attributes for node in page.elements.tagged("link"))
    named = (one.get("href") for one in links if one.get("hreflang") and "alternate" in (one.get("rel") or "").lower().split())
    return tuple(dict.fromkeys(url for href in named if href and (url := urls.absolute(page.base, href))))[:_MOST_ALTERNATES]


def canonical_of(page: Page) -> str | None:
    """Return the address that the page names as its own, absolute."""
    links = (node.attributes for node in page.elements.tagged("link"))
    first = next((one for one in links if "href" in one and "canonical" in (one.get("rel") or "").lower().split()), {})
    named = first.get("href") or page.metas.get("og:url")
    return urls.absolute(page.base, named) if named else None


def _distinct(page: Page, nodes: Iterable[Element], words_of: Callable[[Page, Element], str] = Page.text_of) -> Iterator[Link]:
    """Yield the links of elements, one for each address, with the first words it is shown with."""
    words: dict[str, str] = {}
    for node in nodes:
        url = urls.absolute(page.base, _target(node))
        if url is not None:
            words[url] = words.get(url) or words_of(page, node)
    return (Link(url, text) for url, text in words.items())


def _offer(page: Page, node: Element) -> str:
    words = page.text_of(node)
    size = "" if size_in(words) else size_in(_beside(page, node))
    return f"{words} ({size})" if size else words


def _beside(page: Page, node: Element) -> str:
    """Return the text that goes on after a link in its line, or else that of the small box it stands in."""
    line: list[str] = []
    at = node.node.next
    while at is not None and at.tag not in ("a", "br") and at.tag not in BLOCK_TAGS and len(line) < _LONGEST_LINE:
        line.append((at.text_content if at.is_text_node else at.text()) or "")
        at = at.next
    if size_in("".join(line)):
        return "".join(line)
    boxes = takewhile(partial(_is_small, page), islice(node.around, 3))
    texts = (page.text_of(box) for box in boxes if _has_one_link(page, box))
    return next((text for text in texts if len(text) <= _LONGEST_BOX and size_in(text)), "")


def _is_small(page: Page, box: Element) -> bool:
    return len(list(islice(page.elements.children(box), _MOST_IN_BOX))) < _MOST_IN_BOX


def _has_one_link(page: Page, box: Element) -> bool:
    return sum("href" in link.attributes for link in page.elements.tagged("a", within=box)) == 1


def _image(page: Page, node: Element) -> Link | None:
    attributes = node.attributes
    if node.tag == "a":
        url = urls.absolute(page.base, _target(node)) if _IMAGE.search(_target(node)) else None
        return Link(url, page.text_of(node)) if url else None
    for name in ("src", "data-src", "data-original", "data-lazy-src"):
        source = attributes.get(name)
        url = urls.absolute(page.base, source) if source else None
        if url:
            return Link(url, displayed(attributes.get("alt") or ""))
    return None


def _article(root: Element) -> Element:
    return next((above for above in (root, *root.around) if above.tag == "article"), root)


def _block_around(node: Element) -> int | None:
    return next((above.place for above in node.around if above.tag in BLOCK_TAGS), None)


def _leads_on(target: str) -> bool:
    return bool(target) and not DOCUMENT.search(target) and not _IMAGE.search(target)


def _target(node: Element) -> str:
    return node.attributes.get("href" if node.tag == "a" else "src") or ""
