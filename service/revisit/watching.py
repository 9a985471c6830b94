"""What looks teach of the habits of a source."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from service.models import AGES, Habits


class Span(NamedTuple):
    """A release was watched from one age to another (hours) by a look that found it edited, or did not."""

    start: float
    end: float
    edited: bool = False


def watched(habits: Habits, spans: Iterable[Span]) -> Habits:
    """Return the habits of a source after some looks; an edit counts for the age in the middle between two looks."""
    hours, edits = list(habits.hours), list(habits.edits)
    for start, end, edited in spans:
        start = max(0.0, start)
        first, last = _place(start), _place(max(start, end))
        for place in range(first, last + 1):
            until = end if place == last else AGES[place + 1]
            hours[place] += max(0.0, until - max(start, AGES[place]))
        edits[_place((start + max(start, end)) / 2)] += edited
    return Habits(tuple(hours), tuple(edits))


def _place(age: float) -> int:
    return bisect_right(AGES, age) - 1
