"""Looks: the pages of a pass's items, fetched and read, with the template that they teach on the way."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from . import logs, revisit, sift, urls
from .archive import Archive
from .copies import is_stale, is_torn
from .errors import Unreadable
from .excuses import is_turned_away
from .extract import extract, page_blocks
from .fetch import Fetcher
from .fingerprint import fingerprint
from .models import (
    Answer,
    Clock,
    EditsSettings,
    Failed,
    Fault,
    Look,
    NotModified,
    Plan,
    Reading,
    Snapshot,
    State,
    Template,
    Tracked,
    Validators,
    VerdictKind,
)
from .noise import counters, learn_noise, without_noise
from .rereading import Rereading
from .store import Store
from .template import LEAST_SIBLINGS, MOST_SIBLINGS, learn

# The whole host is out of reach, not this page: no use in asking on.
HOST_FAULTS = frozenset({Fault.DNS, Fault.CONNECT, Fault.TLS, Fault.TIMEOUT, Fault.THROTTLED, Fault.PRIVATE})
_MOST_HOST_FAULTS = 3
_MOST_WALLS = 5  # in a row, in place of releases that were to be seen before
_MOST_REHEARSALS = 8


@dataclass(frozen=True, slots=True)
class Tools:
    """What a pass works with. The store is only asked here (``known``, ``items_by_key``), never written."""

    fetcher: Fetcher
    archive: Archive | None
    store: Store
    clock: Clock
    edits: EditsSettings


class Looks:
    """The looks of one pass. ``template`` is what is known of the source's pages by now.

    ``redesigned`` says that it fitted no longer and was learned anew. ``on_look(done, total)`` is told of each item, ``before_request`` of
    everything that is asked of the network.
    """

    def __init__(
        self, tools: Tools, plan: Plan, on_look: Callable[[int, int], None], before_request: Callable[[], None] = lambda: None
    ) -> None:
        self.tools, self.plan, self.on_look, self.before_request = tools, plan, on_look, before_request
        self.template = plan.template
        self.redesigned = False
        self.rereading = Rereading(tools.archive, plan.source)
        self._faults: Counter[str] = Counter()  # in a row, by host
        self._walls: Counter[str] = Counter()
        self._resting: dict[str, datetime] = {}  # until when, by host
        self._moved_to: set[str] = set()

    def at(self, items: Sequence[Tracked]) -> Iterator[Look]:
        """Look at each item; the first pages that came are read together, for they may teach the template what siblings share.

        Where they are too few to tell whether the template is outdated, siblings that are not due are looked at as well.
        """
        answers = self.answers(items)
        sample = list(islice(answers, MOST_SIBLINGS))
        if not self.template.root:
            self.learn(sample)
        looks = [self.read(item, answer) for item, answer in sample]
        if self.template.root and sift.fit(looks).is_outgrown:
            sample = self.heard_out(items, looks)
            looks = [self.read(item, answer) for item, answer in sample]
            if sift.fit(looks).is_outgrown:
                known = self.template.root
                self.learn((look.item, look.answer) for look in looks if sift.shows_release(look))
                self.redesigned = self.template.root != known
                looks = [self.read(item, answer) for item, answer in sample]
        yield from looks if self.plan.baselined else self.calmed(looks)
        yield from (self.read(item, answer) for item, answer in answers)

    def heard_out(self, items: Sequence[Tracked], looks: Sequence[Look]) -> list[tuple[Tracked, Answer]]:
        """Return the answers of looks, most of which are strays, with as many more, asked for in full, as it takes to believe them.

        First those that were answered by "not modified"; then further releases, where all of them are too few to learn from.
        """
        fitting, straying = sift.fit(looks)
        told = fitting + straying
        silent = [look.item for look in looks if isinstance(look.answer, NotModified) and sift.had_template(look.item)]
        asked = silent[: max(LEAST_SIBLINGS, 2 * straying + 1) - told]
        asked += self.siblings(items, LEAST_SIBLINGS - told - len(asked), wanted=sift.had_template)
        answers = [(item, self.answer(item, again=True)) for item in asked if self.reachable_at(item.url) is None]
        full = {item.key: (item, answer) for item, answer in answers if isinstance(answer, Snapshot)}
        return list(({look.item.key: (look.item, look.answer) for look in looks} | full).values())

    def calmed(self, looks: Sequence[Look]) -> Iterator[Look]:
        """Look twice at a few pages of a first pass: what moves meanwhile is to be no part of any first version."""
        doubted: frozenset[str] = frozenset()
        left = _MOST_REHEARSALS
        for look in looks:
            reading = self.unchromed(look)
            doubtful = counters(reading) - doubted if reading is not None else None
            if reading is None or not doubtful or not left:
                continue
            doubted |= doubtful
            left -= 1
            self.rehearse(look.item, reading)
        return (self.cleaned(look) if look.reading is not None else look for look in looks)

    def rehearse(self, item: Tracked, reading: Reading) -> None:
        """Look at a page once more, and once again where it moves."""
        readings = [reading, self.unchromed(self.again(item))]
        if readings[1] is not None and readings[0] != readings[1]:
            readings.append(self.unchromed(self.again(item)))
        self.learn_noise([one for one in readings if one is not None])

    def unchromed(self, look: Look) -> Reading | None:
        """Return a reading with the single blocks that siblings share: counters that stand at one number on most pages, by chance."""
        if look.reading is None or not isinstance(look.answer, Snapshot):
            return None
        return extract(look.answer, self.plan.source, replace(self.template, chrome=frozenset()))

    def answers(self, items: Sequence[Tracked]) -> Iterator[tuple[Tracked, Answer]]:
        """Fetch the page of each item in turn, none of a host that is out of reach or asked for rest."""
        for done, item in enumerate(items):
            self.on_look(done, len(items))
            if not self.is_led_to(item) and self.reachable_at(item.url) is None:
                yield item, self.answer(item)
        self.on_look(len(items), len(items))

    def is_led_to(self, item: Tracked) -> bool:
        """Return whether a known release led for good to what seems news: it stands there now."""
        return item.id is None and item.key in self._moved_to

    def siblings(
        self, items: Sequence[Tracked], missing: int, wanted: Callable[[Tracked], bool] = lambda item: item.baseline is not None
    ) -> list[Tracked]:
        """Return ``missing`` further live releases of the source that are ``wanted``, as far as there are so many."""
        if missing <= 0:
            return []
        some = missing + 2 * len(items) + MOST_SIBLINGS
        plan = self.tools.store.plan(self.plan.source, self.tools.clock.now(), recheck=True, batch=some)
        looked_at = {item.key for item in items}
        others = (item for item in plan.due if item.state is State.LIVE and item.key not in looked_at)
        return list(islice(filter(wanted, others), missing))

    def companions(self, items: Sequence[Tracked], missing: int) -> list[Look]:
        """Look at further releases, as controls: what they show changed as well is no edit."""
        reachable = (item for item in self.siblings(items, missing) if self.reachable_at(item.url) is None)
        return [self.read(item, self.answer(item)) for item in reachable]

    def learn(self, sample: Iterable[tuple[Tracked, Answer]]) -> None:
        if not self.plan.source.selectors.body:
            pages = [page_blocks(answer, self.plan.source) for _, answer in sample if isinstance(answer, Snapshot)]
            self.template = learn(pages, self.template)

    def again(self, item: Tracked) -> Look:
        """Look once more, past all caches, whatever was said before."""
        return self.read(item, self.answer(item, again=True), again=True)

    def once_more(self, look: Look) -> Look:
        """Look again at the address that a look was at; the same bytes read as they did."""
        answer, before = self.answer(replace(look.item, url=look.answer.url), again=True), look.answer
        if look.reading is None or not isinstance(answer, Snapshot) or not isinstance(before, Snapshot):
            return self.read(look.item, answer, again=True)
        if (answer.digest, answer.final_url) != (before.digest, before.final_url):
            return self.read(look.item, answer, again=True)
        return replace(look, answer=answer, stale=is_stale(answer, look.item))

    def learn_noise(self, readings: Sequence[Reading], base: Reading | None = None) -> None:
        """Learn what differs between looks at one page moments apart, which showed ``base`` before."""
        self.template = learn_noise(self.template, readings, base)

    def answer(self, item: Tracked, *, again: bool = False) -> Answer:
        """Fetch an item's page. A withdrawn item, a second look, and a look now and then are asked for without validators."""
        conditional = not again and item.state is State.LIVE and item.baseline is not None
        conditional = conditional and not revisit.asks_anyway(self.tools.clock.now(), item.seen_at, item.key)
        answer = self.ask(item.url, item.validators if conditional else Validators(), fresh=again)
        if isinstance(answer, NotModified) and self.astray(item, answer):
            answer = self.ask(item.url, Validators())  # another page says "not changed": it means another page
        self.note_faults(answer)
        self.note_walls(item, answer)
        if isinstance(answer, Snapshot | NotModified) and answer.redirects and all(hop.permanent for hop in answer.redirects):
            self._moved_to.add(urls.address_key(answer.final_url))
        return answer

    def read(self, item: Tracked, answer: Answer, *, again: bool = False) -> Look:
        """Read the page of an item, unless its bytes are the ones read last."""
        look = Look(item, answer)
        known = not again and item.state is State.LIVE and item.baseline is not None
        if isinstance(answer, NotModified) or (isinstance(answer, Snapshot) and known and answer.digest == item.digest):
            return self.rereading.brought_up_to_date(look, self.template)
        if not isinstance(answer, Snapshot):
            return look
        if astray := self.astray(item, answer):
            return replace(look, astray=astray)
        look = replace(look, torn=is_torn(answer), stale=again and is_stale(answer, item))
        try:
            return self.cleaned(replace(look, reading=self.reading(item, answer)))
        except Unreadable as error:
            return replace(look, problem=str(error))
        except Exception as bug:  # noqa: BLE001 - the fence between pages: what the parsers choke on must not stop the others
            logs.bug(bug, source=self.plan.source.id, item=item.url)
            return replace(look, problem=f"internal error, see the log: {type(bug).__name__}: {bug}")

    def reading(self, item: Tracked, answer: Snapshot) -> Reading:
        """Return what a page says. One that has no text where its siblings have theirs is emptied, unless it never had it there."""
        reading = extract(answer, self.plan.source, self.template)
        had_it = item.baseline is not None and item.baseline.reading.method == "template"
        if reading.method == "template" and not reading.blocks and not had_it:
            return extract(answer, self.plan.source, replace(self.template, root=""))
        return reading

    def rederived(self, look: Look) -> Look:
        """Return the look with its baseline as its raw page reads now; see ``rereading``."""
        return self.rereading.rederived(look, self.template, redesigned=self.redesigned)

    def cleaned(self, look: Look, noise: Template | None = None) -> Look:
        """Return the look with noise taken out of both its reading and the baseline, and with its print."""
        assert look.reading is not None
        noise = noise or self.template
        reading, base = without_noise(look.reading, noise), look.item.baseline
        if base is not None and (calm := without_noise(base.reading, noise)) != base.reading:
            base = base.restated(calm, fingerprint(calm)._replace(rule=base.fingerprint.rule))
            look = replace(look, item=replace(look.item, baseline=base), restated=True)
        return replace(look, reading=reading, fingerprint=fingerprint(reading))

    def astray(self, item: Tracked, answer: Snapshot | NotModified) -> str:
        """Return in words that a redirect led from the release to the listing, the front page or a folder above it; else nothing."""
        if not answer.redirects or urls.address_key(answer.final_url) == urls.address_key(item.url):
            return ""
        return f"leads to {answer.final_url} instead" if self.is_above(item, answer.final_url) else ""

    def is_above(self, item: Tracked, url: str) -> bool:
        """Return whether an address is that of the listing, the front page or a folder above a release."""
        target = urls.address_key(url)
        lists = {urls.address_key(url) for url in (self.plan.source.url, self.plan.list_url or self.plan.source.url)}
        return target in lists or "/" not in target or urls.address_key(item.url).startswith(f"{target}/")

    def ask(self, url: str, validators: Validators, *, fresh: bool = False) -> Answer:
        """Fetch an address of the source: its list, or a release. Raises ``Abandoned`` when asked to stop."""
        self.tools.clock.wait(0)
        return self.tools.fetcher.get(url, validators=validators, source=self.plan.source, fresh=fresh, before=self.before_request)

    def note_faults(self, answer: Answer) -> None:
        """Count the answers in a row that a whole host failed to give, and heed its wish for rest."""
        host = urls.host_key(answer.url)
        failed = isinstance(answer, Failed) and answer.fault in HOST_FAULTS
        self._faults[host] = self._faults[host] + 1 if failed else 0
        if isinstance(answer, Failed) and answer.retry_after is not None:
            self._resting[host] = answer.fetched_at + answer.retry_after

    def note_walls(self, item: Tracked, answer: Answer) -> None:
        """Count the releases in a row that a host would not show us any more; those that it did not show us before say nothing new."""
        host = urls.host_key(item.url)
        if _is_as_it_was(item, answer) or not is_turned_away(answer, self.plan.source):
            self._walls[host] = 0
        elif item.outcome not in (VerdictKind.HELD, VerdictKind.FAILED):
            self._walls[host] += 1

    def resting_until(self, url: str) -> datetime | None:
        """Return until when the host of an address asked to be left alone; None where it did not."""
        return self._resting.get(urls.host_key(url))

    def reachable_at(self, url: str) -> datetime | None:
        """Return when to ask the host of an address again, if it asked for rest, is out of reach or walled off; else None."""
        host = urls.host_key(url)
        if self._faults[host] >= _MOST_HOST_FAULTS or self._walls[host] >= _MOST_WALLS:
            return self.resting_until(url) or self.tools.clock.now() + self.plan.source.recheck_min
        return self.resting_until(url)


def _is_as_it_was(item: Tracked, answer: Answer) -> bool:
    return isinstance(answer, NotModified) or (isinstance(answer, Snapshot) and answer.digest == item.digest)
