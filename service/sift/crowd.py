"""Trouble that strikes many pages at once: of the source or its server, and no step in the life of any release."""

from collections import Counter
from collections.abc import Iterable

from service.captures import WALL_STATUSES, is_wall
from service.models import Failed, IncidentKind, State, Verdict, VerdictKind

from .company import LEAST_COMPANY


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
