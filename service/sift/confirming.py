"""Further looks: an alarm is believed where the page keeps to what it says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from service.captures import bad_capture
from service.models import Fingerprint, Look, Snapshot, Verdict, VerdictKind

from .alone import first_verdict, is_doubtful_news, missed_once, missing, was_foreign
from .volatile import is_emptied, is_volatile

# What is not believed before it was seen again.
ALARMS = (VerdictKind.EDITED, VerdictKind.COSMETIC, VerdictKind.RESTORED)


def asks_again(verdict: Verdict, gone_after: timedelta) -> int:
    """Return how many further looks a verdict needs in the same pass before it is believed; none, for most.

    An alarm needs two: a page that is served in two forms by chance shows the same one twice all too often. So does a release that comes
    back with another text; with the same text it needs one. A miss needs one where no time need lie between. A new page that ends in the
    middle, or is in other letters than its list, has two more chances.
    """
    match verdict.kind:
        case VerdictKind.EDITED | VerdictKind.COSMETIC:
            return 2
        case VerdictKind.RESTORED:
            base = verdict.look.item.baseline
            return 1 if base is not None and _same_print(verdict.look.fingerprint, base.fingerprint) else 2
        case VerdictKind.MISSED:
            return int(not gone_after)
        case VerdictKind.FIRST:
            return 2 if is_doubtful_news(verdict.look) else 0
    return 0


def settled(first: Verdict, again: Sequence[Look], gone_after: timedelta) -> Verdict:
    """Return what all looks together say; the moment of an edit stays that of the first look that saw it.

    | further looks                                          | verdict                                                        |
    |--------------------------------------------------------|----------------------------------------------------------------|
    | missing once more                                      | withdrawn; what else it is now where it is there               |
    | could not be had, or show no release                   | held                                                           |
    | older copies than the one we hold                      | as if they had not been; held where there are no others        |
    | cut short, where others came whole                     | as if they had not been, the first look among them             |
    | cosmetic, and set otherwise at each look               | unchanged                                                      |
    | each another one, of half the text at most, none new   | missed, or away still: the page is without its text            |
    | of a release that is back                              | restored as it was if one shows it so; as most of them show it |
    | all as the first                                       | as the first                                                   |
    | in the letters of its list, not as when it was news    | rebased                                                        |
    | agree with each other, the first was another           | what they say; held where that is the old state: a variant     |
    | differ, beyond what differs from the baseline as well  | edited                                                         |
    | differ just where the first differs from the baseline  | held: a variant                                                |
    """
    if first.kind is VerdictKind.MISSED:
        return first_verdict(replace(again[0], item=missed_once(first.look)), gone_after)
    if first.kind is VerdictKind.FIRST:
        fine = (Verdict(first.kind, look) for look in again if _shows_release(look) and not is_doubtful_news(look))
        return next(fine, first)
    fresh = [look for look in again if not _is_old(look)]
    if not fresh or not all(map(_shows_release, fresh)):
        return Verdict(VerdictKind.HELD, first.look, "a further look could not confirm it")
    whole = [look for look in fresh if not look.torn] or fresh
    if first.look.torn and not whole[0].torn:
        first = first_verdict(whole[0], gone_after)
    if first.kind not in ALARMS:
        return first
    if is_emptied(first.look, whole):
        return missing(first.look, gone_after, "shows a page without its text")
    return _unless_it_was_foreign(_confirmed(first, whole, gone_after))


def _unless_it_was_foreign(verdict: Verdict) -> Verdict:
    """What was kept of a release in other letters than its list was none of its states."""
    if verdict.kind is VerdictKind.EDITED and was_foreign(verdict.look):
        return Verdict(VerdictKind.REBASED, verdict.look, "came in the letters of its list, and had not before")
    return verdict


def _is_old(look: Look) -> bool:
    """Return whether a cache answered with a copy made before the old state was seen last. What a page says of its own date is no proof."""
    seen_at = look.item.seen_at
    return isinstance(look.answer, Snapshot) and seen_at is not None and look.answer.made_at < seen_at


def _confirmed(first: Verdict, again: Sequence[Look], gone_after: timedelta) -> Verdict:
    if first.kind is VerdictKind.COSMETIC and len({look.fingerprint.exact for look in (first.look, *again) if look.fingerprint}) > 1:
        return Verdict(VerdictKind.UNCHANGED, first.look)
    if first.kind is VerdictKind.RESTORED:
        return replace(first, look=_as_it_mostly_is(first.look, again))
    if all(_same_content(first.look, look) for look in again):
        return Verdict(first.kind, replace(first.look, reading=again[-1].reading, fingerprint=again[-1].fingerprint), first.why)
    if all(_same_content(again[0], look) for look in again):
        return _second_thought(first, again[0], gone_after)
    if is_volatile(first.look, again):
        return _variant(first, "differs at every look")
    return Verdict(first.kind, first.look, first.why)


def _as_it_mostly_is(first: Look, again: Sequence[Look]) -> Look:
    """Return the look at a release that is back, as it was if any look shows it so; else as most of them do, and as the last does."""
    base, looks = first.item.baseline, (first, *again)
    shown = Counter(look.fingerprint.content for look in looks if look.fingerprint is not None)
    known = base.fingerprint.content if base is not None else ""
    content = known if known in shown else max(reversed(shown), key=shown.__getitem__)
    look = next(look for look in reversed(looks) if look.fingerprint is not None and look.fingerprint.content == content)
    return replace(first, answer=look.answer, reading=look.reading, fingerprint=look.fingerprint)


def _second_thought(first: Verdict, look: Look, gone_after: timedelta) -> Verdict:
    now = first_verdict(look, gone_after)
    return now if now.kind in ALARMS else _variant(first, "was shown once, and not again")


def _variant(first: Verdict, why: str) -> Verdict:
    assert first.look.fingerprint is not None
    return Verdict(VerdictKind.HELD, first.look, why, variant=first.look.fingerprint.content)


def _shows_release(look: Look) -> bool:
    return look.reading is not None and look.fingerprint is not None and not bad_capture(look.reading)


def _same_content(one: Look, other: Look) -> bool:
    return _same_print(one.fingerprint, other.fingerprint)


def _same_print(one: Fingerprint | None, other: Fingerprint | None) -> bool:
    return one is not None and other is not None and one.content == other.content
