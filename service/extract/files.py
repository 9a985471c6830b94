"""What stands beside a document that a page offers: its name, its format, its size. Not a word of the release."""

import re

from service.dates import stamp
from service.text import displayed

DOCUMENT = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|od[tspg]|rtf|csv|epub|mp3|m4a|wav|mp4|m4v|avi|mov|wmv|webm|djvu|ics)(?=$|[?#&])", re.I
)
_UNIT = r"\s?(?:bytes?|[kmg]i?b|[kmg]o|[кмг]б)\b"
_SIZE = re.compile(rf"\b\d+(?:[.,\s]\d+)?{_UNIT}", re.I)
# Stands in what the pattern above finds, and takes a fraction of its time: with the digits named that any size was ever seen in.
_SIZED = re.compile(rf"[0-9٠-٩۰-۹०-९০-৯]{_UNIT}", re.I)
_NAME = re.compile(r"[\w.-]+\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|od[tspg]|rtf|csv|epub|mp3|mp4|jpe?g|png)\b", re.I)
_ASIDE = re.compile(rf"\s*\([^()]*{_SIZE.pattern}[^()]*\)", re.I)
_TOLD = re.compile(rf"[\s,;:|–—-]*(?:\([^()]*{_SIZE.pattern}[^()]*\)|{_SIZE.pattern})", re.I)
_FORMAT = re.compile(
    r"\b(?:pdf|docx?|xlsx?|pptx?|zip|od[tsp]|rtf|csv|html|ms word document|ms excel spreadsheet|file|format|document|download|"
    r"скачать|документ|файл|herunterladen|télécharger|\d+\s(?:pages?|seiten|стр\w*))\b",
    re.I,
)


def size_in(text: str) -> str:
    """Return the first size of a file that a text tells ("244KB"), or nothing."""
    match = _SIZE.search(text)
    return match[0] if match else ""


def without_file(text: str, offered: tuple[str, ...], language: str | None) -> str:
    """Return a block without what it tells of a file that it offers; its name stays, where it says more than that it is a file.

    In a sentence only what stands in brackets goes ("(PDF, 244KB)"). A block that offers nothing is returned as it is. ``offered`` are
    the words that attachments are shown with.
    """
    if not _SIZED.search(text) or not _SIZE.search(text):
        return text
    names = [name for words in offered if (name := _SIZE.sub("", words).removesuffix(" ()")) in text]
    rest = text
    for name in names:
        rest = rest.replace(name, " ")
    rest = _unfiled(rest)
    if rest and not (len(rest.split()) <= 3 and stamp(rest, language=language) is not None):
        return _ASIDE.sub(lambda aside: "" if _is_of_file(aside[0], named=bool(names)) else aside[0], text)
    named = displayed(_TOLD.sub(" ", text))
    return named if _unfiled(named) else ""


def _is_of_file(aside: str, *, named: bool) -> bool:
    """Return whether brackets tell of a file alone: its format with its size, or its size where the words name a file that is offered."""
    return not _unfiled(aside) and (named or _FORMAT.search(aside) is not None)


def _unfiled(text: str) -> str:
    """Return a text without sizes, names of files, formats and the marks between them."""
    for pattern in (_SIZE, _NAME, _FORMAT):
        text = pattern.sub(" ", text)
    return displayed(re.sub(r"[(),;:|–—-]+", " ", text))
