"""Promises of the schedule: young often, old seldom, never never."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.revisit import born_at, next_look

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LOW, HIGH = timedelta(minutes=5), timedelta(days=7)
ages = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000))
keys = st.text(max_size=20)


@given(ages, ages, keys)
def test_an_older_release_is_never_looked_at_sooner(one: timedelta, other: timedelta, key: str) -> None:
    younger, older = sorted((one, other))
    assert next_look(NOW, NOW - younger, None, LOW, HIGH, key) <= next_look(NOW, NOW - older, None, LOW, HIGH, key)


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=40000)), keys)
def test_looks_stay_within_their_bounds_even_for_a_release_from_the_future(age: timedelta, key: str) -> None:
    assert LOW <= next_look(NOW, NOW - age, None, LOW, HIGH, key) - NOW <= HIGH


def test_a_change_makes_an_old_release_young_again() -> None:
    born = NOW - timedelta(days=400)
    assert next_look(NOW, born, None, LOW, HIGH, "a") == NOW + HIGH
    assert next_look(NOW, born, NOW, LOW, HIGH, "a") == NOW + LOW


def test_a_release_gets_about_fifty_looks_in_six_weeks_and_then_one_a_week() -> None:
    moment, looks = NOW, 0
    while moment < NOW + timedelta(weeks=6):
        moment, looks = next_look(moment, NOW, None, LOW, HIGH, "a"), looks + 1
    assert 40 <= looks <= 70
    assert next_look(moment, NOW, None, LOW, HIGH, "a") - moment > timedelta(days=6)


def test_what_was_there_before_us_is_not_taken_for_news() -> None:
    assert born_at(NOW, None, news=True) == NOW
    assert born_at(NOW, None, news=False) < NOW
    assert born_at(NOW, NOW - timedelta(days=3), news=True) == NOW - timedelta(days=3)
    assert born_at(NOW, NOW + timedelta(days=3), news=True) == NOW
