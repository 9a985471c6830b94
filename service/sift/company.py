"""Alarms judged against each other: what several releases of a source share is no edit of any of them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from service.fingerprint import fingerprint
from service.models import Look, Reading, Verdict, VerdictKind
from service.text import folded

from .differences import DATE_GONE, DATE_SHOWN, LAYOUT, Difference, differences
from .restating import restated

# So many releases, at least, must show the same change before it is taken for the source's; and so many of those that came: a sweep through
# a few of many releases ("http" to "https" in the contacts of ten old ones) is an edit of each.
LEAST_COMPANY = 3
_SAME_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Company:
    """The verdicts of some looks, judged together.

    ``shared`` are the prints of the differences that were explained, ``explained`` counts the looks that had any.
    """

    verdicts: tuple[Verdict, ...]
    shared: frozenset[str] = frozenset()
    explained: int = 0


def in_company(
    verdicts: Sequence[Verdict],
    known: frozenset[str] = frozenset(),
    *,
    redesigned: bool = False,
    chrome: frozenset[str] = frozenset(),
) -> Company:
    """Return the verdicts with shared differences taken out of the edits; ``known`` are prints of earlier ones.

    Where the pages were ``redesigned``, a date that is shown now, or no longer, and paragraphs that are parted otherwise are part of that.
    ``chrome`` are the texts that most pages of the source show: a release that seems to lose one was read before that was known.

    | its differences from the baseline                         | verdict                                                  |
    |-----------------------------------------------------------|----------------------------------------------------------|
    | all shared                                                | rebased                                                  |
    | some shared                                               | edited, against a baseline restated with the shared ones |
    | some or all shared, of a release that is back             | restored, against a baseline restated in the same way    |
    | nothing but what is shared, of a release that was away    | away still                                               |
    | none shared                                               | edited, as before                                        |
    | several releases now show one text, and did not before    | held: one page answers for all of them                   |

    The same change is shared from ``LEAST_COMPANY`` releases in one language on, and a fifth of those that came; the same sort of change
    where half of those that came show it as well.
    """
    verdicts = _without_echoes(verdicts)
    told = {place: _differences(verdict.look) for place, verdict in enumerate(verdicts) if _is_another_text(verdict)}
    if not told:
        return Company(tuple(verdicts))
    came = sum(verdict.kind in _CAME for verdict in verdicts)
    by_language = ((_language(verdicts[place].look), found) for place, found in told.items())
    common = known | _common(by_language, came) | (_OF_REDESIGNS if redesigned else frozenset())
    judged, shared, explained = list(verdicts), set[str](), 0
    for place, found in told.items():
        theirs = _shared(found, common, chrome)
        if theirs:
            prints = {print_ for one in theirs for print_ in _prints(one) & common}
            shared |= prints
            explained += bool(prints)
            judged[place] = _explained(verdicts[place], theirs, is_all=len(theirs) == len(found))
    return Company(tuple(judged), frozenset(shared), explained)


_CAME = frozenset([VerdictKind.UNCHANGED, VerdictKind.EDITED, VerdictKind.COSMETIC, VerdictKind.REBASED])


def _is_another_text(verdict: Verdict) -> bool:
    return verdict.kind is VerdictKind.EDITED or (verdict.kind is VerdictKind.RESTORED and verdict.look.reading is not None)


def _differences(look: Look) -> list[Difference]:
    assert look.item.baseline is not None and look.reading is not None
    return differences(look.item.baseline.reading, look.reading)


def _common(told: Iterable[tuple[str, Sequence[Difference]]], came: int) -> frozenset[str]:
    """Return the prints of what looks share; ``told`` are their languages and differences.

    Pages in several languages that show one change have none of their words in common but numbers and names: one correction, made in
    each translation, is no boilerplate.
    """
    same: Counter[tuple[str, str]] = Counter()
    alike: Counter[str] = Counter()
    for language, found in told:
        same.update({(language, _print(one.same)) for one in found if one.same})
        alike.update({_print(one.alike) for one in found if one.alike})
    many, most = max(LEAST_COMPANY, ceil(_SAME_SHARE * came)), max(LEAST_COMPANY, (came + 1) // 2)
    return frozenset([one for (_, one), count in same.items() if count >= many] + [one for one, count in alike.items() if count >= most])


def _shared(found: Sequence[Difference], common: frozenset[str], chrome: frozenset[str]) -> list[Difference]:
    """Return the differences that are common, the words of all pages that went, and the links that came or went with their words."""
    theirs = {one for one in found if _prints(one) & common or (one.field == "removed" and one.what in chrome)}
    words = {one.what for one in theirs if one.field in ("removed", "added")}
    return [one for one in found if one in theirs or one.words in words]


def _language(look: Look) -> str:
    named = look.reading.language if look.reading is not None else None
    return (named or "").lower().partition("-")[0]


def _explained(verdict: Verdict, theirs: Sequence[Difference], *, is_all: bool) -> Verdict:
    look, is_back = verdict.look, verdict.kind is VerdictKind.RESTORED
    if is_all and not is_back:
        return Verdict(VerdictKind.REBASED, look, "changed as other releases of the source did")
    if is_back and not _has_own_text(look.reading, theirs):
        return Verdict(VerdictKind.UNCHANGED, look, "shows a page without its text")
    base = look.item.baseline
    assert base is not None and look.reading is not None and look.fingerprint is not None
    reading = restated(base.reading, look.reading, theirs)
    base = base.restated(reading, fingerprint(reading))
    if base.fingerprint.content == look.fingerprint.content and not is_back:
        return Verdict(VerdictKind.REBASED, look, "changed as other releases of the source did")
    return replace(verdict, look=replace(look, item=replace(look.item, baseline=base), restated=True))


def _has_own_text(reading: Reading | None, theirs: Iterable[Difference]) -> bool:
    """Return whether a page shows anything that did not come on the pages of other releases as well."""
    shared = {one.what for one in theirs if one.field == "added"}
    return reading is not None and any(folded(block.text) not in shared for block in reading.blocks)


def _without_echoes(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Hold the looks that show one text at several addresses which had their own."""
    bodies: dict[str, set[str]] = {}
    titles: dict[str, set[str]] = {}
    for verdict in verdicts:
        look = verdict.look
        if look.fingerprint is None or verdict.kind not in (VerdictKind.EDITED, VerdictKind.FIRST):
            continue
        base = look.item.baseline
        if base is not None:
            bodies.setdefault(look.fingerprint.body, set()).add(base.fingerprint.body)
        elif look.item.entry is not None and look.item.entry.title:
            titles.setdefault(look.fingerprint.body, set()).add(look.item.entry.title)
    echoed = {body for body, before in bodies.items() if len(before) >= 2} | {
        body for body, named in titles.items() if len(named) >= LEAST_COMPANY
    }
    return [_held(verdict) if _echoes(verdict, echoed) else verdict for verdict in verdicts]


def _echoes(verdict: Verdict, echoed: set[str]) -> bool:
    look = verdict.look
    if look.fingerprint is None or look.fingerprint.body not in echoed:
        return False
    return verdict.kind in (VerdictKind.EDITED, VerdictKind.FIRST) and _has_text(look.reading)


def _has_text(reading: Reading | None) -> bool:
    return reading is not None and bool(reading.blocks)


def _held(verdict: Verdict) -> Verdict:
    why = "shows the same text as other addresses that had their own"
    return Verdict(VerdictKind.HELD, verdict.look, why, capture="one page for several")


def _prints(difference: Difference) -> set[str]:
    return {_print(key) for key in (difference.same, difference.alike) if key}


def _print(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_OF_REDESIGNS = frozenset(map(_print, (DATE_SHOWN, DATE_GONE, LAYOUT)))
