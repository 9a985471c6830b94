"""What the pages say, in every language they speak."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jinja2.ext import babel_extract

from service.classes import CLASSES
from service.doors import web
from service.doors.web.reworded import PATTERNS, PLAIN, reworded
from service.doors.web.sheets import LANGUAGES, translations
from service.health import Facts, troubles
from service.models import NEAR, ChangeKind, Declared, Incident, IncidentKind, Significance, State, Vitals
from service.store.health import Health, in_words

TEMPLATES = sorted((Path(web.__file__).parent / "templates").glob("*.html"))
CODES = {*CLASSES, *ChangeKind, *Significance, *Declared, *IncidentKind, *State, NEAR}


def said() -> Iterator[str]:
    """Yield the words of ours in all templates."""
    for place in TEMPLATES:
        with place.open("rb") as source:
            for _, _, words, _ in babel_extract(source, ("_", "gettext"), [], {"extensions": "jinja2.ext.i18n"}):
                if isinstance(words, str):
                    yield words


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_everything_is_said_in_every_language(language: str) -> None:
    known = translations(language)
    assert [words for words in {*said(), *map(str, CODES)} if known.gettext(words) == words] == []
    assert known.gettext("nobody says this") == "nobody says this"


def test_there_is_something_to_say() -> None:
    assert len(TEMPLATES) > 5 and len(set(said())) > 50


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_the_patterns_of_our_sentences_keep_their_numbers_in_every_language(language: str) -> None:
    known = translations(language)
    for words in (*PATTERNS, *PLAIN):
        assert known.gettext(words) != words
        assert sorted(re.findall(r"\{\w+\}", known.gettext(words))) == sorted(re.findall(r"\{\w+\}", words))


HOUR, NOW = timedelta(hours=1), datetime(2026, 11, 22, 5, tzinfo=UTC)
SICK = Facts(looks=20, walls=9, failed=11, read=20, strays=15, characters=100)
BLOCKED = Incident(IncidentKind.BLOCKED, "b", NOW, NOW, "9 walls stand where releases should be, all at once")


@pytest.mark.parametrize(
    "health",
    [
        Health(False, None, 0, None, "", 0),
        Health(True, None, 0, None, "", 0),
        Health(True, NOW, 0, None, "", 84),
        Health(True, NOW, 0, None, "", 1, troubles(Vitals(body_length=4000.0), SICK, NOW)),
        Health(True, NOW, 0, None, "", 84, troubles(Vitals(body_length=4000.0), SICK, NOW, [BLOCKED])),
        Health(True, NOW, 0, None, "", 84, troubles(Vitals(every=3600.0, news_at=NOW - 24 * 30 * HOUR), Facts(), NOW)),
        Health(True, NOW, 3, NOW, "404", 84),
    ],
)
def test_how_a_source_is_can_be_said_in_every_language(health: Health) -> None:
    """But for names of things: what is left of Latin letters are commands, settings and zones."""
    said_in_russian = reworded(in_words(health), translations("ru").gettext)
    left = re.sub(r"UTC|`presswatch probe`|per_host_delay|challenge", "", said_in_russian)
    assert not re.search("[A-Za-z]", left), said_in_russian
    assert reworded(in_words(health), str) == in_words(health)


def test_what_is_no_sentence_of_ours_stays_as_it_is() -> None:
    for words in ("port 9 is not one of the web", "a; b; c", "", "{n} {0} %s %(x)s; {"):
        assert reworded(words, translations("ru").gettext) == words
