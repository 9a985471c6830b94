"""A page, opened: its tree, its blocks, and what it says of itself to machines."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from service import urls
from service.decode import decode
from service.errors import Unreadable
from service.markup import parse
from service.models import Snapshot, Source
from service.text import displayed

from .blocks import Placed, placed, text_of
from .elements import Element, Elements
from .imprint import Imprint, imprint_of, without_imprint
from .jsonld import Facts, facts

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_HIDDEN = "[hidden], .sr-only, .visually-hidden, .visuallyhidden, .screen-reader-text, .govuk-visually-hidden"
_CHROME = frozenset(["nav", "aside", "footer"])
_MONTH_FIRST = frozenset(["en-us", "en-ph", "fil-ph"])
_CHROME_ROLES = frozenset(["navigation", "complementary", "contentinfo", "banner", "search"])


@dataclass(frozen=True)
class Page:
    """A page as its readers see it; what a source's ``ignore`` selectors name is no part of it. ``url`` is its address."""

    html: str
    tree: LexborHTMLParser
    url: str
    source: Source
    fetched_at: datetime

    @cached_property
    def placed(self) -> list[Placed]:
        """Every block of the page, in reading order."""
        body = self.elements.body(self.tree)
        return placed(self.elements, body) if body else []

    @cached_property
    def imprint(self) -> Imprint:
        """What the page prints of itself: lines that only date it, and the log of its updates."""
        return imprint_of(self.elements, self.placed, self.language)

    @cached_property
    def words(self) -> list[Placed]:
        """The blocks without the imprint."""
        return (
            [one for number, one in enumerate(self.placed) if number not in self.imprint.numbers] if self.imprint.numbers else self.placed
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """The imprint as displayed."""
        return tuple(self.placed[number].block.text for number in sorted(self.imprint.numbers))

    @cached_property
    def elements(self) -> Elements:
        """Every element of the page, in reading order."""
        return Elements(self.tree.root)

    @cached_property
    def base(self) -> str:
        """What the page's links are relative to (HTML section 4.2.3)."""
        named = next((node.attributes["href"] for node in self.elements.tagged("base") if "href" in node.attributes), None)
        return (urls.absolute(self.url, named or "") if named else None) or self.url

    @cached_property
    def facts(self) -> Facts:
        """What the page's JSON-LD says of its article."""
        scripts = (one for one in self.elements.tagged("script") if "ld+json" in (one.attributes.get("type") or "").lower())
        return facts(one.node.text() for one in scripts)

    @cached_property
    def metas(self) -> dict[str, str]:
        """The page's meta elements: first content by lower-case name, property, http-equiv, and itemprop where it speaks of the page."""
        found: dict[str, str] = {}
        for node in self.elements.tagged("meta"):
            attributes = node.attributes
            content = displayed(attributes.get("content") or "")
            kinds = ("name", "property", "http-equiv", "itemprop") if node.parent and node.parent.tag == "head" else ("name", "property")
            for kind in kinds:
                name = (attributes.get(kind) or "").strip().lower()
                if name and content:
                    found.setdefault(name, content)
        return found

    @cached_property
    def language(self) -> str | None:
        """The language that the source's configuration or the page itself names, as BCP 47 tag."""
        root = self.tree.root
        attributes = root.attributes if root else {}
        named = (
            self.source.language,
            attributes.get("lang") or attributes.get("xml:lang"),
            *(self.metas.get(name) for name in ("content-language", "language", "dc.language", "dcterms.language")),
            self.facts.language,
            self.metas.get("og:locale"),
        )
        tags = (_TAG.match((name or "").strip()) for name in named)
        return next((tag[0].replace("_", "-") for tag in tags if tag), None)

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
        try:
            return self.elements.of(self.tree.css(selector))
        except SelectolaxError as error:
            raise Unreadable(f"the selector {selector!r} cannot be used: {error}") from error

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

    @cached_property
    def _furniture(self) -> dict[int, bool | None]:
        """What was found of elements so far, by place: furniture, an article, or (None) neither."""
        return {}


def open_page(snapshot: Snapshot, source: Source) -> Page:
    """Return the page of a snapshot; raises ``Unreadable`` for markup made to exhaust us."""
    html = decode(snapshot.body, snapshot.header("content-type"))
    tree = parse(html)
    page = Page(html, tree, snapshot.final_url or snapshot.url, source, snapshot.fetched_at)
    return _without_ignored(page) if source.selectors.ignore else page


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


def _without_ignored(page: Page) -> Page:
    for selector in page.source.selectors.ignore:
        cut(page.elements, [one.node for one in page.select(selector)])
    return Page(page.tree.html or "", page.tree, page.url, page.source, page.fetched_at)
