"""Promises of the lists' schedule: as often as said, later after failures, and less often only where nothing can be missed."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.relist import pause

from .dynamics import moments

EVERY = timedelta(minutes=15)
HOUR, DAY, NONE = timedelta(hours=1), timedelta(days=1), timedelta(0)
spans = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=4000))


def test_a_failing_list_is_asked_ever_less_often_but_always_again() -> None:
    assert [pause(EVERY, failures, DAY, 240) for failures in (1, 2, 40)] == [2 * EVERY, 4 * EVERY, 6 * HOUR]
    assert pause(DAY, 9) == DAY


@pytest.mark.parametrize(
    "quiet, size, expected",
    [
        (NONE, 240, EVERY),  # "not modified", or news a moment ago
        (6 * HOUR, 240, EVERY),
        (DAY, 240, HOUR / 2),
        (2 * DAY, 240, HOUR),
        (400 * DAY, 240, HOUR),
        (400 * DAY, 40, HOUR / 2),
        (400 * DAY, 10, EVERY),
        (400 * DAY, 0, EVERY),
    ],
)
def test_a_dear_list_is_asked_less_often_once_it_has_long_been_silent(quiet: timedelta, size: int, expected: timedelta) -> None:
    assert pause(EVERY, 0, quiet, size) == expected


@given(spans, st.integers(0, 40), spans, st.integers(0, 1000))
def test_no_list_is_asked_sooner_than_it_says_nor_forgotten(every: timedelta, failures: int, quiet: timedelta, size: int) -> None:
    assert every <= pause(every, failures, quiet, size) <= max(4 * every, 6 * HOUR)


@given(spans, spans, spans, st.integers(0, 1000))
def test_a_longer_silence_never_shortens_a_pause(every: timedelta, one: timedelta, other: timedelta, size: int) -> None:
    assert pause(every, 0, min(one, other), size) <= pause(every, 0, max(one, other), size)


def test_a_busy_feed_never_rolls_over_in_three_pauses(corpus: Path) -> None:
    known: set[str] = set()
    came = []
    for moment in moments(corpus):
        came += [moment.at for item in moment.order or () if item not in known]
        known.update(moment.order or ())
    news = came[came.count(came[0]) :]
    for size in (20, 30, 60):
        fastest = min(last - first for first, last in zip(news, news[size:], strict=False))
        assert fastest > 3 * pause(EVERY, 0, 400 * DAY, size), size
