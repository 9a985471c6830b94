"""Is what came whole, and is it new? What an answer says of itself."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .models import Snapshot, Tracked

_TAIL = 2_000  # bytes at the end of a page, in which its closing tag stands


def is_torn(answer: Snapshot) -> bool:
    """Return whether a page that begins with its tag ends without it."""
    if answer.built is not None and answer.built.served is not None:
        return is_torn(answer.built.served)
    return b"<html" in answer.body[:_TAIL].lower() and b"</html" not in answer.body[-_TAIL:].lower()


def is_stale(answer: Snapshot, item: Tracked) -> bool:
    """Return whether an answer is older than what we hold, by its own word: a cache that was told to ask gave it all the same."""
    if item.seen_at is None:
        return False
    if answer.made_at < item.seen_at:
        return True
    stamps = [_moment(stamp) for stamp in (answer.header("last-modified"), item.validators.last_modified)]
    return stamps[0] is not None and stamps[1] is not None and stamps[0] < stamps[1]


def _moment(stamp: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(stamp)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
