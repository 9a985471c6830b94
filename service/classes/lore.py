"""What the two readings of a release teach about their own words: which are names, and which are written so elsewhere too."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

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
    taught = cache(_taught)  # most blocks stand in both
    old, new = (_every(taught(text).words for text in _texts(reading.blocks)) for reading in (before, after))
    plain = old | new
    capitals = _every(taught(text).capitals for reading in (before, after) for text in _texts(_below_headings(reading.blocks)))
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


class _Taught(NamedTuple):
    """The words of a text, and those of them with a capital inside a sentence."""

    words: frozenset[str]
    capitals: frozenset[str]


def _taught(text: str) -> _Taught:
    text = folded(text)
    found, capitals, at = words(text), set[str](), 0
    for word in found:
        start = text.index(word, at)
        at = start + len(word)
        if word[0].isupper() and not opens_sentence(text[max(0, start - 6) : start]):
            capitals.add(word.removesuffix("'s"))
    return _Taught(frozenset(found), frozenset(capitals))


def _every(found: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*found)


def _below_headings(blocks: Iterable[Block]) -> list[Block]:
    return [block for block in blocks if not _HEADING.fullmatch(block.tag)]


def _texts(blocks: Iterable[Block]) -> list[str]:
    left = _LOOKED_AT
    texts: list[str] = []
    for block in blocks:
        if left <= 0:
            break
        texts.append(block.text[:left])
        left -= len(block.text)
    return texts
