"""The truth table of sift: which look of which item gives which verdict, and which verdict is believed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.fingerprint import fingerprint
from service.models import (
    Answer,
    Baseline,
    Block,
    Entry,
    Failed,
    Fault,
    Look,
    Missing,
    NotModified,
    Reading,
    Snapshot,
    State,
    Tracked,
    Verdict,
    VerdictKind,
)
from service.sift import STEADY, asks_again, first_verdict, settled

T0 = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
URL = "https://a.org/news/one"


def reading(*texts: str, title: str = "Title", method: str = "generic") -> Reading:
    return Reading(title, tuple(Block("p", text) for text in texts), method=method)


def item(state: State = State.LIVE, *texts: str, missing_since: datetime | None = None) -> Tracked:
    base = replace(reading(*texts or ("15 were killed.", "More is known.")), language="en")
    return Tracked(
        URL,
        "a.org/news/one",
        id=1,
        state=state,
        baseline=Baseline.of(1, base, fingerprint(base)),
        digest="d0",
        misses=int(missing_since is not None),
        missing_since=missing_since,
        seen_at=T0,
    )


def templated() -> Tracked:
    base = reading("15 were killed.", "More is known.", method="template")
    return replace(item(), baseline=Baseline.of(1, base, fingerprint(base)))


def walled() -> Tracked:
    return replace(item(), baseline=Baseline.of(1, WALL, fingerprint(WALL)))


NEW = Tracked(URL, "a.org/news/one")
PAGE = Snapshot(URL, URL, 200, (), b"page", T0 + HOUR)
GONE = Missing(URL, 404, T0 + HOUR)


def look(tracked: Tracked, answer: Answer = PAGE, read: Reading | None = None, astray: str = "") -> Look:
    return Look(tracked, answer, read, fingerprint(read) if read else None, astray=astray)


SAME = reading("15 were killed.", "More is known.")
OTHER = reading("51 were killed.", "More is known.")
WALL = reading("Enable JavaScript and cookies to continue", title="Just a moment...")
NOT_FOUND = reading("The page you requested could not be found.", title="Page not found")
GERMAN = replace(reading("Fünfzehn Menschen kamen ums Leben.", "Mehr ist bekannt."), language="de")
RUSSIAN = reading("Погибли пятнадцать человек.", "Известно больше.")  # in a page that says nothing of its language
CURLY = reading("15 were killed.", "More is\u00a0known.")


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (look(item(), Failed(URL, Fault.TIMEOUT, "slow", T0)), VerdictKind.FAILED),
        (look(item(), NotModified(URL, T0)), VerdictKind.UNCHANGED),
        (replace(look(item(), NotModified(URL, T0), SAME), restated=True), VerdictKind.REBASED),
        (look(replace(item(), digest=PAGE.digest)), VerdictKind.UNCHANGED),
        (look(item(), GONE), VerdictKind.MISSED),
        (look(item(State.SUSPECT, missing_since=T0 + HOUR / 2), GONE), VerdictKind.MISSED),
        (look(item(State.SUSPECT, missing_since=T0), GONE), VerdictKind.WITHDRAWN),
        (look(item(State.WITHDRAWN), GONE), VerdictKind.UNCHANGED),
        (look(NEW, GONE), VerdictKind.HELD),
        (look(item(), PAGE, SAME, astray="leads to the listing"), VerdictKind.MISSED),
        (look(item(), PAGE), VerdictKind.HELD),
        (look(item(), PAGE, Reading("")), VerdictKind.HELD),
        (look(item(), PAGE, Reading("Title", method="generic")), VerdictKind.MISSED),
        (look(item(State.SUSPECT, missing_since=T0), PAGE, Reading("Title", method="generic")), VerdictKind.WITHDRAWN),
        (replace(look(item(), PAGE, Reading("Title", method="generic")), torn=True), VerdictKind.HELD),
        (look(item(), PAGE, NOT_FOUND), VerdictKind.MISSED),
        (look(item(State.WITHDRAWN), PAGE, NOT_FOUND), VerdictKind.UNCHANGED),
        (look(NEW, PAGE, NOT_FOUND), VerdictKind.HELD),
        (look(item(), PAGE, WALL), VerdictKind.HELD),
        (look(NEW, PAGE, WALL), VerdictKind.HELD),
        (look(item(State.WITHDRAWN), PAGE, WALL), VerdictKind.HELD),
        (look(walled(), PAGE, SAME), VerdictKind.REBASED),
        (look(walled(), PAGE, WALL), VerdictKind.HELD),
        (look(NEW, PAGE, SAME), VerdictKind.FIRST),
        (look(item(State.WITHDRAWN), PAGE, SAME), VerdictKind.RESTORED),
        (look(item(State.WITHDRAWN), PAGE, OTHER), VerdictKind.RESTORED),
        (look(item(State.SUSPECT, missing_since=T0), PAGE, SAME), VerdictKind.UNCHANGED),
        (look(item(), PAGE, SAME), VerdictKind.UNCHANGED),
        (look(item(), PAGE, replace(OTHER, method="selectors")), VerdictKind.REBASED),
        (replace(look(item(), PAGE, SAME), restated=True), VerdictKind.REBASED),
        (look(templated(), PAGE, OTHER), VerdictKind.HELD),
        (look(templated(), PAGE, replace(OTHER, method="template")), VerdictKind.EDITED),
        (look(item(), PAGE, CURLY), VerdictKind.COSMETIC),
        (replace(look(item(), PAGE, reading("15 were ki")), torn=True), VerdictKind.HELD),
        (look(item(), PAGE, reading("15 were killed.")), VerdictKind.EDITED),
        (look(item(), PAGE, GERMAN), VerdictKind.HELD),
        (look(item(), PAGE, RUSSIAN), VerdictKind.HELD),
        (look(item(), PAGE, replace(OTHER, language="de")), VerdictKind.EDITED),
        (look(replace(item(), seen_at=T0 - DAY), PAGE, GERMAN), VerdictKind.HELD),
        (look(replace(item(), doubted_since=T0 - DAY), PAGE, GERMAN), VerdictKind.EDITED),
        (look(replace(item(), variants=(fingerprint(OTHER).content,)), PAGE, OTHER), VerdictKind.HELD),
        (replace(look(item(), PAGE, OTHER), stale=True), VerdictKind.HELD),
        (look(item(), PAGE, replace(OTHER, rule="3")), VerdictKind.REBASED),
        (look(item(), PAGE, OTHER), VerdictKind.EDITED),
        (look(item(), PAGE, replace(SAME, title="Retitled")), VerdictKind.EDITED),
    ],
)
def test_what_one_look_says(seen: Look, verdict: VerdictKind) -> None:
    assert first_verdict(seen, HOUR).kind is verdict


@pytest.mark.parametrize(
    ("kind", "gone_after", "asked"),
    [
        (VerdictKind.EDITED, HOUR, 2),
        (VerdictKind.COSMETIC, HOUR, 2),
        (VerdictKind.MISSED, HOUR, 0),
        (VerdictKind.MISSED, timedelta(0), 1),
        (VerdictKind.UNCHANGED, HOUR, 0),
        (VerdictKind.FIRST, HOUR, 0),
        (VerdictKind.FAILED, HOUR, 0),
    ],
)
def test_how_many_looks_more_a_verdict_asks_for(kind: VerdictKind, gone_after: timedelta, asked: int) -> None:
    assert asks_again(Verdict(kind, look(item())), gone_after) == asked


@pytest.mark.parametrize(("read", "asked"), [(SAME, 1), (OTHER, 2)])
def test_a_release_that_comes_back_with_another_text_is_asked_for_as_an_edit_is(read: Reading, asked: int) -> None:
    assert asks_again(first_verdict(look(item(State.WITHDRAWN), PAGE, read), HOUR), HOUR) == asked


def test_a_new_page_that_ends_in_the_middle_has_two_more_chances() -> None:
    torn, whole = replace(look(NEW, PAGE, reading("15 we")), torn=True), look(NEW, PAGE, SAME)
    first = first_verdict(torn, HOUR)
    assert asks_again(first, HOUR) == 2
    assert settled(first, [whole, torn], HOUR).look.reading == SAME
    assert settled(first, [torn, torn], HOUR).look.reading == torn.reading


def test_a_new_page_in_other_letters_than_its_list_has_two_more_chances() -> None:
    named = replace(NEW, entry=Entry(URL, "Fifteen were killed"))
    foreign = replace(RUSSIAN, title="Погибли люди")
    first = first_verdict(look(named, PAGE, foreign), HOUR)
    assert asks_again(first, HOUR) == 2
    again = [look(named, PAGE, foreign), look(named, PAGE, SAME)]
    assert settled(first, again, HOUR).look.reading == SAME
    assert settled(first, again[:1], HOUR) == first
    assert asks_again(first_verdict(look(named, PAGE, SAME), HOUR), HOUR) == 0
    assert asks_again(first_verdict(look(NEW, PAGE, foreign), HOUR), HOUR) == 0


def foreign(since: datetime, title: str = "Fifteen were killed") -> Tracked:
    """Return a release whose first version is in Russian, since when it is known, and what its list calls it."""
    base = replace(RUSSIAN, title="Погибли люди")
    return replace(item(), baseline=Baseline.of(1, base, fingerprint(base)), first_seen_at=since, entry=Entry(URL, title))


@pytest.mark.parametrize(
    ("known", "read", "verdict"),
    [
        (foreign(T0), SAME, VerdictKind.REBASED),  # its list was right: what came first was the page of somebody else
        (
            foreign(T0),
            reading("Погиб 51 человек.", title="Погибли люди"),
            VerdictKind.EDITED,
        ),  # its list is in other letters than its releases
        (foreign(T0 - DAY), SAME, VerdictKind.HELD),  # this release is in Russian: a page in other letters is a bad one
        (foreign(T0, "Погибли люди"), SAME, VerdictKind.HELD),
    ],
)
def test_news_in_other_letters_than_their_list_are_believed_and_their_list_for_a_day_as_well(
    known: Tracked, read: Reading, verdict: VerdictKind
) -> None:
    assert final(*[look(known, PAGE, read)] * 3).kind is verdict


def test_a_page_unlike_its_siblings_whose_title_says_that_it_is_not_there_is_missing_whatever_stands_around() -> None:
    teasers = reading(*(f"On {day} March the council met in Valdis and spoke of many other things. " * 6 for day in range(1, 9)))
    around = replace(teasers, title="Element not found!", method="generic", published="2026-03-09")
    assert first_verdict(look(templated(), PAGE, around), HOUR).kind is VerdictKind.MISSED
    assert first_verdict(look(templated(), PAGE, replace(around, title="Elements found")), HOUR).kind is VerdictKind.HELD


def final(*looks: Look, gone_after: timedelta = HOUR) -> Verdict:
    return settled(first_verdict(looks[0], gone_after), looks[1:], gone_after)


LATER = replace(PAGE, fetched_at=T0 + 2 * HOUR)
THIRD = reading("52 were killed.", "More is known.")


def test_an_edit_that_stays_is_an_edit_dated_by_the_look_that_saw_it_first() -> None:
    verdict = final(look(item(), PAGE, OTHER), look(item(), LATER, OTHER), look(item(), LATER, OTHER))
    assert (verdict.kind, verdict.look.answer.fetched_at) == (VerdictKind.EDITED, T0 + HOUR)


def test_an_old_copy_neither_confirms_nor_refutes() -> None:
    old = look(item(), replace(LATER, headers=(("Age", "86400"),)), SAME)
    assert final(look(item(), PAGE, OTHER), look(item(), LATER, OTHER), old).kind is VerdictKind.EDITED
    held = final(look(item(), PAGE, OTHER), old, old)
    assert (held.kind, held.variant) == (VerdictKind.HELD, "")


def test_a_page_that_came_cut_short_tells_nothing_where_others_came_whole() -> None:
    whole = look(item(), LATER, OTHER)
    torn, shorter = (replace(look(item(), PAGE, reading(text)), torn=True) for text in ("51 were killed.", "51 were ki"))
    assert final(torn, shorter, whole).look.reading == OTHER
    assert final(look(item(), PAGE, OTHER), torn, whole).look.reading == OTHER
    assert final(torn, look(item(), LATER, SAME), shorter).kind is VerdictKind.UNCHANGED


def test_what_came_while_we_looked_is_dated_by_the_look_that_saw_it() -> None:
    verdict = final(look(item(), PAGE, OTHER), look(item(), LATER, THIRD), look(item(), LATER, THIRD))
    assert (verdict.kind, verdict.look.answer.fetched_at, verdict.look.reading) == (VerdictKind.EDITED, T0 + 2 * HOUR, THIRD)


@pytest.mark.parametrize(
    "again",
    [look(item(), PAGE, SAME), look(item(), GONE), look(item(), PAGE, WALL), look(item(), Failed(URL, Fault.TIMEOUT, "slow", T0))],
    ids=["back to the old text", "missing", "a wall", "failed"],
)
@pytest.mark.parametrize("place", [1, 2])
def test_an_alarm_that_does_not_stay_is_held(again: Look, place: int) -> None:
    looks = [look(item(), PAGE, OTHER)] * 3
    looks[place] = again
    assert final(*looks).kind is VerdictKind.HELD


def test_type_that_is_set_otherwise_at_each_look_is_no_change() -> None:
    spaced = reading("15\u00a0were killed.", "More is known.")
    assert final(*[look(item(), PAGE, CURLY)] * 3).kind is VerdictKind.COSMETIC
    assert final(look(item(), PAGE, CURLY), look(item(), PAGE, spaced), look(item(), PAGE, CURLY)).kind is VerdictKind.UNCHANGED


def test_what_a_page_did_not_keep_to_is_remembered_and_doubted_for_a_day() -> None:
    flapping = final(look(item(), PAGE, OTHER), look(item(), PAGE, SAME), look(item(), PAGE, SAME))
    assert flapping.variant == fingerprint(OTHER).content
    known = replace(item(), variants=(flapping.variant,))
    assert first_verdict(look(known, PAGE, OTHER), HOUR).kind is VerdictKind.HELD
    assert first_verdict(look(replace(known, doubted_since=T0 + HOUR - STEADY), PAGE, OTHER), HOUR).kind is VerdictKind.EDITED


def test_a_release_that_is_back_under_two_headlines_in_turns_is_back_as_it_was() -> None:
    away, later = item(State.WITHDRAWN), replace(PAGE, body=b"as it was")
    shown = [look(away, PAGE, OTHER), look(away, later, SAME), look(away, PAGE, OTHER)]
    verdict = final(*shown)
    assert (verdict.kind, verdict.look.reading, verdict.look.answer) == (VerdictKind.RESTORED, SAME, later)
    assert final(shown[0], look(away, later, THIRD), shown[2]).look.reading == OTHER


def counted(views: int, number: str = "15") -> Reading:
    return reading(f"{number} were killed.", f"Views: {views}")


def test_a_counter_alone_is_no_edit_and_hides_none() -> None:
    known = item(State.LIVE, "15 were killed.", "Views: 1")
    assert final(*(look(known, PAGE, counted(views)) for views in (2, 3, 4))).kind is VerdictKind.HELD
    assert final(*(look(known, PAGE, counted(views, "51")) for views in (2, 3, 4))).kind is VerdictKind.EDITED


def test_a_retitled_page_with_a_counter_is_edited() -> None:
    known = item(State.LIVE, "15 were killed.", "Views: 1")
    assert final(*(look(known, PAGE, replace(counted(views), title="New")) for views in (2, 3, 4))).kind is VerdictKind.EDITED


PROMOS = ("Read our magazine.", "Follow us everywhere.", "Come and work for us.")
RELEASE = (
    "15 were killed, as the Council was told in the morning of that day.",
    "More is known by now, and it will be told in due time.",
    "Share",
)


def promoted(*texts: str, state: State = State.LIVE, since: datetime | None = None) -> Verdict:
    """Return what three looks say of a release that had a text and a promotion, and now these texts and another promotion each time."""
    known = item(state, *RELEASE, "Visit us.", missing_since=since)
    return final(*(look(known, PAGE, reading(*texts, promo)) for promo in PROMOS))


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (promoted(), VerdictKind.MISSED),
        (promoted("Share"), VerdictKind.MISSED),  # words that stand on every page
        (promoted(since=T0), VerdictKind.WITHDRAWN),
        (promoted(state=State.WITHDRAWN), VerdictKind.UNCHANGED),
        (promoted("It was withdrawn."), VerdictKind.EDITED),  # something new that stays
        (promoted("Share", state=State.WITHDRAWN, since=T0), VerdictKind.UNCHANGED),
        (promoted(*RELEASE, state=State.WITHDRAWN), VerdictKind.RESTORED),
    ],
)
def test_a_page_of_which_nothing_but_a_promotion_is_left_is_without_its_text(seen: Verdict, kind: VerdictKind) -> None:
    assert seen.kind is kind


def test_with_no_time_to_pass_two_looks_in_a_row_confirm_a_withdrawal() -> None:
    assert final(look(item(), GONE), look(item(), GONE), gone_after=timedelta(0)).kind is VerdictKind.WITHDRAWN
    assert final(look(item(), GONE), look(item(), PAGE, SAME), gone_after=timedelta(0)).kind is VerdictKind.UNCHANGED


blocks = st.lists(st.sampled_from(["a", "b", "c", "d", "15 killed", "51 killed"]), min_size=1, max_size=6)


@given(blocks, blocks)
def test_any_text_that_stays_and_is_not_the_baseline_is_an_edit(before: list[str], after: list[str]) -> None:
    seen = look(item(State.LIVE, *before), PAGE, reading(*after))
    if before == after:
        assert first_verdict(seen, HOUR).kind is VerdictKind.UNCHANGED
    else:
        assert final(seen, seen, seen).kind is VerdictKind.EDITED
