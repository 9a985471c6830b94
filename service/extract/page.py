"""A page, opened: its tree, its blocks, and what it says of itself to machines."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from service import urls
from service.decode import decode
from service.errors import Unreadable
from service.markup import parse
from service.models import Snapshot, Source
from service.text import displayed

from .blocks import placed, text_of
from .elements import Element, Elements
from .imprint import imprint_of, without_imprint
from .jsonld import Facts, facts

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_HIDDEN = "[hidden], .sr-only, .visually-hidden, .visuallyhidden, .screen-reader-text, .govuk-visually-hidden"
_CHROME = frozenset(["nav", "aside", "footer"])
_MONTH_FIRST = frozenset(["en-us", "en-ph", "fil-ph"])
_CHROME_ROLES = frozenset(["navigation", "complementary", "contentinfo", "banner", "search"])


class Page:
    """A page as its readers see it, looked through once; what a source's ``ignore`` selectors name is no part of it.

    ``elements`` are all of its elements, ``placed`` all of its blocks, ``words`` those without its ``imprint`` (what it prints of
    itself: lines that only date it, the log of its updates), each in reading order. ``url`` is its address, ``base`` what its links are
    relative to. ``metas`` and ``facts`` are what it says of itself to machines; ``language`` is a BCP 47 tag, None where nobody names one.
    """

    def __init__(self, html: str, tree: LexborHTMLParser, snapshot: Snapshot, source: Source) -> None:
        self.html, self.tree, self.source = html, tree, source
        self.url, self.fetched_at = snapshot.final_url or snapshot.url, snapshot.fetched_at
        self.elements = elements = Elements(tree.root)
        self.base = _base(elements, self.url)
        self.metas = _metas(elements)
        self.facts = _facts(elements)
        self.language = _language(tree, source, self.metas, self.facts)
        body = elements.body(tree)
        self.placed = placed(elements, body) if body else []
        self.imprint = imprint_of(elements, self.placed, self.language)
        own = self.imprint.numbers
        self.words = [one for number, one in enumerate(self.placed) if number not in own] if own else self.placed
        self._furniture: dict[int, bool | None] = {}  # what was found of elements, by place: furniture, an article, or (None) neither

    @property
    def notes(self) -> tuple[str, ...]:
        """The imprint as displayed."""
        return tuple(self.placed[number].block.text for number in sorted(self.imprint.numbers))

    @cached_property
    def visible_html(self) -> str:
        """The page without what it hides and what it prints of itself, for readers that do not look."""
        if not self.tree.css_first(_HIDDEN) and not self.imprint.numbers:
            return self.html
        copy = LexborHTMLParser(self.html)
        without_imprint(copy, self.language)
        cut(Elements(copy.root), copy.css(_HIDDEN))
        return copy.html or ""

    @property
    def day_first(self) -> bool:
        """Whether 03/04/2021 is a day in April here."""
        return (self.language or "").lower() not in _MONTH_FIRST

    def text_of(self, element: Element) -> str:
        """Return what a browser shows of an element, on one line."""
        return text_of(self.elements, element)

    def select(self, selector: str) -> list[Element]:
        """Return what a selector names, outermost elements alone, in reading order; raise ``Unreadable`` for what is no selector."""
        return self.elements.of(_selected(self.tree, selector))

    def in_chrome(self, element: Element) -> bool:
        """Return whether an element is or stands in a navigation, an aside, a footer, or a header that is not an article's own."""
        line = []
        at: Element | None = element
        while at is not None and at.place not in self._furniture:
            line.append(at)
            at = at.parent
        verdict = None if at is None else self._furniture[at.place]
        for one in reversed(line):
            verdict = self._furniture[one.place] = _furniture(one, verdict)
        return bool(verdict)


def open_page(snapshot: Snapshot, source: Source) -> Page:
    """Return the page of a snapshot; raises ``Unreadable`` for markup made to exhaust us, and for a selector that is none."""
    html = decode(snapshot.body, snapshot.header("content-type"))
    tree = parse(html)
    if source.selectors.ignore:
        elements = Elements(tree.root)
        for selector in source.selectors.ignore:
            cut(elements, [one.node for one in elements.of(_selected(tree, selector))])
        html = tree.html or ""
    return Page(html, tree, snapshot, source)


def cut(elements: Elements, nodes: Iterable[LexborNode]) -> None:
    """Take elements out of their page; the page itself stays, whatever it says of itself."""
    for one in elements.of(node for node in nodes if node.tag not in ("html", "body")):
        one.node.decompose()


def _furniture(element: Element, around: bool | None) -> bool | None:
    """Return whether an element is furniture (True), an article (False) or neither, given what it stands in."""
    if element.tag in ("article", "main"):
        return False
    if element.tag == "footer" and element.parent and element.parent.tag == "blockquote":
        return around  # it tells whose words they are
    if element.tag in _CHROME or (element.attributes.get("role") or "").lower() in _CHROME_ROLES:
        return True
    return True if element.tag == "header" and around is None else around


def _selected(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except SelectolaxError as error:
        raise Unreadable(f"the selector {selector!r} cannot be used: {error}") from error


def _base(elements: Elements, url: str) -> str:
    """Return what the links of a page are relative to (HTML section 4.2.3)."""
    named = next((node.attributes["href"] for node in elements.tagged("base") if "href" in node.attributes), None)
    return (urls.absolute(url, named) if named else None) or url


def _facts(elements: Elements) -> Facts:
    """Return what the JSON-LD of a page says of its article."""
    scripts = (one for one in elements.tagged("script") if "ld+json" in (one.attributes.get("type") or "").lower())
    return facts(one.node.text() for one in scripts)


def _metas(elements: Elements) -> dict[str, str]:
    """Return the meta elements: first content by lower-case name, property, http-equiv, and itemprop where it speaks of the page."""
    found: dict[str, str] = {}
    for node in elements.tagged("meta"):
        attributes = node.attributes
        content = displayed(attributes.get("content") or "")
        kinds = ("name", "property", "http-equiv", "itemprop") if node.parent and node.parent.tag == "head" else ("name", "property")
        for kind in kinds:
            name = (attributes.get(kind) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _language(tree: LexborHTMLParser, source: Source, metas: Mapping[str, str], facts: Facts) -> str | None:
    """Return the language that the source's configuration or the page itself names."""
    attributes = tree.root.attributes if tree.root else {}
    named = (
        source.language,
        attributes.get("lang") or attributes.get("xml:lang"),
        *(metas.get(name) for name in ("content-language", "language", "dc.language", "dcterms.language")),
        facts.language,
        metas.get("og:locale"),
    )
    tags = (_TAG.match((name or "").strip()) for name in named)
    return next((tag[0].replace("_", "-") for tag in tags if tag), None)
