"""Looks: the pages of a pass's items, fetched and read, with the template that they teach on the way."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from . import urls
from .archive import Archive
from .errors import Unreadable
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
    Plan,
    Reading,
    Snapshot,
    State,
    Tracked,
    Validators,
)
from .store import Store
from .template import LEAST_SIBLINGS, MOST_SIBLINGS, learn, learn_volatile, without_noise

# The whole host is out of reach, not this page: no use in asking on.
HOST_FAULTS = frozenset({Fault.DNS, Fault.CONNECT, Fault.TLS, Fault.TIMEOUT, Fault.THROTTLED, Fault.PRIVATE})
_MOST_HOST_FAULTS = 3


@dataclass(frozen=True, slots=True)
class Tools:
    """What a pass works with. The store is only asked here (``known``, ``items_by_key``), never written."""

    fetcher: Fetcher
    archive: Archive | None
    store: Store
    clock: Clock
    edits: EditsSettings


class Looks:
    """The looks of one pass. ``template`` is what is known of the source's pages by now, ``resting_until`` what the host asked for."""

    def __init__(self, tools: Tools, plan: Plan, on_look: Callable[[int, int], None]) -> None:
        self.tools, self.plan, self.on_look = tools, plan, on_look
        self.template = plan.template
        self.resting_until: datetime | None = None
        self._faults: Counter[str] = Counter()  # in a row, by host
        self._moved_to: set[str] = set()

    def at(self, items: Sequence[Tracked]) -> Iterator[Look]:
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
        """Fetch the page of each item in turn, none of a host that is out of reach, and stop once one asks for rest."""
        for done, item in enumerate(items):
            self.on_look(done, len(items))
            if self.resting_until is not None:
                return
            is_known_elsewhere = item.id is None and item.key in self._moved_to
            if not is_known_elsewhere and self._faults[urls.host_key(item.url)] < _MOST_HOST_FAULTS:
                yield item, self.answer(item)
        self.on_look(len(items), len(items))

    def learn(self, sample: Iterable[tuple[Tracked, Answer]]) -> None:
        if not self.plan.source.selectors.body:
            pages = [page_blocks(answer, self.plan.source) for _, answer in sample if isinstance(answer, Snapshot)]
            self.template = learn(pages, self.template)

    def strayed(self, looks: Iterable[Look]) -> bool:
        """Return whether the template no longer fits: most pages that were read are not of it."""
        methods = [look.reading.method for look in looks if look.reading is not None]
        return methods.count("generic") >= LEAST_SIBLINGS and 2 * methods.count("generic") > len(methods)

    def again(self, item: Tracked) -> Look:
        """Look once more, past all caches, whatever was said before."""
        return self.read(item, self.answer(item, again=True), again=True)

    def learn_noise(self, first: Reading, again: Reading) -> None:
        """Learn what differs between two looks at one page moments apart."""
        self.template = learn_volatile(self.template, first, again)

    def answer(self, item: Tracked, *, again: bool = False) -> Answer:
        """Fetch an item's page. A withdrawn item, and a second look, are asked for without validators."""
        conditional = not again and item.state is State.LIVE and item.baseline is not None
        answer = self.ask(item.url, item.validators if conditional else Validators(), fresh=again)
        self.note_faults(answer)
        if isinstance(answer, Snapshot) and answer.redirects and all(hop.permanent for hop in answer.redirects):
            self._moved_to.add(urls.address_key(answer.final_url))
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
        if base is not None and (calm := without_noise(base.reading, self.template)) != base.reading:
            base = replace(base, reading=calm, fingerprint=fingerprint(calm)._replace(rule=base.fingerprint.rule))
            look = replace(look, item=replace(look.item, baseline=base), noisy=True)
        return replace(look, reading=reading, fingerprint=fingerprint(reading))

    def astray(self, item: Tracked, answer: Snapshot) -> str:
        """Return in words that a redirect led from the release to the listing, the front page or a folder above it; else nothing."""
        if not answer.redirects or urls.address_key(answer.final_url) == urls.address_key(item.url):
            return ""
        target = urls.address_key(answer.final_url)
        lists = {urls.address_key(url) for url in (self.plan.source.url, self.plan.list_url or self.plan.source.url)}
        if target in lists or "/" not in target or urls.address_key(item.url).startswith(f"{target}/"):
            return f"leads to {answer.final_url} instead"
        return ""

    def ask(self, url: str, validators: Validators, *, fresh: bool = False) -> Answer:
        """Fetch an address of the source: its list, or a release."""
        return self.tools.fetcher.get(url, validators=validators, source=self.plan.source, fresh=fresh)

    def note_faults(self, answer: Answer) -> None:
        """Count the answers in a row that a whole host failed to give, and heed its wish for rest."""
        host = urls.host_key(answer.url)
        failed = isinstance(answer, Failed) and answer.fault in HOST_FAULTS
        self._faults[host] = self._faults[host] + 1 if failed else 0
        if isinstance(answer, Failed) and answer.retry_after is not None:
            self.resting_until = answer.fetched_at + answer.retry_after
