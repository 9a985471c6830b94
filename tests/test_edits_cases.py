"""What an edit is and what is none: the cases 1 to 11 of the design of edits, each a test that bears its number.

Cases 12 to 16, of lists and addresses, are in ``test_edits_lists``, 17 to 22 in ``test_edits_sources``.
"""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service.models import ChangeFilter, ChangeLine, Reading

from .newsroom import BitrixSite, DrupalSite, Release, Site, Teaser, Trouble, WordPressSite
from .newsroom.edits import EDITS, enriched
from .newsroom.noise import AttributeOrder, BotWall
from .newsroom.prose import paragraphs
from .newsroom.releases import visible_text
from .test_reality_feeds import HOUR, START, later, watching
from .timelapse import Timelapse

DAY = timedelta(days=1)


def told(watcher: Timelapse) -> list[tuple[str, str | None]]:
    return [(line.kind, line.item_url) for line in lines(watcher)]


def lines(watcher: Timelapse) -> tuple[ChangeLine, ...]:
    return watcher.house.store.changes(ChangeFilter())


def not_incidents(watcher: Timelapse) -> list[tuple[str, str | None]]:
    return [(line.kind, line.item_url) for line in lines(watcher) if line.kind != "incident"]


def incidents(watcher: Timelapse) -> list[tuple[str, ...]]:
    return [line.classes for line in lines(watcher) if line.kind == "incident"]


def reading(watcher: Timelapse, url: str, number: int | None = None) -> Reading:
    release = watcher.house.store.release(url, number)
    assert release is not None and release.version is not None and release.version.reading is not None
    return release.version.reading


def state(watcher: Timelapse, url: str) -> str:
    release = watcher.house.store.release(url)
    return release.state if release is not None else ""


def edit(site: Site, slug: str, kind: str) -> Release:
    """Make a kind of edit; a test that edits nothing cannot pass."""
    before = site[slug]
    after = EDITS[kind].make(before, random.Random(1))
    assert after != before
    return site.put(after)


def rich(site: Site) -> str:
    """Give a release in the middle of the list something to change for every kind of edit, and return its slug."""
    release = site.releases[4]
    return site.put(enriched(release, random.Random(2)), declared=False).slug


# The texts that a release has had


def test_case_01_a_to_b_to_a_to_b_is_told_each_time_and_each_moment_shows_the_text_seen_then(tmp_path: Path) -> None:
    site = DrupalSite()
    with watching(site, tmp_path) as watcher:
        slug = rich(site)
        a = site[slug]
        b = EDITS["number"].make(a, random.Random(1))
        watcher.pass_over()
        seen = [(watcher.clock.now(), reading(watcher, site.address(slug)).text)]
        for release in (b, a, b):
            later(watcher)
            site.put(release)
            assert watcher.pass_over(recheck=True).edited == {site.address(slug)}
            later(watcher)
            watcher.pass_over(recheck=True)
            seen.append((watcher.clock.now(), reading(watcher, site.address(slug)).text))
        assert [text for _, text in seen] == [seen[0][1], seen[1][1]] * 2 and seen[0][1] != seen[1][1]
        store = watcher.house.store
        versions = store.version_lines(site.address(slug))
        assert [line.number for line in versions] == [1, 2, 3, 4]
        assert len({line.content_hash for line in versions}) == 2, "one text is one text, whenever it is shown"
        store.forget_passes(watcher.clock.now() + 1000 * DAY)
        for moment, text in seen:
            then = store.release(site.address(slug), at=moment)
            assert then is not None and then.version is not None and then.version.reading is not None
            assert then.version.reading.text == text


def test_case_02_of_two_texts_that_are_equal_when_folded_each_version_shows_its_own(tmp_path: Path) -> None:
    site = DrupalSite()
    with watching(site, tmp_path) as watcher:
        slug = site.releases[3].slug
        site.put(replace(site[slug], body=f"{site[slug].body}\n<p>“We’re on our way”, she said – at 5\xa0pm.</p>"), declared=False)
        watcher.pass_over()
        later(watcher)
        site.edit(slug, "“We’re on our way”, she said – at 5\xa0pm.", '"We\'re on our way", she said - at 5 pm.')
        passed = watcher.pass_over(recheck=True)
        assert [line.significance for line in passed.told] == ["cosmetic"]
        url = site.address(slug)
        assert "“We’re on our way”, she said – at 5" in reading(watcher, url, 1).text
        assert '"We\'re on our way", she said - at 5 pm.' in reading(watcher, url, 2).text
        one, two = watcher.house.store.version_lines(url)
        assert one.content_hash == two.content_hash and one.exact_hash != two.exact_hash


