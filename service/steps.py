"""Verdicts -> steps: what a pass writes of one item. Pure; the words of a change come from diff and classes."""

from dataclasses import replace
from datetime import datetime, timedelta

from . import relist, urls
from .classes import classify
from .declared import Said, declared, said
from .diff import diff
from .models import (
    Answer,
    Change,
    ChangeKind,
    Declared,
    Failed,
    Look,
    Missing,
    NewVersion,
    NotModified,
    Reading,
    Reason,
    Significance,
    Snapshot,
    Source,
    State,
    Step,
    Verdict,
    VerdictKind,
)
from .sift import STEADY
from .timing import UNSETTLED, Terms, timed

_REASONS = {
    VerdictKind.FIRST: Reason.FIRST,
    VerdictKind.EDITED: Reason.EDIT,
    VerdictKind.COSMETIC: Reason.EDIT,
    VerdictKind.REBASED: Reason.REBASE,
    VerdictKind.RESTORED: Reason.RESTORED,
}

_MOST_VARIANTS = 8  # that are remembered of one page

# The looks that saw the release, or that it is still away.
SEEN = (VerdictKind.UNCHANGED, *_REASONS)


def step(verdict: Verdict, terms: Terms, snapshot: str = "") -> Step:
    """Return what is to be written of a verdict's item; ``snapshot`` points to what was served, in the archive."""
    look, item = verdict.look, verdict.look.item
    written = Step(
        item=item,
        state=item.state,
        next_look_at=terms.now,
        looked_at=look.answer.fetched_at,
        seen_at=_seen_at(verdict),
        outcome=verdict.kind.value,
        status=status(look.answer),
        words=_words(verdict),
        misses=item.misses,
        missing_since=item.missing_since,
        validators=item.validators,
        digest=item.digest,
        entry=item.entry,
        modified=_modified(look) if verdict.kind in SEEN else item.modified,
        listed=item.entry.updated if item.entry is not None and verdict.kind in SEEN else item.listed,
        doubted_since=_doubted_since(verdict),
        variants=_variants(verdict),
        unlisted_since=item.unlisted_since,
        delisted=item.delisted,
        alternates=look.reading.alternates if look.reading is not None and verdict.kind in SEEN else None,
    )
    if verdict.kind in SEEN:
        written = _reappeared(_moved(written, verdict), verdict)
    match verdict.kind:
        case VerdictKind.MISSED | VerdictKind.WITHDRAWN:
            written = _gone(written, verdict, snapshot)
        case _ if keeps_reading(verdict):
            written = _kept(written, verdict, terms, snapshot)
    return timed(written, terms)


def _seen_at(verdict: Verdict) -> datetime:
    """Return when what a look showed was there for certain; of one that may have moved, the look before, for a day at most."""
    answer, known = verdict.look.answer, verdict.look.item.seen_at
    at = answer.made_at if isinstance(answer, Snapshot | NotModified) else answer.fetched_at
    is_unsure = verdict.moved_to is None and not keeps_reading(verdict)
    return known if is_unsure and known is not None and at - known < STEADY else at


def keeps_reading(verdict: Verdict) -> bool:
    """Return whether a verdict's reading becomes a version."""
    return verdict.kind in _REASONS


def is_rederived(verdict: Verdict) -> bool:
    """Return whether a verdict's reading was made anew out of the raw page of its baseline: nothing else came."""
    answer = verdict.look.answer
    return isinstance(answer, NotModified) or (isinstance(answer, Snapshot) and answer.digest == verdict.look.item.digest)


def delisted(written: Step, since: datetime) -> Step:
    """Return the step of a release that is live and that its source's list did not name ``since`` it was read then.

    When it was named last is not written down, for lists are long.
    """
    words = "no longer in the list of its source; its page is still there"
    told = Change(ChangeKind.DELISTED, None, since, Significance.MINOR, summary=words)
    return replace(written, unlisted_since=since, delisted=True, changes=(*written.changes, told))


