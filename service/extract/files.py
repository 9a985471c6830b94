"""What stands beside a document that a page offers: its name, its format, its size. Not a word of the release."""

import re

from service.dates import stamp
from service.text import displayed

DOCUMENT = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|od[tspg]|rtf|csv|epub|mp3|m4a|wav|mp4|m4v|avi|mov|wmv|webm|djvu|ics)(?=$|[?#&])", re.I
)
_SIZE = re.compile(r"\b\d+(?:[.,\s]\d+)?\s?(?:bytes?|[kmg]i?b|[kmg]o|[кмг]б)\b", re.I)
_NAME = re.compile(r"[\w.-]+\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|od[tspg]|rtf|csv|epub|mp3|mp4|jpe?g|png)\b", re.I)
_FORMAT = re.compile(
    r"\b(?:pdf|docx?|xlsx?|pptx?|zip|od[tsp]|rtf|csv|html|ms word document|ms excel spreadsheet|file|format|document|download|"
    r"скачать|документ|файл|herunterladen|télécharger|\d+\s(?:pages?|seiten|стр\w*))\b",
    re.I,
)


def size_in(text: str) -> str:
    """Return the first size of a file that a text tells ("244KB"), or nothing."""
    match = _SIZE.search(text)
    return match[0] if match else ""


def is_file_line(text: str, offered: tuple[str, ...], language: str | None) -> bool:
    """Return whether a block only says what file is offered, with its size; ``offered`` are the words that attachments are shown with."""
    if not _SIZE.search(text):
        return False
    rest = text
    for words in offered:
        rest = rest.replace(_SIZE.sub("", words).removesuffix(" ()"), " ")
    for pattern in (_SIZE, _NAME, _FORMAT):
        rest = pattern.sub(" ", rest)
    rest = displayed(re.sub(r"[(),;:|–—-]+", " ", rest))
    return not rest or (len(rest.split()) <= 3 and stamp(rest, language=language) is not None)
