"""The truth of a month, and what the observer made of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.models import ChangeLine

from ..newsroom.lives import Deed

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """What struck the whole site, from when to when: one incident at most."""

    name: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class Ledger:
    """The truth: what was done to releases, and when; what struck the site; which address was whose."""

    deeds: list[tuple[datetime, Deed]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    addresses: dict[str, int] = field(default_factory=dict)
    duplicates: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Verdict:
    """What the observer made of it. ``found`` and ``due`` count by kind of deed."""

    due: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[datetime, Deed, str]] = field(default_factory=list)
    false: list[ChangeLine] = field(default_factory=list)
    dishonest: list[tuple[datetime, ChangeLine]] = field(default_factory=list)
    unclassed: list[tuple[Deed, ChangeLine]] = field(default_factory=list)
    misdeclared: list[tuple[Deed, ChangeLine]] = field(default_factory=list)
    cosmetic: list[ChangeLine] = field(default_factory=list)
    incidents: dict[Event, list[ChangeLine]] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return len(self.missed) + len(self.false) + len(self.excess) + len(self.lost) + len(self.doubled)

    @property
    def excess(self) -> list[Event]:
        """The events that were told more than once."""
        return [event for event, told in self.incidents.items() if len(told) > 1]