# What kind of an edit it is


@pytest.mark.parametrize(
    ("kind", "made", "field", "named"),
    [
        (DrupalSite, "title", "title", "title"),
        (WordPressSite, "published date", "published", "published"),
        (BitrixSite, "published date", "published", "published"),
        (BitrixSite, "link target", "links", "link"),
        (DrupalSite, "attachment replaced", "attachments", "attachment"),
    ],
)
def test_case_03_one_thing_alone_is_rewritten_and_told_as_that(
    kind: Callable[..., Site], made: str, field: str, named: str, tmp_path: Path
) -> None:
    site = kind(count=8)
    with watching(site, tmp_path) as watcher:
        slug = rich(site)
        watcher.pass_over()
        later(watcher, DAY)
        edit(site, slug, made)
        (line,) = watcher.pass_over(recheck=True).told
        assert (line.kind, line.item_url, line.fields) == ("edited", site.address(slug), (field,))
        assert named in line.classes
        later(watcher, DAY)
        assert watcher.pass_over(recheck=True).told == ()


SHAPES: dict[str, Callable[[str], str]] = {
    "quotes": lambda body: body.replace("“", "&quot;").replace("”", "&quot;").replace("’", "'"),
    "entities": lambda body: body.replace("“", "&ldquo;").replace("”", "&#8221;").replace("é", "&eacute;"),
    "spaces that do not break": lambda body: body.replace(" people", "&nbsp;people").replace(" the ", " the\u202f"),
    "soft hyphens": lambda body: body.replace("reports", "re&shy;ports").replace("parties", "par\u200bties"),
    "white space": lambda body: body.replace(". ", ".\n\t  ").replace("<p>", "<p>\n  "),
    "composed letters": lambda body: unicodedata.normalize("NFD", body),
    "attributes in another order": lambda body: body.replace("<p>", '<p id="a" class="b" style="margin:0">'),
}


def test_case_04_the_same_words_in_another_shape_are_cosmetic_or_nothing(tmp_path: Path) -> None:
    """Each shape on a release of its own."""
    site = DrupalSite(count=len(SHAPES) + 2)
    for release in site.releases:
        first, mark, rest = enriched(release, random.Random(2)).body.partition("</p>")
        site.put(replace(release, body=f"{first} “They’ll meet at a café”, he said.{mark}{rest}"), declared=False)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        later(watcher)
        for release, shaped in zip(site.releases, SHAPES.values(), strict=False):
            assert shaped(release.body) != release.body
            site.put(replace(release, body=shaped(release.body)))
        passed = watcher.pass_over(recheck=True)
        assert passed.report.edited == 0
        assert {line.significance for line in passed.told} <= {"cosmetic"}


def test_case_04_the_attributes_of_all_pages_in_another_order_are_nothing(tmp_path: Path) -> None:
    site = BitrixSite(count=8)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        site.disturb(AttributeOrder())
        for _ in range(3):
            later(watcher)
            assert watcher.pass_over(recheck=True).told == ()


# What stands beside the text


def test_case_05_a_sidebar_that_rolls_on_200_pages_is_no_edit_and_the_edit_of_that_day_is_one(tmp_path: Path) -> None:
    site = BitrixSite(count=200, sidebar_size=12, show_counter=False)
    with watching(site, tmp_path) as watcher:
        assert watcher.pass_over().report.new == 200
        later(watcher)
        site.publish()
        site.roll_sidebar()
        slug = site.releases[77].slug
        site.edit(slug, "</p>", " The figures were mended afterwards.</p>")
        passed = watcher.pass_over(recheck=True)
        assert (passed.report.new, [(line.kind, line.item_url) for line in passed.told]) == (1, [("edited", site.address(slug))])


