"""One item of a list: from a link that names a release to what the list says of it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import median_low

from service import dates
from service.models import Entry
from service.text import displayed

from .outline import Anchor, Box, Outline, Segment

_DATE_LINE = 90  # characters; what is longer is prose, and the dates in prose are not the release's
_TITLE = 300
_SUMMARY = 600
_MORE = re.compile(
    r"(?:read|learn|see|view|show|find out|continue|full|more|details?|подробнее|далее|читать|ещё|еще|weiter|mehr|lire|en savoir|leer"
    r"|leggi|saiba)\b.{0,24}",
    re.I,
)
_WORD = re.compile(r"\w+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TITLE_NAMES = re.compile(r"(?:^|[-_ ])(?:title|headline|heading|name|subject)(?:$|[-_ ])", re.I)


@dataclass(slots=True, eq=False)
class Item:
    """A link with the box that is its own alone, and what is read there."""

    anchor: Anchor
    box: Box
    title: str = ""
    published: str | None = None
    summary: str = ""


@dataclass(slots=True, eq=False)
class Group:
    """Items that repeat on a page, in document order."""

    items: list[Item] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.items[0].box.start

    @property
    def end(self) -> int:
        return max(item.box.end for item in self.items)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(item.anchor.key for item in self.items)

    def entries(self) -> tuple[Entry, ...]:
        return tuple(Entry(url=item.anchor.url, title=item.title, published=item.published, summary=item.summary) for item in self.items)


def weight(text: str) -> float:
    """Return how many words a text has; scripts without spaces count two letters a word."""
    wide = len(_WIDE.findall(text))
    return len(_WORD.findall(_WIDE.sub(" ", text))) + wide / 2


def group(flat: Outline, members: Sequence[int], language: str | None) -> Group:
    """Return the items of these links (numbers of anchors, ascending, one for each address): boxes, titles, dates."""
    anchors = [flat.anchors[number] for number in members]
    boxes = _boxes(flat, members)
    found = Group([Item(anchor, box) for anchor, box in zip(anchors, boxes, strict=True)])
    repeated = _repeated(flat, found)
    for item in found.items:
        item.title = _title(flat, item, repeated)
        item.published = _date(flat, item.box.start, item.box.end, item, language)
    if len(found.items) > 1 and not any(item.published for item in found.items):
        _dates_between(flat, found, language)
    for item in found.items:
        item.summary = _summary(flat, item)
    return found


def _boxes(flat: Outline, members: Sequence[int]) -> list[Box]:
    """Return for each member the largest box that is its own alone, none of them further up than half of them are."""
    ladders = []
    for place, number in enumerate(members):
        before = members[place - 1] if place else -1
        after = members[place + 1] if place + 1 < len(members) else len(flat.anchors)
        ladders.append(_ladder(flat.anchors[number].box, before, after))
    height = median_low([len(ladder) for ladder in ladders]) if len(ladders) > 1 else min(3, len(ladders[0]))
    return [ladder[min(len(ladder), height) - 1] for ladder in ladders]


def _ladder(box: Box, before: int, after: int) -> list[Box]:
    """Return the boxes from a link's own outwards that hold neither the member before nor the one after."""
    ladder = [box]
    while box.parent is not None and box.parent.tag != "body" and box.parent.first_link > before and box.parent.end_link <= after:
        box = box.parent
        ladder.append(box)
    return ladder


def _own_links(flat: Outline, item: Item) -> list[Anchor]:
    return [anchor for anchor in flat.anchors[item.box.first_link : item.box.end_link] if anchor.key == item.anchor.key] or [item.anchor]


def _repeated(flat: Outline, found: Group) -> frozenset[str]:
    """Return the link texts that stand in many items: "Read more" in any language is no title."""
    texts = Counter(text for item in found.items for text in {_label(flat, link) for link in _own_links(flat, item)})
    many = len(found.items)
    return frozenset(text for text, count in texts.items() if (count > 2 and count * 3 > many) or count == many == 2)


def _label(flat: Outline, anchor: Anchor) -> str:
    return flat.text(anchor.start, anchor.end)


def _title(flat: Outline, item: Item, repeated: frozenset[str]) -> str:
    """Return what names the release: the longest text that links to it, else the heading beside the link, else a picture's label."""
    told = [words for link in _own_links(flat, item) if (words := _words_of(flat, link))]
    return _linked(told, repeated) or _heading(flat, item, repeated) or _line(flat, item, repeated) or next(iter(told), "")


def _linked(told: Sequence[str], repeated: frozenset[str]) -> str:
    """Return the longest of the texts that link to a release, if any is a title; one that is too long only where all are."""
    candidates = [text for text in told if text not in repeated and not _MORE.fullmatch(text)]
    fitting = [text for text in candidates if len(text) <= _TITLE] or [text[:_TITLE] for text in candidates]
    return max(fitting, key=len, default="")


