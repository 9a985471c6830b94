"""Of which changes a target is told, when, and how it fares. Pure.

Every filter of a target must let a change through. Of its standing interests (words, removed, added) one that fits is enough; they
are matched against what the whole text of a release says more or less often than before, so that what only moved is neither.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from .models import ChangeKind, ChangeLine, Query, Reading, Significance, Target, TargetLine, ToldChange
from .query import fits_less, parse, words

_WEIGHTS = (Significance.COSMETIC, Significance.MINOR, Significance.SUBSTANTIVE)
_OF_TEXTS = (ChangeKind.EDITED, ChangeKind.WITHDRAWN, ChangeKind.RESTORED)


def passes(target: Target, line: ChangeLine) -> bool:
    """Return whether a change gets through the filters of a target that need no texts."""
    asked = (
        (target.sources, (line.source,)),
        (target.kinds, (line.kind,)),
        (target.classes, line.classes),
        (target.declared, (line.declared,)),
    )
    if not all(not wanted or set(wanted) & set(found) for wanted, found in asked):
        return False
    if asks_for_words(target) and line.kind not in _OF_TEXTS:
        return False
    return _WEIGHTS.index(Significance(line.significance)) >= _WEIGHTS.index(target.significance)


def asks_for_words(target: Target) -> bool:
    """Return whether a target has a standing interest: then the texts of a change have to be read."""
    return bool(target.words or target.removed or target.added)


def meets(target: Target, told: ToldChange) -> bool:
    """Return whether a change brought or took away what a target has a standing interest in."""
    before, after = _said(told.before), _said(told.after)
    asked = ((target.removed, before, after), (target.added, after, before), (target.words, before, after), (target.words, after, before))
    return any(text and fits_less(_query(text), more, less) for text, more, less in asked)


def is_quiet(target: Target, now: datetime) -> bool:
    """Return whether nothing is sent to a target at a moment: by the clock on the wall of its time zone."""
    if target.quiet is None:
        return False
    start, end = target.quiet
    wall = now.astimezone(ZoneInfo(target.timezone)).time()
    return start <= wall < end if start < end else wall >= start or wall < end


def is_ripe(target: Target, oldest_at: datetime | None, now: datetime) -> bool:
    """Return whether what waits since ``oldest_at`` is to be sent: at once, or when its digest is complete."""
    return oldest_at is not None and (target.digest is None or now >= oldest_at + target.digest) and not is_quiet(target, now)


def how_it_is(target: Target | None, line: TargetLine | None, now: datetime) -> str:
    """Return in words how a target fares; as configured, None where it no longer is; as the store knows it, None for a new one."""
    if line is None:
        return "new: told of what happens once the daemon runs"
    if target is None or not line.enabled:
        return "switched off"
    if line.off_since is not None:
        return f"off since {line.off_since:%Y-%m-%d %H:%M} UTC: {line.error}"
    if line.error:
        then = f"; next try at {line.next_at:%H:%M:%S} UTC" if line.next_at and line.next_at > now and line.waiting else ""
        return f"failed {line.tries} time{'' if line.tries == 1 else 's'} in a row: {line.error}{then}"
    if line.waiting and is_quiet(target, now):
        return "quiet hours"
    return "well"


def _said(reading: Reading | None) -> Sequence[str]:
    if reading is None:
        return ()
    return words((reading.title, *(block.text for block in reading.blocks), *(link.text for link in reading.attachments if link.text)))


@lru_cache(maxsize=256)
def _query(asked: str) -> Query:
    return parse(asked)
