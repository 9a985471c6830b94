"""The life of a pass over one source, in the order of the rooms.

    plan -> list -> looks -> verdicts -> second looks -> steps -> record

Nothing is written here but raw snapshots; the record goes to the store as one transaction, so that a pass that is killed at any
point is simply done again. Whatever one page does, the others are not touched by it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from . import sift, urls
from .archive import Archive
from .errors import Unreadable
from .extract import extract, page_blocks
from .fetch import Fetcher
from .fingerprint import fingerprint
from .listings import Listed, read_list
from .models import (
    Answer,
    Clock,
    EditsSettings,
    Entry,
    Failed,
    Fault,
    Look,
    PassRecord,
    Plan,
    Reading,
    Snapshot,
    State,
    Step,
    Tracked,
    Validators,
    Verdict,
    VerdictKind,
)
from .steps import Terms, next_list_at, step
from .store import Store, entry_digest
from .template import LEAST_SIBLINGS, MOST_SIBLINGS, learn, learn_volatile, without_noise

# The whole host is out of reach, not this page: no use in asking on.
_HOST_FAULTS = frozenset({Fault.DNS, Fault.CONNECT, Fault.TLS, Fault.TIMEOUT, Fault.THROTTLED, Fault.PRIVATE})
_MOST_HOST_FAULTS = 3
_MOST_ERRORS = 5


@dataclass(frozen=True, slots=True)
class Tools:
    """What a pass works with. The store is only asked here (``known``, ``items_by_key``), never written."""

    fetcher: Fetcher
    archive: Archive
    store: Store
    clock: Clock
    edits: EditsSettings


def run_pass(tools: Tools, plan: Plan, *, batch: int | None = None, on_look: Callable[[int, int], None] | None = None) -> PassRecord:
    """Return what one pass over a source found and decided.

    At most ``batch`` items are looked at; the others stay due. ``on_look(done, total)`` is told of each. Raises ``Abandoned`` when
    asked to stop, and nothing else for anything that the network or a page does.
    """
    return _Pass(tools, plan, batch, on_look or (lambda done, total: None)).run()


class _Pass:
    def __init__(self, tools: Tools, plan: Plan, batch: int | None, on_look: Callable[[int, int], None]) -> None:
        self.tools, self.plan, self.batch, self.on_look = tools, plan, batch, on_look
        self.started_at = tools.clock.now()
        self.template = plan.template
        self.errors: list[str] = []
        self.resting_until: datetime | None = None
        self.host_faults = 0

    def run(self) -> PassRecord:
        listed = self.listed()
        now, waiting = self.items(listed)
        verdicts = self.verdicts(now)
        steps = [self.step(verdict) for verdict in verdicts]
        return self.record(listed, [*steps, *map(self.pending, waiting)])

    def listed(self) -> Listed:
        """Read the source's list, unless only known items are due."""
        plan = self.plan
        if not plan.list_due:
            return Listed(plan.kind, plan.list_url, validators=plan.list_validators, digest=plan.list_digest, unchanged=True)
        listed = read_list(plan, lambda url, validators: self.ask(url, validators), self.unknown)
        self.errors += listed.warnings
        if listed.fault is not None:
            self.errors.append(listed.fault.words)
            self.note_faults(listed.fault)
        return listed

    def items(self, listed: Listed) -> tuple[list[Tracked], list[Tracked]]:
        """Return the items to look at now (news, then what the list says has changed, then what is due), and the news left for later."""
        entries = {urls.address_key(entry.url): entry for entry in listed.entries}
        known = self.tools.store.known(self.plan.source_id, list(entries))
        news = [Tracked(entry.url, key, entry=entry) for key, entry in entries.items() if key not in known]
        due = {item.id: item for item in self.plan.due}
        told = {key: known[key] for key in known if known[key].entry_digest != entry_digest(entries[key])}
        for key, item in self.tools.store.items_by_key(self.plan.source_id, list(told)).items():
            due[item.id] = replace(due.get(item.id, item), entry=entries[key])
        ordered = sorted(due.values(), key=lambda item: item.id not in {one.item_id for one in told.values()})
        if self.unreachable(listed):
            return [], news
        room = self.batch if self.batch is not None else len(news) + len(ordered)
        return [*news, *ordered][:room], news[room:]

    def verdicts(self, items: Sequence[Tracked]) -> Iterator[Verdict]:
        """Judge each look; what is alarming is looked at once more before it is believed."""
        suspects: list[Verdict] = []
        for look in self.looks(items):
            verdict = sift.first_verdict(look, self.tools.edits.gone_after)
            if sift.asks_again(verdict, self.tools.edits.gone_after):
                suspects.append(verdict)
            else:
                yield verdict
        yield from self.confirmed(suspects)

    def looks(self, items: Sequence[Tracked]) -> Iterator[Look]:
        """Look at each item; the first pages that came are read together, for they may teach the template what siblings share."""
        answers = self.answers(items)
        sample = list(islice(answers, MOST_SIBLINGS))
        if not self.template.root:
            self.learn(sample)
        looks = [self.read(item, answer) for item, answer in sample]
        if self.template.root and self.strayed(looks):
            self.learn(sample)
            looks = [self.read(item, answer) for item, answer in sample]
        yield from looks
        yield from (self.read(item, answer) for item, answer in answers)

    def answers(self, items: Sequence[Tracked]) -> Iterator[tuple[Tracked, Answer]]:
        """Fetch the page of each item in turn, and stop once the whole host is out of reach or asks for rest."""
        for done, item in enumerate(items):
            self.on_look(done, len(items))
            if self.host_faults >= _MOST_HOST_FAULTS or self.resting_until is not None:
                return
            yield item, self.answer(item)
        self.on_look(len(items), len(items))

    def learn(self, sample: Iterable[tuple[Tracked, Answer]]) -> None:
        if not self.plan.source.selectors.body:
            pages = [page_blocks(answer) for _, answer in sample if isinstance(answer, Snapshot)]
            self.template = learn(pages, self.template)

    def strayed(self, looks: Iterable[Look]) -> bool:
        """Return whether the template no longer fits: most pages that were read are not of it."""
        methods = [look.reading.method for look in looks if look.reading is not None]
        return methods.count("generic") >= LEAST_SIBLINGS and 2 * methods.count("generic") > len(methods)

    def confirmed(self, suspects: Sequence[Verdict]) -> Iterator[Verdict]:
        alarms = [verdict.look.answer.fetched_at for verdict in suspects if verdict.kind is not VerdictKind.MISSED]
        if alarms:
            ready_at = max(alarms) + self.tools.edits.confirm_after
            self.tools.clock.wait(max(0.0, (ready_at - self.tools.clock.now()).total_seconds()))
        for suspect in suspects:
            item = suspect.look.item
            yield self.settled(suspect, self.read(item, self.answer(item, again=True), again=True))

    def settled(self, suspect: Verdict, again: Look) -> Verdict:
        """Return the final verdict; what differs between two looks at one page is learned to be noise first."""
        first, gone_after = suspect.look, self.tools.edits.gone_after
        if first.reading is not None and again.reading is not None:
            learned = learn_volatile(self.template, first.reading, again.reading)
            if learned is not self.template:
                self.template = learned
                again = self.cleaned(again)
                suspect = sift.first_verdict(self.cleaned(first), gone_after)
                if not sift.asks_again(suspect, gone_after):
                    return suspect
        return sift.final_verdict(suspect, again, gone_after)

    def answer(self, item: Tracked, *, again: bool = False) -> Answer:
        """Fetch an item's page. A withdrawn item, and a second look, are asked for without validators."""
        conditional = not again and item.state is State.LIVE and item.baseline is not None
        answer = self.ask(item.url, item.validators if conditional else Validators(), fresh=again)
        self.note_faults(answer)
        return answer

    def read(self, item: Tracked, answer: Answer, *, again: bool = False) -> Look:
        """Read the page of an item, unless its bytes are the ones read last."""
        look = Look(item, answer)
        known = not again and item.state is State.LIVE and item.baseline is not None
        if not isinstance(answer, Snapshot) or (known and answer.digest == item.digest):
            return look
        if astray := self.astray(item, answer):
            return replace(look, astray=astray)
        try:
            return self.cleaned(replace(look, reading=self.reading(item, answer)))
        except Unreadable as error:
            return replace(look, problem=str(error))

    def reading(self, item: Tracked, answer: Snapshot) -> Reading:
        """Return what the page says. Where the method has changed since the baseline, an edit is still told by the old one."""
        reading, base = extract(answer, self.plan.source, self.template), item.baseline
        if base is None or base.reading.method in (reading.method, "template"):
            return reading
        old = extract(answer, self.plan.source, replace(self.template, root=""))
        same_method = old.method == base.reading.method
        return old if same_method and fingerprint(old).content != base.fingerprint.content else reading

    def cleaned(self, look: Look) -> Look:
        """Return the look with noise taken out of both its reading and the baseline, and with its print."""
        assert look.reading is not None
        reading, base = without_noise(look.reading, self.template), look.item.baseline
        if base is not None and self.template:
            calm = without_noise(base.reading, self.template)
            base = replace(base, reading=calm, fingerprint=fingerprint(calm)._replace(rule=base.fingerprint.rule))
        return replace(look, item=replace(look.item, baseline=base), reading=reading, fingerprint=fingerprint(reading))

    def astray(self, item: Tracked, answer: Snapshot) -> str:
        """Return in words that a redirect led from the release to the listing, the front page or a folder above it; else nothing."""
        if not answer.redirects or urls.address_key(answer.final_url) == urls.address_key(item.url):
            return ""
        target = urls.address_key(answer.final_url)
        lists = {urls.address_key(url) for url in (self.plan.source.url, self.plan.list_url or self.plan.source.url)}
        if target in lists or "/" not in target or urls.address_key(item.url).startswith(f"{target}/"):
            return f"leads to {answer.final_url} instead"
        return ""

    def step(self, verdict: Verdict) -> Step:
        """Keep the raw page of what becomes a version, and return what is to be written."""
        terms = Terms(self.plan.source, self.tools.clock.now(), self.tools.edits.gone_after, self.plan.baselined_at)
        answer, pointer = verdict.look.answer, ""
        if isinstance(answer, Snapshot) and keeps_reading(verdict):
            pointer = self.tools.archive.keep([answer])[0]
        return step(verdict, terms, pointer)

    def pending(self, item: Tracked) -> Step:
        """Return the step of news that this pass had no room to look at: written down, and due at once."""
        return Step(item=item, state=State.LIVE, next_look_at=self.tools.clock.now(), entry=item.entry)

    def record(self, listed: Listed, steps: Sequence[Step]) -> PassRecord:
        now, plan = self.tools.clock.now(), self.plan
        failures = plan.failures + 1 if listed.fault is not None else 0
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
            template=self.template,
            steps=tuple(steps),
            errors=(*self.errors, *failures_in_words(steps)),
            baselined=plan.baselined or (listed.fault is None and plan.list_due),
            resting_until=self.resting_until,
        )

    def outcome(self, listed: Listed, steps: Iterable[Step]) -> str:
        if listed.fault is not None:
            return "failed"
        if any(one.outcome == VerdictKind.FAILED for one in steps):
            return "partial"
        return "ok" if self.plan.baselined else "baseline"

    def unreachable(self, listed: Listed) -> bool:
        return listed.fault is not None and listed.fault.fault in _HOST_FAULTS

    def ask(self, url: str, validators: Validators, *, fresh: bool = False) -> Answer:
        return self.tools.fetcher.get(url, validators=validators, source=self.plan.source, fresh=fresh)

    def note_faults(self, answer: Answer) -> None:
        """Count the looks in a row that the whole host failed, and heed its wish for rest."""
        failed = isinstance(answer, Failed) and answer.fault in _HOST_FAULTS
        self.host_faults = self.host_faults + 1 if failed else 0
        if isinstance(answer, Failed) and answer.fault is Fault.THROTTLED:
            self.resting_until = answer.fetched_at + (answer.retry_after or timedelta(minutes=5))

    def unknown(self, entries: Sequence[Entry]) -> bool:
        keys = [urls.address_key(entry.url) for entry in entries]
        return len(self.tools.store.known(self.plan.source_id, keys)) < len(set(keys))


def keeps_reading(verdict: Verdict) -> bool:
    """Return whether a verdict's reading becomes a version."""
    return verdict.kind in (
        VerdictKind.FIRST,
        VerdictKind.EDITED,
        VerdictKind.COSMETIC,
        VerdictKind.REBASED,
        VerdictKind.RESTORED,
    )


def failures_in_words(steps: Iterable[Step]) -> tuple[str, ...]:
    """Return what went wrong with releases, each trouble once with how many it struck; the rarest are summed up."""
    troubles: dict[str, list[str]] = {}
    for one in steps:
        if one.outcome == VerdictKind.FAILED:
            troubles.setdefault(one.words, []).append(one.item.url)
    told = [f"{struck[0]}: {words}" if len(struck) == 1 else f"{len(struck)} releases: {words}" for words, struck in troubles.items()]
    more = len(told) - _MOST_ERRORS
    return (*told[:_MOST_ERRORS], f"and {more} other troubles") if more > 0 else tuple(told)
