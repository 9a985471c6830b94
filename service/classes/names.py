"""Names among changed words, told by their capitals and by what the release itself teaches."""

import re
from collections import Counter
from collections.abc import Iterator

from service.text import words

from . import lexicon
from .lore import Lore, is_title_case, opens_sentence
from .spots import Spot

_MODEL = re.compile(r"[^\W\d_]{1,5}-\d+")  # F-16, COVID-19: a name with its number
_SELVES = ("I", "I'")  # of English, always with a capital


def names_that_differ(spot: Spot, language: str | None, lore: Lore, *, title: bool) -> set[str]:
    """Return the names that came or went at a spot; a word that only lost or won its capital, or its plural, is none."""
    old = Counter(_names(spot.old, spot.old_before, spot.old_after, language, lore, title=title))
    new = Counter(_names(spot.new, spot.new_before, spot.new_after, language, lore, title=title))
    return _gone(old, new, spot.new_words) | _gone(new, old, spot.old_words)


def _gone(mine: Counter[str], others: Counter[str], words_there: list[str]) -> set[str]:
    there = {_stem(part) for word in words_there for part in _parts(word)}
    return {name for name in mine - others if _stem(name) not in there}


def _stem(name: str) -> str:
    return name.lower().removesuffix("s")


def _names(text: str, before: str, after: str, language: str | None, lore: Lore, *, title: bool) -> list[str]:
    """Return the words of a text that are names.

    Capitals say nothing in German, in a Title With Capitals, or at the start of a sentence, unless a name follows there or somebody
    speaks ("Smith said"), or the word is one of the release's names.
    """
    silent = _is_silent(before + text + after, language, title=title)
    found: list[str] = []
    waiting = ""  # the first word of a sentence, until it is known what follows
    for word, opens, follows in _in_context(text, before, after):
        if not word[0].isupper() or _is_calendar(word.lower()):
            waiting = ""
        elif _is_certain(word, follows, lore):
            found.append(word)
        elif silent:
            continue
        elif opens:
            waiting = word
        elif len(word) > 1:
            found += [waiting, word] if waiting else [word]
            waiting = ""
    return found


def _is_silent(sentence: str, language: str | None, *, title: bool) -> bool:
    """Return whether capitals say nothing here."""
    return (language or "").startswith("de") or (title and is_title_case(sentence))


def _in_context(text: str, before: str, after: str) -> Iterator[tuple[str, bool, str]]:
    """Yield the words of a text, the parts of hyphenated ones apart, each with whether it opens a sentence, and what follows it."""
    at = 0
    for whole in words(text):
        start = text.index(whole, at)
        at = start + len(whole)
        opens = opens_sentence(before[-6:] + text[max(0, start - 6) : start])
        for word in _parts(whole):
            yield word, opens, text[at : at + 24] + after[:24]


def _is_certain(word: str, follows: str, lore: Lore) -> bool:
    """Return whether a word with a capital is a name wherever it stands."""
    return _is_acronym(word) or (word in lore.names and word[:2] not in _SELVES) or _speaks(follows)


def _parts(word: str) -> list[str]:
    """Return the parts of a hyphenated word, without what makes a possessive of it."""
    bare = word.removesuffix("'s")
    return [bare] if _MODEL.fullmatch(bare) else [part for part in bare.split("-") if part]


def _is_calendar(word: str) -> bool:
    return bool(lexicon.MONTH.fullmatch(word) or lexicon.WEEKDAY.fullmatch(word))


def _speaks(after: str) -> bool:
    """Return whether a verb of speech comes next: what stands before it is a name."""
    return lexicon.SPEECH.match(after.strip().lower()) is not None


def _is_acronym(word: str) -> bool:
    return sum(sign.isupper() for sign in word) > 1
