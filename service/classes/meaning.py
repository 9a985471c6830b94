"""What a changed place means: the classes of one spot."""

import re
from collections import Counter

from service.text import words

from . import lexicon
from .spots import Spot

_THOUSANDS = re.compile(r"(?<=\d)[, ](?=\d{3}(?!\d))")
_LETTERS = re.compile(r"[^\W_]+")
_REWRITTEN = 20_000  # characters of a spot that are no longer looked into
_LONGEST_WORD = 60  # letters; what is longer is no word, and its slips would be long to count
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?:;]|\*)[\"'(\s]*$")


def meaning(spot: Spot, language: str | None, *, title: bool = False) -> frozenset[str]:
    """Return the classes of what changed at a spot; of a title all in capitals or Title Case no names are told.

    A rewriting of very many words is ``wording``: what numbers and names it holds is not looked for.
    """
    if len(spot.old) + len(spot.new) > _REWRITTEN:
        return frozenset({"wording"})
    if _is_attachment_size(spot):
        return frozenset({"attachment"})
    found = {name for name, differs in (("date", _dates_differ), ("number", _numbers_differ)) if differs(spot)}
    if not found and _letters(spot.old) == _letters(spot.new):
        return frozenset({"typographic"}) | _context(spot)
    if is_typo(spot, language) and not (found and _figures(spot.old + spot.new)):
        return frozenset({"typo"}) | _context(spot)
    return frozenset(found | _told(spot, found, language, title=title)) | _context(spot)


def _told(spot: Spot, found: set[str], language: str | None, *, title: bool) -> set[str]:
    """Return the classes of what the words say; ``wording`` where neither these nor those ``found`` before are all that changed."""
    told = _lexical(spot, language)
    names = _names_differ(spot, language, title=title)
    if names:
        told.add("name")
    if _attributes(spot, named=bool(names)):
        told.add("attribution")
    if not (found or told) or _content(spot, names, language):
        told.add("wording")
    return told


def is_light(spot: Spot) -> bool:
    """Return whether only words changed that leave the meaning as it was: an article, a spelling, a number written out."""
    return not any(word.lower() not in lexicon.LIGHT for word in _changed(_plain(spot.old_words), _plain(spot.new_words)))


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text.replace("%", "percent"))).casefold()


def _context(spot: Spot) -> frozenset[str]:
    """Inside quotation marks, or one of them: what somebody is said to have said."""
    return frozenset({"quotation"}) if spot.quoted or spot.old.count('"') != spot.new.count('"') else frozenset()


def _is_attachment_size(spot: Spot) -> bool:
    """Return whether only the size of a file was told anew ("PDF, 244KB, 2 pages")."""
    whole = [f"{text} {after[:8]}".lower() for text, after in ((spot.old, spot.old_after), (spot.new, spot.new_after))]
    return all(re.match(rf"(?:{lexicon.SIZE.pattern}|\d+ (?:pages?|стр))", text.strip()) for text in whole)


def _dates(before: str, text: str, after: str) -> list[str]:
    """Return the dates that a text touches, standing between ``before`` and ``after``."""
    left, right = before[-60:].lower(), after[:60].lower()
    start, end = len(left), len(left) + len(text)
    found = lexicon.DATE.finditer(left + text.lower() + right)
    return [match[0] for match in found if match.start() < end and match.end() > start]


def _both_dates(spot: Spot) -> tuple[list[str], list[str]]:
    return _dates(spot.old_before, spot.old, spot.old_after), _dates(spot.new_before, spot.new, spot.new_after)


def _dates_differ(spot: Spot) -> bool:
    old, new = _both_dates(spot)
    return sorted(_date_parts(old)) != sorted(_date_parts(new))


def _date_parts(dates: list[str]) -> set[str]:
    """Return what a date says, whatever its order and dress: "1st March, 2020" is "1 march 2020"."""
    parts = {part for date in dates for part in re.findall(r"\d+|[^\W\d_]{3,}", date)}
    return {part[:3] if part.isalpha() else part.lstrip("0") for part in parts}


def _numbers_differ(spot: Spot) -> bool:
    old, new = _both_dates(spot)
    return Counter(_numbers(spot.old, spot.old_before, old)) != Counter(_numbers(spot.new, spot.new_before, new))


def _numbers(text: str, before: str, dates: list[str]) -> list[str]:
    lead = before[-1:]  # a number that goes on from what stands before is none of its own
    found = [match for match in lexicon.NUMBER.finditer(lead + text) if match.end() > len(lead)]
    dated = Counter(part for date in dates for part in re.findall(r"\d+", date))
    own = []
    for match in found:
        parts = Counter(re.findall(r"\d+", match[1]))
        if dated >= parts:
            dated -= parts
        else:
            own.append(_THOUSANDS.sub("", match[1]) + (match[2] or "").lower())
    return own + lexicon.number_words([word.lower() for word in words(text)])


def _lexical(spot: Spot, language: str | None) -> set[str]:
    old, new = (lexicon.DATE.sub(" ", text.lower()) for text in (spot.old, spot.new))  # "28 May" may be a date
    differs = {
        name: Counter(pattern.findall(old)) != Counter(pattern.findall(new))
        for name, pattern in (("negation", lexicon.negation(language)), ("modality", lexicon.MODAL))
    }
    differs["negation"] |= _negates_by_prefix(spot)
    return {name for name, differ in differs.items() if differ}


