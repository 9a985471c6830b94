"""Where a list goes on: the next page, told by the page's own pager.

The pager that counts is the one after the list; a sidebar may be paged too. Nothing is guessed that no link says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from service import urls

from .items import Group
from .outline import Anchor, Box, Outline, Segment

_NEXT = re.compile(
    r"next|older|next (?:page|posts?|entries|news|results|\d+)|older (?:posts?|entries|news|items|articles)|go to next page"
    r"|more (?:news|posts|results|releases|items)|(?:load|show|view) (?:more|older)"
    r"|page suivante|suivante?s?|weiter|nächste(?: seite)?|ältere(?: beiträge)?|siguientes?|próxim[oa]s?|successiv[oaie]|volgende"
    r"|nästa|neste|næste|następna|następny|další|sonraki|далее|дальше|след\.?|следующая(?: страница)?|следующие|вперед|вперёд"
    r"|наступна|далі|наперед|下一页|下一頁|下页|次へ|次のページ|다음|التالي|הבא",
    re.I,
)
_ARROWS = " \t›»→>⟩▶▸❯«‹←<⟨·|…."
_FORWARD_ARROWS = frozenset(["›", "→", ">", "⟩", "❯", "▶", "▸", "»", ">>"])
_NEXT_NAME = re.compile(r"(?:^|[-_ ])next(?:$|[-_ ])", re.I)
_END_NAME = re.compile(r"(?:^|[-_ ])last(?:$|[-_ ])", re.I)
_CURRENT_NAME = re.compile(r"(?:^|[-_ ])(?:current|active|selected|this)(?:$|[-_ ])", re.I)
_SHOW_ALL = re.compile(r"[?&](?:showall\w*|view_?all|all)=|[?&/](?:all|show-?all)(?:$|[/?&])", re.I)
_CALENDAR = re.compile(r"(?:^|[?&])(?:day|month|year|date|from_?date|to_?date)=", re.I)
_DATE_FOLDER = re.compile(r"/(?:19|20)\d\d(?:/[01]\d(?:/[0-3]\d)?)?/?$")
_PAGE_IN_PATH = re.compile(r"(?:/|[-_.])?(?:page|seite|strona|p)?[-_/]?\d{1,5}/?$", re.I)
_SHORT = 24


@dataclass(frozen=True, slots=True)
class _Pager:
    """A run of short texts with links to further pages: its segments (half open)."""

    start: int
    end: int


def next_page(flat: Outline, found: Group, head: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the address of the page after this one, or nothing; ``head`` are addresses that ``<link rel=next>`` names.

    On the same host only; never back, never everything on one page, never a calendar.
    """
    releases = found.keys
    for url in head:
        if (address := urls.absolute(flat.address, url)) and _leads_on(flat, urls.clean(address), releases):
            return (urls.clean(address),)
    pagers = sorted(_pagers(flat, releases), key=lambda pager: _distance(pager, found))
    named = [anchor for anchor in flat.anchors if "next" in anchor.rel.split()]
    candidates = [step for pager in pagers if (step := _from_pager(flat, pager, releases))] or named
    return next(((anchor.url,) for anchor in candidates if _leads_on(flat, anchor.url, releases)), ())


def _leads_on(flat: Outline, url: str, releases: frozenset[str]) -> bool:
    own, other = urlsplit(flat.address), urlsplit(url)
    if (own.hostname or "").removeprefix("www.") != (other.hostname or "").removeprefix("www."):
        return False
    key = urls.address_key(url)
    if key in flat.own or key in releases or _SHOW_ALL.search(url):
        return False
    own_keys = {name for name, _ in parse_qsl(own.query)}
    fresh = "&".join(f"{name}={value}" for name, value in parse_qsl(other.query) if name not in own_keys)
    return not _CALENDAR.search(fresh) and not (_DATE_FOLDER.search(other.path) and not _DATE_FOLDER.search(own.path))


def _pagers(flat: Outline, releases: frozenset[str]) -> Iterator[_Pager]:
    """Yield the runs of short texts that hold a page number or a word for "next" as a link."""
    start = 0
    for place in range(len(flat.segments) + 1):
        if place < len(flat.segments) and _fits(flat, flat.segments[place], releases):
            continue
        run = range(start, place)
        if any(_is_step(flat, flat.segments[inside]) for inside in run) and not _is_calendar(flat, run):
            yield _Pager(start, place)
        start = place + 1


