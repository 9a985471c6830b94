"""What is counted of the log: how much is edited, how long after publication, and how active a source is; on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.models import Declared, Entry, Significance, Step
from service.store import Store
from service.store.waits import OPEN_STEP, SPANS, STEPS, first_step, waits

from .storing import DATABASES, OTHER, SOURCE, START, Shelf, at, edited, news, opened, url, withdrawn

LATER = START + timedelta(days=3)


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from opened(request.param, tmp_path)


def told(step: Step, **more: object) -> Step:
    """Return an edit of another sort."""
    return replace(step, changes=tuple(replace(one, **more) for one in step.changes))  # type: ignore[arg-type] # fields of Change


def edit(shelf: Shelf, name: str, text: str, when: datetime, **more: object) -> None:
    shelf.write(when, told(edited(shelf.item(name), text, when), **more))


def test_nothing_is_counted_where_nothing_is(store: Store) -> None:
    Shelf(store, SOURCE, OTHER)
    found = store.statistics()
    assert [figures.source for figures in found.sources] == ["news", "other"]
    assert (found.together.releases, found.together.edits, found.together.waits.quartiles) == (0, 0, None)
    assert sum(number for _, number in found.together.waits.spans) == 0


def test_edits_are_counted_by_what_they_are_and_whose(store: Store) -> None:
    shelf = Shelf(store, SOURCE, OTHER)
    shelf.write(START, *(news(name, "a word here", START) for name in ("a", "b", "c")))
    shelf.write(START, news("d", "a word there", START, OTHER), source=OTHER)
    edit(shelf, "a", "other words here", at(2), declared=Declared.STEALTH, classes=("number", "typo"))
    edit(shelf, "a", "other words yet", at(3), declared=Declared.DECLARED, classes=("number",))
    edit(shelf, "b", "A word here", at(4), significance=Significance.COSMETIC)
    shelf.write(at(5), withdrawn(shelf.item("c"), at(5)))
    found = store.statistics()
    figures = found.sources[0]
    assert (figures.releases, figures.edited, figures.edits, figures.stealth, figures.declared) == (3, 1, 2, 1, 1)
    assert figures.kinds == (("edited", 3), ("withdrawn", 1))
    assert dict(figures.significances)["cosmetic"] == 1
    assert figures.classes == (("number", 3), ("typo", 1))
    assert (found.sources[1].releases, found.sources[1].edits) == (1, 0)
    assert (found.together.releases, found.together.edits) == (4, 2)


def test_what_comes_is_counted_on_and_as_if_counted_at_once(store: Store) -> None:
    shelf = Shelf(store)
    shelf.write(START, news("a", "a word here", START), news("b", "a word there", START))
    for hour, (name, text) in enumerate([("a", "one"), ("a", "two"), ("b", "three"), ("a", "four")], start=1):
        edit(shelf, name, text, at(hour))
        found = store.statistics()
    assert (found.together.edits, found.together.edited) == (4, 2)
    assert found == Store(store._database).statistics() == store.statistics()


@pytest.mark.parametrize(
    ("published", "hours"),
    [
        (None, 30),  # since we saw it first
        ("2026-01-01T06:00", 36),  # UTC where no zone is told
        ("2026-01-01T06:00+02:00", 38),
        ("2026-01-01T06:00:00.5Z", 36),
        ("2026-01-01", 30),  # some time that day: we saw it before its end
        ("2025-12-31", 42),
        ("2025-12", 30),  # no moment at all
        ("2027-01-01", 30),  # a stamp that cannot be
    ],
)
def test_an_edit_is_as_old_as_its_release_was_published_or_seen_before(store: Store, published: str | None, hours: int) -> None:
    shelf = Shelf(store)
    shelf.write(START, news("a", "a word here", START, entry=Entry(url("a"), "a", published=published)))
    edit(shelf, "a", "another word here", at(30))
    quartiles = store.statistics().together.waits.quartiles
    assert quartiles is not None
    assert quartiles[0] == pytest.approx(hours * 3600, abs=6 * 3600)
    assert quartiles[0] // (6 * 3600) == hours // 6


@given(st.dictionaries(st.integers(0, OPEN_STEP), st.integers(1, 50), min_size=1))
def test_quartiles_come_in_order_and_spans_hold_every_edit(counted: dict[int, int]) -> None:
    found = waits(counted)
    assert found.quartiles is not None and list(found.quartiles) == sorted(found.quartiles)
    assert sum(number for _, number in found.spans) == sum(counted.values())
    assert [until for until, _ in found.spans] == list(SPANS)


def test_a_single_edit_lies_in_the_span_of_its_age() -> None:
    two_days = first_step(STEPS[2][0]) + 4  # steps of six hours after the first day
    assert dict(waits({two_days: 1}).spans)[3 * 24 * 3600] == 1
    assert waits({two_days: 2}).quartiles == (49.5 * 3600, 51 * 3600, 52.5 * 3600)


def test_a_chart_shows_news_and_changes_by_their_days(store: Store) -> None:
    shelf = Shelf(store, SOURCE, OTHER)
    shelf.write(START, news("a", "a word here", START), news("b", "a word there", START))
    shelf.write(LATER, news("c", "quite another thing", LATER))
    edit(shelf, "a", "another word here", LATER)
    edit(shelf, "b", "another word there", LATER + timedelta(days=1))
    mine, other = store.activity(LATER + timedelta(days=1), 3)
    assert (mine.source, mine.first) == ("news", LATER.date() - timedelta(days=1))
    assert (mine.releases, mine.changes) == ((0, 1, 0), (0, 1, 1))
    assert sum(other.releases + other.changes) == 0
    assert store.activity(LATER + timedelta(days=1), 3, ["news"]) == (mine,)
    assert sum(store.activity(LATER + timedelta(days=40), 30)[0].changes) == 0
    assert store.activity(datetime(2026, 1, 1, tzinfo=UTC), 30)[0].releases[-1] == 0  # what the first pass finds is no news
