"""How a source fares: what is told of it, and above all what is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.aftermath import list_in_words
from service.census import Census
from service.health import Facts, learned, troubles
from service.listings import Listed
from service.models import Incident, IncidentKind, Kind, Plan, Source, Vitals

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WELL = Vitals(list_size=40, body_length=3000.0, every=2 * DAY.total_seconds(), news_at=NOW - 3 * DAY)
quick = settings(deadline=None, max_examples=100)

FACTS = st.builds(
    lambda listed, news, parts, characters: Facts(
        listed, news, sum(parts), parts[0], characters * parts[0], *(min(parts[0], parts[1]), *parts[2:])
    ),
    st.one_of(st.none(), st.integers(0, 300)),
    st.integers(0, 5),
    st.tuples(*[st.integers(0, 30)] * 4),
    st.integers(0, 20_000),
)


def incident(kind: IncidentKind, until: datetime | None = None) -> Incident:
    return Incident(kind, "s", NOW - DAY, NOW, f"the words of the {kind}", until=until)


def silent(days: float, every: float) -> Vitals:
    return Vitals(40, 3000.0, every * DAY.total_seconds(), NOW - days * DAY)


@pytest.mark.parametrize(
    "vitals, facts, words",
    [
        # nothing is known, or all is well
        (Vitals(), Facts(), None),
        (Vitals(), Facts(listed=0), None),
        (WELL, Facts(listed=40, news=1, looks=12, read=12, characters=36_000), None),
        # silence
        (silent(12, 2), Facts(listed=40), "no new release for 12 days; usually one comes every 2 days"),
        (silent(12, 1), Facts(listed=40), "no new release for 12 days; usually one comes every day"),
        (silent(12, 0.5), Facts(), "no new release for 12 days; usually one comes every 12 hours"),
        (silent(12, 2), Facts(listed=40, news=1), None),  # over just now
        (silent(10, 0.5), Facts(listed=40), None),  # the turn of a year
        (silent(41, 7), Facts(listed=40), None),
        (silent(43, 7), Facts(listed=40), "no new release for 43 days; usually one comes every 7 days"),
        (Vitals(news_at=NOW - 99 * DAY), Facts(listed=40), None),  # no rhythm known
        # the bodies
        (WELL, Facts(looks=10, read=10, characters=4_000), "the texts have shrunk to 400 characters on average, usually 3000"),
        (WELL, Facts(looks=10, read=10, characters=8_000), None),
        (WELL, Facts(looks=7, read=7, characters=700), None),  # a few short notices
        # the template
        (WELL, Facts(looks=9, read=9, characters=27_000, strays=7), "the template fits no longer: 7 of 9 pages were read without it"),
        (WELL, Facts(looks=9, read=9, characters=27_000, strays=4), None),
        (WELL, Facts(looks=4, read=4, characters=12_000, strays=4), None),
        # walls
        (WELL, Facts(looks=9, walls=7), "blocked: 7 of 9 looks met a challenge page, 403 or 429"),
        (WELL, Facts(looks=1, walls=1), None),  # one page may be shut
        (WELL, Facts(looks=40, read=38, characters=120_000, walls=2), None),
        # failures
        (WELL, Facts(looks=6, failed=5), "out of order: 5 of 6 looks had no answer or an error of the server"),
        (WELL, Facts(looks=2, failed=2), None),
        (WELL, Facts(looks=20, read=17, characters=60_000, failed=3), None),
    ],
)
def test_the_truth_table(vitals: Vitals, facts: Facts, words: str | None) -> None:
    told = troubles(vitals, facts, NOW)
    assert [one.split("; see ")[0].split("; ask ")[0] for one in told] == ([] if words is None else [words])


@pytest.mark.parametrize(
    "kind, facts",
    [
        (IncidentKind.BLOCKED, Facts(looks=9, walls=7)),
        (IncidentKind.OUTAGE, Facts(looks=6, failed=5)),
        (IncidentKind.LISTING, Facts()),
    ],
)
def test_an_open_incident_is_told_in_its_words_and_what_follows_from_it_is_not(kind: IncidentKind, facts: Facts) -> None:
    told = troubles(silent(99, 1), facts, NOW, [incident(kind)])
    assert told == (f"the words of the {kind} (since 2026-03-19 12:00 UTC)",)


@pytest.mark.parametrize("over", [incident(IncidentKind.BLOCKED, NOW), incident(IncidentKind.REDESIGN), incident(IncidentKind.BOILERPLATE)])
def test_what_is_over_or_harms_nothing_is_no_trouble(over: Incident) -> None:
    assert troubles(WELL, Facts(listed=40), NOW, [over]) == ()


def test_several_troubles_are_told_the_worst_first() -> None:
    told = troubles(WELL, Facts(looks=20, read=10, characters=1000, strays=10, walls=10), NOW)
    assert told[0].startswith("blocked") and len(told) == 3


@quick
@given(st.lists(FACTS, max_size=30))
def test_what_is_learned_stays_among_what_was_seen(passes: list[Facts]) -> None:
    vitals, now = Vitals(), NOW
    for facts in passes:
        told = troubles(vitals, facts, now)
        assert len(set(told)) == len(told)
        vitals, now = learned(vitals, facts, now), now + HOUR
    sizes = [facts.listed for facts in passes if facts.listed] or [0]
    assert min(sizes) <= vitals.list_size <= max(sizes)
    means = [facts.characters / facts.read for facts in passes if facts.read] or [0.0]
    assert min(means) - 1e-6 <= vitals.body_length <= max(means) + 1e-6
    assert (vitals.news_at is not None) == any(facts.news for facts in passes)


@quick
@given(FACTS)
def test_the_first_pass_of_a_source_has_no_usual_to_be_far_from(facts: Facts) -> None:
    for words in troubles(Vitals(), facts, NOW):
        assert words.startswith(("blocked", "out of order", "the template"))


@pytest.mark.parametrize("size, left", [(40, 19), (12, 5), (240, 100)])
def test_a_list_that_stays_short_becomes_usual_in_time_and_an_empty_one_never(size: int, left: int) -> None:
    plan = Plan(Source("s", "https://example.org/"), 1, vitals=Vitals(list_size=size))
    told = 0
    while in_words(plan, left):
        plan, told = replace(plan, vitals=learned(plan.vitals, Facts(listed=left), NOW)), told + 1
    assert 1 <= told <= size
    for _ in range(100):
        plan = replace(plan, vitals=learned(plan.vitals, Facts(listed=0), NOW))
    assert in_words(plan, 0)


@pytest.mark.parametrize(
    "usual, listed, words",
    [
        (0, 0, ""),
        (1, 0, "the list names no releases where it used to name 1"),
        (2, 1, ""),  # too few to tell
        (3, 1, "the list names 1 release where it used to name 3"),
        (40, 20, "the list names 20 releases where it used to name 40"),
        (40, 21, ""),
    ],
)
def test_a_list_is_in_trouble_when_it_is_empty_or_half_of_it_is_missing(usual: int, listed: int, words: str) -> None:
    assert in_words(Plan(Source("s", "https://example.org/"), 1, vitals=Vitals(list_size=usual)), listed) == words


def in_words(plan: Plan, listed: int) -> str:
    return list_in_words(plan, Listed(Kind.LISTING, plan.source.url, size=listed), Census())


def _year(seed: int, weekdays: set[int], a_day: float, holidays: set[tuple[int, int]]) -> list[datetime]:
    """Return when a newsroom publishes in two years: by chance in office hours, never on holidays."""
    chance, start = Random(seed), datetime(2024, 1, 1, tzinfo=UTC)
    hours = [start + hour * HOUR for hour in range(2 * 365 * 24)]
    open_ones = [at for at in hours if at.weekday() in weekdays and 9 <= at.hour < 18 and (at.month, at.day) not in holidays]
    return [at for at in open_ones if chance.random() < a_day / 9]


TURN = {(12, day) for day in range(24, 32)} | {(1, day) for day in range(1, 3)}  # from Christmas Eve
RUSSIAN = {(12, 31), *((1, day) for day in range(1, 9)), *((5, day) for day in range(1, 4)), (5, 9)}


@pytest.mark.parametrize(
    "weekdays, a_day, holidays",
    [({0, 1, 2, 3, 4}, 5, TURN), ({0, 1, 2, 3, 4}, 1, RUSSIAN), ({0, 1, 2, 3, 4}, 0.5, TURN), ({1}, 2, TURN), (set(range(7)), 8, set())],
    ids=["ministry", "alliance", "agency", "weekly", "round the clock"],
)
@pytest.mark.parametrize("seed", range(3))
def test_two_years_of_a_newsroom_without_a_false_alarm_and_its_end_is_told(
    weekdays: set[int], a_day: float, holidays: set[tuple[int, int]], seed: int
) -> None:
    published = _year(seed, weekdays, a_day, holidays)
    vitals = Vitals()
    for at in published:
        eve = at - HOUR / 2
        assert troubles(vitals, Facts(listed=20), eve) == (), f"{eve}: {vitals}"
        vitals = learned(vitals, Facts(listed=20, news=1), at)
    assert vitals.news_at is not None and troubles(vitals, Facts(listed=20), vitals.news_at + 300 * DAY)


def test_a_newsroom_of_bursts_is_not_called_silent_between_them() -> None:
    vitals, month = Vitals(), datetime(2024, 1, 10, 9, tzinfo=UTC)
    for _ in range(12):
        assert troubles(vitals, Facts(listed=20), month) == ()
        for hour in range(8):
            vitals = learned(vitals, Facts(listed=20, news=2), month + hour * HOUR)
        month += 30 * DAY
