"""News that are old: a release found at another address, because it has moved there or is served at both."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import sift, urls
from .captures import bad_capture
from .extract import canonical_told
from .looks import Looks, Tools
from .models import Failed, Fingerprint, Look, NotModified, Plan, Reading, Snapshot, State, Tracked, Validators, Verdict, VerdictKind
from .sketch import NEAR, resemblance, sketch
from .text import folded

_AWAY = (VerdictKind.MISSED, VerdictKind.WITHDRAWN)
_UNSURE = (VerdictKind.FAILED, VerdictKind.HELD)


@dataclass(frozen=True, slots=True)
class Twin:
    """A known release whose text a new address shows; ``moved`` where it is no longer at its own, None where nobody can tell."""

    item: Tracked
    moved: bool | None


class Kin:
    """Who knows the releases of a source by their text. ``places`` says where this pass found each of them, None where it could not tell.

    ``elsewhere`` judges a look at another address than its item's own.
    """

    def __init__(self, tools: Tools, plan: Plan, looks: Looks, elsewhere: Callable[[Look], Verdict]) -> None:
        self.tools, self.plan, self.looks, self.elsewhere = tools, plan, looks, elsewhere
        self.places: dict[str, frozenset[str] | None] = {}

    def noted(self, verdict: Verdict) -> Verdict:
        """Return the verdict, having noted at which addresses its release was found, if at any."""
        look = verdict.look
        if verdict.kind in _AWAY or (look.item.state is State.WITHDRAWN and verdict.kind is VerdictKind.UNCHANGED):
            self.places[look.item.key] = frozenset()
        elif look.item.id is not None and isinstance(look.answer, Snapshot | NotModified) and not verdict.capture:
            named = (urls.key_or_none(look.answer.final_url) or look.item.key, urls.key_or_none(_canonical(look)))
            self.places[look.item.key] = frozenset(key for key in named if key)
        return verdict

    def twin(self, verdict: Verdict) -> Twin | None:
        """Return the release of the source that a new one turns out to be; None for true news, and for a copy beside the original.

        It may have been edited on the way: nearly the same text will do, where the release was not told to be withdrawn before. What stands
        at its own address cannot be told while that fails or shows a wall; where it did so at its last look too, it stands there.
        """
        look = verdict.look
        if verdict.kind is not VerdictKind.FIRST or look.reading is None or look.fingerprint is None or not look.reading.blocks:
            return None
        named = urls.key_or_none(look.reading.canonical)
        for item in self.alike(look.reading, look.fingerprint):
            if item.key == look.item.key:
                continue
            places = self.places_of(item)
            is_same = item.baseline is not None and item.baseline.fingerprint.body == look.fingerprint.body
            if places and look.item.key in places:
                return Twin(item, moved=True)
            if not places and (is_same or item.state is not State.WITHDRAWN):
                return Twin(item, moved=True if places is not None else None)
            if named == item.key:
                return Twin(item, moved=False)
        return None

    def alike(self, reading: Reading, fingerprint: Fingerprint) -> list[Tracked]:
        """Return the known releases that say the same, then those that nearly do."""
        same = self.tools.store.showing(self.plan.source_id, fingerprint)
        near = self.tools.store.alike(self.plan.source_id, reading)
        return list({item.id: item for item in (*same, *near)}.values())

    def moved(self, verdict: Verdict, item: Tracked) -> Verdict:
        """Return what a look at its new address says of a release that has moved there; what is edited there is confirmed there."""
        there = self.elsewhere(replace(verdict.look, item=item))
        if there.kind in _AWAY or there.kind is VerdictKind.HELD:
            there = Verdict(VerdictKind.REBASED, there.look)
        return replace(there, moved_to=urls.clean(verdict.look.item.url))

    def renamed(self, verdict: Verdict) -> Verdict:
        """Return the verdict with where its release has moved, if its page now calls another address its own that shows the same text."""
        look = verdict.look
        base, canonical = look.item.baseline, _canonical(look)
        if base is None or canonical is None:
            return verdict
        named, before = (urls.key_or_none(url) for url in (canonical, base.reading.canonical))
        if named in (None, before, look.item.key, urls.key_or_none(_place(look))) or self.looks.is_above(look.item, canonical):
            return verdict
        there = self.looks.read(Tracked(canonical, named or ""), self.looks.ask(canonical, Validators()))
        if isinstance(there.answer, Failed) or (there.reading is not None and bad_capture(there.reading)):
            return replace(verdict, moved_to=None)
        is_same = there.reading is not None and _nearly(there.reading, look.reading or base.reading)
        return replace(verdict, moved_to=urls.clean(canonical)) if is_same else verdict

    def places_of(self, item: Tracked) -> frozenset[str] | None:
        """Return the keys of the addresses at which a release is to be found; it is looked for where this pass did not do so yet."""
        if item.key not in self.places:
            look = self.looks.read(item, self.looks.answer(item, again=True), again=True)
            self.noted(sift.first_verdict(look, self.tools.edits.gone_after))
        return self.places.setdefault(item.key, frozenset([item.key]) if item.outcome in _UNSURE else None)


def _canonical(look: Look) -> str | None:
    """Return the address that a page, or its server, names as its own; of one not read again its server's word alone is known."""
    if look.reading is not None:
        return look.reading.canonical
    return canonical_told(look.answer) if isinstance(look.answer, Snapshot) else None


def _place(look: Look) -> str | None:
    return look.answer.final_url if isinstance(look.answer, Snapshot | NotModified) else None


def _nearly(one: Reading, other: Reading) -> bool:
    """Return whether two readings say the same, or nearly so."""
    texts = [" ".join(folded(block.text) for block in reading.blocks) for reading in (one, other)]
    return texts[0] == texts[1] or resemblance(sketch(one), sketch(other)) >= NEAR
