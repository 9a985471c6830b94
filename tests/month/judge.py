"""The change log held against the ledger, and the outcome of the two."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from service.models import ChangeLine, Declared, ItemLine, Kind
from service.urls import address_key

from ..newsroom import Site
from ..newsroom.lives import DELISTED, EDITED, Deed
from .ledger import DAY, Ledger, Verdict

_OWNED_UP = ("updated line", "correction note")  # in words of the page itself
# While these strike, the list may be without the stamps of a release.
_UNREAD = frozenset(["half list", "empty list", "maintenance", "maintenance 200", "server errors", "consent", "bot wall", "bot wall 403"])


class Judge:
    """Compares the change log with the ledger; ``stamps`` says whether the site shows stamps of edits."""

    def __init__(self, ledger: Ledger, site: Site, items: Sequence[ItemLine], kind: str, *, stamps: bool) -> None:
        self.ledger, self.stamps = ledger, stamps
        self.ids = {release.id: release for release in site.releases}
        self.items, self.is_feed = items, kind == Kind.FEED
        self.left: list[ChangeLine] = []
        self.found = Verdict()

    def verdict(self, changes: Sequence[ChangeLine]) -> Verdict:
        self.left = list(changes)
        for at, deed in self.ledger.deeds:
            self.settle(at, deed)
        for at, deed in self.ledger.deeds:
            for kind in deed.may:
                self.take(at, replace(deed, cosmetic=False), kind)
            if deed.cosmetic and (change := self.take(at, deed, EDITED, late=False)):
                self.found.cosmetic.append(change)
        for change in self.left:
            self.sort(change)
        self.count()
        return self.found

    def settle(self, at: datetime, deed: Deed) -> None:
        must = tuple(kind for kind in deed.must if not (kind == DELISTED and self.is_feed))
        for kind in must:
            self.found.due[deed.kind] += 1
            change = self.take(at, deed, kind)
            if change is None:
                self.found.missed.append((at, deed, kind))
                continue
            self.found.found[deed.kind] += 1
            if not is_honest(change, at) and not self.is_lied_to(at):
                self.found.dishonest.append((at, change))
            if kind == EDITED and deed.classes and not deed.classes & set(change.classes):
                self.found.unclassed.append((deed, change))
            owned_up = self.stamps or deed.kind in _OWNED_UP
            if kind == EDITED and deed.declared and owned_up and change.declared not in (deed.declared, self.unheard(change)):
                self.found.misdeclared.append((deed, change))

    def is_lied_to(self, at: datetime) -> bool:
        """Return whether the server answers "not changed" to everything at a moment: what is seen then is not what is."""
        return any(event.name == "wrong validator" and event.since <= at <= event.until for event in self.ledger.events)

    def unheard(self, change: ChangeLine) -> str:
        """Return what is said of the honesty of a change by somebody who could not read the list; nothing where it could be read."""
        struck = [event.name for event in self.ledger.events if event.since <= change.not_after <= event.until]
        return Declared.UNKNOWN if _UNREAD.intersection(struck) else ""

    def take(self, at: datetime, deed: Deed, kind: str, *, late: bool = True) -> ChangeLine | None:
        """Take the change that a deed explains out of what is left: the one whose bounds hold it, else (``late``) one within three days."""
        mine = [c for c in self.left if c.kind == kind and deed.id in self.ids_of(c)]
        mine = [c for c in mine if kind != EDITED or (c.significance == "cosmetic") is deed.cosmetic]
        near = [c for c in mine if late and at <= c.not_after <= at + 3 * DAY]
        change = next(iter([c for c in mine if is_honest(c, at)] or near), None)
        if change is not None:
            self.left.remove(change)
        return change

    def ids_of(self, change: ChangeLine) -> set[int | None]:
        return {self.ledger.addresses.get(address_key(url)) for url in (change.item_url, change.related) if url}

    def sort(self, change: ChangeLine) -> None:
        """Put a change that no deed explains where it belongs."""
        if change.kind == "incident":
            struck = [event for event in self.ledger.events if event.since <= change.not_after <= event.until + DAY]
            told = self.found.incidents
            event = next((event for event in struck if event not in told), struck[0] if struck else None)
            if event is not None:
                told.setdefault(event, []).append(change)
                return
        if change.kind == EDITED and change.significance == "cosmetic":
            self.found.cosmetic.append(change)
        else:
            self.found.false.append(change)

    def count(self) -> None:
        """Find releases that were lost, and those that were taken for two."""
        held = Counter(self.ledger.addresses.get(address_key(item.item_url)) for item in self.items)
        self.found.lost = [id for id in self.ids if not held[id]]
        self.found.doubled = [self.ids[id].title for id, times in held.items() if id is not None and times > 1]
        self.found.doubled += [item.item_url for item in self.items if address_key(item.item_url) not in self.ledger.addresses]


def is_honest(change: ChangeLine, at: datetime) -> bool:
    """Return whether the bounds of a change hold a moment."""
    return (change.not_before is None or change.not_before <= at) and at <= change.not_after
