"""What is counted over time, for charts: how active sources are, how much is edited, and how long after publication."""

from dataclasses import dataclass
from datetime import date

Shares = tuple[tuple[str, int], ...]
"""How many there are of each sort, most first."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What a source brought, day by day (UTC) from ``first`` on: releases found after its first pass, and changes of releases."""

    source: str
    first: date
    releases: tuple[int, ...]
    changes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long after publication edits came: quartiles in seconds (None without edits), and how many fell into each span.

    ``spans`` ends each at so many seconds, the last at None. An edit is as old as the look that found it; publication is the stamp of the
    release, or our first sight of it if that was earlier; a day without a time counts from its end.
    """

    quartiles: tuple[float, float, float] | None
    spans: tuple[tuple[int | None, int], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How much is edited, of one source or of all (``source`` empty). Edits are those that are not cosmetic, unless said otherwise.

    ``edited`` of ``releases`` were edited at least once. Of the edits, ``stealth`` were not owned up to (back-dated ones too) and
    ``declared`` were; of the others nobody can tell. ``kinds`` counts all changes, ``significances`` and ``classes`` all edits, cosmetic
    ones too.
    """

    source: str
    name: str
    releases: int
    edited: int
    edits: int
    stealth: int
    declared: int
    kinds: Shares
    significances: Shares
    classes: Shares
    waits: Waits


@dataclass(frozen=True, slots=True)
class Statistics:
    """All figures: together, and of each source that is or was configured."""

    together: Figures
    sources: tuple[Figures, ...]
