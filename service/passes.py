"""The life of a pass over one source, in the order of the rooms.

    plan -> list -> looks -> verdicts -> second looks -> steps -> record

Nothing is written here but raw snapshots; the record goes to the store as one transaction, so that a pass that is killed at any
point is simply done again. Whatever one page does, the others are not touched by it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from . import sift, urls
from .listings import Listed, read_list
from .looks import HOST_FAULTS, Looks, Tools
from .models import Entry, Kind, Look, PassRecord, Plan, Snapshot, Step, Tracked, Verdict, VerdictKind
from .steps import Terms, keeps_reading, next_list_at, step
from .store import entry_digest

_MOST_ERRORS = 5


def run_pass(
    tools: Tools,
    plan: Plan,
    *,
    batch: int | None = None,
    on_look: Callable[[int, int], None] = lambda done, total: None,
    before_request: Callable[[], None] = lambda: None,
) -> PassRecord:
    """Return what one pass over a source found and decided.

    At most ``batch`` items are looked at; the others stay due. ``on_look(done, total)`` is told of each, ``before_request`` of each
    question to the network; it may raise ``Abandoned``. Raises that when asked to stop as well, and nothing else for anything that
    the network or a page does.
    """
    return _Pass(tools, plan, batch, Looks(tools, plan, on_look, before_request)).run()


class _Pass:
    def __init__(self, tools: Tools, plan: Plan, batch: int | None, looks: Looks) -> None:
        self.tools, self.plan, self.batch, self.looks = tools, plan, batch, looks
        self.gone_after = tools.edits.gone_after
        self.started_at = tools.clock.now()
        self.errors: list[str] = []

    def run(self) -> PassRecord:
        listed = self.listed()
        now, waiting = self.items(listed)
        verdicts = self.verdicts(now)
        steps = [self.step(verdict) for verdict in verdicts]
        looked_at = {step.item.key for step in steps}
        left = [item for item in (*now, *waiting) if item.key not in looked_at]
        return self.record(listed, [*steps, *map(self.postponed, left)])

    def listed(self) -> Listed:
        """Read the source's list, unless only known items are due."""
        plan = self.plan
        if not plan.list_due:
            return Listed(plan.kind, plan.list_url, validators=plan.list_validators, digest=plan.list_digest, unchanged=True)
        listed = read_list(plan, self.looks.ask, self.unknown)
        self.errors += listed.warnings
        if listed.fault is not None:
            self.errors.append(listed.fault.words)
            self.looks.note_faults(listed.fault)
        return listed

    def items(self, listed: Listed) -> tuple[list[Tracked], list[Tracked]]:
        """Return the items to look at now, and those that must wait: what the list says has changed and what is due, news last.

        Where there is no room for all, news come first, for nothing is known of them; they are looked at last, for a known release
        may have moved there.
        """
        entries = {urls.address_key(entry.url): entry for entry in listed.entries}
        known = self.tools.store.known(self.plan.source_id, list(entries))
        news = [Tracked(entry.url, key, entry=entry) for key, entry in entries.items() if key not in known]
        due = {item.id: item for item in self.plan.due}
        is_page = listed.kind is Kind.PAGE  # its list is the page itself: due together
        told = {key: known[key] for key in known if is_page or known[key].entry_digest != entry_digest(entries[key])}
        for key, item in self.tools.store.items_by_key(self.plan.source_id, list(told)).items():
            due[item.id] = replace(due.get(item.id, item), entry=entries[key], next_look_at=self.started_at)
        ordered = sorted(due.values(), key=lambda item: item.id not in {one.item_id for one in told.values()})
        if self.unreachable(listed):
            return [], ordered
        room = self.batch if self.batch is not None else len(news) + len(ordered)
        of_known = max(0, room - len(news))
        return [*ordered[:of_known], *news[:room]], [*ordered[of_known:], *news[room:]]

    def verdicts(self, items: Sequence[Tracked]) -> Iterator[Verdict]:
        """Judge each look; what is alarming is looked at once more before it is believed."""
        suspects: list[Verdict] = []
        for look in self.looks.at(items):
            verdict = sift.first_verdict(look, self.gone_after)
            if sift.asks_again(verdict, self.gone_after):
                suspects.append(verdict)
            else:
                yield verdict
        alarms = [verdict.look.answer.fetched_at for verdict in suspects if verdict.kind is not VerdictKind.MISSED]
        if alarms:
            ready_at = max(alarms) + self.tools.edits.confirm_after
            self.tools.clock.wait(max(0.0, (ready_at - self.tools.clock.now()).total_seconds()))
        for suspect in suspects:
            yield self.settled(suspect, self.looks.again(suspect.look.item))

    def settled(self, suspect: Verdict, again: Look) -> Verdict:
        """Return the final verdict; what differs between two looks at one page is learned to be noise first."""
        if suspect.look.reading is not None and again.reading is not None:
            self.looks.learn_noise(suspect.look.reading, again.reading)
            again = self.looks.cleaned(again)
            suspect = sift.first_verdict(self.looks.cleaned(suspect.look), self.gone_after)
            if not sift.asks_again(suspect, self.gone_after):
                return suspect
        return sift.final_verdict(suspect, again, self.gone_after)

    def step(self, verdict: Verdict) -> Step:
        """Keep the raw page of what becomes a version, and return what is to be written."""
        terms = Terms(self.plan.source, self.tools.clock.now(), self.gone_after, self.plan.baselined_at)
        answer, pointer = verdict.look.answer, ""
        if isinstance(answer, Snapshot) and keeps_reading(verdict) and self.tools.archive is not None:
            pointer = self.tools.archive.keep([answer])[0]
        return step(verdict, terms, pointer)

    def postponed(self, item: Tracked) -> Step:
        """Return the step of an item that was not looked at: what the list says is written down, for it may not say it again.

        The item stays due, or is due as soon as its host may be asked again.
        """
        due_at = item.next_look_at or self.started_at
        return Step(item, item.state, max(due_at, self.looks.reachable_at(item.url) or due_at), entry=item.entry)

    def record(self, listed: Listed, steps: Sequence[Step]) -> PassRecord:
        now, plan = self.tools.clock.now(), self.plan
        failures = plan.failures if listed.fault is not None else 0  # the first one may be a hiccup
        return PassRecord(
            plan=plan,
            started_at=self.started_at,
            finished_at=now,
            outcome=self.outcome(listed, steps),
            next_list_at=next_list_at(plan.source, now, failures),
            kind=listed.kind,
            list_url=listed.url,
            list_validators=listed.validators,
            list_digest=listed.digest,
            list_torn=listed.torn,
            template=self.looks.template,
            steps=tuple(steps),
            errors=(*self.errors, *failures_in_words(steps)),
            baselined=plan.baselined or (listed.fault is None and plan.list_due),
            resting_until=self.looks.resting_until(plan.source.url),
        )

    def outcome(self, listed: Listed, steps: Iterable[Step]) -> str:
        if listed.fault is not None:
            return "failed"
        if any(one.outcome == VerdictKind.FAILED for one in steps):
            return "partial"
        return "ok" if self.plan.baselined else "baseline"

    def unreachable(self, listed: Listed) -> bool:
        return listed.fault is not None and listed.fault.fault in HOST_FAULTS

    def unknown(self, entries: Sequence[Entry]) -> bool:
        keys = [urls.address_key(entry.url) for entry in entries]
        return len(self.tools.store.known(self.plan.source_id, keys)) < len(set(keys))


def failures_in_words(steps: Iterable[Step]) -> tuple[str, ...]:
    """Return why releases failed or were held, each trouble once with how many it struck; the rarest are summed up."""
    troubles: dict[str, list[str]] = {}
    for one in steps:
        if one.outcome in (VerdictKind.FAILED, VerdictKind.HELD):
            troubles.setdefault(one.words, []).append(one.item.url)
    told = [f"{struck[0]}: {words}" if len(struck) == 1 else f"{len(struck)} releases: {words}" for words, struck in troubles.items()]
    more = len(told) - _MOST_ERRORS
    return (*told[:_MOST_ERRORS], f"and {more} other troubles") if more > 0 else tuple(told)
