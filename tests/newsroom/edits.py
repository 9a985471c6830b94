"""The kinds of edits that editors make, each a small pure function of a release: what was there, what is there now.

``EDITS`` names them, with the classes (``service.classes``) of which an honest report gives at least one. A release on which an edit finds
nothing to change comes back as it was; ``enriched`` gives it something to change for all of them.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from . import prose
from .prose import World
from .releases import Release

Make = Callable[[Release, random.Random], Release]

_RICH = {
    "en": (
        "{body} counted {number} people on the border rivers, {low} of them near {place}. "
        "The parties must submit their reports on {subject} by {day} {month2} and may not disclose them to anyone else. "
        "The costs are put at {low}.5 million.",
        "“We will not leave anyone in {place} behind,” said {person}. The commission on {subject} is headed by {person2}.",
    ),
    "ru": (
        "{body}: в районе {place} насчитали {number} человек, из них {low} детей. Стороны должны представить отчёты о ходе {subject} "
        "до {day} {month2} и не могут передавать их никому. Затраты оценены в {low}.5 миллиона.",
        "«Мы не оставим в беде никого в {place}», — отметил руководитель. Комиссию по вопросам {subject} возглавляет {person2}.",
    ),
}
_LINKS = {
    "en": 'The text is <a href="/documents/decision-{0}/">decision {0}</a>, with <a href="/upload/iblock/annex-{0}.pdf">its annex</a>.',
    "ru": 'Текст: <a href="/documents/decision-{0}/">решение {0}</a>, к нему <a href="/upload/iblock/annex-{0}.pdf">приложение</a>.',
}
_NEW_SENTENCES = {
    "en": "The delegation of {place2} asked for {low} more weeks to study the draft on {subject}.",
    "ru": "Делегация попросила ещё {low} недель на изучение проекта по вопросам {subject}.",
}
_CORRECTIONS = {
    "en": "Correction: an earlier version of this release named the wrong date of the next session.",
    "ru": "Исправление: в первой версии сообщения была указана неверная дата следующего заседания.",
}
_MODALS = (("must submit", "should submit"), ("должны представить", "могут представить"))
_NEGATIONS = (("may not disclose", "may disclose"), ("не могут передавать", "могут передавать"))


def language(release: Release) -> str:
    return "ru" if re.search("[а-я]", release.body) else "en"


def world(release: Release) -> World:
    return prose.RUSSIAN if language(release) == "ru" else prose.ENGLISH


def enriched(release: Release, rng: random.Random) -> Release:
    """Return a release with a number, a date, a negation, a quotation, a link and a file besides what it said."""
    said = [prose.fill(rng, world(release), pattern, release.published) for pattern in _RICH[language(release)]]
    links = f"<p>{_LINKS[language(release)].format(rng.randrange(100, 9999))}</p>"
    return replace(release, body=f"{release.body}\n{prose.as_markup(said)}\n{links}")


# Words


def number(release: Release, rng: random.Random) -> Release:
    return _sub(release, r"(?P<x>[\d,]+)[ \xa0](people|человек)", lambda old: _other(rng, old, lambda: f"{rng.randint(20, 4000):,}"))


def decimal(release: Release, rng: random.Random) -> Release:
    """The point goes: 7.5 million becomes 75 million."""
    return _sub(release, r"(?P<x>\d+\.5) (million|миллиона)", lambda old: old.replace(".", ""))


def date(release: Release, rng: random.Random) -> Release:
    return _sub(release, r"\b(by|до) (?P<x>\d+) (?:[A-Z]\w+ and|[а-я]+ и) ", lambda old: _other(rng, old, lambda: str(rng.randint(1, 28))))


def name(release: Release, rng: random.Random) -> Release:
    people = world(release).people
    return _sub(release, r"(headed by|возглавляет) (?P<x>\w+ \w+)", lambda old: _other(rng, old, lambda: rng.choice(people)))


def negation(release: Release, rng: random.Random) -> Release:
    return _swap(release, _NEGATIONS)


def modality(release: Release, rng: random.Random) -> Release:
    return _swap(release, _MODALS)


def quotation(release: Release, rng: random.Random) -> Release:
    return _swap(release, (("not leave anyone", "never abandon anyone"), ("не оставим в беде никого", "не бросим в беде никого")))


def attribution(release: Release, rng: random.Random) -> Release:
    if language(release) == "ru":
        return _swap(release, (("отметил руководитель", "отметил его заместитель"),))
    people = world(release).people
    return _sub(release, r"behind,(”|&quot;) said (?P<x>\w+ \w+)", lambda old: _other(rng, old, lambda: rng.choice(people)))


def typo(release: Release, rng: random.Random) -> Release:
    return _swap(release, (("commission on", "comission on"), ("Комиссию по", "Комисию по")))


def wording(release: Release, rng: random.Random) -> Release:
    return _swap(release, (("their reports", "their findings"), ("отчёты о", "выводы о")))


# Sentences and paragraphs


def sentence_added(release: Release, rng: random.Random) -> Release:
    return _with(release, lambda parts: _appended(parts, 0, _new_sentence(release, rng)))


def sentence_removed(release: Release, rng: random.Random) -> Release:
    return _sub(release, r"(?P<x> [^.<>]*\d\.?5 (million|миллиона)\.)", lambda old: "")


def sentence_moved(release: Release, rng: random.Random) -> Release:
    found = re.search(r" ([^.<>]*(?:\d\.)?5 (?:million|миллиона)\.)", release.body)
    if found is None:
        return release
    without = replace(release, body=release.body.replace(found[0], "", 1))
    return _with(without, lambda parts: _appended(parts, 0, found[1]))


def paragraph_added(release: Release, rng: random.Random) -> Release:
    fresh = f"<p>{_new_sentence(release, rng)} {_new_sentence(release, rng)}</p>"
    return _with(release, lambda parts: [*parts[:2], fresh, *parts[2:]])


def paragraph_removed(release: Release, rng: random.Random) -> Release:
    return _with(release, lambda parts: [*parts[:2], *parts[3:]] if len(parts) > 4 else parts)


def paragraph_moved(release: Release, rng: random.Random) -> Release:
    return _with(release, lambda parts: [parts[0], *parts[2:], parts[1]] if len(parts) > 3 else parts)


def rewritten(release: Release, rng: random.Random) -> Release:
    """An announcement becomes a report at the same address: title and text anew."""
    texts = prose.paragraphs(rng, world(release), release.published)
    title = prose.fill(rng, world(release), rng.choice(world(release).titles), release.published)
    return enriched(replace(release, title=title, body=prose.as_markup(texts)), rng)


# What stands around the text


def title(release: Release, rng: random.Random) -> Release:
    places = world(release).places
    return replace(release, title=_other(rng, release.title, lambda: f"{release.title} ({rng.choice(places)})"))


def published(release: Release, rng: random.Random) -> Release:
    return replace(release, published=release.published - timedelta(days=rng.randint(1, 3)))


def link(release: Release, rng: random.Random) -> Release:
    return _sub(release, r'href="/documents/decision-(?P<x>\d+)', lambda old: _other(rng, old, lambda: str(rng.randrange(100, 9999))))


def attachment(release: Release, rng: random.Random) -> Release:
    return _sub(release, r'href="/upload/iblock/annex-(?P<x>[\w-]+)\.pdf', lambda old: f"{old}-corrected-{rng.randrange(99)}")


def correction(release: Release, rng: random.Random) -> Release:
    """A note of the correction, and what it corrects."""
    changed = date(release, rng)
    note = f"<p>{_CORRECTIONS[language(release)]}</p>"
    return release if changed == release or note in release.body else replace(changed, body=f"{changed.body}\n{note}")


def two_quick_edits(release: Release, rng: random.Random) -> Release:
    """Two edits between which nobody looked: one edit."""
    return wording(number(release, rng), rng)


def typography(release: Release, rng: random.Random) -> Release:
    """Quotes, a space that does not break, a soft hyphen: nothing that is read."""
    straight = replace(release, body=release.body.replace("“", "&quot;").replace("”", "&quot;"))
    return _sub(straight, r"\d(?P<x> )(people|человек)", lambda old: "\xa0")


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit, and what may be said of it: at least one of ``classes`` (any, where there are none); ``cosmetic``: or nothing at all."""

    make: Make
    classes: frozenset[str] = frozenset()
    cosmetic: bool = False