def _changes(verdict: Verdict, terms: Terms) -> tuple[Change, ...]:
    """Return what the change log shall say of a verdict that keeps a reading; nothing for a first version or a rebase."""
    look, base = verdict.look, verdict.look.item.baseline
    if base is None or look.reading is None or verdict.kind not in (VerdictKind.EDITED, VerdictKind.COSMETIC, VerdictKind.RESTORED):
        return ()
    changes = []
    if verdict.kind is VerdictKind.RESTORED:
        # it was away when it was first missed: it came back after that
        served_again = _plain(ChangeKind.RESTORED, look, "served again")
        changes.append(replace(served_again, not_before=look.item.missing_since or served_again.not_before))
    if look.fingerprint is None or look.fingerprint.content != base.fingerprint.content or verdict.kind is VerdictKind.COSMETIC:
        changes.append(_edited(verdict, base.reading, look.reading, terms))
    return tuple(changes)


def status(answer: Answer) -> int:
    """Return the HTTP status of an answer; 0 where there was none."""
    match answer:
        case Snapshot() | Missing() | Failed():
            return answer.status
        case _:
            return 304


def _edited(verdict: Verdict, before: Reading, after: Reading, terms: Terms) -> Change:
    difference = diff(before, after)
    judgement = classify(difference, before, after)
    return replace(
        _plain(ChangeKind.EDITED, verdict.look, judgement.summary),
        declared=_unless_unheard(_declared(verdict.look, edited=True, note="note" in judgement.classes), verdict.look, terms),
        significance=judgement.significance,
        classes=judgement.classes,
        fields=difference.fields,
        words_added=difference.words_added,
        words_removed=difference.words_removed,
    )


def _declared(look: Look, *, edited: bool, note: bool = False) -> Declared:
    """Return whether the page or its list owned up to what was seen to change, or to a change that was not seen."""
    item = look.item
    if item.baseline is None or look.reading is None:
        return Declared.UNKNOWN
    base = item.baseline.reading
    before = Said(item.modified or base.modified, base.published, item.listed, base.notes)
    return declared(before, said(look.reading, item.entry), edited, item.seen_at, note=note)


def _unless_unheard(told: Declared, look: Look, terms: Terms) -> Declared:
    """Accuse nobody of stealth whose list alone bears stamps, while it could not be read or does not name the release."""
    only_listed = look.item.listed is not None and look.reading is not None and look.reading.modified is None
    is_heard = terms.named is None or look.item.id in terms.named
    return Declared.UNKNOWN if told is Declared.STEALTH and only_listed and not is_heard else told


def _words(verdict: Verdict) -> str:
    if verdict.why or verdict.kind is not VerdictKind.UNCHANGED:
        return verdict.why
    told = _declared(verdict.look, edited=False) is Declared.WITHOUT_CHANGE
    return "says that it was updated, and is as it was" if told else ""


def _plain(kind: ChangeKind, look: Look, summary: str) -> Change:
    return Change(kind, not_before=look.item.seen_at, not_after=look.answer.fetched_at, summary=summary)


def _kept(written: Step, verdict: Verdict, terms: Terms, snapshot: str) -> Step:
    look, base = verdict.look, verdict.look.item.baseline
    version = NewVersion(_REASONS[verdict.kind], look.answer.fetched_at, look.reading, look.fingerprint, snapshot)
    if look.restated and base is not None and verdict.kind is not VerdictKind.REBASED:
        seen_at = look.item.seen_at or look.answer.fetched_at
        written = replace(written, rebase=NewVersion(Reason.REBASE, seen_at, base.reading, base.fingerprint, base.snapshot))
    if isinstance(look.answer, Snapshot):
        written = replace(written, validators=look.answer.validators, digest=look.answer.digest)
    return replace(written, version=version, changes=written.changes + _changes(verdict, terms))


def _modified(look: Look) -> str | None:
    """Return the stamp of its last change that a page bore when it was last read."""
    return look.reading.modified if look.reading is not None else look.item.modified