@pytest.mark.parametrize(("count", "short"), [(1, "all"), (4, "all"), (12, "one")])
def test_case_06_a_release_of_one_paragraph_beside_700_words_is_the_paragraph(count: int, short: str, tmp_path: Path) -> None:
    site = BitrixSite(count=count, sidebar_size=12, show_counter=False)
    for release in site.releases if short == "all" else site.releases[:1]:
        first = release.body.partition("\n")[0]
        site.put(replace(release, body=first, with_about=False, signature=(), back_links=0), declared=False)
    site.teasers = long_teasers(site)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        for turn in range(2):
            release = site.releases[0]
            found = reading(watcher, site.address(release.slug))
            assert (
                found.blocks[0].text == visible_text(release.body)
                if short == "all"
                else found.text.startswith(visible_text(release.body)[:60])
            )
            assert not [teaser for teaser in site.teasers if teaser.text[:60] in found.text], (turn, found.method)
            later(watcher)
            site.teasers = [*site.teasers[1:], site.teasers[0]]
            assert watcher.pass_over(recheck=True).told == ()


def test_case_07_a_lead_that_is_a_teaser_on_all_pages_and_rolls_off_is_no_edit(tmp_path: Path) -> None:
    site = BitrixSite(count=12, sidebar_size=4, teaser_dates=True)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        newest = site.latest
        url, lead = site.address(newest.slug), newest.lead
        assert reading(watcher, url).text.count(lead) == 1 and reading(watcher, url).blocks[0].text == lead
        for _ in range(6):
            later(watcher, DAY)
            site.publish()
            assert watcher.pass_over(recheck=True).told == ()
        assert lead not in [teaser.text for teaser in site.teasers]
        assert reading(watcher, url).blocks[0].text == lead
        later(watcher)
        site.edit(newest.slug, lead.split(" ")[-1], "otherwise.")
        assert watcher.pass_over(recheck=True).edited == {url}


def long_teasers(site: Site) -> list[Teaser]:
    rng = random.Random(7)
    made = [" ".join(paragraphs(rng, site.world, START, 4, 4)) for _ in range(12)]
    assert sum(len(text.split()) for text in made) > 700
    return [Teaser(text, f"/events/{number}/", START, text[:60]) for number, text in enumerate(made)]


@pytest.mark.parametrize(("made", "named"), [("paragraph moved", "paragraph-moved"), ("sentence moved", "sentence-moved")])
def test_case_08_what_is_moved_is_told_as_moved(made: str, named: str, tmp_path: Path) -> None:
    site = DrupalSite(count=8)
    with watching(site, tmp_path) as watcher:
        slug = rich(site)
        watcher.pass_over()
        later(watcher)
        edit(site, slug, made)
        (line,) = watcher.pass_over(recheck=True).told
        assert (line.kind, line.classes, line.fields) == ("edited", (named,), ("body",))
        assert "moved" in line.summary


# Pages that are not there


@pytest.mark.parametrize("status", [404, 410])
def test_case_09_missed_once_is_nothing_and_missed_again_later_is_withdrawn(status: int, tmp_path: Path) -> None:
    site = DrupalSite(count=8)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        slug = rich(site)
        later(watcher)
        watcher.pass_over(recheck=True)
        url, before = site.address(slug), len(lines(watcher))
        last_seen = watcher.clock.now()
        later(watcher, timedelta(minutes=10))
        site.withdraw(slug, status)
        missed_at = watcher.clock.now()
        assert watcher.pass_over(recheck=True).told == ()
        later(watcher, timedelta(minutes=10))
        assert watcher.pass_over(recheck=True).told == ()
        later(watcher)
        (line,) = watcher.pass_over(recheck=True).told
        assert (line.kind, line.item_url, line.not_after) == ("withdrawn", url, missed_at)
        assert line.not_before is not None and line.not_before <= last_seen < line.not_after
        later(watcher, DAY)
        assert watcher.pass_over(recheck=True).told == ()

        site.restore(slug)
        (line,) = watcher.pass_over(recheck=True).told
        assert (line.kind, line.item_url) == ("restored", url)
        assert state(watcher, url) == "live"

        site.withdraw(slug, status)
        for _ in range(2):
            later(watcher, DAY)
            watcher.pass_over(recheck=True)
        site.restore(slug)
        edit(site, slug, "negation")
        later(watcher)
        passed = watcher.pass_over(recheck=True)
        assert [(one.kind, one.item_url) for one in passed.told] == [("restored", url), ("edited", url)]
        assert len(lines(watcher)) == before + 5


