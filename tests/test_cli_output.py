"""What the commands print, from the values they are given."""

from datetime import UTC, datetime, timedelta

from service.doors.cli import changes, diff, lists, probing, refresh, show
from service.models import (
    Block,
    ChangeLine,
    Entry,
    Kind,
    Link,
    Probe,
    Reading,
    Release,
    Source,
    SourceLine,
    SourceReport,
    Translation,
    VersionLine,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BEFORE = Reading(
    "Exercise ends", (Block("p", "The exercise ended on 24 March with 15 vehicles."),), published="2026-03-24", method="generic"
)
AFTER = Reading(
    "Exercise ends", (Block("p", "The exercise ended on 25 March with 51 vehicles."),), published="2026-03-24", method="generic"
)


def change(**given: object) -> ChangeLine:
    values = {
        "id": 7,
        "source": "csto",
        "item_url": "https://example.org/news/7/",
        "title": "Exercise ends",
        "kind": "edited",
        "significance": "substantive",
        "classes": ("number", "date"),
        "declared": "stealth",
        "fields": ("body",),
        "not_before": NOW - timedelta(minutes=15),
        "not_after": NOW,
        "detected_at": NOW,
        "before_version": 1,
        "after_version": 2,
        "words_added": 2,
        "words_removed": 2,
        "summary": "24 -> 25, 15 -> 51",
        **given,
    }
    return ChangeLine(**values)


def test_the_table_of_changes_names_the_zone_once(capsys):
    changes.show_table([[change()], [change(id=8, kind="incident", item_url=None, title="", summary="redesign of all pages")]])
    head, first, second = capsys.readouterr().out.splitlines()
    zone = NOW.astimezone().strftime("%Z")
    assert f"found ({zone})" in head
    assert zone not in first
    assert first.split()[0] == "7"
    assert "Exercise ends · 24 -> 25, 15 -> 51" in first
    assert second.endswith("redesign of all pages")


def test_texts_of_pages_cannot_command_the_terminal(capsys):
    changes.show_table([[change(title="\x1b[2Jgone\nsecond line\x07")]])
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert len(shown.splitlines()) == 2


def test_a_change_says_between_which_moments_it_happened():
    head = "\n".join(diff.change_head(change()))
    assert "https://example.org/news/7/" in head
    assert "change 7: edited, substantive (number, date), stealth; words added: 2, removed: 2" in head
    assert "happened between " in head
    assert "happened before " in "\n".join(diff.change_head(change(not_before=None)))


def pair(line: ChangeLine | None, before: Reading | None = BEFORE, after: Reading | None = AFTER) -> diff.Pair:
    return diff.Pair(before, after, "https://example.org/news/7/", "Exercise ends", ("Exercise ends",), ("version 1", "version 2"), line)


def test_the_edit_in_words_shows_both_sides():
    shown = diff.show_pair_words(pair(change()))
    for word in ("24", "25", "15", "51"):
        assert word in shown
    assert "\x1b" not in shown


def test_a_step_without_two_texts_is_told_in_words():
    withdrawn = diff.show_pair_words(pair(change(kind="withdrawn", summary=""), after=None))
    assert withdrawn == "The release is no longer served. Its last text is kept: presswatch show https://example.org/news/7/ --version 1"
    moved = diff.show_pair_words(pair(change(kind="moved", related="https://example.org/new/"), None, None))
    assert "new address: https://example.org/new/" in moved
    incident = diff.show_pair_words(pair(change(kind="incident", item_url=None, summary="redesign of all pages"), None, None))
    assert incident == "redesign of all pages\nIt befell the source as a whole: no release was edited by it."
    near = change(
        kind="duplicate", classes=("near",), related="https://example.org/n", summary="nearly the same text as https://example.org/n"
    )
    assert diff.show_pair_words(pair(near, None, None)) == "nearly the same text as https://example.org/n"


def test_the_edit_for_programs_has_its_change_and_its_diff():
    told = diff.pair_json(pair(change()))
    assert told["change"]["id"] == 7
    assert told["item_url"] == "https://example.org/news/7/"
    assert told["hunks"]
    assert diff.pair_json(pair(change(kind="withdrawn"), after=None))["hunks"] == []
    assert diff.pair_json(pair(None))["change"] is None


def test_a_line_per_source_says_what_a_refresh_did():
    assert refresh.report_line(SourceReport("csto", "ok", new=3, checked=84, edited=1)) == "csto  ok  3 new, 84 checked, 1 edited"
    assert refresh.report_line(SourceReport("nato", "unchanged")) == "nato  unchanged  nothing to do"
    failed = SourceReport("un", "failed", errors=("timed out after 30 s",))
    assert refresh.report_line(failed) == "un  failed  timed out after 30 s"
    partial = SourceReport("cis", "partial", checked=2, duplicates=2, failed=1, errors=("status 500",))
    assert refresh.report_line(partial) == "cis  partial  2 checked, 2 duplicates, 1 failed: status 500"


def test_a_release_is_shown_with_what_is_known_of_it():
    reading = Reading(
        "Exercise ends", (Block("p", "It ended."), Block("li", "One.")), attachments=(Link("https://example.org/a.pdf", "Order"),)
    )
    version = VersionLine(2, "edit", "Exercise ends", "2026-03-24", NOW - timedelta(hours=1), NOW, "c", "e", "1", "", reading)
    other = Translation("https://example.org/ru/news/7/", "Учение\x1b[2J окончено")
    release = Release("https://example.org/news/7/", "csto", "live", 2, "en", version, version.published, translations=(other,))
    head = "\n".join(show.head(release, version))
    assert "version 2 of 2, seen from " in head
    assert "source csto, live, published 2026-03-24, language en" in head
    assert "in another language: https://example.org/ru/news/7/ Учение" in head and "\x1b" not in head
    assert show.body(reading) == "It ended.\n\n- One.\n\n[attachment] Order https://example.org/a.pdf"
    assert "no longer served" in show.body(None)


def test_the_health_of_a_source_is_in_words(capsys):
    ill = SourceLine(
        "un",
        "UN",
        "https://u.example/",
        "feed",
        True,
        "failing",
        NOW - timedelta(minutes=3),
        NOW + timedelta(hours=2),
        9,
        1,
        4,
        "timed out",
    )
    lists.sources_table([ill], NOW)
    line = capsys.readouterr().out.splitlines()[1]
    assert "3 min ago" in line
    assert "in 2 h" in line
    assert line.endswith("failing: timed out")


def probe(**given: object) -> Probe:
    values = {
        "url": "https://example.org/news/",
        "final_url": "https://example.org/news/",
        "kind": Kind.LISTING,
        "title": "News",
        "feeds": ("https://example.org/rss",),
        "entries": tuple(Entry(f"https://example.org/news/{number}/", f"Release {number}", "2026-03-24") for number in range(9)),
        "readings": (BEFORE,),
        "source": Source("example", "https://example.org/news/", "News"),
        "warnings": (),
        "language": "en",
    }
    return Probe(**{**values, **given})


def test_a_probe_says_what_would_be_tracked():
    found = probe()
    assert "kind      listing" in probing.found_lines(found)
    assert "Releases found: 9, the first of them:" in probing.entry_lines(found)[0]
    assert "published 2026-03-24" in "\n".join(probing.reading_lines(found))
    assert probing.entry_lines(probe(entries=())) == ("\nNo releases were found there.",)
    assert "[[source]]" in probing.probe_json(found)["toml"]
