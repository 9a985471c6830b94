"""Which of the things that repeat on a page are its releases.

Links are grouped by the path of tags and classes they stand in; every group is judged by what release links have in common on all
newsrooms: there are several, their titles are several words, each its own; dates stand beside them; they are headings; their addresses
lie below the list's, or look like names; they stand in the content, not in its margins. No site is known by name.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlsplit

from service.text import displayed

from .items import Group, Item, group, weight
from .outline import Anchor, Outline, Segment

_LEAST = 8.0  # a score that two bare two-word links do not reach
_JUDGED = 25
_NO_PAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|mp3|mp4|avi|mov|zip|rar|ics|css|js|xml|rss|rdf|atom)$", re.I)
_SLUG = re.compile(r"\d{3}|[-_~][^/]*[-_]|[?&][\w-]*id=|\d\.(?:html?|php|aspx?)$", re.I)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A group with what it scored, and the share of its addresses that lie below the list's own."""

    group: Group
    score: float
    below: float


def release_groups(flat: Outline, language: str | None) -> list[Ranked]:
    """Return the groups of links that may be a list of releases, the best first; none at all is an honest answer."""
    by_path: dict[int, dict[str, int]] = defaultdict(dict)
    for number, anchor in enumerate(flat.anchors):
        if _may_be_release(flat, anchor):
            by_path[anchor.box.path].setdefault(anchor.key, number)
    promising = sorted(by_path.values(), key=lambda members: _promise(flat, members.values()), reverse=True)[:_JUDGED]
    ranked = [_ranked(flat, group(flat, sorted(members.values()), language)) for members in promising]
    return sorted((one for one in ranked if one.score >= _LEAST), key=lambda one: one.score, reverse=True)


def with_strays(flat: Outline, found: Group, language: str | None) -> Group:
    """Return the group with the links of the same list that are marked up otherwise, such as a featured release above it."""
    strays = _strays(flat, found)
    if not strays:
        return found
    chosen = {id(item.anchor) for item in found.items}
    kept = [number for number, anchor in enumerate(flat.anchors) if id(anchor) in chosen]
    return group(flat, sorted([*kept, *strays]), language)


def _strays(flat: Outline, found: Group) -> list[int]:
    """Return the numbers of the links around a group, one for each address, that name releases of the same folder and are not in it."""
    taken = {number for item in found.items for number in range(item.box.first_link, item.box.end_link)}
    known, places = found.keys, {_directory(item.anchor) for item in found.items}
    strays: dict[str, int] = {}
    for number in _around(found) or ():
        anchor = flat.anchors[number]
        if number not in taken and anchor.key not in known and _directory(anchor) in places and _is_title(flat, anchor):
            strays.setdefault(anchor.key, number)
    return list(strays.values())


def _is_title(flat: Outline, anchor: Anchor) -> bool:
    words = weight(flat.text(anchor.start, anchor.end))
    return _may_be_release(flat, anchor) and anchor.box.chrome is None and words >= 4 and not _is_inline(flat, anchor)


def _around(found: Group) -> range | None:
    """Return the numbers of the links in the smallest box around all items, or None where that is the whole page."""
    box = found.items[0].box.parent
    last = found.items[-1].box.end_link
    while box is not None and box.end_link < last:
        box = box.parent
    return range(box.first_link, box.end_link) if box is not None and box.parent is not None else None


def _may_be_release(flat: Outline, anchor: Anchor) -> bool:
    if anchor.key in flat.own or anchor.start == anchor.end or _NO_PAGE.search(urlsplit(anchor.url).path):
        return False
    if flat.seen and anchor.mark in flat.seen:
        return False
    label = flat.text(anchor.start, anchor.end)
    return not label.isdigit() and not ({"next", "prev", "tag", "author", "license"} & set(anchor.rel.split()))


