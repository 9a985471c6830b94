"""The life of a pass over one source, in the order of the rooms.

    plan -> list -> looks -> verdicts -> steps -> record

Nothing is written here but raw snapshots; the record goes to the store as one transaction, so that a pass that is killed at any
point is simply done again. Whatever one page does, the others are not touched by it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from . import urls
from .aftermath import Aftermath, list_in_words
from .census import Census, census, edge, is_delisted, tells_all
from .judging import Judge
from .keeping import Keeper
from .kin import Kin
from .listings import Listed, read_list
from .looks import HOST_FAULTS, Looks, Tools
from .models import (
    Entry,
    Kind,
    Known,
    PassRecord,
    Plan,
    State,
    Step,
    Tracked,
    Validators,
    Verdict,
    VerdictKind,
    Vitals,
)
from .steps import SEEN, delisted, next_list_at, step
from .store import entry_digest
from .timing import Terms, learned, outlook

_MOST_ERRORS = 5
_TOGETHER = 200  # looks that are judged together: enough to tell what is shared, few enough to hold


def run_pass(
    tools: Tools,
    plan: Plan,
    *,
    batch: int | None = None,
    on_look: Callable[[int, int], None] = lambda done, total: None,
    before_request: Callable[[], None] = lambda: None,
) -> PassRecord:
    """Return what one pass over a source found and decided.

    At most ``batch`` items are looked at, and a few more where an alarm asks for controls; the others stay due. ``on_look(done, total)``
    is told of each, ``before_request`` of each question to the network; it may raise ``Abandoned``. Raises that when asked to stop as well,
    and nothing else for anything that the network or a page does.
    """
    return _Pass(tools, plan, batch, Looks(tools, plan, on_look, before_request)).run()


class _Pass:
    def __init__(self, tools: Tools, plan: Plan, batch: int | None, looks: Looks) -> None:
        self.tools, self.plan, self.batch, self.looks = tools, plan, batch, looks
        self.judge = Judge(tools, plan, looks)
        self.kin = Kin(tools, plan, looks, self.judge.elsewhere)
        self.keeper = Keeper(tools, plan, looks.before_request)
        self.aftermath = Aftermath(plan, looks, self.judge)
        self.started_at = tools.clock.now()
        view = outlook(plan.source, plan.habits, plan.price)
        self.terms = Terms(plan.source, self.started_at, tools.edits.gone_after, plan.baselined_at, outlook=view)
        self.errors: list[str] = []
        self.steps: dict[str, Step] = {}  # by the key of their item
        self.settled: set[str] = set()  # the keys of releases that moved, and of where to: nothing more is to be said of them
        self.met: dict[str, Known | None] = {}  # addresses, as far as asked for
        self.census = Census()
        self.strays: dict[int, Tracked] = {}  # the releases of the census, by id

    def run(self) -> PassRecord:
        listed = self.listed()
        self.census = self.counted(listed)
        now, waiting = self.items(listed)
        looks = self.looks.at(now)
        while portion := list(islice(looks, _TOGETHER)):
            for verdict in self.judge.judged(portion):
                self.take(verdict)
        left = [*now, *waiting, *self.strays.values()]
        claimed = {urls.address_key(url) for one in self.steps.values() for url in one.aliases}
        for item in left:
            if item.key not in self.steps and (item.key in claimed or not self.looks.is_led_to(item)):
                self.steps[item.key] = self.postponed(item)
        if any(item.key not in self.steps for item in left):
            listed = replace(listed, validators=Validators(), digest="")  # what it names is not all written down: it must be read again
        return self.record(listed)

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
        return replace(listed, entries=tuple(self.addressed(listed.entries)))

    def counted(self, listed: Listed) -> Census:
        """Return which known releases the list no longer names, and which it names again, where it can tell."""
        if not self.plan.baselined or not tells_all(listed, thorough=self.plan.thorough) or list_in_words(self.plan, listed, Census()):
            return Census()
        found = self.census_of(listed)
        if found.unlisted and not found.lost and not self.tools.edits.gone_after:
            again = read_list(self.plan, self.looks.ask, self.unknown)
            still = self.census_of(again).unlisted if tells_all(again, thorough=True) else frozenset()
            found = replace(found, unlisted=found.unlisted & still)
        self.strays = {item.id or 0: item for item in self.tools.store.items_by_id([*found.unlisted, *found.back])}
        return found

    def census_of(self, listed: Listed) -> Census:
        known = self.known([urls.address_key(entry.url) for entry in listed.entries])
        ids, store = {one.item_id for one in known.values()}, self.tools.store
        named = store.named(list(ids))
        since = edge(named)
        newer = () if since is None else store.named_since(self.plan.source_id, since)
        return census([*named, *(one for one in newer if one.item_id not in ids)], ids)

    def items(self, listed: Listed) -> tuple[list[Tracked], list[Tracked]]:
        """Return the items to look at now, and those that must wait: what the list says has changed and what is due, news last.

        Where there is no room for all, news come first, for nothing is known of them; they are looked at last, for a known release
        may have moved there.
        """
        entries = {urls.address_key(entry.url): entry for entry in listed.entries}
        known = self.known(list(entries))
        if not (self.plan.list_due and listed.unchanged):
            self.terms = replace(self.terms, named=frozenset(one.item_id for one in known.values()))
        news = [Tracked(entry.url, key, entry=entry) for key, entry in entries.items() if key not in known]
        due = {item.id: item for item in self.plan.due}
        due |= {number: due.get(number, item) for number, item in self.strays.items() if self.is_delisted(item)}
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

    def take(self, verdict: Verdict) -> None:
        """Turn a verdict into the step of its item: of a known one, where it is found at another address."""
        verdict = self.kin.noted(verdict)
        self.aftermath.note(verdict)
        if verdict.look.item.key in self.settled:
            return
        twin = self.kin.twin(verdict) if self.plan.baselined else None
        if twin is not None and twin.moved is None:  # what seems news waits until more is known
            self.steps.setdefault(twin.item.key, self.postponed(replace(twin.item, next_look_at=self.started_at)))
            return
        if twin is not None and not twin.moved:
            known = self.steps.get(twin.item.key) or self.postponed(twin.item)
            self.steps[twin.item.key] = replace(known, aliases=(*known.aliases, verdict.look.item.url))
            return
        verdict = self.kin.moved(verdict, twin.item) if twin is not None else self.kin.renamed(verdict)
        if verdict.moved_to:
            self.settled |= {verdict.look.item.key, urls.address_key(verdict.moved_to)}
        self.steps[verdict.look.item.key] = self.step(verdict)

    def step(self, verdict: Verdict) -> Step:
        """Keep the raw page of what becomes a version, and return what is to be written."""
        written = step(verdict, replace(self.terms, now=self.tools.clock.now()), self.keeper.evidence(verdict))
        return self.listing(written, may_have_moved=verdict.moved_to is None)

    def postponed(self, item: Tracked) -> Step:
        """Return the step of an item that was not looked at: what the list says is written down, for it may not say it again.

        The item stays due, or is due as soon as its host may be asked again.
        """
        due_at = item.next_look_at or self.started_at
        next_look_at = max(due_at, self.looks.reachable_at(item.url) or due_at)
        return self.listing(
            Step(item, item.state, next_look_at, entry=item.entry, unlisted_since=item.unlisted_since, delisted=item.delisted)
        )

    def listing(self, written: Step, *, may_have_moved: bool = False) -> Step:
        """Return a step with what the list says: whether it names its item still, or again. It need not name what is gone, or has moved."""
        if written.state is State.WITHDRAWN:
            return replace(written, unlisted_since=None)
        stray = self.strays.get(written.item.id or 0)
        if stray is None:
            return written
        if stray.id in self.census.back:
            return replace(written, unlisted_since=None, delisted=False)
        if any(urls.address_key(url) in self.met for url in written.aliases):
            return written  # it has moved to an address that is listed
        since = stray.unlisted_since or self.started_at
        is_gone = self.is_delisted(stray) and not may_have_moved
        if is_gone and written.looked_at is not None and written.state is State.LIVE and written.outcome in SEEN:
            return delisted(written, since)
        return replace(written, unlisted_since=since)

    def is_delisted(self, item: Tracked) -> bool:
        if item.delisted or item.id not in self.census.unlisted:
            return False
        return is_delisted(item.unlisted_since, self.started_at, self.tools.edits.gone_after, lost=bool(self.census.lost))

    def record(self, listed: Listed) -> PassRecord:
        now, plan, steps = self.tools.clock.now(), self.plan, tuple(self.steps.values())
        failures = plan.failures if listed.fault is not None else 0  # the first one may be a hiccup
        met = self.aftermath.incidents(listed, self.census, self.started_at)
        vitals = self.aftermath.vitals(listed, now)
        return PassRecord(
            plan=plan,
            started_at=self.started_at,
            finished_at=now,
            outcome=self.outcome(listed, steps),
            next_list_at=next_list_at(plan.source, now, failures, self.quiet(listed, vitals, now), vitals.list_size),
            kind=listed.kind,
            list_url=listed.url,
            list_validators=listed.validators,
            list_digest=listed.digest,
            list_torn=listed.torn,
            template=self.looks.template,
            steps=steps,
            errors=(*self.errors, *self.keeper.troubles, *failures_in_words(steps)),
            baselined=plan.baselined or (listed.fault is None and plan.list_due),
            resting_until=self.looks.resting_until(plan.source.url),
            incidents=met,
            vitals=vitals,
            habits=learned(plan.habits, steps),
            troubles=self.aftermath.troubles(listed, met, now),
        )

    def quiet(self, listed: Listed, vitals: Vitals, now: datetime) -> timedelta:
        """Return for how long a list has brought nothing new that is sent whole even where it need not be; zero for any other."""
        news_at = vitals.news_at or self.plan.baselined_at
        return now - news_at if news_at is not None and listed.sent and not self.plan.thorough else timedelta(0)

    def outcome(self, listed: Listed, steps: Iterable[Step]) -> str:
        if listed.fault is not None:
            return "failed"
        if any(one.outcome == VerdictKind.FAILED for one in steps):
            return "partial"
        return "ok" if self.plan.baselined else "baseline"

    def unreachable(self, listed: Listed) -> bool:
        return listed.fault is not None and listed.fault.fault in HOST_FAULTS

    def unknown(self, entries: Sequence[Entry]) -> bool:
        keys = {urls.address_key(entry.url) for entry in self.addressed(entries)}
        return len(self.known(list(keys))) < len(keys)

    def addressed(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return the entries, the first of each address, by addresses without what their host says changes nothing (``Clean-param``).

        An address that is known already stays as it is.
        """
        found: dict[str, Entry] = {}
        for entry in entries:
            cleaned = self.tools.fetcher.cleaned(entry.url)
            url = entry.url if cleaned == entry.url or self.known([urls.address_key(entry.url)]) else cleaned
            found.setdefault(urls.address_key(url), entry if url == entry.url else replace(entry, url=url))
        return list(found.values())

    def known(self, keys: Sequence[str]) -> dict[str, Known]:
        """Return which of these addresses the source has met; each is asked for once in a pass."""
        asked = [key for key in keys if key not in self.met]
        if asked:
            found = self.tools.store.known(self.plan.source_id, asked)
            self.met |= {key: found.get(key) for key in asked}
        return {key: met for key in keys if (met := self.met[key]) is not None}


def failures_in_words(steps: Iterable[Step]) -> tuple[str, ...]:
    """Return why releases failed or were held, each trouble once with how many it struck; the rarest are summed up."""
    troubles: dict[str, list[str]] = {}
    for one in steps:
        if one.outcome in (VerdictKind.FAILED, VerdictKind.HELD):
            troubles.setdefault(one.words, []).append(one.item.url)
    told = [f"{struck[0]}: {words}" if len(struck) == 1 else f"{len(struck)} releases: {words}" for words, struck in troubles.items()]
    more = len(told) - _MOST_ERRORS
    return (*told[:_MOST_ERRORS], f"and {more} other troubles") if more > 0 else tuple(told)
