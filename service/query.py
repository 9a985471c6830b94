"""What is searched for: one small language, the same on every database.

    peacekeepers 51          both words, anywhere in the text
    "will not be deployed"   these words, one after another
    peacekeep*               every word that begins so
    troops OR soldiers       one of them is enough
    -exercise                only texts without it: a word or a phrase

A word is a run of letters and digits; case and accents do not count, nor what joins words: ``COVID-19`` is the phrase of its two. Of
scripts that set no spaces between words, every letter is one. Phrases do not reach over the end of a paragraph.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .errors import UsageError
from .models import Phrase, Query

BREAK = "¶"  # stands between paragraphs; no word

_LONGEST = 32  # letters of a word that count
_AROUND = 12  # words shown before and after what was found
_MOST_SHOWN = 60  # words of a passage, at most

_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_GLUE = "\u00ad\u0300-\u036f\u200b-\u200d\u2060\ufeff"  # accents written apart, and what is not seen at all
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W_{_SPACELESS}](?:[^\W_{_SPACELESS}]|[{_GLUE}])*")
# Of two letters the sign above is no accent: й is not и, nor ї і.
_ACCENT = re.compile("(?<![иі])[\u0300-\u036f]")
_JOINS = " -‐‑'’/"
_PIECE = re.compile(r'(?P<no>-)?(?:"(?P<phrase>[^"]*)"?|(?P<bare>[^\s"]+))(?P<star>\*)?')


class Spot(NamedTuple):
    """A word in normal form, and where it stands in its text."""

    word: str
    start: int
    end: int


def spots(text: str) -> Iterator[Spot]:
    """Yield the words of a text."""
    for met in _WORD.finditer(text):
        word = _folded(met.group())
        if word:
            yield Spot(word, met.start(), met.end())


def words(paragraphs: Iterable[str]) -> list[str]:
    """Return the words of paragraphs, in order, ``BREAK`` between them."""
    found: list[str] = []
    for paragraph in paragraphs:
        here = [spot.word for spot in spots(paragraph)]
        if found and here:
            found.append(BREAK)
        found += here
    return found


def parse(asked: str) -> Query:
    """Return what is asked for. Raises ``UsageError`` where nothing is: no word at all, or only words that must not be there."""
    wanted: list[tuple[Phrase, ...]] = []
    unwanted: list[Phrase] = []
    either = False
    for met in _PIECE.finditer(asked):
        if met["bare"] in ("OR", "|"):
            either = bool(wanted)
            continue
        phrase = _phrase(met)
        if phrase is None:
            continue
        if met["no"]:
            unwanted.append(phrase)
        elif either:
            wanted[-1] += (phrase,)
        else:
            wanted.append((phrase,))
        either = False
    if not wanted:
        raise UsageError('nothing to search for: name a word that is to be there, such as peacekeepers, or "a phrase"')
    return Query(tuple(wanted), tuple(unwanted))


def fits(query: Query, found: Sequence[str]) -> bool:
    """Return whether words (as of ``words``) are what a query asks for."""
    wanted = all(any(_places(phrase, found) for phrase in group) for group in query.wanted)
    return wanted and not any(_places(phrase, found) for phrase in query.unwanted)


def fits_less(query: Query, before: Sequence[str], after: Sequence[str]) -> bool:
    """Return whether a text says less often than before what a query asks for: one phrase of each group, and none that is unwanted.

    A phrase that was broken up is gone; what only moved within the text is not.
    """

    def is_lost(phrase: Phrase) -> bool:
        return len(_places(phrase, after)) < len(_places(phrase, before))

    return all(any(map(is_lost, group)) for group in query.wanted) and not any(map(is_lost, query.unwanted))


def snippet(query: Query, paragraphs: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """Return the paragraph that shows most of what is asked for, cut around the first of it: parts, each with whether it is asked for."""
    best: tuple[int, str, list[Spot], list[int]] = (0, "", [], [])
    for paragraph in paragraphs:
        here = list(spots(paragraph))
        asked = [(phrase, _places(phrase, [spot.word for spot in here])) for group in query.wanted for phrase in group]
        told = sum(bool(places) for _, places in asked)
        if told > best[0]:
            marked = sorted({at + step for phrase, places in asked for at in places for step in range(len(phrase.words))})
            best = (told, paragraph, here, marked)
    _, text, here, marked = best
    return _cut(text, here, marked) if marked else ()


def _cut(text: str, here: Sequence[Spot], marked: Sequence[int]) -> tuple[tuple[str, bool], ...]:
    first = max(0, marked[0] - _AROUND)
    last = min(len(here), first + _MOST_SHOWN, max(place for place in marked if place < first + _MOST_SHOWN) + _AROUND + 1) - 1
    start = 0 if first == 0 else here[first].start
    end = len(text) if last == len(here) - 1 else here[last].end
    parts: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for place in (place for place in marked if first <= place <= last):
        spot = here[place]
        parts += [(text[at : spot.start], False), (text[spot.start : spot.end], True)]
        at = spot.end
    parts.append((text[at:end] + (" …" if end < len(text) else ""), False))
    return tuple(_joined(parts))


def _joined(parts: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Join neighbours of one kind; what stands between two marked words is marked with them where it only joins words."""
    out: list[tuple[str, bool]] = []
    for text, marked in parts:
        if not text:
            continue
        if len(out) > 1 and marked and out[-2][1] and not out[-1][0].strip(_JOINS):
            out[-2:] = [(f"{out[-2][0]}{out[-1][0]}{text}", True)]
        elif out and out[-1][1] == marked:
            out[-1] = (out[-1][0] + text, marked)
        else:
            out.append((text, marked))
    yield from out


def _phrase(met: re.Match[str]) -> Phrase | None:
    told = met["phrase"] if met["phrase"] is not None else met["bare"]
    prefix = bool(met["star"]) or told.endswith("*")
    found = tuple(spot.word for spot in spots(told))
    return Phrase(found, prefix) if found else None


def _places(phrase: Phrase, found: Sequence[str]) -> list[int]:
    """Return at which words a phrase begins."""
    *first, last = phrase.words
    size = len(phrase.words)

    def stands(at: int) -> bool:
        end = found[at + size - 1]
        return (end.startswith(last) if phrase.prefix else end == last) and list(found[at : at + size - 1]) == first

    return [at for at in range(len(found) - size + 1) if stands(at)]


def _folded(word: str) -> str:
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
        word = unicodedata.normalize("NFC", "".join(filter(_counts, _ACCENT.sub("", decomposed))))
    return word.lower()[:_LONGEST]


def _counts(letter: str) -> bool:
    return letter.isalnum() or "\u0300" <= letter <= "\u036f"
