"""The reading of plain text: paragraphs are what blank lines part."""

import re

from service.dates import stamp
from service.decode import decode
from service.models import Block, Reading, Snapshot, Source
from service.text import displayed

from .languages import guessed
from .tidy import tidied

_LONGEST_TITLE = 300


def read_plain(snapshot: Snapshot, source: Source) -> Reading:
    """Return the reading of plain text: its first short line is the title, a date line after it is the date."""
    text = decode(snapshot.body, snapshot.header("content-type"))
    parts = [shown for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if (shown := displayed(part))]
    title = displayed(text.strip().split("\n", 1)[0])
    title = title if len(title) <= _LONGEST_TITLE else ""
    blocks, _photos = tidied(tuple(Block("p", part) for part in parts), title, source.language)
    dates = (stamp(part, language=source.language) for part in parts[:3] if len(part) <= 100)
    published = next((found for found in dates if found), None)
    return Reading(title=title, blocks=blocks, published=published, language=source.language or guessed(blocks), method="text")
