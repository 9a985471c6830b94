"""The words of a text for comparison: every character of it is in a word or in the space before one."""

import re
from typing import NamedTuple

from service.text import folded

# Letters of scripts written without spaces are words of their own: ideographs, kana.
_LONE = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Marks that Python's \w leaves out although they are parts of a letter, and characters that nobody sees.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
)
_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0e\ufe0f"
_LETTER = rf"[^\W{_LONE}]|[{_MARKS}{_UNSEEN}]"
_LETTERS = rf"(?:[^\W{_LONE}]++|[{_MARKS}{_UNSEEN}]++)++"
# A number keeps its points and colons, a word its apostrophe, of whatever shape. A hyphen parts words: it folds with the dashes.
_INSIDE = rf"(?:(?<=\d)[.,:/](?=\d)|['‘’‚‛′‵ʼ`´ʹ](?={_LETTER}))"
_WORD = rf"[{_LONE}]|{_LETTERS}(?:{_INSIDE}{_LETTERS})*"
_TOKEN = re.compile(rf"(\s*)({_WORD}|\.\.\.|\S)")
_WORDS = re.compile(_WORD)
_SEEN = re.compile(r"\w")


class Words(NamedTuple):
    """A text in pieces: gap, word, gap, word, ..., tail; joined they are the text exactly."""

    gaps: list[str]
    words: list[str]
    tail: str

    def between(self, start: int, end: int) -> str:
        """Return the text of the words from ``start`` up to ``end``, each with the gap before it."""
        return "".join(gap + word for gap, word in zip(self.gaps[start:end], self.words[start:end], strict=True))


def split(text: str) -> Words:
    """Return a text's words (numbers whole, every other mark by itself) with the space before each."""
    found = _TOKEN.findall(text)
    body = text.rstrip()
    return Words([gap for gap, _ in found], [word for _, word in found], text[len(body) :])


def count(text: str) -> int:
    """Return how many words a text has; marks of punctuation are none."""
    found = _WORDS.findall(text)
    return len(found) if text.isascii() else sum(1 for word in found if _SEEN.search(word))


class Numbering:
    """Numbers for words: equal numbers for words that are the same to a reader (``text.folded``)."""

    __slots__ = ("_numbers", "_shapes")

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._shapes: dict[str, int] = {}

    def of(self, shapes: list[str]) -> list[int]:
        return [known if (known := self._shapes.get(shape)) is not None else self._learn(shape) for shape in shapes]

    def _learn(self, shape: str) -> int:
        number = self._shapes[shape] = self._numbers.setdefault(folded(shape), len(self._numbers))
        return number
