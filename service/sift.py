"""Looks -> verdicts: telling an edit from noise.

An alarm (a content print that differs from the baseline) is not believed at once: it must stay, which a second look shows.
What differs between two looks moments apart is volatile, and no edit. A missing page must be missing twice, apart in time.

| answer of a look      | item was     | verdict                                                             |
|-----------------------|--------------|---------------------------------------------------------------------|
| failed                | any          | failed: nothing is concluded                                        |
| 304, equal bytes      | live         | unchanged                                                           |
| 404, 410, led astray  | live         | missed; withdrawn once missed before, ``gone_after`` ago            |
| 404, 410, led astray  | withdrawn    | unchanged                                                           |
| 404, 410, led astray  | never read   | held: a release is not born missing                                 |
| nothing to read       | any          | held                                                                |
| error page, wall      | any          | held: no release (``captures``)                                     |
| reading               | never read   | first                                                               |
| reading               | withdrawn    | restored (with an edit where its content differs)                   |
| off the template      | live         | held: not made like the others of its source                        |
| reading               | read badly   | rebased: its baseline was no release                                |
| same exact            | live         | unchanged; rebased where the baseline was stored with noise         |
| other rule or method  | live         | rebased: not comparable, and no edit                                |
| same content          | live         | cosmetic, to be confirmed                                           |
| other content         | live         | edited, to be confirmed                                             |
"""

from dataclasses import replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from .captures import bad_capture
from .models import Baseline, Failed, Look, Missing, NotModified, Reading, State, Tracked, Verdict, VerdictKind
from .text import folded

_MOST_BLOCKS = 3000  # above this, two looks are compared as wholes: SequenceMatcher is quadratic


def first_verdict(look: Look, gone_after: timedelta) -> Verdict:
    """Return what one look alone says; ``asks_again`` tells whether that is to be believed yet."""
    match look.answer:
        case Failed():
            return Verdict(VerdictKind.FAILED, look, look.answer.words)
        case Missing():
            return _missing(look, look.answer.fetched_at, gone_after, f"answers {look.answer.status}")
        case NotModified():
            return Verdict(VerdictKind.UNCHANGED, look)
    if look.astray:
        return _missing(look, look.answer.fetched_at, gone_after, look.astray)
    if look.answer.digest == look.item.digest and look.item.state is State.LIVE:
        return Verdict(VerdictKind.UNCHANGED, look)
    return _read(look)


def asks_again(verdict: Verdict, gone_after: timedelta) -> bool:
    """Return whether the verdict needs a second look in the same pass: alarms always, a miss where no time need lie between."""
    if verdict.kind in (VerdictKind.EDITED, VerdictKind.COSMETIC, VerdictKind.RESTORED):
        return True
    return verdict.kind is VerdictKind.MISSED and not gone_after


def final_verdict(first: Verdict, again: Look, gone_after: timedelta) -> Verdict:
    """Return what two looks together say; the moment of an edit stays that of the first."""
    if first.kind is VerdictKind.MISSED:
        return first_verdict(replace(again, item=_missed(first.look)), gone_after)
    if again.reading is None or again.fingerprint is None or bad_capture(again.reading):
        return Verdict(VerdictKind.HELD, first.look, "the second look could not confirm it")
    if first.kind is VerdictKind.RESTORED or _same_content(first.look, again):
        return Verdict(first.kind, replace(first.look, reading=again.reading, fingerprint=again.fingerprint))
    if _only_volatile(first.look, again):
        return Verdict(VerdictKind.HELD, first.look, "differs at every look")
    return Verdict(first.kind, first.look)


def _read(look: Look) -> Verdict:
    reading, fingerprint = look.reading, look.fingerprint
    if reading is None or fingerprint is None or not (reading.blocks or reading.title):
        return Verdict(VerdictKind.HELD, look, look.problem or "nothing to read on the page")
    if bad := bad_capture(reading):
        return Verdict(VerdictKind.HELD, look, f"the address shows {bad}, no release")
    return _release(look, reading)


def _release(look: Look, reading: Reading) -> Verdict:
    base, state = look.item.baseline, look.item.state
    if base is None:
        return Verdict(VerdictKind.FIRST, look)
    if base.reading.blocks and not reading.blocks:
        return Verdict(VerdictKind.HELD, look, "the page came without its text")
    if state is State.WITHDRAWN:
        return Verdict(VerdictKind.RESTORED, look)
    if bad_capture(base.reading):
        return Verdict(VerdictKind.REBASED, look)
    if base.reading.method == "template" and reading.method == "generic":
        return Verdict(VerdictKind.HELD, look, "the page is not made like the others of its source")
    return Verdict(_compared(base, look), look)


def _compared(base: Baseline, look: Look) -> VerdictKind:
    assert look.reading is not None and look.fingerprint is not None
    if look.fingerprint.exact == base.fingerprint.exact:
        return VerdictKind.REBASED if look.restated else VerdictKind.UNCHANGED
    if look.fingerprint.rule != base.fingerprint.rule or look.reading.method != base.reading.method:
        return VerdictKind.REBASED
    if look.fingerprint.content == base.fingerprint.content:
        return VerdictKind.COSMETIC
    return VerdictKind.EDITED


def _missing(look: Look, at: datetime, gone_after: timedelta, why: str) -> Verdict:
    item = look.item
    if item.baseline is None:
        return Verdict(VerdictKind.HELD, look, f"not there yet: {why}")
    if item.state is State.WITHDRAWN:
        return Verdict(VerdictKind.UNCHANGED, look, why)
    if item.missing_since is not None and at - item.missing_since >= gone_after:
        return Verdict(VerdictKind.WITHDRAWN, look, why)
    return Verdict(VerdictKind.MISSED, look, why)


def _missed(look: Look) -> Tracked:
    since = look.item.missing_since or look.answer.fetched_at
    return replace(look.item, state=State.SUSPECT, misses=look.item.misses + 1, missing_since=since)


def _same_content(one: Look, other: Look) -> bool:
    return one.fingerprint is not None and other.fingerprint is not None and one.fingerprint.content == other.fingerprint.content


def _only_volatile(first: Look, again: Look) -> bool:
    """Return whether all that tells the first look from the baseline stands where the second look differs once more."""
    assert first.item.baseline is not None and first.reading is not None and again.reading is not None
    base, one, other = first.item.baseline.reading, first.reading, again.reading
    steady_title = one.title == other.title and folded(base.title) != folded(one.title)
    steady_date = one.published == other.published and base.published != one.published
    steady_links = (_targets(one) == _targets(other)) and _targets(base) != _targets(one)
    if steady_title or steady_date or steady_links:
        return False
    return _places(_texts(base), _texts(one), newer=True) <= _places(_texts(one), _texts(other), newer=False)


def _targets(reading: Reading) -> set[str]:
    return {link.url for link in (*reading.links, *reading.attachments)}


def _texts(reading: Reading) -> list[str]:
    return [folded(block.text) for block in reading.blocks]


def _places(before: list[str], after: list[str], *, newer: bool) -> set[int]:
    """Return where two texts differ, as places in the newer or the older: 2i+1 is block i, 2i the gap before it."""
    if max(len(before), len(after)) > _MOST_BLOCKS:
        return set() if before == after else set(range(2 * len(after if newer else before) + 1))
    places: set[int] = set()
    for op, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op != "equal":
            low, high = (j1, j2) if newer else (i1, i2)
            places.update(range(2 * low, 2 * high + 1))
    return places