def _heading(flat: Outline, item: Item, repeated: frozenset[str]) -> str:
    inside = flat.segments[item.box.start : item.box.end]
    return displayed(" ".join(segment.text for segment in inside if segment.box.heading and segment.text not in repeated))[:_TITLE]


def _line(flat: Outline, item: Item, repeated: frozenset[str]) -> str:
    """Return the first text in bold in the item's box, else the first that is short enough; it has three words at least."""
    inside = [segment for segment in flat.segments[item.box.start : item.box.end] if weight(segment.text) >= 3]
    bold = (segment.text for segment in inside if segment.box.tag in ("b", "strong"))
    shown = (segment.text for segment in inside if len(segment.text) <= _TITLE and segment.text not in repeated)
    return next(bold, "") or next(shown, "")


def _words_of(flat: Outline, anchor: Anchor) -> str:
    """Return the title in a link; of a link around a whole card, its heading, not its date and not its summary."""
    inside = [segment for segment in flat.segments[anchor.start : anchor.end] if not segment.alt]
    named = [segment for segment in inside if _within(segment.box, anchor.box, heading=True)]
    named = named or [segment for segment in inside if _within(segment.box, anchor.box, heading=False)]
    if not named and len({segment.line for segment in inside}) > 1:
        named = _main_line(inside)
    return displayed(" ".join(segment.text for segment in named or inside))


def _main_line(segments: Sequence[Segment]) -> list[Segment]:
    """Return the line with the weightiest text that is no date; from 12 words on the first of them counts, the rest is summary."""
    undated = [segment for segment in segments if not _is_date(segment)]
    heaviest = max(undated, key=lambda one: min(weight(one.text), 12), default=None)
    return [segment for segment in undated if heaviest and segment.line == heaviest.line]


def _within(box: Box | None, anchor: Box, heading: bool) -> bool:
    """Return whether a box is, inside the link, a heading (or, where those are not asked for, called a title)."""
    while box is not None and box is not anchor:
        if box.tag in ("h1", "h2", "h3", "h4", "h5", "h6") if heading else _TITLE_NAMES.search(box.names):
            return True
        box = box.parent
    return False


@lru_cache(maxsize=8192)
def _stamp(text: str, language: str | None) -> str | None:
    """Return the date of a line; remembered, for each group of a page looks at the same lines."""
    return dates.stamp(text, language=language) if any(map(str.isdigit, text)) else None


def _is_date(segment: Segment) -> bool:
    return segment.stamp is not None or (len(segment.text) <= 30 and _stamp(segment.text, None) is not None)


def _date(flat: Outline, start: int, end: int, item: Item | None, language: str | None) -> str | None:
    """Return the first date among these segments: of a ``<time>``, else of a short line; a date in a title is not the release's."""
    inside = [segment for segment in flat.segments[start:end] if not segment.alt]
    told = next((segment.stamp for segment in inside if segment.stamp), None)
    if told:
        return told
    lines = (one.text for one in inside if len(one.text) <= _DATE_LINE and not (item and _says_title(flat, one, item)))
    return next(filter(None, (_stamp(line, language) for line in lines)), None)


def _says_title(flat: Outline, segment: Segment, item: Item) -> bool:
    """Return whether a text links to the release and is its title, a part of it, or more than it."""
    if segment.link is None or flat.anchors[segment.link].key != item.anchor.key:
        return False
    return segment.text in item.title or item.title in segment.text


def _dates_between(flat: Outline, found: Group, language: str | None) -> None:
    """Give the items the dates that stand between their boxes: before each where the first has one before it, else after each."""
    items = found.items
    first = items[0].box.start
    leading = _date(flat, max(0, first - 3), first, None, language)
    for place, item in enumerate(items):
        before = items[place - 1].box.end if place else max(0, first - 3)
        after = items[place + 1].box.start if place + 1 < len(items) else item.box.end + 3
        span = (before, item.box.start) if leading else (item.box.end, after)
        item.published = _date(flat, *span, None, language)


def _summary(flat: Outline, item: Item) -> str:
    """Return what else is said in the item's box, without its dates and its links to the release."""
    told = [segment for segment in flat.segments[item.box.start : item.box.end] if not segment.alt and not _is_date(segment)]
    prose = [one for one in told if (one.link is None or flat.anchors[one.link].key != item.anchor.key) and one.text not in item.title]
    shown = displayed(" ".join(segment.text for segment in prose))
    return shown[:_SUMMARY] if weight(shown) >= 5 else ""
