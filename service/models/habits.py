"""How a source is used to edit its releases, as far as it was watched."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Where the ages of releases begin that are told apart, in hours; the last has no end.
AGES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 18.0, 24.0, 36.0, 96.0, 168.0)


class Pace(StrEnum):
    """The two usual ways: news are edited within the day, official releases seldom, late, and for weeks."""

    NEWS = "news"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Habits:
    """For each age of ``AGES``: how many hours releases of a source were watched, and how many looks found one edited."""

    hours: tuple[float, ...] = (0.0,) * len(AGES)
    edits: tuple[int, ...] = (0,) * len(AGES)


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the next look at a release follows from, besides its line; ``price`` is that of a look at its host.

    ``baselined_at`` is when the first pass over its source ended, ``is_enabled`` False where that is no longer watched.
    """

    key: str
    changed_at: datetime | None
    baselined_at: datetime | None
    is_enabled: bool
    habits: Habits
    price: float
