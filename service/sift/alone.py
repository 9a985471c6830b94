"""What one look alone says of its item."""

import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from service.captures import bad_capture, is_gone, is_titled_gone
from service.models import Baseline, Failed, Look, Missing, NotModified, Reading, State, Tracked, Verdict, VerdictKind
from service.text import folded, words

# What is doubtful is believed once nothing else was seen for so long.
STEADY = timedelta(days=1)
_SHARED_WORDS = 0.2  # of the words, at least, stay in an edit that changes the language a page says it is in
_DOUBTFUL = (VerdictKind.EDITED, VerdictKind.REBASED, VerdictKind.RESTORED)
_SAMPLE = 2_000  # letters, to tell in which script a text is written


def first_verdict(look: Look, gone_after: timedelta) -> Verdict:
    """Return what one look alone says; ``asks_again`` tells whether that is to be believed yet."""
    match look.answer:
        case Failed():
            return Verdict(VerdictKind.FAILED, look, look.answer.words)
        case Missing():
            return missing(look, gone_after, f"answers {look.answer.status}")
        case NotModified():
            return Verdict(_calm(look), look)
    if look.astray:
        return missing(look, gone_after, look.astray)
    if look.answer.digest == look.item.digest and look.item.state is State.LIVE:
        return Verdict(_calm(look), look)
    return _read(look, look.answer.fetched_at, gone_after)


def missed_once(look: Look) -> Tracked:
    """Return the item of a look that missed it, as it stands after that."""
    since = look.item.missing_since or look.answer.fetched_at
    return replace(look.item, state=State.SUSPECT, misses=look.item.misses + 1, missing_since=since)


def _calm(look: Look) -> VerdictKind:
    return VerdictKind.REBASED if look.restated and look.reading is not None else VerdictKind.UNCHANGED


def _read(look: Look, at: datetime, gone_after: timedelta) -> Verdict:
    reading, fingerprint = look.reading, look.fingerprint
    if reading is None or fingerprint is None or not (reading.blocks or reading.title):
        return Verdict(VerdictKind.HELD, look, look.problem or "nothing to read on the page")
    if bad := bad_capture(reading):
        if is_gone(reading) and look.item.baseline is not None and not bad_capture(look.item.baseline.reading):
            return missing(look, gone_after, "shows a page that says it is not there")
        return Verdict(VerdictKind.HELD, look, f"the address shows {bad}, no release", capture=bad)
    return _release(look, reading, at, gone_after)


def _release(look: Look, reading: Reading, at: datetime, gone_after: timedelta) -> Verdict:
    base = look.item.baseline
    if base is None:
        return Verdict(VerdictKind.FIRST, look)
    if base.reading.blocks and not reading.blocks:
        held = Verdict(VerdictKind.HELD, look, "the page came cut short")
        return held if look.torn else missing(look, gone_after, "shows a page without its text")
    if base.reading.method == "template" and reading.method == "generic" and is_titled_gone(reading):
        return missing(look, gone_after, "shows a page that says it is not there")
    if look.item.state is State.WITHDRAWN:
        return _doubted(Verdict(VerdictKind.RESTORED, look), base.reading, reading, at)
    if bad_capture(base.reading):
        return Verdict(VerdictKind.REBASED, look)
    return _doubted(Verdict(_compared(base, look), look), base.reading, reading, at)


def _doubted(verdict: Verdict, base: Reading, reading: Reading, at: datetime) -> Verdict:
    """Hold an alarm that is more likely a bad page than an edit, until it has stood for ``STEADY``."""
    look = verdict.look
    doubt = _doubt(base, look, reading) if verdict.kind in _DOUBTFUL else ""
    if not doubt:
        return verdict
    if not has_stood(look, at):
        return Verdict(VerdictKind.HELD, look, doubt, doubted=True)
    kind = VerdictKind.EDITED if verdict.kind is VerdictKind.REBASED else verdict.kind
    return Verdict(kind, look, f"for a day: {doubt}")


def is_doubtful_news(look: Look) -> bool:
    """Return whether a page that was never read before may not be the release that its list names: cut short, or in other letters."""
    return look.torn or (look.reading is not None and _is_foreign(look.reading, look.item))


