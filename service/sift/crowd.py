"""Trouble that strikes many pages at once: of the source or its server, and no step in the life of any release."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from service.captures import WALL_STATUSES, bad_capture, is_wall
from service.models import Failed, Fault, IncidentKind, Look, Snapshot, State, Tracked, Verdict, VerdictKind

from .alone import has_stood
from .company import LEAST_COMPANY

_STEADY = (VerdictKind.UNCHANGED, VerdictKind.COSMETIC, VerdictKind.REBASED, VerdictKind.EDITED)  # pages as they used to be made


def trouble(verdicts: Iterable[Verdict]) -> tuple[IncidentKind, int] | None:
    """Return what strikes more than half of some looks, at least ``LEAST_COMPANY``, and how many; None while all is well.

    Releases that are known to be away, those that were never there, and pages that our browser did not build do not count.
    """
    looks, struck = 0, Counter[IncidentKind]()
    for verdict in verdicts:
        if verdict.look.item.state is State.WITHDRAWN or verdict.look.item.baseline is None or _is_unbuilt(verdict.look):
            continue
        looks += 1
        if kind := _trouble(verdict):
            struck[kind] += 1
    count = struck.total()
    if count < LEAST_COMPANY or 2 * count <= looks:
        return None
    return (IncidentKind.BLOCKED if 2 * struck[IncidentKind.BLOCKED] > count else IncidentKind.OUTAGE), count


def _is_unbuilt(look: Look) -> bool:
    return isinstance(look.answer, Failed) and look.answer.fault is Fault.BROWSER


class Fit(NamedTuple):
    """How many looks say that the template fits the pages of their source, and how many that it does not."""

    fitting: int
    straying: int

    @property
    def is_outgrown(self) -> bool:
        return self.straying > self.fitting


def fit(looks: Sequence[Look]) -> Fit:
    """Return what looks tell of their template.

    | a page that                                     | tells that it                                                    |
    |-------------------------------------------------|------------------------------------------------------------------|
    | reads by the template                           | fits                                                             |
    | came byte by byte as it was, and read so before | fits                                                             |
    | does not read by it, though it did before       | strays                                                           |
    | does not, and is new                            | strays                                                           |
    | never read by it                                | nothing                                                          |
    | was not sent ("not modified")                   | nothing: what servers stamp is their text, not how it is set     |
    | is a wall, cut short, or led astray             | nothing                                                          |
    """
    told = [look for look in looks if shows_release(look)]
    straying = sum(_strays(look) for look in told)
    fitting = sum(_reads_by_template(look) for look in told)
    if straying:  # only then is it worth the reading of a baseline
        fitting += sum(_is_as_it_was(look) and had_template(look.item) for look in looks)
    return Fit(fitting, straying)


def shows_release(look: Look) -> bool:
    """Return whether a look read a page that may be its release."""
    return look.reading is not None and not look.torn and not look.astray and not bad_capture(look.reading)


def had_template(item: Tracked) -> bool:
    """Return whether a release was read by a template when it was kept."""
    return item.baseline is not None and item.baseline.reading.method == "template"


def _strays(look: Look) -> bool:
    is_page = look.reading is not None and look.reading.method in ("generic", "template")
    return is_page and not _reads_by_template(look) and (look.item.baseline is None or had_template(look.item))


def _reads_by_template(look: Look) -> bool:
    return look.reading is not None and look.reading.method == "template" and bool(look.reading.blocks)


def _is_as_it_was(look: Look) -> bool:
    return look.reading is None and isinstance(look.answer, Snapshot) and look.answer.digest == look.item.digest and not look.astray


def without_strays(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts with news held that are not made like the others of their source, while most known releases are not either.

    The pages may all be made anew, with too few of them here to learn from; what is read of news until then is more than their text.
    """
    strays = sum(_is_stray(verdict.look) for verdict in verdicts)
    steady = sum(verdict.look.item.baseline is not None and verdict.kind in _STEADY and not _is_stray(verdict.look) for verdict in verdicts)
    if strays <= steady:
        return list(verdicts)
    return [_held(verdict) if verdict.kind is VerdictKind.FIRST and _is_generic(verdict.look) else verdict for verdict in verdicts]


def _held(verdict: Verdict) -> Verdict:
    held = Verdict(VerdictKind.HELD, verdict.look, "the page is not made like the others of its source", doubted=True)
    return verdict if has_stood(verdict.look, verdict.look.answer.fetched_at) else held


def _is_stray(look: Look) -> bool:
    return _is_generic(look) and had_template(look.item)  # in this order: a baseline is read only if need be


def _is_generic(look: Look) -> bool:
    return look.reading is not None and look.reading.method == "generic"


def _trouble(verdict: Verdict) -> IncidentKind | None:
    match verdict.kind:
        case VerdictKind.MISSED | VerdictKind.WITHDRAWN:
            return IncidentKind.OUTAGE
        case VerdictKind.HELD if verdict.capture:
            return IncidentKind.BLOCKED if is_wall(verdict.capture) else IncidentKind.OUTAGE
        case VerdictKind.FAILED:
            answer = verdict.look.answer
            return IncidentKind.BLOCKED if isinstance(answer, Failed) and answer.status in WALL_STATUSES else IncidentKind.OUTAGE
    return None
