"""What tells a reading from its baseline, as single differences that may be shared with other releases."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service import dates
from service.models import Block, Link, Reading
from service.text import folded
from service.urls import key_or_none

# How readings change when the pages of a source are made anew, and nobody edited anything.
DATE_SHOWN, DATE_GONE, LAYOUT = "date shown", "date gone", "layout"

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    ``field`` is one of ``title, published, removed, added, order, layout, links, attachments``; ``what`` the text or address that
    went or came. Another release shares it where ``same`` is equal, or ``alike``: the sort of change rather than the change itself, which
    must be seen on many pages to be believed. Either is empty where there is no such thing. ``words`` are those of a link.
    """

    field: str
    what: str
    same: str = ""
    alike: str = ""
    words: str = ""


def differences(before: Reading, after: Reading) -> list[Difference]:
    """Return all that differs between two readings; nothing where their content prints are equal."""
    return [*_title(before, after), *_published(before, after), *_blocks(before, after), *_links(before, after), *_files(before, after)]


def _title(before: Reading, after: Reading) -> Iterator[Difference]:
    old, new = folded(before.title), folded(after.title)
    if old == new:
        return
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    gone, came = old[start : len(old) - end], new[start : len(new) - end]
    # what is put before or after every title is no part of any
    is_affix = (start == 0 or end == 0) and not (gone and came and start == end == 0)
    yield Difference("title", new, alike=f"title {gone!r} {came!r}" if is_affix else "")


def _published(before: Reading, after: Reading) -> Iterator[Difference]:
    old, new = before.published, after.published
    if old != new:
        yield Difference("published", new or "", alike=_form(old, new))


def _form(old: str | None, new: str | None) -> str:
    """Return how all dates of a source may change at once: another precision, another zone, shown or no longer; else nothing."""
    if old is None or new is None:
        return DATE_SHOWN if old is None else DATE_GONE
    if old[:10] == new[:10] and len(old) != len(new):
        return f"published {len(old)} {len(new)}"
    one, other = dates.instant(old), dates.instant(new)
    if one is None or other is None or len(old) <= 10 or len(new) <= 10 or (hours := abs((other - one).total_seconds()) / 3600) > 14:
        return ""
    return f"published {hours} hours off" if hours == round(hours) else ""


def _blocks(before: Reading, after: Reading) -> Iterator[Difference]:
    sides = [[(folded(block.text), block) for block in reading.blocks] for reading in (before, after)]
    old, new = ([text for text, _ in side if text] for side in sides)
    if old == new:
        return
    if " ".join(old) == " ".join(new):
        yield Difference("layout", "", alike=LAYOUT)
        return
    removed, added = Counter(old) - Counter(new), Counter(new) - Counter(old)
    if not (removed or added) or _single(old, new) != _single(new, old):
        yield Difference("order", "")
    yield from _changed("removed", sides[0], removed, _text_places(*sides))
    yield from _changed("added", sides[1], added, _text_places(*sides[::-1]))


_Side = Sequence[tuple[str, Block]]


def _text_places(side: _Side, other: _Side) -> set[str]:
    """Return the places of the text itself: where the other side has blocks as well, and where what both sides say stands on this one."""
    said = {text for text, _ in other}
    return {_place(block) for _, block in other} | {_place(block) for text, block in side if text in said}


def _single(texts: list[str], others: list[str]) -> list[str]:
    """Return those of some texts that stand once in them and once in others, in their order."""
    here, there = Counter(texts), Counter(others)
    return [text for text in texts if here[text] == there[text] == 1]


def _changed(field: str, side: _Side, count: Counter[str], places: set[str]) -> Iterator[Difference]:
    """Yield the blocks of one side that the other has not; the place of one is of interest where it is none of the text's ``places``."""
    left = Counter(count)
    for text, block in side:
        if left[text] > 0:
            left[text] -= 1
            place = _place(block)
            yield Difference(field, text, same=f"{field} {text}", alike=f"{field} at {place}" if place not in places else "")


def _place(block: Block) -> str:
    return _DIGITS.sub("0", block.path)


def _links(before: Reading, after: Reading) -> Iterator[Difference]:
    old, new = ({target(link): link for link in reading.links} for reading in (before, after))
    came = [key for key in new if key not in old]
    by_path = {_path(key): key for key in came}
    moved: set[str] = set()
    for key in old:
        if key in new:
            continue
        twin = by_path.get(_path(key))
        if twin is not None:
            moved.add(twin)
            hosts = f"links {key.partition('/')[0]} {twin.partition('/')[0]}"
            yield Difference("links", key, same=hosts)
            yield Difference("links", twin, same=hosts)
        else:
            yield Difference("links", key, same=f"link gone {key}", words=folded(old[key].text))
    for key in came:
        if key not in moved:
            yield Difference("links", key, same=f"link {key}", words=folded(new[key].text))


def _path(key: str) -> str:
    """Return the path of an address key: what stays where a host gets another name; the whole key of a front page."""
    host, _, path = key.partition("/")
    return path or host


def _files(before: Reading, after: Reading) -> Iterator[Difference]:
    old, new = ({(target(link), folded(link.text)) for link in reading.attachments} for reading in (before, after))
    for mark, pairs in (("gone ", old - new), ("", new - old)):
        for key, text in sorted(pairs):
            yield Difference("attachments", key, same=f"file {mark}{key} {text}")


def target(link: Link) -> str:
    """Return what two links to one place have in common."""
    return key_or_none(link.url) or link.url


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common from their start."""
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
