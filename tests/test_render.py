"""What is shown of a diff, in each of its forms: faithful to the texts, harmless to whoever shows them, stable for programs."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.diff import diff
from service.models import (
    Block,
    ChangeLine,
    Diff,
    ItemLine,
    Link,
    Reading,
    Release,
    SourceLine,
    SourceReport,
    VersionLine,
)
from service.render import (
    change_json,
    changes_csv,
    csv_safe,
    diff_json,
    html,
    item_json,
    report_json,
    show_json,
    side,
    source_json,
    terminal_safe,
    unified,
    words,
)
from service.render.wrapping import columns_of

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
CHANGE_KEYS = [
    *("id", "source", "item_url", "title", "kind", "significance", "classes", "declared", "fields", "not_before", "not_after"),
    *("detected_at", "before_version", "after_version", "words_added", "words_removed", "summary"),
]


def reading(*texts: str, title: str = "A title", **fields: Any) -> Reading:
    return Reading(title, tuple(Block("p", text) for text in texts), **fields)


def line(**fields: Any) -> ChangeLine:
    known: dict[str, Any] = {
        "id": 7,
        "source": "csto",
        "item_url": "https://x.org/1",
        "title": "A title",
        "kind": "edited",
        "significance": "substantive",
        "classes": ("title", "number"),
        "declared": "stealth",
        "fields": ("title", "body"),
        "not_before": None,
        "not_after": NOON,
        "detected_at": NOON.astimezone(timezone(timedelta(hours=3))),
        "before_version": 1,
        "after_version": 2,
        "words_added": 1,
        "words_removed": 1,
        "summary": '"15" -> "51" (number), in paragraph 1',
    }
    return ChangeLine(**{**known, **fields})


BEFORE = reading("Intro stays.", "There were 15 dead in the town that night.", "This goes away for good.", "It ends.", title="Old name")
AFTER = reading("Intro stays.", "There were 51 dead in the town that night.", "It ends.", "Quite new words here.", title="New name")


def test_words_are_marked_in_their_text() -> None:
    assert words(diff(BEFORE, AFTER), colour=False) == (
        "title:\n[-Old-]{+New+} name\n\n"
        "paragraph 2:\nThere were [-15-]{+51+} dead in the town that night.\n\n"
        "old paragraph 3, removed:\n[-This goes away for good.-]\n\n"
        "paragraph 4, added:\n{+Quite new words here.+}\n"
    )


def test_colour_strikes_what_was_removed() -> None:
    found = diff(reading("There were 15 dead."), reading("There were 51 dead."))
    assert words(found, colour=True) == "\x1b[1mparagraph 1\x1b[0m\nThere were \x1b[31;9m15\x1b[0m \x1b[32m51\x1b[0m dead.\n"


def test_long_unchanged_text_is_shortened_around_a_change() -> None:
    filler = " ".join(f"word{number}" for number in range(200))
    told = words(diff(reading(f"{filler} 15 {filler}"), reading(f"{filler} 51 {filler}")), colour=False)
    assert len(told) < 200
    assert "… " in told or "…w" in told
    assert "[-15-]{+51+}" in told


def test_moves_splits_and_shapes_are_told() -> None:
    moved = diff(
        reading("One is here first.", "Two comes after it.", "Three ends it all."),
        reading("Two comes after it.", "Three ends it all.", "One is here first."),
    )
    assert words(moved, colour=False) == "paragraph 1, moved to 3:\nOne is here first.\n"
    parted = diff(reading("One is here first. Two comes after it."), reading("One is here first.", "Two comes after it."))
    assert "first. {+¶+} Two" in words(parted, colour=False)
    shaped = diff(reading("“Yes”, he said."), reading('"Yes", he said.'))
    assert words(shaped, colour=False) == 'paragraph 1, typography only:\n[-“-]{+"+}Yes[-”-]{+"+}, he said.\n'
    both = diff(reading("“Yes”, he said 15 times."), reading('"Yes", he said 51 times.'))
    assert words(both, colour=False) == 'paragraph 1:\n"Yes", he said [-15-]{+51+} times.\n'


def test_a_coarse_diff_says_so() -> None:
    found = Diff(coarse=True)
    for told in (words(found, colour=False), side(found, width=80, colour=False), html(found, title="x")):
        assert "not all of their words were matched" in told


def test_unified_is_the_form_of_diff_u() -> None:
    assert unified(BEFORE, AFTER, names=("version 1", "version 2")) == (
        "--- version 1\n+++ version 2\n@@ -1,5 +1,5 @@\n-Old name\n+New name\n Intro stays.\n"
        "-There were 15 dead in the town that night.\n-This goes away for good.\n+There were 51 dead in the town that night.\n"
        " It ends.\n+Quite new words here.\n"
    )
    assert unified(BEFORE, BEFORE, names=("a", "b")) == ""


def test_unified_shows_changed_links_and_far_changes_apart() -> None:
    filler = [f"Paragraph {number} stays as it is." for number in range(20)]
    before = reading("First 15.", *filler, "Last 15.", published="2026-01-01")
    after = reading("First 51.", *filler, "Last 51.", published="2026-01-02", links=(Link("https://x.org/", "there"),))
    told = unified(before, after, names=("a", "b")).splitlines()
    assert [text for text in told if text.startswith("@@")] == ["@@ -1,6 +1,6 @@", "@@ -21,4 +21,5 @@"]
    assert told[-1] == "+link: there <https://x.org/>"
    assert "-2026-01-01" in told


def test_side_by_side_fits_its_width_and_keeps_the_sides() -> None:
    told = side(diff(BEFORE, AFTER), width=60, colour=False)
    rows = [row for row in told.splitlines() if "│" in row]
    assert any("[-15-] dead" in row.split("│")[0] and "{+51+} dead" in row.split("│")[1] for row in rows)
    assert all(columns_of(row) <= 60 for row in rows)
    assert len({row.index("│") for row in rows}) == 1


wild = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=60).map(lambda text: " ".join(text.split()))
mixed = st.lists(
    st.sampled_from("会议在莫斯科举行 ยุติ a̐éö̲ word wörter https://averylongaddress.example.org/that/never/ends 15 51".split()), max_size=12
).map(" ".join)
sentences = st.one_of(wild, mixed)


@settings(deadline=None, max_examples=80)
@given(sentences, sentences, st.integers(27, 100), st.booleans())
def test_no_line_of_two_columns_is_too_wide(old: str, new: str, width: int, colour: bool) -> None:
    told = side(diff(reading(old), reading(new)), width=width, colour=colour)
    for row in told.splitlines():
        plain = row.replace("\x1b[31;9m", "").replace("\x1b[32m", "").replace("\x1b[0m", "")
        assert "│" not in plain or columns_of(plain) <= width


@settings(deadline=None, max_examples=80)
@given(sentences, sentences, st.integers(45, 100), st.booleans())
def test_words_fit_a_width_and_lose_nothing(old: str, new: str, width: int, colour: bool) -> None:
    compared = diff(reading(old), reading(new))
    plain = re.sub(r"\x1b\[[\d;]*m", "", words(compared, colour=colour, width=width))
    endless = re.sub(r"\x1b\[[\d;]*m", "", words(compared, colour=colour))
    assert re.sub(r"\s", "", plain) == re.sub(r"\s", "", endless)
    assert all(columns_of(row) <= width for row in plain.splitlines())


def test_a_word_edited_in_part_stays_on_one_line() -> None:
    old, new = reading("The vote will be held there, on 15 May."), reading("The vote will be held there, on 15-16 May.")
    shown = words(diff(old, new), colour=False, width=37)
    assert max(map(len, shown.splitlines())) <= 37
    assert any("16" in row and "15" in row for row in shown.splitlines())


class _Texts(HTMLParser):
    """Puts the older and the newer text together again from the paragraphs of the fragment."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.old = self.new = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.tags.pop() == tag

    def handle_data(self, data: str) -> None:
        if "p" in self.tags:
            self.old += data if "ins" not in self.tags else ""
            self.new += data if "del" not in self.tags else ""


