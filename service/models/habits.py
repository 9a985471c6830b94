"""How a source is used to edit its releases, as far as it was watched."""

from dataclasses import dataclass
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
