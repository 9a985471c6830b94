"""Case 20 of what was met in the field: ten weeks of a real feed, told again with other words.

One edit for each version step that a look could see, and nothing else. A stretch of it here; all by hand: ``python -m tests.dynamics``.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from .dynamics import Moment, Replay, moments, replay

FIRST = 160
BUSY = 40
NO_RECHECK = '{ min = "24h" }'


def busiest(timeline: Sequence[Moment], length: int) -> int:
    """Return where the stretch of this length begins in which most items changed."""
    sizes = [len(moment.changed) for moment in timeline]
    return max(range(1, len(sizes) - length), key=lambda start: sum(sizes[start : start + length]))


def from_here(timeline: Sequence[Moment], start: int, length: int) -> list[Moment]:
    """Return a stretch whose first moment knows all that was before it."""
    order, changed = timeline[0].order, dict(timeline[0].changed)
    for moment in timeline[1 : start + 1]:
        order, changed = moment.order or order, changed | moment.changed
    first = timeline[start]
    return [Moment(first.at, first.last_build, order, changed), *timeline[start + 1 : start + length]]


def assert_kept(done: Replay) -> None:
    assert (done.tally.missed, done.tally.false) == ([], [])
    assert done.new == done.items, "an item that comes back is no news"


def test_case_20_the_first_days_of_a_feed(corpus: Path, tmp_path: Path) -> None:
    done = replay(tmp_path, moments(corpus)[:FIRST], recheck=NO_RECHECK)
    assert_kept(done)
    # a text that changes twice between two looks at its page is one edit
    assert done.steps - 5 <= done.tally.edits <= done.steps > 40
    assert done.returns > 10


def test_case_20_its_busiest_hours(corpus: Path, tmp_path: Path) -> None:
    timeline = moments(corpus)
    done = replay(tmp_path, from_here(timeline, busiest(timeline, BUSY), BUSY), recheck=NO_RECHECK)
    assert_kept(done)
    assert done.tally.edits > 20


@pytest.mark.parametrize("what", ["order", "dates", "last_build"])
def test_case_20_what_is_no_edit(what: str, corpus: Path, tmp_path: Path) -> None:
    first, *_ = moments(corpus)
    assert first.order is not None
    later = [
        Moment(
            moment.at,
            moment.last_build,
            first.order[turn:] + first.order[:turn] if what == "order" else None,
            {item: (*told[:2], moment.last_build) for item, told in first.changed.items()} if what == "dates" else {},
        )
        for turn, moment in enumerate(moments(corpus)[1:6], 1)
    ]
    done = replay(tmp_path, [first, *later])
    assert_kept(done)
    assert done.tally.edits == 0
