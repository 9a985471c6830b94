"""The dates that a page shows to people near its title and body; its clock, its teasers and its menu are not among them."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from service.dates import machine_stamp, may_be_dated, speaks, stamp
from service.text import displayed, has_digit

from .blocks import BLOCK_TAGS
from .body import Body
from .elements import Element
from .guesses import guessed_stamp
from .page import Page
from .titles import Title
from .zones import LONGEST_LINE, ZONES, Zones

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
_FEW, _SOME = 4, 10  # words of a line besides digits: of any line, and of an element that is there for dates
_WORD = re.compile(r"[^\W\d_]{2,}")
_REMEMBERED = 2_048  # lines: pages of one source show the same ones again and again
_MOST = 300  # elements for dates that are looked at; the release's own comes early
_LISTED = 3  # elements of one kind with a date: entries of a list, of which none is the release's


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
    the body. A place that shows two different dates of one kind tells none, nor does a list all of whose entries are of one day, except
    that the head of the body tells its first.
    """

    def __init__(self, page: Page, body: Body, title: Title) -> None:
        self._page = page
        self._zones = Zones(page, body, title)
        self._heard: dict[str, list[_Said]] = {}

    @property
    def published(self) -> str | None:
        return self._first(modified=False)

    @property
    def modified(self) -> str | None:
        is_read = "_candidates" in vars(self)  # a page that dates itself to machines is asked for this alone, and mostly in vain
        return self._first(modified=True) if is_read or any(map(self._may_be_update, self._possible)) else None

    def guess(self) -> str | None:
        """Return what dateparser makes of a line that looks like a date in a language that our own table lacks."""
        if speaks(self._page.language or "en"):
            return None
        texts = (one.block.text for one in self._page.placed[self._zones.window(self._page)])
        return next((found for text in texts if (found := guessed_stamp(text, self._page.language))), None)

    def _first(self, *, modified: bool) -> str | None:
        for zone, candidates in self._candidates.items():
            if modified and zone not in self._heard and not any(map(self._may_be_update, candidates)):
                continue  # told without reading their dates, which takes longer
            said = [one for one in self._said(zone) if one.modified is modified]
            if said and (zone == "head" or (len({one.stamp[:10] for one in said}) == 1 and not _is_list(said))):
                return said[0].stamp
        return None

    def _said(self, zone: str) -> list[_Said]:
        """Return the dates shown in a zone, elements made for dates first; read once, and only where it is asked for."""
        if zone not in self._heard:
            said = [said for one in self._candidates[zone] for said in self._read(one) if said.declared or zone != "rest"]
            said.sort(key=lambda one: not one.declared)
            near = [one for one in said if one.node.place in self._zones.family] if zone == "gap" else []
            self._heard[zone] = near or said
        return self._heard[zone]

    @cached_property
    def _candidates(self) -> dict[str, list[_Candidate]]:
        """What may show a date outside of the page's log and of its furniture, by the zone where it stands, in the order of search."""
        found: dict[str, list[_Candidate]] = {zone: [] for zone in ZONES}
        logged = self._page.imprint.logged
        for one in self._possible:
            zone = self._zones.of(one.node.place, declared=one.declared)
            if zone is not None and one.node.place not in logged and not self._page.in_chrome(one.node):
                found[zone].append(one)
        return found

    @property
    def _possible(self) -> list[_Candidate]:
        """What may show a date, wherever it stands: elements made for dates, then short blocks."""
        nodes = islice(filter(_is_for_dates, self._page.elements.before(self._zones.reach.stop)), _MOST)
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

    def _of_element(self, node: Element) -> Iterator[_Said]:
        found = declared(self._page, node)
        if found:
            yield _Said(found, self._is_update(node), node, declared=True)
            return
        text = self._page.text_of(node) if has_digit(_raw(node)) else ""
        if 0 < len(text) <= LONGEST_LINE:
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


@lru_cache(_REMEMBERED)
def _dates_in(text: str, most_words: int, language: str | None, day_first: bool) -> tuple[tuple[str, bool], ...]:
    """Return the stamps in a line, each with whether the line calls it that of a change."""
    before, *after = _UPDATED.split(text, maxsplit=1) if _may_say(text) else (text,)
    parts = [(before, False), *((part, True) for part in after)]
    lines = [(part, modified) for part, modified in parts if len(_WORD.findall(part)) <= most_words]
    told = ((stamp(part, language=language, day_first=day_first), modified) for part, modified in lines)
    return tuple((found, modified) for found, modified in told if found)


@lru_cache(_REMEMBERED)
def _may_say(text: str) -> bool:
    """Return whether a text may say of a date that it is that of a change."""
    return any(map(text.casefold().__contains__, _STEMS))


def _is_list(said: list[_Said]) -> bool:
    """Return whether elements of one kind bear these dates, as the entries of a list do."""
    nodes = {one.node.place: one.node for one in said}.values()
    return max(Counter((node.tag, node.attributes.get("class")) for node in nodes).values()) >= _LISTED


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
    return raw if len(raw) <= LONGEST_LINE * 5 else ""


def _is_for_dates(node: Element) -> bool:
    """Return whether an element is there for dates, by its tag or by what it is called."""
    attributes = node.attributes
    if not attributes:
        return node.tag == "time"
    classes = attributes.get("class")
    is_named = classes is not None and _is_named_for_dates(classes)
    return is_named or node.tag == "time" or attributes.get("itemprop") in ("datePublished", "dateModified")


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
