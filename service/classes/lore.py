"""What the two readings of a release teach about their own words: which are names, and which are written so elsewhere too."""

import re
from dataclasses import dataclass

from service.models import Block, Reading
from service.text import folded, words

_LOOKED_AT = 200_000  # characters of a reading, beyond which it teaches nothing more
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?:;…]|\*)[\"'(\s]*$")
_HEADING = re.compile(r"h[1-6]")
_TITLE_CASE = 0.75  # share of the long words that have capitals where capitals tell nothing
_LONG = 3  # letters that "and", "for" and "the" have at most


@dataclass(frozen=True, slots=True)
class Lore:
    """``names``: words that stand with a capital inside a sentence and nowhere without. ``old`` and ``new``: the words of each reading,
    in lower case.
    """

    names: frozenset[str] = frozenset()
    old: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()


UNTAUGHT = Lore()


def lore(before: Reading, after: Reading) -> Lore:
    """Return what both readings teach; no names in German, where every noun has a capital."""
    old, new = _words(before), _words(after)
    plain = old | new
    capitals = _capitals(before.blocks) | _capitals(after.blocks)
    german = (after.language or before.language or "").startswith("de")
    names = frozenset() if german else frozenset(word for word in capitals if word.lower() not in plain)
    return Lore(names, frozenset(map(str.lower, old)), frozenset(map(str.lower, new)))


def opens_sentence(before: str) -> bool:
    """Return whether a word that follows ``before`` is the first of a sentence."""
    return _OPENS_SENTENCE.search(before[-6:]) is not None


def is_title_case(text: str) -> bool:
    """Return whether nearly Every Long Word of a Text Has a Capital, or its only two have."""
    capitals = [word[0].isupper() for word in words(text) if len(word) > _LONG and word[0].isalpha()]
    return sum(capitals) > 1 and sum(capitals) >= _TITLE_CASE * len(capitals)


def _words(reading: Reading) -> frozenset[str]:
    return frozenset(word for text in _texts(reading.blocks) for word in words(text))


def _capitals(blocks: tuple[Block, ...]) -> set[str]:
    """Return the words with a capital inside a sentence of a paragraph."""
    found: set[str] = set()
    for text in _texts(tuple(block for block in blocks if not _HEADING.fullmatch(block.tag))):
        at = 0
        for word in words(text):
            start = text.index(word, at)
            at = start + len(word)
            if word[0].isupper() and not opens_sentence(text[max(0, start - 6) : start]):
                found.add(word.removesuffix("'s"))
    return found


def _texts(blocks: tuple[Block, ...]) -> list[str]:
    left = _LOOKED_AT
    texts: list[str] = []
    for block in blocks:
        if left <= 0:
            break
        texts.append(folded(block.text[:left]))
        left -= len(block.text)
    return texts
