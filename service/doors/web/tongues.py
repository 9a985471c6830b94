"""The languages of the pages: what each says in place of our words, and of our sentences."""

from collections.abc import Callable
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from .reworded import Reworded, reworder

LANGUAGES = {"en": "English", "ru": "Русский"}
_FOLDER = Path(__file__).parent / "words"


class Tongue(NamedTuple):
    """A language: the ``words`` of templates, and what puts what the program ``told`` into it."""

    words: NullTranslations
    told: Reworded

    @property
    def word(self) -> Callable[[str], str]:
        return self.words.gettext


def tongue(language: str) -> Tongue:
    """Return a language by its code: our own words in English, else those of its ``.po`` file."""
    place = _FOLDER / f"{language}.po"
    if not place.exists():
        return Tongue(NullTranslations(), str)
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with place.open("rb") as source:
        catalog = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    words = GNUTranslations(compiled)
    return Tongue(words, reworder(catalog, words))
