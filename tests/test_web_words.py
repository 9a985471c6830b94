"""What the pages say, in every language they speak."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2.ext import babel_extract

from service.classes import CLASSES
from service.doors import web
from service.doors.web.sheets import LANGUAGES, translations
from service.models import NEAR, ChangeKind, Declared, IncidentKind, Significance, State

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
