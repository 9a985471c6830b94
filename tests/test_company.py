"""What several releases of a source share is no edit of any of them: the truth table of judging in company."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.fingerprint import fingerprint
from service.models import (
    Baseline,
    Block,
    Entry,
    Failed,
    Fault,
    IncidentKind,
    Link,
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
from service.sift import LEAST_COMPANY, STEADY, Fit, first_verdict, fit, in_company, trouble, without_strays
from service.sift.differences import differences
from service.sift.restating import restated

T0 = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD_ABOUT, NEW_ABOUT = "The alliance has six members.", "The alliance has five members."


def reading(
    number: int, *more: str, title: str = "", path: str = "main/p", published: str | None = "2026-01-01", **given: object
) -> Reading:
    texts = (f"Release {number} has words of its own, {number * 7} of them.", *more)
    return replace(
        Reading(title or f"Release {number}", tuple(Block(path, text) for text in texts), published, method="template"),
        **given,  # type: ignore[arg-type] # fields of a reading
    )


def look(number: int, before: Reading | None, after: Reading | None) -> Look:
    url = f"https://a.org/news/{number}"
    base = None if before is None else Baseline.of(1, before, fingerprint(before))
    item = Tracked(url, f"a.org/news/{number}", id=number, baseline=base, seen_at=T0, entry=Entry(url, f"Release {number}"))
    if after is None:
        return Look(item, NotModified(url, T0 + HOUR))
    return Look(item, Snapshot(url, url, 200, (), str(after).encode(), T0 + HOUR), after, fingerprint(after))


def judged(*looks: Look, known: frozenset[str] = frozenset(), redesigned: bool = False) -> list[VerdictKind]:
    return [verdict.kind for verdict in in_company([first_verdict(one, HOUR) for one in looks], known, redesigned=redesigned).verdicts]


def changed(numbers: Sequence[int], before: str = OLD_ABOUT, after: str = NEW_ABOUT) -> list[Look]:
    return [look(number, reading(number, before), reading(number, after)) for number in numbers]


EDITED, REBASED, HELD, UNCHANGED = VerdictKind.EDITED, VerdictKind.REBASED, VerdictKind.HELD, VerdictKind.UNCHANGED


def test_the_same_paragraph_changed_on_many_pages_is_no_edit_of_any() -> None:
    assert judged(*changed(range(5))) == [REBASED] * 5
    assert judged(*changed(range(LEAST_COMPANY - 1))) == [EDITED] * (LEAST_COMPANY - 1)


def test_the_edit_made_with_it_is_found_and_says_nothing_of_the_rest() -> None:
    own = look(9, reading(9, "15 were killed.", OLD_ABOUT), reading(9, "51 were killed.", NEW_ABOUT))
    company = in_company([first_verdict(one, HOUR) for one in (*changed(range(4)), own)])
    edited = company.verdicts[-1]
    assert [verdict.kind for verdict in company.verdicts] == [REBASED] * 4 + [EDITED]
    assert edited.look.restated and edited.look.item.baseline is not None
    assert [block.text for block in edited.look.item.baseline.reading.blocks][1:] == ["15 were killed.", NEW_ABOUT]
    assert company.explained == 5


def test_a_paragraph_moved_on_the_day_when_one_changed_on_all_pages_is_found() -> None:
    own = look(9, reading(9, "15 were killed.", "More is known.", OLD_ABOUT), reading(9, "More is known.", "15 were killed.", NEW_ABOUT))
    assert judged(*changed(range(4)), own) == [REBASED] * 4 + [EDITED]


def test_a_link_goes_with_the_words_it_stood_in() -> None:
    teaser = Link("https://a.org/news/99", "The council met.")
    looks = [look(number, reading(number, teaser.text, links=(teaser,) * (number > 2)), reading(number)) for number in range(4)]
    assert judged(*looks) == [REBASED] * 4


def test_a_later_look_knows_what_was_shared_before() -> None:
    known = in_company([first_verdict(one, HOUR) for one in changed(range(4))]).shared
    assert judged(*changed([7]), known=known) == [REBASED]
    assert judged(*changed([7], after="The alliance is no more."), known=known) == [EDITED]


def test_a_release_read_before_the_words_of_all_pages_were_known_does_not_lose_them() -> None:
    alone = first_verdict(look(7, reading(7, OLD_ABOUT, "And more."), reading(7, "And more.")), HOUR)
    assert in_company([alone]).verdicts[0].kind is EDITED
    company = in_company([alone], chrome=frozenset([OLD_ABOUT]))
    assert (company.verdicts[0].kind, company.shared, company.explained) == (REBASED, frozenset(), 0)
    edited = first_verdict(look(7, reading(7, OLD_ABOUT, "And more."), reading(7, "And less.")), HOUR)
    assert in_company([edited], chrome=frozenset([OLD_ABOUT])).verdicts[0].kind is EDITED


def test_a_release_that_comes_back_is_not_edited_by_what_changed_on_all_pages_meanwhile() -> None:
    (back,) = changed([9])
    back = replace(back, item=replace(back.item, state=State.WITHDRAWN))
    verdict = in_company([first_verdict(one, HOUR) for one in (*changed(range(4)), back)]).verdicts[-1]
    assert verdict.kind is VerdictKind.RESTORED and verdict.look.item.baseline is not None
    assert verdict.look.item.baseline.fingerprint == verdict.look.fingerprint


def test_a_page_that_shows_nothing_but_what_came_on_all_pages_is_not_back() -> None:
    emptied = look(9, reading(9), replace(reading(9), blocks=(Block("main/p", NEW_ABOUT),)))
    emptied = replace(emptied, item=replace(emptied.item, state=State.WITHDRAWN))
    assert judged(*changed(range(4)), emptied) == [REBASED] * 4 + [UNCHANGED]


def test_one_correction_in_several_languages_is_an_edit_of_each() -> None:
    def translated(number: int, language: str) -> Look:
        versions = (reading(number, f"3.16.7-{version}", language=language) for version in ("ctk9", "ckt9"))
        return look(number, *versions)

    assert judged(*(translated(number, language) for number, language in enumerate(("en", "fr", "de", "ru")))) == [EDITED] * 4
    assert judged(*(translated(number, "en") for number in range(4))) == [REBASED] * 4


def test_a_sweep_through_few_of_many_releases_is_an_edit_of_each() -> None:
    still = [look(number, reading(number), None) for number in range(100, 120)]
    assert judged(*changed(range(4)), *still)[:4] == [EDITED] * 4
    assert judged(*changed(range(5)), *still)[:5] == [REBASED] * 5


def test_edits_that_only_look_alike_are_all_reported() -> None:
    looks = [look(number, reading(number, f"{number} killed."), reading(number, f"{number + 50} killed.")) for number in range(6)]
    assert judged(*looks) == [EDITED] * 6


def suffixed(number: int) -> tuple[Reading, Reading]:
    return reading(number), reading(number, title=f"Release {number} | The alliance")


def redated(number: int) -> tuple[Reading, Reading]:
    return reading(number), reading(number, published="2026-01-01T12:00")


def with_new_block(number: int) -> tuple[Reading, Reading]:
    after = reading(number)
    return reading(number), replace(after, blocks=(*after.blocks, Block("main/aside.related/a", f"Read also: release {number + 1}")))


def moved_host(number: int) -> tuple[Reading, Reading]:
    before, after = (Link(f"https://{host}/law/{number}", "law") for host in ("old.org", "new.org"))
    return reading(number, links=(before,)), reading(number, links=(after,))


def parted(number: int) -> tuple[Reading, Reading]:
    return reading(number, "One. Two."), reading(number, "One.", "Two.")


@pytest.mark.parametrize("way", [suffixed, redated, with_new_block, moved_host, parted])
def test_the_same_sort_of_change_on_most_pages_is_the_sources(way) -> None:
    assert judged(*(look(number, *way(number)) for number in range(4))) == [REBASED] * 4


@pytest.mark.parametrize("way", [suffixed, redated, with_new_block, parted])
def test_the_same_sort_of_change_on_few_of_many_pages_is_theirs(way) -> None:
    still = [look(number, reading(number), None) for number in range(10, 20)]
    assert judged(*(look(number, *way(number)) for number in range(4)), *still)[:4] == [EDITED] * 4


def test_a_date_that_comes_or_goes_with_a_redesign_is_part_of_it() -> None:
    gone = look(1, reading(1), reading(1, published=None))
    assert judged(gone) == [EDITED]
    assert judged(gone, redesigned=True) == [REBASED]
    assert judged(look(1, reading(1), reading(1, published="2025-12-31")), redesigned=True) == [EDITED]


def test_an_edit_made_on_the_day_of_a_redesign_is_compared_with_what_it_took_the_place_of() -> None:
    own = look(9, reading(9, "15 were killed.", OLD_ABOUT), reading(9, "51 were killed.", NEW_ABOUT, path="div/div.text/p"))
    made_anew = [look(number, reading(number, OLD_ABOUT), reading(number, NEW_ABOUT, path="div/div.text/p")) for number in range(4)]
    verdicts = in_company([first_verdict(one, HOUR) for one in (*made_anew, own)], redesigned=True).verdicts
    baseline = verdicts[-1].look.item.baseline
    assert [verdict.kind for verdict in verdicts] == [REBASED] * 4 + [EDITED]
    assert baseline is not None and [block.text for block in baseline.reading.blocks][1:] == ["15 were killed.", NEW_ABOUT]


def test_one_page_for_several_addresses_is_none_of_them() -> None:
    excuse = Reading("Welcome", (Block("main/p", "Our new site is coming. Come back soon, and read all about it."),), method="template")
    assert judged(*(look(number, reading(number), excuse) for number in range(2))) == [HELD] * 2
    assert judged(look(1, reading(1), excuse)) == [EDITED]
    assert judged(*(look(number, None, excuse) for number in range(3))) == [HELD] * 3


def test_two_copies_of_one_text_that_are_edited_alike_are_both_edited() -> None:
    before, after = reading(1), reading(1, "A sentence more.")
    assert judged(look(1, before, after), look(2, before, after)) == [EDITED] * 2


words = st.sampled_from(["a", "b", "c", "d", "15 killed", "51 killed"])
texts = st.lists(words, max_size=5)
readings = st.builds(
    lambda title, blocks, links, published: Reading(
        title, tuple(Block("p", text) for text in blocks), published, links=tuple(Link(f"https://a.org/{one}") for one in links)
    ),
    words,
    texts,
    st.lists(st.sampled_from("xyz"), unique=True),
    st.sampled_from([None, "2026-01-01", "2026-01-02"]),
)


@given(readings, readings)
def test_there_are_differences_where_the_prints_differ_and_nowhere_else(before: Reading, after: Reading) -> None:
    assert bool(differences(before, after)) == (fingerprint(before).content != fingerprint(after).content)


@given(readings, readings)
def test_a_baseline_restated_with_all_differences_reads_as_the_page(before: Reading, after: Reading) -> None:
    found = differences(before, after)
    now = restated(before, after, found)
    assert (now.title, now.published) == (after.title, after.published)
    assert {link.url for link in now.links} == {link.url for link in after.links}
    assert sorted(block.text for block in now.blocks) == sorted(
        block.text for block in after.blocks
    )  # their order is a difference of its own
    assert restated(before, after, []) == before


def verdict(kind: VerdictKind, *, status: int = 0, capture: str = "", state: State = State.LIVE) -> Verdict:
    one = look(1, reading(1), reading(1))
    if kind is VerdictKind.FAILED:
        one = replace(one, answer=Failed("https://a.org/news/1", Fault.STATUS, "no", T0, status))
    if kind is VerdictKind.MISSED:
        one = replace(one, answer=Missing("https://a.org/news/1", 404, T0))
    return Verdict(kind, replace(one, item=replace(one.item, state=state)), capture=capture)


WELL, MISSED = verdict(UNCHANGED), verdict(VerdictKind.MISSED)
WALL, FORBIDDEN = verdict(HELD, capture="a bot wall"), verdict(VerdictKind.FAILED, status=403)
BROKEN = verdict(VerdictKind.FAILED, status=500)


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        ([WELL] * 5, None),
        ([MISSED] * 2, None),
        ([MISSED] * 3, (IncidentKind.OUTAGE, 3)),
        ([MISSED] * 3 + [WELL] * 3, None),
        ([WALL, FORBIDDEN, WALL, WELL], (IncidentKind.BLOCKED, 3)),
        ([BROKEN, BROKEN, MISSED, WALL], (IncidentKind.OUTAGE, 4)),
        ([verdict(VerdictKind.MISSED, state=State.WITHDRAWN)] * 5, None),
    ],
)
def test_trouble_is_what_strikes_more_than_half(verdicts: list[Verdict], told: tuple[IncidentKind, int] | None) -> None:
    assert trouble(verdicts) == told


@pytest.mark.parametrize(("strays", "steady", "kind"), [(0, 0, VerdictKind.FIRST), (1, 1, VerdictKind.FIRST), (2, 1, HELD)])
def test_news_wait_while_most_pages_are_not_made_as_they_were(strays: int, steady: int, kind: VerdictKind) -> None:
    unlike = [look(number, reading(number), reading(number, "Related", method="generic")) for number in range(strays)]
    news = look(9, None, reading(9, "Related", method="generic"))
    looks = [*unlike, *(look(number, reading(number), None) for number in range(5, 5 + steady)), news]
    assert without_strays([first_verdict(one, HOUR) for one in looks])[-1].kind is kind
    after_a_day = replace(news, item=replace(news.item, doubted_since=T0 - STEADY))
    assert without_strays([first_verdict(one, HOUR) for one in (*unlike, after_a_day)])[-1].kind is VerdictKind.FIRST


FITS = look(1, reading(1), reading(1))
STRAYS = look(1, reading(1), reading(1, method="generic"))
NEVER_FITTED = look(1, reading(1, method="generic"), reading(1, method="generic"))
UNSENT = look(1, reading(1), None)


def as_it_was(seen: Look) -> Look:
    """Return the look with the bytes that were read last."""
    assert isinstance(seen.answer, Snapshot)
    return replace(seen, item=replace(seen.item, digest=seen.answer.digest), reading=None, fingerprint=None)


@pytest.mark.parametrize(
    ("looks", "told", "outgrown"),
    [
        ([FITS] * 3 + [STRAYS] * 3, Fit(3, 3), False),
        ([FITS] * 2 + [STRAYS] * 3, Fit(2, 3), True),
        ([look(1, None, reading(1, method="generic"))], Fit(0, 1), True),
        ([STRAYS, *[as_it_was(FITS)] * 2], Fit(2, 1), False),
        ([STRAYS, *[as_it_was(NEVER_FITTED)] * 2], Fit(0, 1), True),
        ([STRAYS, *[UNSENT] * 2], Fit(0, 1), True),
        ([STRAYS, *[NEVER_FITTED] * 2], Fit(0, 1), True),
        ([STRAYS, *[look(1, reading(1, method="pdf"), reading(1, method="pdf"))] * 2], Fit(0, 1), True),
        ([replace(STRAYS, torn=True), replace(STRAYS, astray="leads to the list"), UNSENT, NEVER_FITTED], Fit(0, 0), False),
        ([look(1, reading(1), Reading("Just a moment...", method="generic"))], Fit(0, 0), False),
        ([look(1, reading(1), replace(reading(1), blocks=()))], Fit(0, 1), True),
    ],
)
def test_whether_a_template_is_outgrown_is_told_by_those_who_read_by_it(looks: list[Look], told: Fit, outgrown: bool) -> None:
    assert (fit(looks), fit(looks).is_outgrown) == (told, outgrown)
