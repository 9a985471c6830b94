"""What a changed place means: the classes of one spot."""

import re
from collections import Counter
from dataclasses import replace

from service.text import words

from . import lexicon
from .lore import UNTAUGHT, Lore
from .names import names_that_differ
from .spots import Spot
from .typos import is_typo, negates_by_prefix

_THOUSANDS = re.compile(r"(?<=\d)[, ](?=\d{3}(?!\d))")
_LETTERS = re.compile(r"[^\W_]+")
_REWRITTEN = 20_000  # characters of a spot that are no longer looked into
_ADDRESS = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"]+")
_MAILBOX = re.compile(r"[^\s<>\"(]+@[^\s<>\"]+")
_DOTTED = re.compile(r"(?<![\d.])\d{1,2}\.\d{1,2}\.\d{1,2}(?![\d.]*\d)")
_FIGURES = re.compile(r"(?:(?<![\w)/-])-(?=[£$€]?\d))?[£$€]?\d+(?:[.,:/]\d+)*")


def meaning(spot: Spot, language: str | None, lore: Lore = UNTAUGHT, *, title: bool = False) -> frozenset[str]:
    """Return the classes of what changed at a spot; ``title``: of a title or heading, where capitals may tell no names.

    A rewriting of very many words is ``wording``: what numbers and names it holds is not looked for.
    """
    if len(spot.old) + len(spot.new) > _REWRITTEN:
        return frozenset({"wording"})
    if _is_attachment_size(spot):
        return frozenset({"attachment"})
    return frozenset(_in_address(spot, language, lore) or _in_words(spot, language, lore, title=title)) | _context(spot)


def _in_address(spot: Spot, language: str | None, lore: Lore) -> set[str]:
    """Return the classes of what changed inside an address that is shown; none where there is no such."""
    if _is_within(_ADDRESS, spot):
        return {"link", "typo"} if is_typo(spot, language, lore) else {"link"}
    return {"wording"} if _is_within(_MAILBOX, spot) else set()


def _in_words(spot: Spot, language: str | None, lore: Lore, *, title: bool) -> set[str]:
    spot = replace(spot, old=_ADDRESS.sub(" ", spot.old), new=_ADDRESS.sub(" ", spot.new))  # an address tells no number and no name
    found = {name for name, differs in (("date", _dates_differ), ("number", _numbers_differ)) if differs(spot)}
    if _letters(spot.old) == _letters(spot.new) and (not found or _figures(spot.old) == _figures(spot.new)):
        return {"typographic"}
    if is_typo(spot, language, lore) and not (found and _figures(spot.old + spot.new)):
        return {"typo"}
    return found | _told(spot, found, language, lore, title=title)


def _told(spot: Spot, found: set[str], language: str | None, lore: Lore, *, title: bool) -> set[str]:
    """Return the classes of what the words say; ``wording`` where neither these nor those ``found`` before are all that changed."""
    told = _lexical(spot, language)
    names = names_that_differ(spot, language, lore, title=title)
    if names:
        told.add("name")
    if _attributes(spot, named=bool(names)):
        told.add("attribution")
    if not found and _is_restyled(spot):
        told.add("number")
    if not (found or told) or _content(spot, names, language):
        told.add("wording")
    return told


def is_light(spot: Spot) -> bool:
    """Return whether only words changed that leave the meaning as it was: an article, a spelling, a number written out."""
    changed = _changed(_plain(spot.old_words), _plain(spot.new_words))
    return not any(word.lower() not in lexicon.LIGHT for word in changed) and not _numbers_differ(spot)


def _is_within(pattern: re.Pattern[str], spot: Spot) -> bool:
    """Return whether all that changed, on a side that has it, is part of one match of a pattern."""
    sides = ((spot.old_before, spot.old, spot.old_after), (spot.new_before, spot.new, spot.new_after))
    return bool(spot.old or spot.new) and all(not text or _holds(pattern, before, text, after) for before, text, after in sides)


def _holds(pattern: re.Pattern[str], before: str, text: str, after: str) -> bool:
    return any(match.start() <= len(before) and match.end() >= len(before) + len(text) for match in pattern.finditer(before + text + after))


def _is_restyled(spot: Spot) -> bool:
    """Return whether a number is written out or in figures now ("four", "4"); its value stayed."""
    return bool(_figures(spot.old)) != bool(_figures(spot.new)) and bool(
        lexicon.number_words([word.lower() for word in spot.old_words + spot.new_words])
    )


def _figures(text: str) -> list[str]:
    """Return the numbers in figures, wherever they stand; thousands not parted."""
    return _FIGURES.findall(_THOUSANDS.sub("", text))


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text.replace("%", "percent"))).casefold()


def _context(spot: Spot) -> frozenset[str]:
    """Inside quotation marks, or one of them: what somebody is said to have said."""
    return frozenset({"quotation"}) if spot.quoted or spot.old.count('"') != spot.new.count('"') else frozenset()


def _is_attachment_size(spot: Spot) -> bool:
    """Return whether only the size of a file was told anew ("PDF, 244KB, 2 pages")."""
    told = [text.lower() for text in (spot.old, spot.new) if text]
    whole = [f"{text} {after[:8]}".lower().strip() for text, after in ((spot.old, spot.old_after), (spot.new, spot.new_after)) if text]
    return bool(told) and (all(map(lexicon.FILE.fullmatch, told)) or (len(told) == 2 and all(map(lexicon.SIZE.match, whole))))


def _dates(before: str, text: str, after: str) -> list[str]:
    """Return the dates that a text touches, standing between ``before`` and ``after``."""
    left, right = before[-60:].lower(), after[:60].lower()
    start, end = len(left), len(left) + len(text)
    found = lexicon.DATE.finditer(left + text.lower() + right)
    return [match[0] for match in found if match.start() < end and match.end() > start]


def _both_dates(spot: Spot) -> tuple[list[str], list[str]]:
    old, new = _dates(spot.old_before, spot.old, spot.old_after), _dates(spot.new_before, spot.new, spot.new_after)
    if _are_versions(spot.old, old) or _are_versions(spot.new, new):
        return tuple([date for date in dates if not _DOTTED.fullmatch(date)] for dates in (old, new))  # type: ignore[return-value] # two of two
    return old, new


def _are_versions(text: str, dates: list[str]) -> bool:
    """Return whether a text holds what has the form of 4.11.13 and is no date: then neither is what stands on its other side."""
    return any(dotted not in dates for dotted in _DOTTED.findall(text))


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
    differs["negation"] |= negates_by_prefix(spot)
    return {name for name, differ in differs.items() if differ}


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
