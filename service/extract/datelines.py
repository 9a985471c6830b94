"""The dates that a page shows to people near its title and body; its clock, its teasers and its menu are not among them."""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from service.dates import machine_stamp, may_be_dated, speaks, stamp
from service.text import displayed, folded, has_digit

from .blocks import BLOCK_TAGS
from .body import Body
from .elements import Element
from .guesses import guessed_stamp
from .page import Page
from .titles import Title

_DATED = re.compile("date|time|publish|posted|meta", re.I | re.ASCII)  # in a class
_UPDATED = re.compile(
    r"\b(?:last\s+)?(?:updated?|modified|revised)\b|\b(?:обновлен|изменен)[оа]?\b|\bоновлено\b|\bабноўлена\b|\baktualisiert\b|\bgeändert\b|"
    r"\bstand:|\bmise? à jour\b|\bmodifié\b|\bactualizado\b|\baggiornat[oa]\b|\batualizado\b|\bzaktualizowano\b|\bactualizat\b|"
    r"\bgüncelle\w*|\bbijgewerkt\b|更新|수정",
    re.I,
)
# One of these is in all that the pattern finds; to look for them takes a fiftieth of the time.
_STEMS = (
    "updat modif revis обновлен изменен оновлен абноўлен aktualisier geändert stand: jour actualiza aggiornat atualiza aktualizowan "
    "güncelle bijgewerkt 更新 수정"
).split()
_DATELINE = re.compile(r"^(.{6,90}?)(?:\s[-–—]{1,2}\s|\s?/\s?PRNewswire|\s?--)")
_LONGEST = 160  # characters of a line that may be about the date
_FEW, _SOME = 4, 10  # words of a line besides digits: of any line, and of an element that is there for dates
_WORD = re.compile(r"[^\W\d_]{2,}")
_REMEMBERED = 2_048  # lines: pages of one source show the same ones again and again
_HEAD = 3  # blocks of the body among which a date line may stand
_BEFORE = 4  # blocks before the title among which it may stand
_MOST = 300  # elements for dates that are looked at; the release's own comes early
_NEAR = 3  # generations between elements that belong together


class _Said(NamedTuple):
    """A date shown: its stamp, whether it is that of a change, where, and whether its element is there for dates."""

    stamp: str
    modified: bool
    node: Element
    declared: bool


class _Candidate(NamedTuple):
    """What may show a date: an element that is there for dates, or (with its text) a short block; ``declared`` as in ``_Said``."""

    node: Element
    text: str | None
    declared: bool