def test_html_holds_both_texts_and_escapes_them() -> None:
    found = diff(reading("Say <b>15</b> & go"), reading("Say <b>51</b> & go"))
    told = html(found, title="<script>alert(1)</script>")
    assert "<script" not in told
    assert "<b>" not in told
    parser = _Texts()
    parser.feed(told)
    assert parser.tags == []
    assert "".join(parser.old.split()) == "Say<b>15</b>&go"
    assert "".join(parser.new.split()) == "Say<b>51</b>&go"


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40), st.text(max_size=40))
def test_html_is_well_formed_whatever_the_page_says(old: str, new: str) -> None:
    parser = _Texts()
    parser.feed(html(diff(reading(old, title=new), reading(new, title=old)), title=old))
    assert parser.tags == []


HOSTILE = "a\x1b[2Jb\x9b31mc\x07d\u202egnp\u2066e\x00\U000e0041\ud800"


@pytest.mark.parametrize("colour", [False, True])
def test_nothing_from_a_page_reaches_the_terminal_as_a_command(colour: bool) -> None:
    before, after = reading("plain 15", HOSTILE), reading("plain 51", f"{HOSTILE} more")
    found = diff(before, after)
    for told in (
        words(found, colour=colour),
        side(found, width=80, colour=colour),
        unified(before, after, names=(HOSTILE, "b")),
        terminal_safe(HOSTILE),
    ):
        for ours in ("\x1b[31;9m", "\x1b[32m", "\x1b[1m", "\x1b[0m"):
            told = told.replace(ours, "") if colour else told
        assert not set(told) & set("\x1b\x9b\x07\x00\u202e\u2066\U000e0041\ud800")
        told.encode("utf-8")


