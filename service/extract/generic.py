"""The body of a page that nobody described: trafilatura's judgement, turned into blocks."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from service.models import Block
from service.text import displayed

from .blocks import Placed, placed
from .locating import bare
from .page import Page
from .quotations import with_quotations

_TAGS = {"p": "p", "item": "li", "cell": "td", "quote": "blockquote", "code": "pre", "ab": "p"}
_LONG = 80  # characters: of a paragraph; menus have none so long
_LITTLE, _MOST = 0.25, 0.6  # of a page's prose
_CROWD = 6_000  # elements and texts within one paragraph: the guest takes quadratic time for them (24,000: 6 s)
_DENSE = ("[itemprop=articleBody]", "article", "main", "[role=main]", "div.news-detail", "#content", ".content", "body")


def main_text(page: Page) -> tuple[Block, ...]:
    """Return the main text of a page as blocks (``path`` is the tag alone), or none where no text stands out, or a paragraph is endless.

    Comments of readers are left out. The fast mode first: on pages whose furniture alone changes it alters its mind least. It takes now
    and then a box for the article (the address of a press office): where it leaves out nearly all that reads like prose, and the
    thorough mode finds most of that, the thorough one is right.
    """
    if any(len(paragraph.span) > _CROWD for paragraph in page.elements.tagged("p")):
        return ()
    html = with_quotations(page)
    found = _read(html, fast=True)
    prose = _prose(page)
    if found and _covered(prose, found) >= _LITTLE:
        return found
    thorough = _read(html, fast=False)
    return thorough if not found or _covered(prose, thorough) >= _MOST else found


def _prose(page: Page) -> list[str]:
    """Return the long blocks of a page that stand in no furniture and in no comment of a reader, bare."""
    long = (one for one in page.words if len(one.block.text) >= _LONG and "comment" not in one.block.path.lower())
    return [bare(one.block.text) for one in long if not page.in_chrome(one.node)]


def _covered(prose: Sequence[str], blocks: Iterable[Block]) -> float:
    """Return the share of the prose that stands in these blocks; all of it where there is none."""
    whole = {bare(block.text) for block in blocks}
    told, every = "\0".join(whole), sum(map(len, prose))  # of signs alone, nothing is left bare
    return sum(len(text) for text in prose if text in whole or text in told) / every if every else 1.0


def _read(html: str, *, fast: bool) -> tuple[Block, ...]:
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it tells of every page without text; our answer does
    try:
        document: Any = bare_extraction(html, fast=fast, include_comments=False)
    except Exception:  # noqa: BLE001 - a guest's parser on hostile pages can raise anything; no text is then our answer too
        return ()
    return tuple(_Tree(document.body).blocks) if document is not None else ()


def densest(page: Page) -> list[Placed]:
    """Return the blocks of the first element that pages commonly put their text in, without what is chrome by its own account."""
    for selector in _DENSE:
        found = [one for node in page.select(selector) for one in placed(page.elements, node) if not page.in_chrome(one.node)]
        if sum(len(one.block.text) for one in found) >= 40:
            return found
    return []


class _Element(Protocol):
    """What we use of an lxml element; it has no types of its own."""

    tag: str
    text: str | None
    tail: str | None

    def get(self, name: str) -> str | None: ...

    def __iter__(self) -> Iterator["_Element"]: ...


class _Tree:
    """One walk over trafilatura's tree, a subset of TEI; a line break twice is the end of a paragraph."""

    def __init__(self, body: _Element) -> None:
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._tags = ["p"]
        self._walk(body)
        self._end()

    def _walk(self, element: _Element) -> None:
        tag = _tag(element)
        if tag:
            self._end()
            self._tags.append(tag)
        elif element.tag == "lb":
            self._break()
        self._text.append(element.text or "")
        for child in element:
            self._walk(child)
            self._text.append(child.tail or "")
        if tag:
            self._end()
            self._tags.pop()

    def _break(self) -> None:
        if "\n" in self._text and not "".join(self._text[self._text.index("\n") :]).strip():
            self._end()
        else:
            self._text.append("\n")

    def _end(self) -> None:
        text = displayed("".join(self._text))
        self._text.clear()
        if text:
            self.blocks.append(Block(self._tags[-1], text))


def _tag(element: _Element) -> str | None:
    """Return the tag of a block element, None for an inline one."""
    if element.tag == "head":
        return element.get("rend") or "h2"
    if element.tag == "cell" and element.get("role") == "head":
        return "th"
    return _TAGS.get(element.tag)