class DateLines:
    """The date lines of one page, found on first demand.

    Searched in this order: the head of the body; between title and body; just before the title; elements for dates in the rest of
    the body. A place that shows two different dates of one kind tells none, except that the head of the body tells its first.
    """

    def __init__(self, page: Page, body: Body, title: Title) -> None:
        self._page, self._body, self._title = page, body, title

    @property
    def published(self) -> str | None:
        return self._first(modified=False)

    @property
    def modified(self) -> str | None:
        is_read = "_zones" in vars(self)  # a page that dates itself to machines is asked for this alone, and mostly in vain
        return self._first(modified=True) if is_read or any(map(self._may_be_update, self._possible)) else None

    def guess(self) -> str | None:
        """Return what dateparser makes of a line that looks like a date in a language that our own table lacks."""
        if speaks(self._page.language or "en"):
            return None
        texts = (one.block.text for one in self._page.placed[self._window])
        return next((found for text in texts if (found := guessed_stamp(text, self._page.language))), None)

    def _first(self, *, modified: bool) -> str | None:
        for zone, first_wins in self._zones:
            said = [one for one in zone if one.modified is modified]
            if said and (first_wins or len({one.stamp[:10] for one in said}) == 1):
                return said[0].stamp
        return None

    @cached_property
    def _zones(self) -> list[tuple[list[_Said], bool]]:
        found: dict[str, list[_Said]] = {"head": [], "gap": [], "before": [], "rest": []}
        for one in self._said:
            zone = self._zone(one.node, declared=one.declared)
            if zone is not None:
                found[zone].append(one)
        near = [one for one in found["gap"] if one.node.place in self._family]
        return [(found["head"], True), (near or found["gap"], False), (found["before"], False), (found["rest"], False)]

    def _zone(self, node: Element, *, declared: bool) -> str | None:
        """Return in which zone a date of an element stands; None for a place that tells nothing of the release."""
        at = node.place
        if at < self._begins:
            return "before" if at in self._family else None
        if any(at in span for span in self._inside):
            return "head" if at <= self._head_ends else "rest" if declared else None
        return "gap" if at <= self._body_begins else None

    @cached_property
    def _said(self) -> list[_Said]:
        """Every date shown in one of the zones and outside of the page's furniture; elements made for dates first."""
        said = [said for one in self._candidates for said in self._read(one)]
        return sorted(said, key=lambda one: not one.declared)

    @cached_property
    def _candidates(self) -> list[_Candidate]:
        """What may show a date in one of the zones and outside of the page's furniture."""
        return [one for one in self._possible if self._is_near(one.node, declared=one.declared)]

    @cached_property
    def _possible(self) -> list[_Candidate]:
        """What may show a date, wherever it stands: elements made for dates, then short blocks."""
        nodes = islice(filter(_is_for_dates, self._page.elements.before(self._reach.stop)), _MOST)
        found = [_Candidate(node, None, declared=True) for node in nodes]
        for number in self._page.imprint.short:
            block, node = self._page.placed[number]
            found.append(_Candidate(node, block.text, declared=number in self._page.imprint.numbers))
        return found

    def _read(self, one: _Candidate) -> Iterator[_Said]:
        """Yield the dates that a candidate shows."""
        if one.text is None:
            return self._of_element(one.node)
        return (said._replace(declared=one.declared) for said in self._of_text(one.text, one.node, _FEW))

    def _may_be_update(self, one: _Candidate) -> bool:
        """Return whether a date that a candidate shows may be that of a change: what can be told without reading the date."""
        if one.text is None:
            return self._is_update(one.node) or _may_say(_raw(one.node))
        return self._is_labelled_update(one.node) or _may_say(one.text)

    def _is_near(self, node: Element, *, declared: bool) -> bool:
        """Return whether an element stands in one of the zones, and neither in the log of the page nor in its furniture."""
        return (
            node.place in self._reach
            and node.place not in self._page.imprint.logged
            and self._zone(node, declared=declared) is not None
            and not self._page.in_chrome(node)
        )

    @cached_property
    def _reach(self) -> range:
        """The places from the first zone to the last."""
        ends = (self._body_begins + 1, *(span.stop for span in self._inside))
        return range(min(self._begins, self._family.start or self._begins), max(ends))

    def _of_element(self, node: Element) -> Iterator[_Said]:
        found = declared(self._page, node)
        if found:
            yield _Said(found, self._is_update(node), node, declared=True)
            return
        text = self._page.text_of(node) if has_digit(_raw(node)) else ""
        if 0 < len(text) <= _LONGEST:
            for one in self._of_text(text, node, _SOME):
                yield one._replace(modified=one.modified or self._is_update(node), declared=node.tag == "time")

    def _of_text(self, text: str, node: Element, most_words: int) -> Iterator[_Said]:
        if may_be_dated(text):
            for found, modified in _dates_in(text, most_words, self._page.language, self._page.day_first):
                yield _Said(found, modified or self._is_labelled_update(node), node, declared=False)

    def _is_update(self, node: Element) -> bool:
        return self._is_labelled_update(node) or _is_update(node)

    def _is_labelled_update(self, node: Element) -> bool:
        """Return whether the block before says that the date of an element, or of the one around it, is that of a change."""
        labels = self._page.imprint.labels
        return bool(labels) and any(labels.get(one.place, False) for one in (node, *islice(node.around, 1)))

    @cached_property
    def _family(self) -> range:
        """The positions of all that shares a close ancestor with the title, or with the body where no element shows the title."""
        member = self._title.node or next(iter(self._body.roots), None)
        elders = [one for one in islice(member.around, _NEAR) if one.tag not in ("body", "html")] if member else []
        return elders[-1].span if elders else range(0)

    @cached_property
    def _inside(self) -> list[range]:
        """The positions of the elements that hold the body."""
        return [root.span for root in self._body.roots]

    @cached_property
    def _body_begins(self) -> int:
        return self._body.placed[0].node.place if self._body.placed else 0

    @cached_property
    def _begins(self) -> int:
        """Where the release begins: at its title, or at the element that holds its body where no element shows the title."""
        return next((one.place for one in (self._title.node, *self._body.roots) if one is not None), 0)

    @cached_property
    def _head_ends(self) -> int:
        """Where the text itself begins: at its first long block that is not the title again, or at the third."""
        title = folded(self._title.text)
        others = (one for one in self._body.placed if not (title and folded(one.block.text).startswith(title)))
        blocks = list(islice(others, _HEAD))
        long = (one for one in blocks if len(one.block.text) > _LONGEST)
        last = next(long, None) or next(iter(blocks[_HEAD - 1 :]), None)
        if last is None:
            return len(self._page.elements.stream)
        return max(one.node.place for one in blocks[: blocks.index(last) + 1])

    @cached_property
    def _window(self) -> slice:
        """The blocks from just before the title to the head of the body."""
        positions = [one.node.place for one in self._page.placed]
        start = next((number for number, at in enumerate(positions) if at >= self._begins), 0)
        body = next((number for number, at in enumerate(positions) if at >= self._body_begins), 0)
        return slice(max(0, start - _BEFORE), max(start, body) + _HEAD)


