"""Whether a publisher owned up to a change: the truth table, and what holds for all that may be said."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.declared import Said, declared, said
from service.models import Declared, Entry, Reading

from .reading import read

LOOK = datetime(2026, 3, 10, 12, tzinfo=UTC)  # the last look that saw the old text
OLD, NEW = "2026-03-01T09:00+00:00", "2026-03-10T15:00+00:00"
NOW, BEFORE = "Last updated 10 March 2026", "Last updated 1 March 2026"
DECLARED, STEALTH, BACK_DATED = Declared.DECLARED, Declared.STEALTH, Declared.BACK_DATED
WITHOUT_CHANGE, UNKNOWN = Declared.WITHOUT_CHANGE, Declared.UNKNOWN
quick = settings(deadline=None, max_examples=200)

STAMPS = st.one_of(
    st.none(),
    st.sampled_from(["2026", "2026-03", "yesterday", ""]),
    st.dates().filter(lambda day: 1990 <= day.year <= 2050).map(lambda day: day.isoformat()),
    st.builds(
        lambda at, zone: at.strftime("%Y-%m-%dT%H:%M") + zone,
        st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)),  # noqa: DTZ001 - its zone is drawn apart
        st.sampled_from(["", "Z", "+00:00", "-05:00", "+13:00"]),
    ),
)
NOTES = st.lists(st.sampled_from([NOW, BEFORE, "Correction: the figure was wrong.", "4 March 2026 Added a link."]), max_size=3).map(tuple)
WORDS = st.builds(Said, STAMPS, STAMPS, STAMPS, NOTES)


@pytest.mark.parametrize(
    "before, after, edited, unedited",
    [
        (Said(), Said(), STEALTH, UNKNOWN),
        (Said(OLD, OLD, OLD, (BEFORE,)), Said(OLD, OLD, OLD, (BEFORE,)), STEALTH, UNKNOWN),
        (Said(OLD), Said(None), STEALTH, UNKNOWN),
        # a word that can speak of this change
        (Said(OLD), Said(NEW), DECLARED, WITHOUT_CHANGE),
        (Said(listed=OLD), Said(listed=NEW), DECLARED, WITHOUT_CHANGE),
        (Said(published=OLD), Said(published=NEW), DECLARED, WITHOUT_CHANGE),
        (Said(), Said(NEW), DECLARED, WITHOUT_CHANGE),
        (Said("2026-03-01"), Said("2026-03-10"), DECLARED, WITHOUT_CHANGE),
        (Said("2026-03-01"), Said("2026-03-09"), DECLARED, WITHOUT_CHANGE),  # written down a day early, or elsewhere on Earth
        (Said("2026-03-01T09:00"), Said("2026-03-09T20:00"), DECLARED, WITHOUT_CHANGE),
        (Said(OLD), Said("2026-03-10T11:30+00:00"), DECLARED, WITHOUT_CHANGE),  # saved, then served from a cache for a while
        (Said(OLD), Said("2026-03-10T04:30Z"), DECLARED, WITHOUT_CHANGE),  # half past eleven, by a clock seven hours behind UTC
        (Said("2026-03-10T12:01:02"), Said("2026-03-10T12:01:40"), DECLARED, WITHOUT_CHANGE),
        (Said(notes=(BEFORE,)), Said(notes=(NOW,)), DECLARED, WITHOUT_CHANGE),
        (Said(notes=(BEFORE,)), Said(notes=(BEFORE, "10 March 2026 Corrected the figure.")), DECLARED, WITHOUT_CHANGE),
        (Said(), Said(notes=("Correction: the figure was wrong.",)), DECLARED, WITHOUT_CHANGE),
        # words that speak of something else
        (Said(), Said(OLD), STEALTH, UNKNOWN),
        (Said(published=OLD), Said(published="2026-03-02T09:00+00:00"), STEALTH, WITHOUT_CHANGE),
        (Said("2026-03-01"), Said("2026-03-01T09:00"), STEALTH, UNKNOWN),  # more precise, and no later
        (Said("2026-03-01T12:00"), Said("2026-03-01T12:00+03:00"), STEALTH, UNKNOWN),
        (Said("2026-03-01T12:00+03:00"), Said("2026-03-01T09:00Z"), STEALTH, UNKNOWN),
        (Said(published="2026-03-01T12:00:00Z"), Said(published="2026-03-01T12:00:00+03:00"), STEALTH, UNKNOWN),  # another zone alone
        (
            Said(notes=("Last updated 1 March 2026 - see all updates",)),
            Said(notes=("Last updated 1 March 2026 - show all updates",)),
            STEALTH,
            UNKNOWN,
        ),
        (Said(notes=(BEFORE, "1 March 2026 First published.")), Said(notes=(BEFORE,)), STEALTH, UNKNOWN),
        # words that cannot be true
        (Said(OLD), Said("2026-03-05T09:00+00:00"), BACK_DATED, WITHOUT_CHANGE),
        (Said(OLD), Said("2026-03-09T09:00+00:00"), BACK_DATED, WITHOUT_CHANGE),
        (Said("2026-03-01T09:00-05:00"), Said("2026-03-10T04:30-05:00"), BACK_DATED, WITHOUT_CHANGE),  # with a zone that somebody set
        (Said("2026-03-01"), Said("2026-03-05"), BACK_DATED, WITHOUT_CHANGE),
        (Said(OLD), Said("2026-02-01T09:00+00:00"), BACK_DATED, WITHOUT_CHANGE),
        (Said(published="2026-03-01"), Said(published="2026-02-01"), BACK_DATED, WITHOUT_CHANGE),
        (Said(OLD, published="2026-03-01"), Said(NEW, published="2026-02-01"), BACK_DATED, WITHOUT_CHANGE),
        (Said(notes=(BEFORE,)), Said(notes=("Last updated 4 March 2026",)), BACK_DATED, WITHOUT_CHANGE),
        # one honest word among others
        (Said(OLD, listed=OLD), Said("2026-03-05T09:00+00:00", listed=NEW), DECLARED, WITHOUT_CHANGE),
        (Said(published="2026-03-01", notes=(BEFORE,)), Said(published="2026-02-01", notes=(NOW,)), DECLARED, WITHOUT_CHANGE),
    ],
)
def test_the_truth_table(before: Said, after: Said, edited: Declared, unedited: Declared) -> None:
    assert declared(before, after, True, LOOK) is edited
    assert declared(before, after, False, LOOK) is unedited


def test_a_correction_note_in_the_text_is_a_word_whatever_the_stamps_say() -> None:
    assert declared(Said(OLD), Said(OLD), True, LOOK, note=True) is DECLARED
    assert declared(Said(published="2026-03-01"), Said(published="2026-02-01"), True, LOOK, note=True) is DECLARED


def test_where_no_look_is_known_a_stamp_that_moved_on_is_believed() -> None:
    assert declared(Said(OLD), Said("2026-03-05T09:00+00:00"), True, None) is DECLARED
    assert declared(Said(), Said(NEW), True, None) is STEALTH


def test_what_is_said_is_read_from_the_page_and_its_list() -> None:
    page = Reading("t", modified=NEW, published=OLD, notes=(NOW,))
    assert said(page, Entry("https://news.example/1", published="2020-01-01", updated=OLD)) == Said(NEW, OLD, OLD, (NOW,))
    assert said(page, None) == Said(NEW, OLD, None, (NOW,))


@quick
@given(WORDS, WORDS, st.booleans(), st.one_of(st.none(), st.just(LOOK)))
def test_an_edit_has_one_of_three_answers_and_a_look_without_one_of_two(
    before: Said, after: Said, note: bool, look: datetime | None
) -> None:
    assert declared(before, after, True, look, note=note) in (DECLARED, STEALTH, BACK_DATED)
    assert declared(before, after, False, look) in (WITHOUT_CHANGE, UNKNOWN)


@quick
@given(WORDS)
def test_what_says_the_same_says_nothing(words: Said) -> None:
    assert declared(words, words, True, LOOK) is STEALTH
    assert declared(words, words, False, LOOK) is UNKNOWN


@quick
@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(["", "Z", "-05:00", "+13:00"]))
def test_nobody_is_accused_for_a_stamp_of_the_same_day(hour: int, minute: int, zone: str) -> None:
    exact = f"2026-03-10T{hour:02d}:{minute:02d}{zone}"
    for one, other in (("2026-03-10", exact), (exact, "2026-03-10")):
        assert declared(Said(one, one), Said(other, other), True, LOOK) is not BACK_DATED


def test_stamps_of_a_real_newsroom(corpus: Path) -> None:
    """A WordPress newsroom: in 732 looks its stamp had moved and its text had not."""
    found: Counter[tuple[bool, Declared]] = Counter()
    with gzip.open(corpus / "wp-modified-facts" / "events.jsonl.gz", "rt", encoding="utf-8") as lines:
        for event in map(json.loads, lines):
            if "modified_bumped" in event["labels"] or event["modified_before"] == event["modified_after"]:
                edited = event["visible_text_changed"]
                words = Said(event["modified_before"]), Said(event["modified_after"])
                found[edited, declared(*words, edited, None)] += 1
    assert found[False, STEALTH] + found[False, DECLARED] == 0
    assert found[False, WITHOUT_CHANGE] == 732


def test_edits_of_gov_uk_are_declared_but_for_the_silent_ones(corpus: Path) -> None:
    """Case 32 of the real ones: NHS became JCVI (246) with no word; Create Technologies became Createc (239) with one."""
    with gzip.open(corpus / "govuk-news-edits" / "pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        pairs = {pair["id"]: pair for pair in map(json.loads, lines)}
    for number, expected in (("246", STEALTH), ("421", STEALTH), ("184", STEALTH), ("239", DECLARED), ("188", DECLARED), ("000", UNKNOWN)):
        pair = pairs[f"govuk-{number}"]
        before, after = (said(read(pair[side]), None) for side in ("before", "after"))
        look = datetime.fromisoformat(pair["seen_before"])
        assert declared(before, after, pair["expect"]["class"] == "content_edit", look) is expected, number