def _edit(make: Make, *classes: str) -> Edit:
    return Edit(make, frozenset(classes))


EDITS: dict[str, Edit] = {
    "number": _edit(number, "number"),
    "decimal": _edit(decimal, "number"),
    "date": _edit(date, "date"),
    "name": _edit(name, "name"),
    "negation": _edit(negation, "negation"),
    "modality": _edit(modality, "modality"),
    "quotation": _edit(quotation, "quotation"),
    "attribution": _edit(attribution, "attribution", "name"),
    "typo": _edit(typo, "typo"),
    "wording": _edit(wording, "wording"),
    "sentence added": _edit(sentence_added, "sentence-added"),
    "sentence removed": _edit(sentence_removed, "sentence-removed"),
    "sentence moved": _edit(sentence_moved, "sentence-moved"),
    "paragraph added": _edit(paragraph_added, "paragraph-added"),
    "paragraph removed": _edit(paragraph_removed, "paragraph-removed"),
    "paragraph moved": _edit(paragraph_moved, "paragraph-moved"),
    "title": _edit(title, "title"),
    "published date": _edit(published, "published", "date"),
    "link target": _edit(link, "link"),
    "attachment replaced": _edit(attachment, "attachment", "link"),
    "correction note": _edit(correction, "note"),
    "retitled and rewritten": _edit(rewritten, "title"),
    "two quick edits": _edit(two_quick_edits, "number"),
    "typography": Edit(typography, cosmetic=True),
}


# How they are made


def _sub(release: Release, pattern: str, change: Callable[[str], str]) -> Release:
    """Change the part ``x`` of the first place that matches."""
    found = re.search(pattern, release.body)
    if found is None:
        return release
    start, end = found.span("x")
    return replace(release, body=release.body[:start] + change(found["x"]) + release.body[end:])


def _swap(release: Release, pairs: tuple[tuple[str, str], ...]) -> Release:
    """Put the second words in the place of the first, or back."""
    for old, new in pairs:
        for one, other in ((old, new), (new, old)):
            if one in release.body:
                return replace(release, body=release.body.replace(one, other, 1))
    return release


def _other(rng: random.Random, old: str, make: Callable[[], str]) -> str:
    return next(made for made in iter(make, None) if made != old)


def _with(release: Release, change: Callable[[list[str]], list[str]]) -> Release:
    return replace(release, body="\n".join(change(release.body.split("\n"))))


def _appended(parts: list[str], place: int, sentence: str) -> list[str]:
    longer = parts[place].removesuffix("</p>") + f" {sentence}</p>"
    return [*parts[:place], longer, *parts[place + 1 :]]


def _new_sentence(release: Release, rng: random.Random) -> str:
    return prose.fill(rng, world(release), _NEW_SENTENCES[language(release)], release.published)