@lru_cache(_REMEMBERED)
def _dates_in(text: str, most_words: int, language: str | None, day_first: bool) -> tuple[tuple[str, bool], ...]:
    """Return the stamps in a line, each with whether the line calls it that of a change."""
    before, *after = _UPDATED.split(text, maxsplit=1) if _may_say(text) else (text,)
    parts = [(before, False), *((part, True) for part in after)]
    lines = [(part, modified) for part, modified in parts if len(_WORD.findall(part)) <= most_words]
    told = ((stamp(part, language=language, day_first=day_first), modified) for part, modified in lines)
    return tuple((found, modified) for found, modified in told if found)


def _may_say(text: str) -> bool:
    """Return whether a text may say of a date that it is that of a change."""
    return any(map(text.casefold().__contains__, _STEMS))


def declared(page: Page, node: Element) -> str | None:
    """Return the stamp in an element's ``datetime`` or ``content``."""
    attributes = node.attributes
    value = displayed(attributes.get("datetime") or attributes.get("content") or "")
    return (machine_stamp(value) or stamp(value, language=page.language, day_first=page.day_first)) if value else None


def dateline(page: Page, body: Body) -> str | None:
    """Return the date before the dash of a first paragraph ("GENEVA, 3 May 2019 - The ...")."""
    for block in body.blocks[:2]:
        match = _DATELINE.match(block.text)
        found = stamp(match[1], language=page.language, day_first=page.day_first) if match else None
        if found:
            return found
    return None


def _raw(node: Element) -> str:
    """Return all text in an element, hidden or not; nothing of one that is too large to be a line."""
    raw = node.node.text()
    return raw if len(raw) <= _LONGEST * 5 else ""


def _is_for_dates(node: Element) -> bool:
    """Return whether an element is there for dates, by its tag or by what it is called."""
    if node.tag == "time":
        return True
    attributes = node.attributes
    if not attributes:
        return False
    return _is_named_for_dates(attributes.get("class") or "") or attributes.get("itemprop") in ("datePublished", "dateModified")


@lru_cache(_REMEMBERED)
def _is_named_for_dates(classes: str) -> bool:
    return _DATED.search(classes) is not None


def _is_update(node: Element) -> bool:
    """Return whether an element's date is that of a change: it says so itself, or the words just before it do."""
    attributes = node.attributes
    if "modif" in (attributes.get("itemprop") or "").lower() or "modif" in (attributes.get("class") or "").lower():
        return True
    before = _before(node.node) or (_before(node.parent.node) if node.parent else "")
    cues = list(_UPDATED.finditer(before)) if _may_say(before) else []
    return bool(cues) and not any(letter.isdigit() for letter in before[cues[-1].end() :])


def _before(node: LexborNode) -> str:
    """Return the words that stand before an element in its line."""
    words: list[str] = []
    at = node.prev
    while at is not None and at.tag not in BLOCK_TAGS and at.tag != "br" and len(words) < _FEW:
        words.append((at.text_content if at.is_text_node else at.text()) or "")
        at = at.prev
    return displayed("".join(reversed(words)))
