"""Trouble that strikes many pages at once: of the source or its server, and no step in the life of any release."""

from collections import Counter
from collections.abc import Iterable, Sequence

from service.captures import WALL_STATUSES, is_wall
from service.models import Failed, IncidentKind, Look, State, Verdict, VerdictKind

from .alone import has_stood
from .company import LEAST_COMPANY

_STEADY = (VerdictKind.UNCHANGED, VerdictKind.COSMETIC, VerdictKind.REBASED, VerdictKind.EDITED)  # pages as they used to be made


def trouble(verdicts: Iterable[Verdict]) -> tuple[IncidentKind, int] | None:
    """Return what strikes more than half of some looks, at least ``LEAST_COMPANY``, and how many; None while all is well.

    Releases that are known to be away, and those that were never there, do not count.
    """
    looks, struck = 0, Counter[IncidentKind]()
    for verdict in verdicts:
        if verdict.look.item.state is State.WITHDRAWN or verdict.look.item.baseline is None:
            continue
        looks += 1
        if kind := _trouble(verdict):
            struck[kind] += 1
    count = struck.total()
    if count < LEAST_COMPANY or 2 * count <= looks:
        return None
    return (IncidentKind.BLOCKED if 2 * struck[IncidentKind.BLOCKED] > count else IncidentKind.OUTAGE), count


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
    base = look.item.baseline
    return _is_generic(look) and base is not None and base.reading.method == "template"  # in this order: a baseline is read only if need be


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
