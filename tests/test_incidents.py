"""What befalls a source is told once: the truth table of incidents, and the census of a list."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.census import Census, census, is_delisted, tells_all
from service.incidents import Befallen, incidents
from service.listings import Listed
from service.models import Entry, Incident, IncidentKind, Kind, Named

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SHARED = frozenset(["abc", "def"])


def standing(kind: IncidentKind, *features: str, days: int = 1) -> Incident:
    return Incident(kind, f"{kind} 1", NOW - days * DAY, NOW - days * DAY, "told before", 2, frozenset(features), id=1)


REDESIGN, BOILERPLATE = IncidentKind.REDESIGN, IncidentKind.BOILERPLATE
OUTAGE, BLOCKED, LISTING = IncidentKind.OUTAGE, IncidentKind.BLOCKED, IncidentKind.LISTING


@pytest.mark.parametrize(
    ("known", "befallen", "told"),
    [
        ([], Befallen(), []),
        ([], Befallen(shared=SHARED, explained=4), [(BOILERPLATE, True, False)]),
        ([], Befallen(redesigned=True), [(REDESIGN, True, False)]),
        ([], Befallen(redesigned=True, shared=SHARED), [(REDESIGN, True, False)]),
        ([standing(BOILERPLATE, "abc")], Befallen(shared=SHARED), [(BOILERPLATE, False, False)]),
        ([standing(BOILERPLATE, "xyz")], Befallen(shared=SHARED), [(BOILERPLATE, True, False)]),
        ([standing(REDESIGN)], Befallen(shared=SHARED), [(REDESIGN, False, False)]),
        ([standing(REDESIGN, days=8)], Befallen(shared=SHARED), [(BOILERPLATE, True, False)]),
        ([standing(REDESIGN)], Befallen(redesigned=True), [(REDESIGN, False, False)]),
        ([standing(BOILERPLATE, days=14)], Befallen(well=True), [(BOILERPLATE, False, True)]),
        ([], Befallen(struck=(OUTAGE, 5)), [(OUTAGE, True, False)]),
        ([], Befallen(struck=(BLOCKED, 5)), [(BLOCKED, True, False)]),
        ([standing(OUTAGE)], Befallen(struck=(BLOCKED, 5)), [(OUTAGE, False, False)]),
        ([standing(OUTAGE)], Befallen(), []),
        ([standing(OUTAGE)], Befallen(well=True), [(OUTAGE, False, True)]),
        ([], Befallen(unreached=(OUTAGE, "the list cannot be had: slow")), [(OUTAGE, True, False)]),
        ([], Befallen(unlisted="the list names no release"), [(LISTING, True, False)]),
        ([standing(LISTING)], Befallen(unlisted="the list names no release"), [(LISTING, False, False)]),
        ([standing(LISTING)], Befallen(unlisted=None), []),
        ([standing(LISTING)], Befallen(unlisted=""), [(LISTING, False, True)]),
    ],
)
def test_an_incident_opens_goes_on_and_ends(known: list[Incident], befallen: Befallen, told: list[tuple[IncidentKind, bool, bool]]) -> None:
    found = incidents(known, befallen, NOW)
    assert [(one.kind, one.id is None, one.until is not None) for one in found] == told
    assert all(one.words for one in found)


def test_what_is_met_again_counts_on_and_knows_what_is_new_of_it() -> None:
    (met,) = incidents([standing(BOILERPLATE, "abc")], Befallen(shared=SHARED, explained=3), NOW)
    assert (met.items, met.features, met.seen_at) == (5, SHARED, NOW)


def named(number: int, day: str, *, since: datetime | None = None, delisted: bool = False) -> Named:
    return Named(number, day, since, delisted)


def listed(*days: str, kind: Kind = Kind.LISTING) -> Listed:
    entries = tuple(Entry(f"https://a.org/listed/{place}", published=day) for place, day in enumerate(days))
    return Listed(kind, "https://a.org/", entries)


WHOLE = listed(*["2026-02-01"] * 20)
IDS = range(100, 120)


@pytest.mark.parametrize(
    ("found", "thorough", "tells"),
    [
        (WHOLE, True, True),
        (WHOLE, False, False),
        (replace(WHOLE, kind=Kind.SITEMAP), True, True),
        (replace(WHOLE, kind=Kind.FEED), True, False),
        (replace(WHOLE, kind=Kind.PAGE), True, False),
        (replace(WHOLE, torn=True), True, False),
        (replace(WHOLE, unchanged=True), True, False),
        (replace(WHOLE, entries=()), True, False),
    ],
)
def test_only_a_whole_list_says_what_it_does_not_name(found: Listed, thorough: bool, tells: bool) -> None:
    assert tells_all(found, thorough=thorough) is tells


STANDING = [named(number, "2026-02-01") for number in IDS]
NEWER, OLDER = "2026-02-02", "2026-01-02"


def test_only_what_is_newer_than_some_that_are_listed_was_taken_out() -> None:
    assert census([*STANDING, named(1, NEWER), named(2, OLDER), named(3, "")], IDS).unlisted == {1}
    assert census([named(1, NEWER), *STANDING[:2]], IDS[:2]) == Census()


def test_what_a_list_names_again_is_back_where_nothing_new_is_missing() -> None:
    back, gone = named(100, NEWER, since=NOW - DAY), named(1, NEWER, since=NOW - DAY)
    assert census([*STANDING[1:], back], IDS).back == {100}
    assert census([*STANDING[1:], back, gone], IDS) == Census(frozenset([1]))
    assert census([*STANDING[1:], back, replace(gone, delisted=True)], IDS) == Census(frozenset([1]), frozenset([100]))


def test_many_that_leave_at_once_are_the_lists_trouble_for_a_day() -> None:
    back = named(100, NEWER, since=NOW - DAY)
    few = census([*STANDING[1:], back, named(1, NEWER), named(2, NEWER)], IDS)
    assert (few.lost, few.unlisted, few.back) == (0, {1, 2}, frozenset())
    many = census([*STANDING[1:], back, *(named(number, NEWER) for number in range(3))], IDS)
    assert (many.lost, many.back) == (3, frozenset())


@pytest.mark.parametrize(
    ("since", "lost", "told"),
    [(None, False, False), (NOW - HOUR, False, True), (NOW - HOUR, True, False), (NOW - DAY, True, True)],
)
def test_what_left_the_list_is_told_after_a_while(since: datetime | None, lost: bool, told: bool) -> None:
    assert is_delisted(since, NOW, HOUR, lost=lost) is told
    assert is_delisted(None, NOW, timedelta(0), lost=lost) is (not lost)
