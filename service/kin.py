"""News that are old: a release found at another address, because it has moved there or is served at both."""

from dataclasses import dataclass, replace

from . import sift, urls
from .looks import Looks, Tools
from .models import Look, NotModified, Plan, Snapshot, State, Tracked, Validators, Verdict, VerdictKind

_AWAY = (VerdictKind.MISSED, VerdictKind.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Twin:
    """A known release whose text a new address shows; ``moved`` where it is no longer at its own."""

    item: Tracked
    moved: bool


class Kin:
    """Who knows the releases of a source by their text. ``away`` are the keys of those that this pass looked for and did not find."""

    def __init__(self, tools: Tools, plan: Plan, looks: Looks) -> None:
        self.tools, self.plan, self.looks = tools, plan, looks
        self.away: set[str] = set()
        self.seen: set[str] = set()

    def noted(self, verdict: Verdict) -> Verdict:
        """Return the verdict, having noted whether its release is still at its address."""
        if verdict.kind in _AWAY or (verdict.look.item.state is State.WITHDRAWN and verdict.kind is VerdictKind.UNCHANGED):
            self.away.add(verdict.look.item.key)
        elif verdict.look.item.id is not None and isinstance(verdict.look.answer, Snapshot | NotModified):
            self.seen.add(verdict.look.item.key)
        return verdict

    def twin(self, verdict: Verdict) -> Twin | None:
        """Return the release of the source that a new one turns out to be; None for true news, and for a copy beside the original."""
        look = verdict.look
        if verdict.kind is not VerdictKind.FIRST or look.reading is None or look.fingerprint is None or not look.reading.blocks:
            return None
        named = urls.key_or_none(look.reading.canonical)
        for item in self.tools.store.showing(self.plan.source_id, look.fingerprint):
            if item.key == look.item.key:
                continue
            if self.is_away(item):
                return Twin(item, moved=True)
            if named == item.key:
                return Twin(item, moved=False)
        return None

    def moved(self, verdict: Verdict, item: Tracked) -> Verdict:
        """Return what a look at its new address says of a release that has moved there."""
        look = replace(verdict.look, item=item)
        there = sift.first_verdict(look, self.tools.edits.gone_after)
        kind = VerdictKind.REBASED if there.kind in _AWAY or there.kind is VerdictKind.HELD else there.kind
        return Verdict(kind, look, moved_to=urls.clean(verdict.look.item.url))

    def renamed(self, verdict: Verdict) -> str:
        """Return the address that a page now calls its own and that shows the same text; nothing while it calls itself what it did."""
        look = verdict.look
        base, reading = look.item.baseline, look.reading
        if base is None or reading is None or look.fingerprint is None or not isinstance(look.answer, Snapshot):
            return ""
        named, before = (urls.key_or_none(one.canonical) for one in (reading, base.reading))
        if not reading.canonical or named in (None, before, look.item.key, urls.address_key(look.answer.final_url)):
            return ""
        if self.looks.is_above(look.item, reading.canonical):
            return ""
        there = self.looks.read(Tracked(reading.canonical, named or ""), self.looks.ask(reading.canonical, Validators()))
        same = there.fingerprint is not None and there.fingerprint.body == look.fingerprint.body
        return urls.clean(reading.canonical) if same else ""

    def is_away(self, item: Tracked) -> bool:
        """Return whether a release is no longer at its address; asked there where this pass did not look yet."""
        if item.key not in self.away | self.seen:
            look = self.look_at(item)
            self.noted(sift.first_verdict(look, self.tools.edits.gone_after))
        return item.key in self.away

    def look_at(self, item: Tracked) -> Look:
        return self.looks.read(item, self.looks.answer(item))
