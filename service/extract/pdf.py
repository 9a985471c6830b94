"""The reading of a PDF. The parser is C++ on hostile files: it runs in a process of its own, with a deadline and little memory."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from service.dates import machine_stamp
from service.errors import Unreadable
from service.models import Block, Reading, Snapshot
from service.text import displayed

from .imprint import is_update
from .languages import guessed
from .paragraphs import paragraphs

_CHILD = Path(__file__).with_name("pdf_child.py")
_LONGEST_TITLE = 300
_NO_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel)\b.*|untitled.*|document\d*|.*\.(?:docx?|indd|pptx?|xlsx?|rtf|odt|pdf)|\W*|.)$", re.I
)
_PDF_DATE = re.compile(r"D?:?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?'?)?")


@dataclass(frozen=True, slots=True)
class _Told:
    """What the child process read: text by page, and the document's own metadata."""

    pages: tuple[str, ...]
    title: str
    created: str
    modified: str


def read_pdf(snapshot: Snapshot, *, deadline: float = 30.0) -> Reading:
    """Return the reading of a PDF: paragraphs joined over lines and pages, title and dates from its metadata, else its first line.

    Lines that only date an update are no text, but notes.

    ``deadline`` in seconds. Raises ``Unreadable`` for what is encrypted, broken, or takes too long; and without the ``pdf`` extra.
    """
    told = _told(snapshot.body, deadline)
    texts = paragraphs(told.pages)
    title = displayed(told.title)
    if _NO_TITLE.match(title) or len(title) > _LONGEST_TITLE:
        title = texts[0] if texts and len(texts[0]) <= _LONGEST_TITLE else ""
    blocks = tuple(Block("p", text) for number, text in enumerate(texts) if number or text != title)
    language = guessed(blocks)
    notes = tuple(block.text for block in blocks if is_update(block.text, language))
    return Reading(
        title=title,
        blocks=tuple(block for block in blocks if block.text not in notes),
        published=pdf_stamp(told.created),
        modified=pdf_stamp(told.modified),
        language=language,
        method="pdf",
        notes=notes,
    )


def pdf_stamp(text: str) -> str | None:
    """Return the stamp of a PDF date (ISO 32000-2 section 7.9.4), as precise as it is; None for what is none."""
    match = _PDF_DATE.match(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, utc, hours, minutes = match.groups()
    date = "-".join(part for part in (year, month, day) if part)
    if not (day and hour):
        return machine_stamp(date)
    offset = "Z" if utc else f"{hours}:{minutes or '00'}" if hours else ""
    return machine_stamp(f"{date}T{hour}:{minute or '00'}" + (f":{second}" if second else "") + offset)


def _told(body: bytes, deadline: float) -> _Told:
    command = [sys.executable, "-P", str(_CHILD)]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=deadline, check=False)  # noqa: S603 - our own file
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"the PDF could not be read within {deadline:g} seconds") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise Unreadable("the PDF is broken: its reader gave up") from error
    if "problem" in answer:
        raise Unreadable(answer["problem"])
    return _Told(tuple(answer["pages"]), answer["title"], answer["created"], answer["modified"])
