"""What a pass says of its source as a whole: the incidents it met, what is usual for the source, and what is the matter with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from . import health
from .captures import WALL_STATUSES, is_wall
from .census import Census
from .incidents import Befallen, incidents
from .judging import Judge
from .listings import Listed
from .looks import Looks
from .models import Failed, Fault, Incident, IncidentKind, Kind, Plan, Verdict, VerdictKind, Vitals
from .steps import SEEN

_LEAST_LIST = 3  # entries: half of a shorter list may well be gone
_MARGIN_SHARE = 0.75  # of the usual list, at most, stands in a sidebar
_LASTING_FAILURES = 3  # in a row
_LASTING_LIST = timedelta(days=7)  # a list that has been wrong for so long is meant to be as it is


class Aftermath:
    """Who takes note of every verdict of a pass, and draws the sum."""

    def __init__(self, plan: Plan, looks: Looks, judge: Judge) -> None:
        self.plan, self.looks, self.judge = plan, looks, judge
        self.seen = self.taken = self.read = self.characters = self.strays = self.walls = self.failed = self.news = 0

    def note(self, verdict: Verdict) -> None:
        """Count a verdict."""
        look = verdict.look
        self.taken += 1
        self.seen += verdict.kind in SEEN
        self.news += verdict.kind is VerdictKind.FIRST
        if isinstance(look.answer, Failed):
            self.walls += look.answer.status in WALL_STATUSES
            self.failed += look.answer.status not in WALL_STATUSES
        elif is_wall(verdict.capture):
            self.walls += 1
        if look.reading is not None and not verdict.capture:
            self.read += 1
            self.characters += len(look.reading.text)
            self.strays += bool(self.looks.template.root) and look.reading.method == "generic"

    def incidents(self, listed: Listed, census: Census, now: datetime) -> tuple[Incident, ...]:
        """Return the incidents that the pass opened, met again or saw end; none of a first pass."""
        if not self.plan.baselined:
            return ()
        struck = self.judge.struck.most_common(1)
        befallen = Befallen(
            redesigned=self.looks.redesigned,
            shared=frozenset(self.judge.shared),
            explained=self.judge.explained,
            struck=struck[0] if struck else None,
            well=listed.fault is None and not struck and bool(self.seen),
            unlisted=list_in_words(self.plan, listed, census) if self.plan.list_due and not listed.unchanged else None,
            unreached=self._unreached(listed),
        )
        return incidents(self.plan.incidents, befallen, now)

    def vitals(self, listed: Listed, now: datetime) -> Vitals:
        """Return what is usual for the source, by now. What is wrong with a list is not usual, until it has been so for long."""
        facts = self._facts(listed)
        if list_in_words(self.plan, listed, Census()) and now - self._list_wrong_since(now) < _LASTING_LIST:
            facts = replace(facts, listed=None)
        return health.learned(self.plan.vitals, facts, now)

    def _list_wrong_since(self, now: datetime) -> datetime:
        return next((one.since for one in self.plan.incidents if one.kind is IncidentKind.LISTING), now)

    def troubles(self, listed: Listed, met: Sequence[Incident], now: datetime) -> tuple[str, ...]:
        """Return what is the matter with the source, in words; ``met`` are the incidents of this pass."""
        signatures = {one.signature for one in met}
        standing = [one for one in self.plan.incidents if one.signature not in signatures]
        return health.troubles(self.plan.vitals, self._facts(listed), now, (*met, *standing))

    def _facts(self, listed: Listed) -> health.Facts:
        is_list = listed.fault is None and not listed.unchanged and listed.kind is not Kind.PAGE
        return health.Facts(
            listed=listed.size if is_list else None,
            news=self.news if self.plan.baselined else 0,
            looks=self.taken,
            read=self.read,
            characters=self.characters,
            strays=self.strays,
            walls=self.walls,
            failed=self.failed,
        )

    def _unreached(self, listed: Listed) -> tuple[IncidentKind, str] | None:
        if listed.fault is None or self.plan.failures + 1 < _LASTING_FAILURES:
            return None
        if listed.fault.fault in (Fault.UNREADABLE, Fault.BROWSER):
            return None  # it was had: what is wrong with it is told of the list; and what our browser lacks is no outage of theirs
        is_walled = listed.fault.status in WALL_STATUSES or listed.fault.fault is Fault.WALL
        kind = IncidentKind.BLOCKED if is_walled else IncidentKind.OUTAGE
        return kind, f"the list cannot be had: {listed.fault.words}"


def list_in_words(plan: Plan, listed: Listed, census: Census) -> str:
    """Return what is wrong with a list as such: unreadable, empty, much shorter than usual, or without much that it named; else nothing."""
    usual = plan.vitals.list_size
    if listed.fault is not None:
        return f"no list is to be found any more: {listed.fault.words}" if listed.fault.fault is Fault.UNREADABLE else ""
    if listed.unchanged or listed.kind is Kind.PAGE:
        return ""
    if listed.in_margin and listed.size <= _MARGIN_SHARE * usual:
        return f"the list is empty, it seems: {listed.size} releases stand beside it, where it used to name {usual}"
    if 2 * listed.size <= usual and (usual >= _LEAST_LIST or usual > listed.size == 0):
        return f"the list names {listed.size or 'no'} release{'' if listed.size == 1 else 's'} where it used to name {usual}"
    return f"the list no longer names {census.lost} releases, all at once: nothing is concluded of them" if census.lost else ""
