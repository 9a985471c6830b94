"""Slips of the pen: one word mended."""

import unicodedata

from service.text import words

from . import lexicon
from .lore import Lore
from .spots import Spot

_LONGEST_WORD = 60  # letters; what is longer is no word, and its slips would be long to count
_BREVE = "\u0306"
_SHORTEST_WORD = 5  # letters; in shorter ones a slip is another word, unless two letters changed places
# Beginnings and endings a slip apart that make opposites of one word.
_OPPOSITES = (("hyper", "hypo"), ("inter", "intra"), ("macro", "micro"), ("prescri", "proscri"))
_ROLES = (("er", "ee"), ("or", "ee"), ("ers", "ees"), ("ors", "ees"))


def is_typo(spot: Spot, language: str | None, lore: Lore) -> bool:
    """Return whether one word was mended: spelt nearly alike, accented, parted or joined, or said twice.

    Not where both are words that mean something else each (June and July, may and must, Iran and Iraq, employer and employee), nor
    where a figure differs, nor the first letter (increase, decrease), unless the release itself uses the new word elsewhere and the old
    one nowhere. Nor in words of under five letters unless two letters changed places.
    """
    if _is_doubled(spot):
        return True
    if sorted((len(spot.old_words), len(spot.new_words))) not in ([1, 1], [1, 2]) or negates_by_prefix(spot):
        return False
    old, new = ("".join(side).lower() for side in (spot.old_words, spot.new_words))
    if _figures(old) != _figures(new) or _both_are_meant(old, new, language):
        return False
    if _unaccented(old) == _unaccented(new):
        return True
    return _is_slip(old, new) and (old[0] == new[0] or (len(old) >= _SHORTEST_WORD and new in lore.old and old not in lore.new))


def negates_by_prefix(spot: Spot) -> bool:
    """Return whether one word became its negation ("legal", "illegal")."""
    if len(spot.old_words) != 1 or len(spot.new_words) != 1:
        return False
    short, long = sorted((spot.old_words[0].lower(), spot.new_words[0].lower()), key=len)
    return len(short) > 3 and any(long == prefix + short for prefix in lexicon.NEGATING_PREFIXES)


def _both_are_meant(old: str, new: str, language: str | None) -> bool:
    if lexicon.is_known(old, language) and lexicon.is_known(new, language):
        return True
    pair = (old, new) if old < new else (new, old)
    opposite = any(pair[0].startswith(one) and pair[1].startswith(other) for one, other in _OPPOSITES)
    return opposite or any(old.endswith(ends) and new.endswith(others) for roles in _ROLES for ends, others in (roles, roles[::-1]))


def _unaccented(word: str) -> str:
    """Return a word without its accents; a breve stays, for и and й are two letters."""
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if sign == _BREVE or not unicodedata.combining(sign))


def _figures(word: str) -> str:
    return "".join(filter(str.isdigit, word))


def _is_slip(old: str, new: str) -> bool:
    longest, apart = max(len(old), len(new)), abs(len(old) - len(new))
    if apart > 3 or longest > _LONGEST_WORD:
        return False
    slips, shuffled = _slips(old, new), sorted(old) == sorted(new)
    return slips <= _allowed(longest, only_missing=slips == apart) + (shuffled and longest >= _SHORTEST_WORD) and (
        longest >= _SHORTEST_WORD or shuffled
    )


def _allowed(letters: int, *, only_missing: bool) -> int:
    """Return how many slips a word of so many letters may have; more where letters were only left out or doubled."""
    if only_missing:
        return 3 if letters >= 12 else 2 if letters >= 7 else 1
    return 2 if letters >= 8 else 1


def _is_doubled(spot: Spot) -> bool:
    """Return whether a word was said twice in a row on one side only ("the the")."""
    if bool(spot.old_words) == bool(spot.new_words) or len(spot.old_words + spot.new_words) != 1:
        return False
    word = (spot.old_words + spot.new_words)[0].lower()
    around = words(spot.new_before[-40:])[-1:] + words(spot.new_after[:40])[:1]
    return word in [neighbour.lower() for neighbour in around]


def _slips(old: str, new: str) -> int:
    """Return how many letters were inserted, left out, changed, or swapped with a neighbour (optimal string alignment distance)."""
    before, row = [0] * (len(new) + 1), list(range(len(new) + 1))
    for i, sign in enumerate(old, start=1):
        older, before, row = before, row, [i, *([0] * len(new))]
        for j, other in enumerate(new, start=1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != other))
            if i > 1 and j > 1 and sign == new[j - 2] and old[i - 2] == other:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]
