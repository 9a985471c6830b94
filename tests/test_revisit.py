"""Promises of the schedule: young often, old seldom, never never; more where edits are likely, less where a host is behind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.revisiting import at_budget, diffengine, news, newsdiffs, ours
from service.models import AGES, Habits, Pace
from service.revisit import HAZARDS, Outlook, Past, Span, Standing, born_at, next_wait, outlook, pace_of, past_of, steered, watched, why

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LOW, HIGH = timedelta(minutes=5), timedelta(days=7)
paces = st.sampled_from(Pace)
hours = st.floats(0, 50_000)
prices = st.floats(0.01, 10_000)
counts = st.integers(0, 300)
pasts = st.builds(lambda age, edits, quiet: Past(age, 0.0, edits, quiet if edits else inf), hours, counts, hours)
views = st.builds(lambda pace, price, scale: replace(outlook(Habits(), price, pace=pace), scale=scale), paces, prices, st.floats(0.05, 20))


def waits(past: Past, view: Outlook, key: str = "a") -> timedelta:
    return next_wait(past, view, LOW, HIGH, key)


@settings(deadline=None)
@given(pasts, st.floats(0, 5000), views)
def test_an_older_release_is_never_looked_at_sooner(past: Past, more: float, view: Outlook) -> None:
    assert waits(past, view) <= waits(replace(past, age=past.age + more, quiet=past.quiet + more), view)


@settings(deadline=None)
@given(pasts, counts, st.floats(0, 5000), views)
def test_a_quieter_release_is_never_looked_at_sooner(past: Past, more: int, longer: float, view: Outlook) -> None:
    assert waits(replace(past, edits=past.edits + more), view) <= waits(past, view)
    assert waits(past, view) <= waits(replace(past, quiet=past.quiet + longer), view)


@settings(deadline=None)
@given(pasts, views, st.floats(1, 1000))
def test_no_release_is_looked_at_sooner_at_a_higher_price(past: Past, view: Outlook, times: float) -> None:
    assert waits(past, view) <= waits(past, replace(view, price=view.price * times))


odd = st.one_of(st.floats(), st.sampled_from([nan, inf, -inf, -1.0, 1e300]))


@settings(deadline=None)
@given(st.builds(Past, odd, odd, st.integers(-5, 10**9), odd), st.builds(Outlook, paces, odd, odd), st.text(max_size=9))
def test_bounds_hold_whatever_is_made_of_the_past(past: Past, view: Outlook, key: str) -> None:
    assert LOW <= next_wait(past, view, LOW, HIGH, key) <= HIGH


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=40000)))
def test_moments_out_of_their_order_count_as_now(age: timedelta) -> None:
    past = past_of(NOW, NOW - age, NOW - 2 * age, 0, NOW + timedelta(days=1))
    assert 0 <= past.watched_from <= past.age
    assert past.quiet == 0
    assert LOW <= waits(past, outlook(Habits())) <= HIGH


@pytest.mark.parametrize("pace", Pace)
def test_an_edit_is_followed_by_a_look_soon_and_a_release_often_edited_is_looked_at_more(pace: Pace) -> None:
    view = outlook(Habits(), pace=pace)
    never, once, often = Past(200), Past(200, 0, 1, 200), Past(200, 0, 20, 200)
    assert waits(often, view) < waits(once, view) < waits(never, view)
    assert waits(replace(once, quiet=0.1), view) < waits(once, view) / 3


@pytest.mark.parametrize("pace", Pace)
def test_a_release_never_edited_gets_about_fifty_looks_in_its_first_month(pace: Pace) -> None:
    view, age, looks = outlook(Habits(), pace=pace), 0.0, 0
    while age < 720:
        age, looks = age + waits(Past(age), view) / timedelta(hours=1), looks + 1
    assert 35 <= looks <= 60


def test_a_source_is_official_until_its_edits_come_as_those_of_news() -> None:
    assert pace_of(Habits()) is Pace.OFFICIAL
    month = [Span(0, 720)] * 200
    quiet = watched(Habits(), month)
    assert pace_of(quiet) is Pace.OFFICIAL
    late = watched(quiet, [Span(age, age + 1, edited=True) for age in (30, 50, 100, 300, 500, 600)])
    assert pace_of(late) is Pace.OFFICIAL
    early = watched(quiet, [Span(age, age + 0.2, edited=True) for age in (0.1, 0.3, 0.8, 1.5, 2.5, 5.0, 9.0)] * 20)
    assert pace_of(early) is Pace.NEWS
    assert outlook(early, pace=Pace.OFFICIAL).pace is Pace.OFFICIAL  # as configured
    assert outlook(quiet).scale < outlook(late).scale < outlook(Habits()).scale == 1


@given(st.floats(-10, 1000), st.floats(-10, 1000))
def test_the_hours_watched_are_all_counted_once(one: float, other: float) -> None:
    habits = watched(Habits(), [Span(one, other, edited=True)])
    assert sum(habits.hours) == pytest.approx(max(0.0, other - max(0.0, one)))
    assert sum(habits.edits) == 1


def test_edits_grow_ever_rarer_with_age() -> None:
    for hazard in HAZARDS.values():
        assert len(hazard.rates) == len(AGES)
        assert all(former >= latter for former, latter in pairwise(hazard.rates))


def test_a_source_that_weighs_more_is_looked_at_as_if_the_price_were_lower() -> None:
    assert outlook(Habits(), weight=4.0).price == outlook(Habits(), price=0.25).price


def test_the_price_of_a_host_follows_its_backlog_within_bounds() -> None:
    assert steered(1.0, 0.0, 1.0) == 1.0  # nothing presses: no lower than this
    assert steered(4.0, 0.0, 1.0) < 4.0 < steered(4.0, 60.0, 1.0)
    assert steered(1.0, 1e9, 1e9) < 300.0
    assert steered(8_000.0, 1e9, 5.0) < 10_000.0
    assert steered(3.0, -5.0, -5.0) == pytest.approx(3.0)


def test_what_was_there_before_us_is_not_taken_for_news() -> None:
    assert born_at(NOW, None, news=True) == NOW
    assert born_at(NOW, None, news=False) < NOW
    assert born_at(NOW, NOW - timedelta(days=3), news=True) == NOW - timedelta(days=3)
    assert born_at(NOW, NOW + timedelta(days=3), news=True) == NOW


def test_what_bears_the_date_of_today_alone_is_as_young_as_it_can_be() -> None:
    midnight = NOW.replace(hour=0)
    assert born_at(NOW, midnight, news=True, precise=False) == NOW
    assert born_at(NOW, midnight, news=True) == midnight
    assert born_at(NOW, midnight - timedelta(days=5), news=True, precise=False) == midnight - timedelta(days=4)


def told(**known: object) -> str:
    """Return in words why a release a day old is looked at when it is."""
    day_ago = NOW - timedelta(days=1)
    standing = Standing("live", "unchanged", day_ago, day_ago, NOW, 0, None, LOW, HIGH, "a")
    return "; ".join(why(replace(standing, **known), outlook(Habits())))


def test_why_a_release_is_looked_at_when_it_is_can_be_told() -> None:
    assert "24 h old, of a source that is edited as official releases are" in told()
    assert "never edited" in told()
    assert "edited 3 times while it was watched" in told(edits=3, edited_at=NOW - timedelta(days=1))
    assert "something befell it 30 min ago" in told(edits=1, edited_at=NOW - timedelta(minutes=30))
    assert "7.5 times the usual" in told(pressure=7.5)
    assert "counts 2 times" in told(weight=2.0)
    assert "no sooner than after 3 d (recheck min)" in told(low=timedelta(days=3))
    assert "no later than after 6 min (recheck max)" in told(high=timedelta(minutes=6))
    assert "the last look failed" in told(outcome="failed")
    assert "missing" in told(state="suspect")
    assert "comes back" in told(state="withdrawn")
    assert told(looked_at=None) == "it was not looked at yet"


def test_the_price_of_a_host_settles_after_a_tenfold_burst_of_releases() -> None:
    """Waits grow with the root of the price; what is due beyond what the host can take waits in line."""
    capacity, waiting, price, usual = 60.0, 0.0, 1.0, 500.0  # looks a minute; looks overdue; the wait at price 1, in minutes
    prices: list[float] = []
    for minute in range(4 * 1440):
        releases = 20_000 if minute < 1440 else 200_000
        due = releases / (usual * price**0.5)
        waiting = max(0.0, waiting + due - capacity)
        price = steered(price, waiting / capacity, 1.0)
        prices.append(price)
    assert max(prices[:1440]) == 1.0  # there is room for all of them
    assert max(prices) < 2 * prices[-1]
    settled = prices[-1440:]
    assert max(settled) / min(settled) < 1.01
    assert max(prices) < 2 * settled[-1]
    assert waiting / capacity < 20


@pytest.mark.parametrize("looks", [12, 25, 50])
def test_our_rule_catches_more_edits_and_sooner_than_others_with_as_many_looks(looks: int) -> None:
    lives, view = news(200, 3), replace(outlook(Habits(), pace=Pace.NEWS), scale=0.85)
    mine = at_budget(lives, ours(view), looks, 1e-6, 10.0)[1]
    for rival in (newsdiffs, diffengine):
        theirs = at_budget(lives, rival, looks, 0.001, 100.0)[1]
        assert mine.looks <= theirs.looks * 1.06
        assert mine.caught >= theirs.caught
        assert mine.median <= theirs.median
    if looks < 50:  # where there are many, it hardly matters what is presumed
        wrong = at_budget(lives, ours(replace(view, scale=3.0)), looks, 1e-6, 10.0)[1]
        assert wrong.caught > mine.caught - 0.06