def _fits(flat: Outline, segment: Segment, releases: frozenset[str]) -> bool:
    if segment.link is not None and flat.anchors[segment.link].key in releases:
        return False
    return len(segment.text) <= _SHORT


def _is_step(flat: Outline, segment: Segment) -> bool:
    if segment.link is None:
        return False
    anchor = flat.anchors[segment.link]
    return _says_next(segment, anchor) or (_number(segment) is not None and _is_page_of(flat, anchor.url))


def _is_calendar(flat: Outline, run: range) -> bool:
    numbers = [number for place in run if (number := _number(flat.segments[place])) is not None]
    return len(numbers) >= 28 and numbers.count(28) > 0 and max(numbers) <= 31


def _distance(pager: _Pager, found: Group) -> tuple[int, int]:
    """Order pagers: after the list, the nearest first; then those before it, the nearest first."""
    last = found.items[-1].anchor.end
    return (0, pager.start - last) if pager.start >= last else (1, last - pager.end)


def _from_pager(flat: Outline, pager: _Pager, releases: frozenset[str]) -> Anchor | None:
    cells = flat.segments[pager.start : pager.end]
    steps = [(segment, flat.anchors[segment.link]) for segment in cells if segment.link is not None]
    forward = [anchor for segment, anchor in steps if _says_next(segment, anchor) and _leads_on(flat, anchor.url, releases)]
    words = [anchor for segment, anchor in steps if anchor in forward and segment.text.strip(_ARROWS)]
    return next(iter(words), None) or _after_current(flat, cells) or next(iter(forward), None)


def _after_current(flat: Outline, cells: list[Segment]) -> Anchor | None:
    """Return the link to the neighbour of the current page: the next number, or the one before where a list counts down."""
    numbers = [(number, cell) for cell in cells if (number := _number(cell)) is not None]
    current = next((place for place, (_, cell) in enumerate(numbers) if _is_current(flat, cell)), None)
    if current is None:
        wanted = _own_number(flat) + 1
        return next((flat.anchors[cell.link] for number, cell in numbers if number == wanted and cell.link is not None), None)
    for number, cell in numbers[current + 1 :]:
        if abs(number - numbers[current][0]) == 1 and cell.link is not None and _is_page_of(flat, flat.anchors[cell.link].url):
            return flat.anchors[cell.link]
    return None


def _is_current(flat: Outline, cell: Segment) -> bool:
    if cell.link is None:
        return True
    return flat.anchors[cell.link].key in flat.own or _named(cell.box, _CURRENT_NAME)


def _own_number(flat: Outline) -> int:
    """Return the number of this page as its address tells it, 1 where it tells none."""
    parts = urlsplit(flat.address)
    told = re.search(r"(?:^|&)(?:page|p|pg|paged|pagen_\d+|page_?no|seite)=(\d{1,4})", parts.query, re.I) or re.search(
        r"/page/?(\d{1,4})/?$", parts.path, re.I
    )
    return int(told[1]) if told else 1


def _is_page_of(flat: Outline, url: str) -> bool:
    """Return whether an address is this list's, but for a query or a number at its end."""
    own, other = (urls.address_key(one).split("?")[0] for one in (flat.address, url))
    stem, page = (re.sub(r"\.\w{2,5}$", "", path) for path in (own, other))
    return (
        own == other
        or _PAGE_IN_PATH.sub("", page) in (stem, _PAGE_IN_PATH.sub("", stem))
        or _PAGE_IN_PATH.sub("", page) == stem.rsplit("/", 1)[0]
    )


def _number(segment: Segment) -> int | None:
    told = re.fullmatch(r"(?:page|стр\.?|seite)?\s?\[?(\d{1,4})\]?", segment.text, re.I)
    return int(told[1]) if told else None


def _says_next(segment: Segment, anchor: Anchor) -> bool:
    if _named(segment.box, _END_NAME) or "prev" in anchor.rel.split():
        return False
    text = segment.text.strip()
    if _number(segment) is not None:
        return False
    return (
        "next" in anchor.rel.split()
        or bool(_NEXT.fullmatch(text.strip(_ARROWS)))
        or text in _FORWARD_ARROWS
        or _named(segment.box, _NEXT_NAME)
    )


def _named(box: Box | None, pattern: re.Pattern[str]) -> bool:
    """Return whether a box, or one of the two around it, is called so."""
    for _ in range(3):
        if box is None:
            return False
        if pattern.search(box.names):
            return True
        box = box.parent
    return False
