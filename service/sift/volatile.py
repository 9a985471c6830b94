"""What further looks at one page tell of it: what of it is volatile, and whether anything else is left."""

from collections.abc import Sequence

from service.diff.sequences import Budget, align
from service.models import Look, Reading
from service.text import folded

from .differences import target


def is_emptied(first: Look, again: Sequence[Look]) -> bool:
    """Return whether the text of a release is gone, and what is left of its page is another thing at each look.

    None of these looks shows half as much as there was, and nothing of it stays that had not stood there before: a few words of the site,
    and something that is drawn at every look.
    """
    base = first.item.baseline
    readings = [look.reading for look in (first, *again) if look.reading is not None]
    if base is None or any(folded(reading.title) != folded(base.reading.title) for reading in readings):
        return False
    before, shown = _texts(base.reading), [_texts(reading) for reading in readings]
    lasting = set.intersection(*map(set, shown))
    is_short = all(2 * _length(texts) < _length(before) for texts in shown)
    return is_short and lasting <= set(before) and any(texts != shown[0] for texts in shown)


def is_volatile(first: Look, again: Sequence[Look]) -> bool:
    """Return whether all that tells the first look from the baseline stands where further looks differ once more."""
    assert first.item.baseline is not None and first.reading is not None
    base, one = first.item.baseline.reading, first.reading
    others = [look.reading for look in again if look.reading is not None]
    if folded(base.title) != folded(one.title) and all(one.title == other.title for other in others):
        return False
    if base.published != one.published and all(one.published == other.published for other in others):
        return False
    if _targets(base) != _targets(one) and all(_targets(one) == _targets(other) for other in others):
        return False
    unsteady = set[int]().union(*(_places(_texts(one), _texts(other), newer=False) for other in others))
    return _places(_texts(base), _texts(one), newer=True) <= unsteady


def _targets(reading: Reading) -> set[str]:
    return {target(link) for link in (*reading.links, *reading.attachments)}


def _texts(reading: Reading) -> list[str]:
    return [folded(block.text) for block in reading.blocks]


def _places(before: list[str], after: list[str], *, newer: bool) -> set[int]:
    """Return where two texts differ, as places in the newer or the older: 2i+1 is block i, 2i the gap before it."""
    numbers: dict[str, int] = {}
    sides = [[numbers.setdefault(text, len(numbers)) for text in texts] for texts in (before, after)]
    places: set[int] = set()
    at_old = at_new = 0
    for to_old, to_new, size in (*align(sides[0], sides[1], Budget()), (len(before), len(after), 0)):
        low, high = (at_new, to_new) if newer else (at_old, to_old)
        if (at_old, at_new) != (to_old, to_new):
            places.update(range(2 * low, 2 * high + 1))
        at_old, at_new = to_old + size, to_new + size
    return places


def _length(texts: Sequence[str]) -> int:
    return sum(map(len, texts))