def _promise(flat: Outline, members: Iterable[int]) -> float:
    """Return a cheap guess at the score, to judge only some groups in earnest."""
    anchors = [flat.anchors[number] for number in members]
    words = sorted(min(weight(flat.text(anchor.start, anchor.end)), 12) + 1 for anchor in anchors)
    chrome = sum(anchor.box.chrome is not None for anchor in anchors) / len(anchors)
    return float(min(len(anchors), 25) ** 0.5 * words[len(words) // 2] * (1 - 0.7 * chrome))


def _ranked(flat: Outline, found: Group) -> Ranked:
    items = found.items
    below = _share(_is_below(flat, item.anchor) for item in items)
    score = (
        min(len(items), 25) ** 0.5
        * _title_worth(items)
        * (1 + 1.5 * _share(item.published is not None for item in items))
        * (1 + 0.5 * _share(_has_heading(flat, item) for item in items))
        * (
            1
            + 0.7 * below
            + 0.3 * _share(bool(_SLUG.search(urlsplit(item.anchor.url)._replace(netloc="", scheme="").geturl())) for item in items)
        )
        * (1 + min(median(weight(item.summary) for item in items), 40) / 80)
        * (1 - 0.9 * _share(_is_inline(flat, item.anchor) for item in items))
        * (1 - 0.75 * _share(item.anchor.box.chrome is not None for item in items))
        * (0.3 + 0.7 * _share(_is_on_site(flat, item.anchor) for item in items))
    )
    return Ranked(found, score, below)


def _title_worth(items: list[Item]) -> float:
    """Return the usual number of words of the titles, 12 at most, less where titles repeat or are mere labels."""
    words = median(min(weight(item.title), 12) for item in items)
    own = len({item.title for item in items}) / len(items)
    return float(words if words >= 3 else words * 0.5) * own * own


def _share(truths: Iterable[bool]) -> float:
    told = list(truths)
    return sum(told) / len(told)


def _has_heading(flat: Outline, item: Item) -> bool:
    if item.anchor.box.heading:
        return True
    inside = flat.segments[item.box.start : item.box.end]
    return any(segment.box.heading and segment.text in item.title for segment in inside)


def _is_below(flat: Outline, anchor: Anchor) -> bool:
    """Return whether an address lies below the list's own: ``/news/one/`` below ``/news/`` and below ``/news/index.html``."""
    own, path = urlsplit(flat.address), urlsplit(anchor.url).path
    folder = own.path if own.path.endswith("/") else own.path.rsplit("/", 1)[0] + "/"
    whole = own.path.rstrip("/") + "/"
    return (
        _is_on_site(flat, anchor)
        and len(folder) > 1
        and (path.startswith(whole) or (path.startswith(folder) and "." in own.path[len(folder) :]))
    )


def _is_on_site(flat: Outline, anchor: Anchor) -> bool:
    own, other = ((urlsplit(url).hostname or "").removeprefix("www.") for url in (flat.address, anchor.url))
    return own == other or own.endswith("." + other) or other.endswith("." + own) or own.split(".")[-2:] == other.split(".")[-2:]


def _directory(anchor: Anchor) -> str:
    """Return host and first folder: where on a site a link leads."""
    parts = urlsplit(anchor.url)
    return f"{(parts.hostname or '').removeprefix('www.')}/{parts.path.split('/')[1] if parts.path.count('/') > 1 else ''}"


def _is_inline(flat: Outline, anchor: Anchor) -> bool:
    """Return whether a link stands in the middle of a sentence, as links in a text do and titles do not."""
    if anchor.start == anchor.end:
        return False
    line = flat.segments[anchor.start].line
    before = _beside(flat.segments[max(0, anchor.start - 3) : anchor.start], line)
    after = _beside(flat.segments[anchor.end : anchor.end + 3], line)
    return (weight(before) >= 3 and not any(character.isdigit() for character in before)) or (weight(before) >= 1 and weight(after) >= 3)


def _beside(segments: list[Segment], line: int) -> str:
    return displayed(" ".join(segment.text for segment in segments if segment.line == line and not segment.alt))