def was_foreign(look: Look) -> bool:
    """Return whether a release has come in the letters of its list now that was in others when it was news.

    Lists in other letters than their releases are common enough, so news are believed as they come; for ``STEADY`` the list may still be
    right, and what was kept the page of somebody who reads another language. A release whose first look is older is what it was.
    """
    item, base = look.item, look.item.baseline
    if base is None or look.reading is None or item.first_seen_at is None or look.answer.fetched_at - item.first_seen_at >= STEADY:
        return False
    return _is_foreign(base.reading, item) and not _is_foreign(look.reading, item)


def _is_foreign(reading: Reading, item: Tracked) -> bool:
    scripts = [_script(text) for text in (item.entry.title, reading.title, reading.text)] if item.entry is not None else []
    return bool(scripts) and all(scripts) and scripts[0] not in scripts[1:]


def has_stood(look: Look, at: datetime) -> bool:
    """Return whether what comes has been doubtful for so long that it is believed."""
    return look.item.doubted_since is not None and at - look.item.doubted_since >= STEADY


def _compared(base: Baseline, look: Look) -> VerdictKind:
    assert look.reading is not None and look.fingerprint is not None
    if look.fingerprint.exact == base.fingerprint.exact:
        return VerdictKind.REBASED if look.restated else VerdictKind.UNCHANGED
    if look.fingerprint.rule != base.fingerprint.rule or not _comparable(base.reading, look.reading):
        return VerdictKind.REBASED
    if look.fingerprint.content == base.fingerprint.content:
        return VerdictKind.COSMETIC
    return VerdictKind.EDITED


def _comparable(one: Reading, other: Reading) -> bool:
    return (one.method, one.rule) == (other.method, other.rule)


def _doubt(base: Reading, look: Look, now: Reading) -> str:
    """Return in words why another text may be no edit: the page is not as its release's page would be; else nothing."""
    if base.method == "template" and now.method == "generic":
        return "the page is not made like the others of its source"
    if look.torn and _is_beginning(now, base):
        return "the page came cut short"
    if not was_foreign(look) and (languages := _in_another_language(base, now)):
        return f"came in another language: {languages}"
    if look.fingerprint is not None and look.fingerprint.content in look.item.variants:
        return "one of several pages that are served in turns"
    if look.stale:
        return "an older copy than the one we hold"
    return ""


def _is_beginning(part: Reading, whole: Reading) -> bool:
    texts, all_texts = ([folded(block.text) for block in reading.blocks] for reading in (part, whole))
    if not texts or len(texts) > len(all_texts) or texts == all_texts:
        return False
    return texts[:-1] == all_texts[: len(texts) - 1] and all_texts[len(texts) - 1].startswith(texts[-1])


def _in_another_language(base: Reading, now: Reading) -> str:
    """Return the language that a page came in where it is not that of its release: by its own word, or by its letters; else nothing."""
    told = [(reading.language or "").lower().split("-")[0] for reading in (base, now)]
    written = [_script(reading.text) for reading in (base, now)]
    found = next((f"{other}, not {one}" for one, other in (told, written) if one and other and one != other), "")
    if not found:
        return ""
    before, after = (set(words(folded(reading.text).lower())) for reading in (base, now))
    return found if len(before & after) < _SHARED_WORDS * max(1, min(len(before), len(after))) else ""


def _script(text: str) -> str:
    """Return in which letters most of a text is written: latin, cyrillic, cjk."""
    letters = Counter(unicodedata.name(letter, "").split(" ")[0].split("-")[0] for letter in text[:_SAMPLE] if letter.isalpha())
    return max(letters, key=lambda script: letters[script], default="").lower()


def missing(look: Look, gone_after: timedelta, why: str) -> Verdict:
    """Return what a look says that did not find its release: withdrawn once it was missed before, long enough ago."""
    item, at = look.item, look.answer.fetched_at
    if item.baseline is None:
        return Verdict(VerdictKind.HELD, look, f"not there yet: {why}")
    if item.state is State.WITHDRAWN:
        return Verdict(VerdictKind.UNCHANGED, look, why)
    if item.missing_since is not None and at - item.missing_since >= gone_after:
        return Verdict(VerdictKind.WITHDRAWN, look, why)
    return Verdict(VerdictKind.MISSED, look, why)
