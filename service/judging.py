"""The judging of a pass: its looks together, against controls where they are few, and suspects once more.

looks -> alone -> in company -> looked at again -> verdicts
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from . import sift
from .extract import came_alike
from .looks import Looks, Tools
from .models import IncidentKind, Look, Plan, Reading, Snapshot, Template, Verdict, VerdictKind
from .noise import moving
from .template import with_boilerplate

_OTHER_TEXTS = (VerdictKind.EDITED, VerdictKind.REBASED, VerdictKind.RESTORED)
_GONE = (VerdictKind.MISSED, VerdictKind.WITHDRAWN)
_MOST_REHEARSED = 2


class Judge:
    """Who judges the looks of one pass. ``shared``, ``explained`` and ``struck`` tell what befell the source, for ``incidents``."""

    def __init__(self, tools: Tools, plan: Plan, looks: Looks) -> None:
        self.tools, self.looks = tools, looks
        self.gone_after = tools.edits.gone_after
        self.known = frozenset[str]().union(*(incident.features for incident in plan.incidents))
        self.since_redesign = any(incident.kind is IncidentKind.REDESIGN for incident in plan.incidents)
        self.shared: set[str] = set()
        self.explained = 0
        self.struck: Counter[IncidentKind] = Counter()

    def judged(self, looks: Sequence[Look]) -> Iterator[Verdict]:
        """Yield the verdict on each of these looks, and on those that were taken beside them as controls."""
        firsts = self.calmed(sift.without_strays(self.with_controls([self.first(look) for look in looks])))
        known, company = self.looks.template, self.in_company(firsts)
        again = self.looked_again(company.verdicts)
        if self.looks.template != known:  # what further looks at some taught of noise holds for all
            again = {key: [self.anew(look) for look in more] for key, more in again.items()}
            company = self.in_company([self.judged_anew(verdict) for verdict in firsts])
        self.shared |= company.shared
        self.explained += company.explained
        for verdict in company.verdicts:
            yield self.settled(verdict, again.get(verdict.look.item.key, ()))
        if company.shared:
            self.learn_boilerplate(company.verdicts)

    def learn_boilerplate(self, verdicts: Iterable[Verdict]) -> None:
        """Learn what stands on most pages by now: a page of which nothing else is left is emptied."""
        readings = [verdict.look.reading for verdict in verdicts if not verdict.capture]
        pages = [reading.blocks for reading in readings if reading is not None and reading.method == "template"]
        self.looks.template = with_boilerplate(self.looks.template, pages)

    def in_company(self, firsts: Sequence[Verdict]) -> sift.Company:
        redesigned = self.looks.redesigned or self.since_redesign
        chrome = frozenset(text for _, text in self.looks.template.chrome)
        return sift.in_company(firsts, self.known | self.shared, redesigned=redesigned, chrome=chrome)

    def looked_again(self, verdicts: Sequence[Verdict]) -> dict[str, list[Look]]:
        """Return the further looks at suspects by the keys of their items; what differs between looks at one page is learned as noise.

        So are a few of those looked at that changed as others did: what came on all pages at once may never stand still from now on.
        """
        suspects = [(verdict, more) for verdict in verdicts if (more := self.looks_wanted(verdict))]
        rebased = [(verdict, 2) for verdict in verdicts if verdict.kind is VerdictKind.REBASED and not verdict.look.restated]
        self.wait(suspects)
        found = {}
        for suspect, more in (*suspects, *rebased[:_MOST_REHEARSED]):
            found[suspect.look.item.key] = again = [self.looks.once_more(suspect.look) for _ in range(more)]
            readings = _readings(suspect, again)
            if suspect.kind in (*sift.ALARMS, VerdictKind.REBASED) and len(readings) > more:
                base = suspect.look.item.baseline
                self.looks.learn_noise(readings, base.reading if base is not None else None)
        return found

    def judged_anew(self, verdict: Verdict) -> Verdict:
        """Return what a look alone says by what is known now."""
        return self.first(self.anew(verdict.look)) if verdict.look.reading is not None else verdict

    def anew(self, look: Look) -> Look:
        if look.reading is None or not isinstance(look.answer, Snapshot):
            return look
        read = self.looks.read(look.item, look.answer, again=True)
        return replace(read, stale=look.stale, restated=look.restated or read.restated)

    def first(self, look: Look) -> Verdict:
        """Return what a look alone says; of an alarm, by a baseline that is read as the page is read today."""
        verdict = sift.first_verdict(look, self.gone_after)
        base = look.item.baseline
        if verdict.kind in _GONE and base is not None and not came_alike(base.rule or base.reading.rule, look.answer):
            return Verdict(VerdictKind.HELD, look, "shows no text to who looks at it as its source says now, with or without a browser")
        if verdict.kind not in _OTHER_TEXTS or base is None:
            return verdict
        derived = self.looks.rederived(look)
        return verdict if derived is look else sift.first_verdict(derived, self.gone_after)

    def with_controls(self, firsts: list[Verdict]) -> list[Verdict]:
        """Return the verdicts with those on controls, where something is alarming and too few came along with it."""
        missing = sift.LEAST_COMPANY + 1 - sum(verdict.look.item.baseline is not None for verdict in firsts)
        if missing <= 0 or not any(map(self.is_alarming, firsts)):
            return firsts
        return firsts + [self.first(look) for look in self.looks.companions([verdict.look.item for verdict in firsts], missing)]

    def is_alarming(self, verdict: Verdict) -> bool:
        if verdict.kind is VerdictKind.MISSED:
            return not self.gone_after
        return verdict.kind in (VerdictKind.EDITED, VerdictKind.WITHDRAWN)

    def calmed(self, firsts: list[Verdict]) -> list[Verdict]:
        """Return the verdicts with nothing withdrawn while most pages are out of reach, unless it has been away for long."""
        trouble = sift.trouble(firsts)
        if trouble is None:
            return firsts
        self.struck[trouble[0]] += trouble[1]
        return [self.missed(verdict) for verdict in firsts]

    def missed(self, verdict: Verdict) -> Verdict:
        if verdict.kind not in (VerdictKind.WITHDRAWN, VerdictKind.MISSED):
            return verdict
        since = verdict.look.item.missing_since
        if since is not None and verdict.look.answer.fetched_at - since >= max(sift.STEADY, 24 * self.gone_after):
            return replace(verdict, kind=VerdictKind.WITHDRAWN)
        return Verdict(VerdictKind.MISSED, verdict.look, f"{verdict.why}, as many others do")

    def looks_wanted(self, verdict: Verdict) -> int:
        if verdict.kind is VerdictKind.MISSED and self.struck:
            return 0
        return sift.asks_again(verdict, self.gone_after)

    def wait(self, suspects: Sequence[tuple[Verdict, int]]) -> None:
        """Let the time pass that must lie between an alarm and the look that confirms it."""
        alarms = [verdict.look.answer.fetched_at for verdict, _ in suspects if verdict.kind in sift.ALARMS]
        if alarms:
            ready_at = max(alarms) + self.tools.edits.confirm_after
            self.tools.clock.wait(max(0.0, (ready_at - self.tools.clock.now()).total_seconds()))

    def elsewhere(self, look: Look) -> Verdict:
        """Return the verdict on a look at another address than its item's own, to which it has moved."""
        verdict = self.in_company([self.first(look)]).verdicts[0]
        more = self.looks_wanted(verdict)
        self.wait([(verdict, more)] if more else [])
        return self.settled(verdict, [self.looks.once_more(look) for _ in range(more)])

    def settled(self, suspect: Verdict, again: Sequence[Look]) -> Verdict:
        """Return the final verdict, by as many further looks as a suspect needs."""
        more = self.looks_wanted(suspect)
        if not more:
            return suspect
        again = again or [self.looks.once_more(suspect.look) for _ in range(more)]
        final = sift.settled(suspect, again, self.gone_after)
        if final.kind in sift.ALARMS and _content(final.look) != _content(suspect.look):
            final = self.in_company([self.first(final.look)]).verdicts[0]  # what changed on all pages was told apart in another text
        final = replace(final, again=(suspect.look.answer, *(look.answer for look in again)))
        readings = _readings(suspect, again)
        if suspect.kind not in sift.ALARMS or len(readings) <= more:
            return final
        return self.unless_it_moves(final, frozenset[str]().union(*(moving(one, other) for one, other in pairwise(readings))))

    def unless_it_moves(self, verdict: Verdict, moved: frozenset[str]) -> Verdict:
        """Hold an edit of nothing but numbers that moved while we looked: a clock, perhaps."""
        if not moved or verdict.kind is not VerdictKind.EDITED:
            return verdict
        calm = sift.first_verdict(self.looks.cleaned(verdict.look, Template(volatile=moved)), self.gone_after)
        return verdict if calm.kind in sift.ALARMS else Verdict(VerdictKind.HELD, verdict.look, "a number moves while one looks")


def _content(look: Look) -> str:
    return look.fingerprint.content if look.fingerprint is not None else ""


def _readings(suspect: Verdict, again: Iterable[Look]) -> list[Reading]:
    return [look.reading for look in (suspect.look, *again) if look.reading is not None]
