"""Steps -> when to look at a release next, and what the looks of a pass teach of the habits of its source. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from . import dates, revisit
from .models import ChangeKind, Habits, ItemLine, Prospect, Significance, Source, State, Step, VerdictKind

# The looks that settled nothing: the next one comes sooner than a release's age asks for.
UNSETTLED = (VerdictKind.FAILED, VerdictKind.HELD)
# The looks that saw a release once more.
_SAW_AGAIN = (VerdictKind.UNCHANGED, VerdictKind.EDITED, VerdictKind.COSMETIC, VerdictKind.REBASED)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every step of a pass: the source, the moment, since when what we find is news, and what its releases may bring.

    ``named`` are the ids of the releases that its list named just now; None where it says what it said before.
    """

    source: Source
    now: datetime
    gone_after: timedelta
    news_since: datetime | None = None
    named: frozenset[int] | None = None
    outlook: revisit.Outlook = field(default_factory=lambda: revisit.outlook(Habits()))


def timed(written: Step, terms: Terms) -> Step:
    """Return a step with the next look at its release, and the moment from which its age counts.

    What is missing is looked at by the rule for that, what settled nothing soon again.
    """
    item, source, now = written.item, terms.source, terms.now
    next_try = _next_try(written, terms)
    if written.state is State.SUSPECT:
        return replace(written, next_look_at=max(now + max(terms.gone_after, timedelta(seconds=1)), next_try or now))
    born_at = _born_at(written, terms)
    edited_at = now if has_news(written) else item.changed_at
    past = revisit.past_of(now, born_at, item.first_seen_at or now, item.edits + is_edited(written), edited_at)
    regular = now + revisit.next_wait(past, terms.outlook, source.recheck_min, source.recheck_max, item.key)
    return replace(written, next_look_at=min(regular, next_try or regular), born_at=born_at)


def learned(habits: Habits, steps: Iterable[Step]) -> Habits:
    """Return the habits of a source after the looks of a pass."""
    return revisit.watched(habits, (span for step in steps if (span := _span(step)) is not None))


def outlook(source: Source, habits: Habits, price: float) -> revisit.Outlook:
    """Return the outlook of a source, as configured and as learned."""
    return revisit.outlook(habits, price, source.recheck_weight, source.recheck_pace)


def why(line: ItemLine, prospect: Prospect, source: Source) -> tuple[str, ...]:
    """Return in words why a release is looked at next when it is."""
    if not prospect.is_enabled:
        return ("its source is switched off or no longer configured: it is not looked at",)
    standing = revisit.Standing(
        state=line.state,
        outcome=line.outcome,
        born_at=_born(line.first_seen, line.published, prospect.baselined_at),
        first_seen_at=line.first_seen,
        looked_at=line.last_look,
        edits=line.edits,
        edited_at=prospect.changed_at,
        low=source.recheck_min,
        high=source.recheck_max,
        key=prospect.key,
        pressure=prospect.price,
        weight=source.recheck_weight,
    )
    return revisit.why(standing, outlook(source, prospect.habits, prospect.price))


def is_edited(written: Step) -> bool:
    """Return whether a look found an edit that counts."""
    return any(one.kind is ChangeKind.EDITED and one.significance is not Significance.COSMETIC for one in written.changes)


def has_news(written: Step) -> bool:
    """Return whether anything befell a release that may have more come after it: anything but a mere move."""
    return any(one.kind is not ChangeKind.MOVED for one in written.changes)


def _span(step: Step) -> revisit.Span | None:
    since = step.item.seen_at or step.item.first_seen_at
    if step.born_at is None or step.looked_at is None or since is None or step.outcome not in _SAW_AGAIN:
        return None
    return revisit.Span((since - step.born_at) / _HOUR, (step.looked_at - step.born_at) / _HOUR, is_edited(step))


def _next_try(written: Step, terms: Terms) -> datetime | None:
    """Return when to look again after a look that settled nothing; None after one that did."""
    if written.outcome not in UNSETTLED:
        return None
    tried_at = written.item.last_look_at if written.item.outcome in UNSETTLED else None
    return revisit.next_try(terms.now, tried_at, terms.source.recheck_min)


def _born_at(written: Step, terms: Terms) -> datetime:
    return _born(written.item.first_seen_at or terms.now, _published(written), terms.news_since)


def _born(first_seen_at: datetime, stamp: str | None, news_since: datetime | None) -> datetime:
    news = news_since is not None and first_seen_at > news_since
    return revisit.born_at(first_seen_at, dates.instant(stamp) if stamp else None, news=news, precise="T" in (stamp or ""))


def _published(written: Step) -> str | None:
    item = written.item
    read = written.version.reading if written.version is not None else None
    stamps = [told.published for told in (read, item.baseline, item.entry) if told is not None]
    return next((stamp for stamp in stamps if stamp), None)