def _negates_by_prefix(spot: Spot) -> bool:
    if len(spot.old_words) != 1 or len(spot.new_words) != 1:
        return False
    short, long = sorted((spot.old_words[0].lower(), spot.new_words[0].lower()), key=len)
    return len(short) > 3 and any(long == prefix + short for prefix in lexicon.NEGATING_PREFIXES)


def _names(text: str, before: str, after: str, language: str | None, *, title: bool) -> list[str]:
    """Return the words of a text that are names by their capitals.

    Capitals say nothing in German, in a Title With Capitals, or at the start of a sentence, unless a name follows there or somebody
    speaks ("Smith said").
    """
    silent = _is_silent(before + text + after, language, title=title)
    found: list[str] = []
    waiting = ""  # the first word of a sentence, until it is known what follows
    at = 0
    for word in words(text):
        start = text.index(word, at)
        at = start + len(word)
        if not word[0].isupper() or _is_calendar(word.lower()):
            waiting = ""
        elif _is_acronym(word) or _speaks(text[at : at + 24] + after[:24]):
            found.append(word.removesuffix("'s"))
        elif not silent and _OPENS_SENTENCE.search((before[-6:] + text[max(0, start - 6) : start])[-6:]):
            waiting = word
        elif not silent and len(word) > 1:
            found += filter(None, (waiting.removesuffix("'s"), word.removesuffix("'s")))
            waiting = ""
    return found


def _is_silent(whole: str, language: str | None, *, title: bool) -> bool:
    """Return whether capitals tell no names in a text: in German, and in a title where more than one long word has one."""
    if (language or "").startswith("de"):
        return True
    return title and sum(word[0].isupper() for word in words(whole) if len(word) > 3) > 1


def _is_calendar(word: str) -> bool:
    return bool(lexicon.MONTH.fullmatch(word) or lexicon.WEEKDAY.fullmatch(word))


def _speaks(after: str) -> bool:
    """Return whether a verb of speech comes next: what stands before it is a name."""
    return lexicon.SPEECH.match(after.strip().lower()) is not None


def _is_acronym(word: str) -> bool:
    return sum(sign.isupper() for sign in word) > 1


def _names_differ(spot: Spot, language: str | None, *, title: bool) -> set[str]:
    """Return the names that came or went, where any did."""
    old = Counter(_names(spot.old, spot.old_before, spot.old_after, language, title=title))
    new = Counter(_names(spot.new, spot.new_before, spot.new_after, language, title=title))
    return set(old - new) | set(new - old)


def _attributes(spot: Spot, *, named: bool) -> bool:
    """Return whether who said it changed, or how it was said: a verb of speech, or a name beside one."""
    speech = lexicon.SPEECH
    if Counter(speech.findall(spot.old.lower())) != Counter(speech.findall(spot.new.lower())):
        return True
    near = f"{spot.new_before[-24:]} {spot.new_after[:24]}".lower()
    return named and speech.search(near) is not None


def _content(spot: Spot, names: set[str], language: str | None) -> bool:
    """Return whether other words changed than names, numbers, dates and what negates, permits or commands."""
    known = (
        lexicon.LIGHT | {name.lower() for name in names} | {part for dates in _both_dates(spot) for date in dates for part in words(date)}
    )
    telling = (lexicon.negation(language), lexicon.MODAL)
    return any(
        not (word in known or word.removesuffix("'s") in known or any(pattern.fullmatch(word) for pattern in telling))
        for word in _changed(_plain(spot.old_words), _plain(spot.new_words))
    )


def _plain(found: list[str]) -> list[str]:
    spelt = (lexicon.SPELLINGS.get(word.lower(), word.lower()) for word in found)
    return [word for word in spelt if word and not word[0].isdigit() and not lexicon.number_words([word])]


def _changed(old: list[str], new: list[str]) -> list[str]:
    gone, come = Counter(old), Counter(new)
    return list((gone - come) + (come - gone))


def is_typo(spot: Spot, language: str | None) -> bool:
    """Return whether one word was mended: spelt nearly alike, parted or joined, or said twice.

    Not where both are words that this room knows (June and July, may and must, Iran and Iraq), nor where the first letter or a figure
    differs (increase, decrease), nor in words of under five letters unless two letters changed places.
    """
    if _is_doubled(spot):
        return True
    if not _is_one_word(spot) or _negates_by_prefix(spot):
        return False
    old, new = ("".join(side).lower() for side in (spot.old_words, spot.new_words))
    meant = lexicon.is_known(old, language) and lexicon.is_known(new, language)
    return old[0] == new[0] and _figures(old) == _figures(new) and not meant and _is_slip(old, new)


def _is_one_word(spot: Spot) -> bool:
    """Return whether a word stands for another, or two for one."""
    return sorted((len(spot.old_words), len(spot.new_words))) in ([1, 1], [1, 2])


def _figures(word: str) -> str:
    return "".join(filter(str.isdigit, word))


def _is_slip(old: str, new: str) -> bool:
    longest = max(len(old), len(new))
    if abs(len(old) - len(new)) > 2 or longest > _LONGEST_WORD:
        return False
    return _slips(old, new) <= (2 if longest >= 8 else 1) and (longest >= 5 or sorted(old) == sorted(new))


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
