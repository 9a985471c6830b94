"""What came in place of a list or a release, told of an answer before anything is made of it."""

import re

from .captures import WALL_STATUSES, bad_capture, is_wall
from .errors import Unreadable
from .extract import extract
from .models import Answer, Failed, Reading, Snapshot, Source

_TITLE = re.compile(rb"<title[^>]*>([^<]{1,300})</title", re.I)
_HEAD = 16_000  # bytes at the start of a page, in which its title stands


def excuse(answer: Snapshot, source: Source) -> str:
    """Return in plain words what a page is that is no list and no release ("a bot wall"), or nothing."""
    try:
        return bad_capture(extract(answer, source))
    except Unreadable:
        return ""


def is_turned_away(answer: Answer, source: Source) -> bool:
    """Return whether a host would not have us: it refuses, or a wall stands there. Only a page whose title says so is read."""
    if isinstance(answer, Failed):
        return answer.status in WALL_STATUSES
    found = _TITLE.search(answer.body[:_HEAD]) if isinstance(answer, Snapshot) else None
    if found is None or not isinstance(answer, Snapshot):
        return False
    title = found[1].decode("utf-8", "replace").strip()
    return is_wall(bad_capture(Reading(title))) and is_wall(excuse(answer, source))
