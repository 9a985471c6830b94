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
from service.sift import asks_again, final_verdict, first_verdict

T0 = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://a.org/news/one"


def reading(*texts: str, title: str = "Title", method: str = "generic") -> Reading:
    return Reading(title, tuple(Block("p", text) for text in texts), method=method)


def item(state: State = State.LIVE, *texts: str, missing_since: datetime | None = None) -> Tracked:
    base = reading(*texts or ("15 were killed.", "More is known."))
    return Tracked(
        URL,
        "a.org/news/one",
        id=1,
        state=state,
        baseline=Baseline(1, base, fingerprint(base)),
        digest="d0",
        misses=int(missing_since is not None),
        missing_since=missing_since,
        seen_at=T0,
    )


def templated() -> Tracked:
    base = reading("15 were killed.", "More is known.", method="template")
    return replace(item(), baseline=Baseline(1, base, fingerprint(base)))


def walled() -> Tracked:
    return replace(item(), baseline=Baseline(1, WALL, fingerprint(WALL)))


NEW = Tracked(URL, "a.org/news/one")
PAGE = Snapshot(URL, URL, 200, (), b"page", T0 + HOUR)
GONE = Missing(URL, 404, T0 + HOUR)


def look(tracked: Tracked, answer: Answer = PAGE, read: Reading | None = None, astray: str = "") -> Look:
    return Look(tracked, answer, read, fingerprint(read) if read else None, astray=astray)


SAME = reading("15 were killed.", "More is known.")
OTHER = reading("51 were killed.", "More is known.")
WALL = reading("Enable JavaScript and cookies to continue", title="Just a moment...")
CURLY = reading("15 were killed.", "More is\u00a0known.")


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (look(item(), Failed(URL, Fault.TIMEOUT, "slow", T0)), VerdictKind.FAILED),
        (look(item(), NotModified(URL, T0)), VerdictKind.UNCHANGED),
        (look(replace(item(), digest=PAGE.digest)), VerdictKind.UNCHANGED),
        (look(item(), GONE), VerdictKind.MISSED),
        (look(item(State.SUSPECT, missing_since=T0 + HOUR / 2), GONE), VerdictKind.MISSED),
        (look(item(State.SUSPECT, missing_since=T0), GONE), VerdictKind.WITHDRAWN),
        (look(item(State.WITHDRAWN), GONE), VerdictKind.UNCHANGED),
        (look(NEW, GONE), VerdictKind.HELD),
        (look(item(), PAGE, SAME, astray="leads to the listing"), VerdictKind.MISSED),
        (look(item(), PAGE), VerdictKind.HELD),
        (look(item(), PAGE, Reading("")), VerdictKind.HELD),
        (look(item(), PAGE, Reading("Title", method="generic")), VerdictKind.HELD),
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
        (look(item(), PAGE, OTHER), VerdictKind.EDITED),
        (look(item(), PAGE, replace(SAME, title="Retitled")), VerdictKind.EDITED),
    ],
)
def test_what_one_look_says(seen: Look, verdict: VerdictKind) -> None:
    assert first_verdict(seen, HOUR).kind is verdict


@pytest.mark.parametrize(
    ("kind", "gone_after", "asked"),
    [
        (VerdictKind.EDITED, HOUR, True),
        (VerdictKind.COSMETIC, HOUR, True),
        (VerdictKind.RESTORED, HOUR, True),
        (VerdictKind.MISSED, HOUR, False),
        (VerdictKind.MISSED, timedelta(0), True),
        (VerdictKind.UNCHANGED, HOUR, False),
        (VerdictKind.FIRST, HOUR, False),
        (VerdictKind.FAILED, HOUR, False),
    ],
)
def test_which_verdicts_ask_for_another_look(kind: VerdictKind, gone_after: timedelta, asked: bool) -> None:
    assert asks_again(Verdict(kind, look(item())), gone_after) is asked


def settled(first: Look, again: Look, gone_after: timedelta = HOUR) -> Verdict:
    return final_verdict(first_verdict(first, gone_after), again, gone_after)


def test_an_edit_that_stays_is_an_edit_dated_by_the_look_that_saw_it_first() -> None:
    later = replace(PAGE, fetched_at=T0 + 2 * HOUR)
    verdict = settled(look(item(), PAGE, OTHER), look(item(), later, OTHER))
    assert verdict.kind is VerdictKind.EDITED
    assert verdict.look.answer.fetched_at == T0 + HOUR


@pytest.mark.parametrize(
    "again",
    [look(item(), PAGE, SAME), look(item(), GONE), look(item(), PAGE, WALL), look(item(), Failed(URL, Fault.TIMEOUT, "slow", T0))],
    ids=["back to the old text", "missing", "a wall", "failed"],
)
def test_an_alarm_that_does_not_stay_is_held(again: Look) -> None:
    assert settled(look(item(), PAGE, OTHER), again).kind is VerdictKind.HELD


def counted(views: int, number: str = "15") -> Reading:
    return reading(f"{number} were killed.", f"Views: {views}")


def test_a_counter_alone_is_no_edit_and_hides_none() -> None:
    known = item(State.LIVE, "15 were killed.", "Views: 1")
    assert settled(look(known, PAGE, counted(2)), look(known, PAGE, counted(3))).kind is VerdictKind.HELD
    assert settled(look(known, PAGE, counted(2, "51")), look(known, PAGE, counted(3, "51"))).kind is VerdictKind.EDITED


def test_a_retitled_page_with_a_counter_is_edited() -> None:
    known = item(State.LIVE, "15 were killed.", "Views: 1")
    one, other = replace(counted(2), title="New"), replace(counted(3), title="New")
    assert settled(look(known, PAGE, one), look(known, PAGE, other)).kind is VerdictKind.EDITED


def test_with_no_time_to_pass_two_looks_in_a_row_confirm_a_withdrawal() -> None:
    assert settled(look(item(), GONE), look(item(), GONE), timedelta(0)).kind is VerdictKind.WITHDRAWN
    assert settled(look(item(), GONE), look(item(), PAGE, SAME), timedelta(0)).kind is VerdictKind.UNCHANGED


blocks = st.lists(st.sampled_from(["a", "b", "c", "d", "15 killed", "51 killed"]), min_size=1, max_size=6)


@given(blocks, blocks)
def test_any_text_seen_twice_that_is_not_the_baseline_is_an_edit(before: list[str], after: list[str]) -> None:
    known, read = item(State.LIVE, *before), reading(*after)
    first = first_verdict(look(known, PAGE, read), HOUR)
    if before == after:
        assert first.kind is VerdictKind.UNCHANGED
    else:
        assert final_verdict(first, look(known, PAGE, read), HOUR).kind is VerdictKind.EDITED
