"""What the program said of what it met, in the reader's language: it is kept in English, with numbers and names in it.

So each sentence is known again by its pattern. The patterns are the messages of a language's ``.po`` with the context ``told``: in
``{n} releases, but {what}``, ``n`` is a number, by which a plural form is chosen, and ``what`` again a sentence. What a source or a
library said stands in the other places, and stays as it is.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from gettext import NullTranslations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

CONTEXT = "told"
_OURS = ("what", "other", "code", "known")  # places that hold sentences of ours
_NUMBER = r"\d[\d,.]*"
_QUOTED = '"[^"]*"|\'.{1,40}\''
_HELD = {
    **{"n": _NUMBER, "m": _NUMBER, "old": _QUOTED, "new": _QUOTED, "kind": "[a-z-]+", "code": "[a-z]+", "known": "[a-z]+"},
    **{"when": r"[\d :-]+", "time": r"\S+", "url": r"[a-z][a-z\d+.-]*://\S*", "address": r"[\da-fA-F.:%]+", "hash": r"[\da-f]+"},
    "status": r"\d{3}(?: [\w' -]+)?",
}
_LONGEST, _MOST_IN_A_ROW = 1000, 16  # letters, and sentences that may have such marks within; of more, each is taken by itself
_MOST = 100  # sentences
_REMEMBERED = 2000
_CUT = "…"
_FRACTION = 2  # what a number that is not whole is counted like
_PLACE = re.compile(r"\{(\w+)\}")

Reworded = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A pattern of ours, and by which words it stands in the catalogue: ``many`` is empty where it has no plural."""

    pattern: re.Pattern[str]
    one: str
    many: str
    rank: tuple[bool, int]


def reworder(catalog: "Catalog", words: NullTranslations) -> Reworded:
    """Return what puts sentences of ours into the language of a catalogue (``words``, compiled) and leaves all others as they are."""
    sentences = [each for message in catalog if message.context == CONTEXT for each in _sentences(message)]
    told = _Reworder(sorted(sentences, key=lambda one: one.rank), words)
    return lru_cache(_REMEMBERED)(told.reworded)


def _sentences(message: "Message") -> Iterator[_Sentence]:
    one, *more = [message.id] if isinstance(message.id, str) else message.id
    for words in {one, *more}:
        # What was added to a sentence is taken off it first: it would else be taken for what its last place holds.
        rank = (not words.startswith("{what}"), -len(_PLACE.sub("", words)))
        yield _Sentence(_pattern(words), one, "".join(more), rank)


def _pattern(words: str) -> re.Pattern[str]:
    parts = _PLACE.split(words)
    return re.compile("".join(f"(?P<{part}>{_HELD.get(part, '.+')})" if at % 2 else re.escape(part) for at, part in enumerate(parts)))


class _Reworder:
    def __init__(self, sentences: Sequence[_Sentence], words: NullTranslations) -> None:
        self._sentences, self._words = sentences, words

    def reworded(self, words: str) -> str:
        parts = words.count("; ") + 1
        if parts > _MOST:
            return words
        known = self._known(words) if len(words) <= _LONGEST and parts <= _MOST_IN_A_ROW else self._what_is_known(words)
        return words if known is None else known

    def _known(self, words: str) -> str | None:
        """Return one sentence or several in a row; None where none is known."""
        parts = self._in_parts(words)
        whole = self._whole(words) if parts is None else parts
        return self._what_is_known(words) if whole is None else whole

    def _in_parts(self, words: str) -> str | None:
        """Return several sentences in a row, all of them known; the last may have been cut. Some have such a mark within."""
        for mark in re.finditer("; ", words):
            before = words[: mark.start()]
            is_quoted = before.count('"') % 2 and "'" not in before
            first = None if is_quoted else self._whole(before)
            if first is None:
                continue
            rest = words[mark.end() :]
            last = self._in_parts(rest) or self._whole(rest) or (_CUT if rest.endswith(_CUT) else None)
            if last is not None:
                return f"{first}; {last}"
        return None

    def _what_is_known(self, words: str) -> str | None:
        parts = words.split("; ")
        told = [self._whole(part) if len(part) <= _LONGEST else None for part in parts]
        return "; ".join(new or old for new, old in zip(told, parts, strict=True)) if len(parts) > 1 and any(told) else None

    def _whole(self, words: str) -> str | None:
        for sentence in self._sentences:
            if found := sentence.pattern.fullmatch(words):
                held = found.groupdict()
                return self._form(sentence, held).format(**{name: self._place(name, part) for name, part in held.items()})
        return None

    def _form(self, sentence: _Sentence, held: dict[str, str]) -> str:
        if not sentence.many:
            return self._words.pgettext(CONTEXT, sentence.one)
        whole = held["n"].replace(",", "")
        return self._words.npgettext(CONTEXT, sentence.one, sentence.many, int(whole) if whole.isdigit() else _FRACTION)

    def _place(self, name: str, words: str) -> str:
        if name == "kind":
            return self._words.gettext(words)
        return self.reworded(words) if name in _OURS else words