def _doubted_since(verdict: Verdict) -> datetime | None:
    """Return since when what comes is doubtful; what is no answer of the release at all leaves that open."""
    item = verdict.look.item
    if verdict.doubted:
        return item.doubted_since or verdict.look.answer.fetched_at
    return item.doubted_since if verdict.kind in UNSETTLED else None


def _variants(verdict: Verdict) -> tuple[str, ...]:
    """Return the prints of pages that were shown and not kept to; once one of them is believed, what it took the place of is one too."""
    known, base = verdict.look.item.variants, verdict.look.item.baseline
    more = verdict.variant
    fingerprint = verdict.look.fingerprint
    if verdict.kind is VerdictKind.EDITED and base is not None and fingerprint is not None and fingerprint.content in known:
        more = base.fingerprint.content
    return (*(one for one in known if one != more), more)[-_MOST_VARIANTS:] if more else known


def _reappeared(written: Step, verdict: Verdict) -> Step:
    """A good answer ends a suspicion; the validators of an unchanged page may be new all the same."""
    is_away_still = verdict.look.item.state is State.WITHDRAWN and verdict.kind is VerdictKind.UNCHANGED
    if is_away_still or isinstance(verdict.look.answer, Missing) or verdict.look.astray:
        return written
    answer = verdict.look.answer
    validators, digest = (answer.validators, answer.digest) if isinstance(answer, Snapshot) else (written.validators, written.digest)
    here = (State.LIVE, 0, None, validators, digest)
    if (written.state, written.misses, written.missing_since, written.validators, written.digest) == here:
        return written  # as nearly always
    return replace(written, state=State.LIVE, misses=0, missing_since=None, validators=validators, digest=digest)


def _gone(written: Step, verdict: Verdict, snapshot: str) -> Step:
    item, at = verdict.look.item, verdict.look.answer.fetched_at
    since = item.missing_since or at
    written = replace(written, state=State.SUSPECT, misses=item.misses + 1, missing_since=since)
    if verdict.kind is VerdictKind.MISSED:
        return written
    withdrawn = Change(ChangeKind.WITHDRAWN, not_before=item.seen_at, not_after=since, summary=f"withdrawn: {verdict.why}")
    return replace(
        written,
        state=State.WITHDRAWN,
        version=NewVersion(Reason.TOMBSTONE, since, snapshot=snapshot),
        changes=(*written.changes, withdrawn),
    )


def _moved(written: Step, verdict: Verdict) -> Step:
    """A release that answers at another address has that address as well; where the way there is permanent, it has moved."""
    look, answer = verdict.look, verdict.look.answer
    if verdict.moved_to:
        return _moved_to(written, look, verdict.moved_to)
    if not isinstance(answer, Snapshot | NotModified) or not answer.redirects or look.astray:
        return written
    if urls.address_key(answer.final_url) == urls.address_key(look.item.url):
        return written
    if look.item.baseline is None or not all(hop.permanent for hop in answer.redirects):
        return replace(written, aliases=(urls.clean(answer.final_url),))
    return _moved_to(written, look, urls.clean(answer.final_url))


def _moved_to(written: Step, look: Look, url: str) -> Step:
    moved = replace(_plain(ChangeKind.MOVED, look, f"moved to {url}"), significance=Significance.MINOR)
    return replace(written, aliases=(url,), moved_to=url, changes=(moved,))


def next_list_at(source: Source, now: datetime, failures: int, quiet: timedelta, size: int) -> datetime:
    """Return when the source's list is due again: by its ``cron`` in its time zone, or by ``every`` and what ``relist.pause`` says."""
    if source.cron is None:
        return now + relist.pause(source.every, failures, quiet, size)
    from apscheduler.triggers.cron import CronTrigger  # lazy: few sources have one

    trigger = CronTrigger.from_crontab(source.cron, timezone=source.timezone or "UTC")
    return trigger.get_next_fire_time(None, now + timedelta(seconds=1)).astimezone(now.tzinfo)  # type: ignore[no-any-return] # no stubs