def test_case_09_missed_once_and_back_was_never_away(tmp_path: Path) -> None:
    site = DrupalSite(count=8)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        slug = site.releases[2].slug
        for _ in range(3):
            later(watcher)
            site.withdraw(slug)
            watcher.pass_over(recheck=True)
            later(watcher)
            site.restore(slug)
            watcher.pass_over(recheck=True)
        assert told(watcher) == []
        assert len(watcher.house.store.version_lines(site.address(slug))) == 1


@pytest.mark.parametrize(
    ("kind", "status"),
    [(DrupalSite, 200), (BitrixSite, 200), (WordPressSite, 301), (DrupalSite, 302)],
    ids=["error page", "error page of Bitrix", "to the front page", "to the list"],
)
def test_case_10_what_is_shown_in_place_of_a_release_is_no_version_of_it(kind: Callable[..., Site], status: int, tmp_path: Path) -> None:
    site = kind(count=8)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        slug = site.releases[3].slug
        url = site.address(slug)
        later(watcher)
        site.withdraw(slug, status)
        assert watcher.pass_over(recheck=True).told == ()
        assert (state(watcher, url), len(watcher.house.store.version_lines(url))) == ("suspect", 1)
        later(watcher, 2 * HOUR)
        assert [(line.kind, line.item_url) for line in watcher.pass_over(recheck=True).told] == [("withdrawn", url)]
        versions = watcher.house.store.version_lines(url)
        assert [line.reason for line in versions] == ["first", "tombstone"]
        assert watcher.house.store.reading(url, 2) is None
        later(watcher)
        site.restore(slug)
        assert [line.kind for line in watcher.pass_over(recheck=True).told] == ["restored"]


@pytest.mark.parametrize("kind", [DrupalSite, WordPressSite])
def test_case_10_a_page_that_came_without_its_text_is_no_version(kind: Callable[..., Site], tmp_path: Path) -> None:
    """It is taken for a page that is gone: nothing at first, withdrawn when it stays so."""
    site = kind(count=8)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        release = site.releases[3]
        later(watcher)
        site.put(replace(release, body=""), declared=False)
        assert watcher.pass_over(recheck=True).told == ()
        later(watcher, 2 * HOUR)
        assert [line.kind for line in watcher.pass_over(recheck=True).told] == ["withdrawn"]
        site.put(release, declared=False)
        later(watcher)
        assert [line.kind for line in watcher.pass_over(recheck=True).told] == ["restored"]
        reasons = [line.reason for line in watcher.house.store.version_lines(site.address(release.slug))]
        assert reasons == ["first", "tombstone", "restored"]


def is_well(watcher: Timelapse) -> bool:
    (line,) = watcher.house.store.sources()
    return line.health.startswith("well")


def throttled(site: Site) -> None:
    site.fault(Trouble.THROTTLED)


def walled(status: int) -> Callable[[Site], None]:
    def raise_wall(site: Site) -> None:
        site.disturb(BotWall(1.0, status=status))

    return raise_wall


@pytest.mark.parametrize("raise_wall", [walled(200), walled(403), throttled], ids=["200", "403", "429"])
def test_case_11_a_wall_is_no_version_and_no_withdrawal_and_its_host_is_given_a_rest(
    raise_wall: Callable[[Site], None], tmp_path: Path
) -> None:
    site = BitrixSite(count=20)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        assert is_well(watcher)
        later(watcher)
        site.requests.clear()
        raise_wall(site)
        watcher.pass_over(recheck=True)
        assert len(site.requests) < 10, "who is walled off does not go on asking"
        for _ in range(3):
            later(watcher)
            watcher.pass_over(recheck=True)
        assert {line.kind for line in lines(watcher)} <= {"incident"} and len(lines(watcher)) == 1, told(watcher)
        assert not is_well(watcher)
        items = watcher.house.store.items()
        assert {(line.state, line.versions) for line in items} == {("live", 1)}
        site.heal()
        site.noises.clear()
        later(watcher, 2 * DAY)
        assert watcher.pass_over(recheck=True).told == ()
        later(watcher)
        watcher.pass_over(recheck=True)
        assert is_well(watcher)