def test_terminal_safe_shows_and_keeps() -> None:
    assert terminal_safe("a\x1b[0m\tb\nc") == "a␛[0m\tb\nc"
    assert terminal_safe("Встреча 会议 نص") == "Встреча 会议 نص"


def test_diff_json_has_stable_keys() -> None:
    told = diff_json(diff(BEFORE, AFTER))
    assert list(told) == ["hunks", "words_added", "words_removed", "coarse"]
    assert told["hunks"][1] == {
        "field": "body",
        "kind": "edited",
        "before": 1,
        "after": 1,
        "tag": "p",
        "runs": [
            {"op": "same", "text": "There were "},
            {"op": "removed", "text": "15"},
            {"op": "added", "text": "51"},
            {"op": "same", "text": " dead in the town that night."},
        ],
    }
    assert json.loads(json.dumps(told)) == told


def test_change_json_has_the_keys_of_the_interface_in_their_order() -> None:
    told = change_json(line())
    assert list(told) == CHANGE_KEYS
    assert (told["not_before"], told["not_after"], told["detected_at"]) == (None, "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z")
    assert (told["classes"], told["fields"]) == (["title", "number"], ["title", "body"])
    assert change_json(line(not_after=NOON + timedelta(microseconds=250)))["not_after"] == "2026-03-01T12:00:00.000250Z"


def test_show_json_tells_a_version_and_a_tombstone() -> None:
    kept = VersionLine(1, "first", "A title", "2026-03-01", NOON, NOON, "c", "e", "1", "snap", reading("One.", "Two."))
    told = show_json(Release("https://x.org/1", "csto", "live", 2, "en", kept))
    assert list(told) == [
        *("item_url", "source", "version", "versions", "state", "title", "published", "language", "text"),
        *("content_hash", "exact_hash", "rule", "seen_from", "seen_until", "snapshot"),
    ]
    assert (told["text"], told["seen_from"], told["version"]) == ("One.\n\nTwo.", "2026-03-01T12:00:00Z", 1)
    gone = VersionLine(2, "tombstone", "A title", None, NOON, NOON, "", "", "1", "")
    assert show_json(Release("https://x.org/1", "csto", "withdrawn", 2, "en", gone))["text"] is None
    assert show_json(Release("https://x.org/1", "csto", "live", 0, None, None))["version"] is None


def test_reports_sources_and_items_are_plain() -> None:
    report = report_json(SourceReport("csto", "ok", new=3, errors=("timed out",)))
    assert list(report) == [
        *("source", "outcome", "new", "checked", "edited", "cosmetic", "withdrawn", "restored", "moved", "duplicates"),
        *("incidents", "held", "failed", "errors"),
    ]
    assert report["errors"] == ["timed out"]
    source = source_json(SourceLine("csto", "CSTO", "https://x.org", "listing", True, "ok", NOON, None, 3, 1, 0, ""))
    assert (source["last_look"], source["next_look"]) == ("2026-03-01T12:00:00Z", None)
    item = item_json(ItemLine("https://x.org/1", "csto", "A title", "live", None, NOON, NOON, None, "unchanged", 1, 0))
    assert item["first_seen"] == "2026-03-01T12:00:00Z"


def test_csv_is_read_back_and_starts_no_formula() -> None:
    told = changes_csv([line(title='=HYPERLINK("http://evil")'), line(id=8, title='Say "15", then\nmore')])
    header, first, second = csv.reader(io.StringIO(told, newline=""))
    assert header == CHANGE_KEYS
    assert first[3] == '\'=HYPERLINK("http://evil")'
    assert second[3] == 'Say "15", then\nmore'
    assert first[6] == "title number"
    assert first[9] == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "＝1"])
def test_csv_safe_defuses(text: str) -> None:
    assert csv_safe(text) == f"'{text}"


def test_csv_safe_leaves_the_rest() -> None:
    assert csv_safe("A - B = C") == "A - B = C"
