"""What a diff promises: it joins back exactly, it reads as a person would mark it, and its work is bounded."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.diff import diff, quiet, settled
from service.models import Block, Diff, Hunk, HunkKind, Link, Op, Reading, Run

BREAK = "\n\n"
MARKS = {Op.SAME: "{}", Op.ADDED: "{{+{}+}}", Op.REMOVED: "[-{}-]"}


def reading(*texts: str, title: str = "A title", tag: str = "p", **fields: object) -> Reading:
    return Reading(title, tuple(Block(f"article/{tag}", text) for text in texts), **fields)  # type: ignore[arg-type]  # shorthand of tests


def marked(hunk: Hunk) -> str:
    return "".join(MARKS[run.op].format(run.text) for run in hunk.runs)


def told(found: Diff) -> list[tuple[str, str]]:
    return [(hunk.kind.value, marked(hunk)) for hunk in found.hunks]


def rebuilt(kept: tuple[Block, ...], other: tuple[Block, ...], hunks: list[Hunk], *, newer: bool) -> tuple[list[str], list[str]]:
    """Return the texts of one reading as the hunks and the other reading's blocks without a hunk give them, and as they are."""
    mine: dict[int, str] = {}
    theirs: set[int] = set()
    for hunk in hunks:
        here, there = (hunk.after, hunk.before) if newer else (hunk.before, hunk.after)
        text, other_text = (hunk.new, hunk.old) if newer else (hunk.old, hunk.new)
        if here is not None:
            mine |= {here + step: part for step, part in enumerate(text.split(BREAK))}
        if there is not None:
            theirs |= set(range(there, there + other_text.count(BREAK) + 1))
    untouched = iter(block.text for place, block in enumerate(other) if place not in theirs)
    got = [mine[place] if place in mine else next(untouched) for place in range(len(kept))]
    assert next(untouched, None) is None
    return got, [block.text for block in kept]


def assert_rebuilds(before: Reading, after: Reading, found: Diff) -> None:
    hunks = [hunk for hunk in found.hunks if hunk.field == "body"]
    for got, wanted in (
        rebuilt(after.blocks, before.blocks, hunks, newer=True),
        rebuilt(before.blocks, after.blocks, hunks, newer=False),
    ):
        assert got == wanted
    for hunk in found.hunks:
        if hunk.field == "title":
            assert (hunk.old, hunk.new) == (before.title, after.title)


words = st.sampled_from(
    "the a of on not 15 51 -5 1.5 “yes” 'no' don't don’t co-operation end. Next, said Иванов не 会议 naïve naïve soft\u00adware , .".split()
)
paragraph = st.lists(words, min_size=1, max_size=14).map(" ".join)
paragraphs = st.lists(paragraph, max_size=7)
wild = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=40).map(lambda text: " ".join(text.split()))


@settings(deadline=None, max_examples=150)
@given(paragraphs, paragraphs)
@example(["15", "51"], ["51", "15"])
@example(["a don’t"], ["don't the"])
@example(["a b c. d e f."], ["a b c.", "d e f."])
def test_both_texts_can_be_rebuilt_and_the_mirror_image_is_the_same(old: list[str], new: list[str]) -> None:
    before, after = reading(*old), reading(*new)
    there, back = diff(before, after), diff(after, before)
    assert_rebuilds(before, after, there)
    assert_rebuilds(after, before, back)
    assert (there.words_added, there.words_removed) == (back.words_removed, back.words_added)
    assert len(there.hunks) == len(back.hunks)


@settings(deadline=None, max_examples=150)
@given(wild, wild)
def test_any_two_texts_join_back_from_their_runs(old: str, new: str) -> None:
    before, after = reading(old, title=new), reading(new, title=old)
    assert_rebuilds(before, after, diff(before, after))


@settings(deadline=None, max_examples=60)
@given(paragraphs, st.randoms(use_true_random=False))
def test_small_edits_of_a_real_shape_join_back(texts: list[str], rng: random.Random) -> None:
    edited = [text for text in texts if rng.random() > 0.2]
    edited = [text.replace(" the ", " a ").replace("15", "51") + (" indeed" if rng.random() < 0.3 else "") for text in edited]
    rng.shuffle(edited)
    before, after = reading(*texts), reading(*edited)
    assert_rebuilds(before, after, diff(before, after))


@settings(deadline=None, max_examples=60)
@given(paragraphs)
def test_a_reading_does_not_differ_from_itself(texts: list[str]) -> None:
    assert diff(reading(*texts), reading(*texts)) == Diff()


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("There were 15 dead.", "There were 51 dead.", "There were [-15-]{+51+} dead."),
        ("They will not meet.", "They will meet.", "They will [-not -]meet."),
        ("It fell by -5 degrees.", "It fell by 5 degrees.", "It fell by [---]5 degrees."),
        ("It rose by 1.5 points.", "It rose by 15 points.", "It rose by [-1.5-]{+15+} points."),
        ("A cat came.", "A dog barked. A cat came.", "{+A dog barked. +}A cat came."),
        ("X is. Y is.", "X is. Z is. Y is.", "X is. {+Z is. +}Y is."),
        ("The end.Next one.", "The end. Next one.", "The end.{+ +}Next one."),
        ("我们今天见面", "我们明天见面", "我们[-今-]{+明+}天见面"),
        ("हिन्दी में", "हिन्दी मे", "हिन्दी [-में-]{+मे+}"),
        ("He visited Old Town Hall at noon", "He toured Big City Hall at noon", "He [-visited Old Town-]{+toured Big City+} Hall at noon"),
        ("grew to 16 in 2020 here", "grew by 17 in 2021 here", "grew [-to 16 in 2020-]{+by 17 in 2021+} here"),
    ],
)
def test_words_are_marked_as_a_person_would(old: str, new: str, wanted: str) -> None:
    assert told(diff(reading(old), reading(new))) == [("edited", wanted)]


def test_a_change_of_shape_is_shown_and_counts_no_word() -> None:
    before, after = reading("“We don't”, he said…", title="It’s so"), reading('"We don’t", he said...', title="It's so")
    found = diff(before, after)
    assert (found.words_added, found.words_removed) == (0, 0)
    assert [hunk.kind for hunk in found.hunks] == [HunkKind.EDITED, HunkKind.EDITED]
    assert_rebuilds(before, after, found)
    assert settled(found.hunks[1].runs)[0] == Run(Op.SAME, '"')
    assert all(run.op is Op.SAME for run in settled(found.hunks[1].runs))


def test_a_curly_quote_beside_a_real_edit_is_no_word_change() -> None:
    found = diff(reading("They don't know the 15 people"), reading("They don’t know the 51 people"))
    assert (found.words_added, found.words_removed) == (1, 1)
    assert quiet("don't", "don’t")
    assert not quiet(" ", "")
    assert not quiet(" ", BREAK)


def test_a_moved_paragraph_is_a_move_even_far_and_edited() -> None:
    texts = [
        f"Paragraph number {name} speaks of something quite its own, {name} again." for name in "alpha beta gamma delta epsilon".split()
    ]
    moved = [*texts[1:], texts[0]]
    assert told(diff(reading(*texts), reading(*moved))) == [("moved", texts[0])]
    edited = [*texts[1:], texts[0].replace("quite", "entirely")]
    found = diff(reading(*texts), reading(*edited))
    assert told(found) == [("moved", "Paragraph number alpha speaks of something [-quite-]{+entirely+} its own, alpha again.")]
    assert (found.hunks[0].before, found.hunks[0].after) == (0, 4)


def test_a_split_and_a_join_count_no_words() -> None:
    whole, parts = reading("One two three four. Five six seven."), reading("One two three four.", "Five six seven.")
    assert told(diff(whole, parts)) == [("edited", f"One two three four.[- -]{{+{BREAK}+}}Five six seven.")]
    assert told(diff(parts, whole)) == [("edited", f"One two three four.[-{BREAK}-]{{+ +}}Five six seven.")]
    assert diff(whole, parts).words_added == diff(parts, whole).words_removed == 0


def test_figures_swapped_in_a_table_are_no_move() -> None:
    found = diff(reading("15", "51", tag="td"), reading("51", "15", tag="td"))
    assert found.words_added == found.words_removed == 1
    assert HunkKind.MOVED not in {hunk.kind for hunk in found.hunks}


def test_hunks_come_in_the_order_of_the_newer_text_with_removed_ones_where_they_stood() -> None:
    old = ["Intro stays as it is.", "This one goes away entirely.", "Middle stays as it is too.", "Figure was 15 in total here."]
    new = ["Completely fresh opening words now.", "Intro stays as it is.", "Middle stays as it is too.", "Figure was 51 in total here."]
    found = diff(reading(*old), reading(*new))
    assert [(hunk.kind.value, hunk.before, hunk.after) for hunk in found.hunks] == [
        ("added", None, 0),
        ("removed", 1, None),
        ("edited", 3, 3),
    ]


def test_title_date_links_and_attachments_are_fields_of_their_own() -> None:
    pdf = Link("https://x.org/a.pdf", "The report (PDF, 244KB)")
    before = reading(
        "Same.", title="Old name", published="2026-01-01", links=(Link("http://x.org/1", "one"), Link("https://x.org/2?a=1&b=2", "two"))
    )
    after = reading(
        "Same.", title="New name", published="2026-01-02", links=(Link("https://x.org/2?b=2&a=1", "two"), Link("https://x.org/3", "one"))
    )
    found = diff(before, after)
    assert found.fields == ("title", "published", "links")
    assert told(found) == [
        ("edited", "[-Old-]{+New+} name"),
        ("edited", "[-2026-01-01-]{+2026-01-02+}"),
        ("edited", "one <[-http://x.org/1-]{+https://x.org/3+}>"),
    ]
    sized = reading("Same.", attachments=(Link(pdf.url, "The report (PDF, 245KB)"),))
    assert told(diff(reading("Same.", attachments=(pdf,)), sized)) == [
        ("edited", "The report (PDF, [-244KB-]{+245KB+}) <https://x.org/a.pdf>"),
    ]
    assert told(diff(reading("Same."), reading("Same.", attachments=(pdf,)))) == [
        ("added", "{+The report (PDF, 244KB) <https://x.org/a.pdf>+}")
    ]


def test_mail_addresses_are_links_too() -> None:
    found = diff(reading("Same."), reading("Same.", links=(Link("mailto:press@x.org", ""),)))
    assert told(found) == [("added", "{+mailto:press@x.org+}")]


def _vocabulary(rng: random.Random, count: int, size: int, prefix: str = "w") -> list[str]:
    return [f"{prefix}{rng.randrange(size)}" for _ in range(count)]


def _blocks(words_: list[str], size: int) -> list[str]:
    return [" ".join(words_[at : at + size]) for at in range(0, len(words_), size)]


def test_two_texts_of_five_megabytes_without_a_common_line_are_told_coarsely() -> None:
    rng = random.Random(22)
    old, new = (reading(*_blocks(_vocabulary(rng, 700_000, 90_000, prefix), 14)) for prefix in "xy")
    assert len(old.text) > 4_500_000
    found = diff(old, new)
    assert found.coarse
    assert (found.words_added, found.words_removed) == (700_000, 700_000)


@pytest.mark.parametrize("size", [14, 10**9])
def test_hostile_texts_are_told_coarsely_and_still_join_back(size: int) -> None:
    rng = random.Random(9)
    for vocabulary in (2, 3000):
        old, new = (reading(*_blocks(_vocabulary(rng, 30_000, vocabulary), size)) for _ in "ab")
        assert_rebuilds(old, new, diff(old, new))


def test_shuffled_rows_are_moves_and_nothing_else() -> None:
    rows = [f"Row {number} of the table with figure {number * 7}" for number in range(3000)]
    shuffled = rows[:]
    random.Random(1).shuffle(shuffled)
    found = diff(reading(*rows), reading(*shuffled))
    assert {hunk.kind for hunk in found.hunks} == {HunkKind.MOVED}
    assert not found.coarse
    assert_rebuilds(reading(*rows), reading(*shuffled), found)


def test_rows_that_were_all_edited_are_edits_of_rows() -> None:
    old = [f"Region {number % 7} had {number % 10} cases and {number % 3} deaths" for number in range(2000)]
    new = [row.replace("cases", "new cases") for row in old]
    found = diff(reading(*old), reading(*new))
    assert {hunk.kind for hunk in found.hunks} == {HunkKind.EDITED}
    assert (found.words_added, found.words_removed) == (2000, 0)


def test_few_edits_in_a_huge_paragraph_are_found_exactly() -> None:
    rng = random.Random(3)
    old = _vocabulary(rng, 60_000, 3000)
    new = old[:]
    for at in range(500, 60_000, 1000):
        new[at] = "changed"
    found = diff(reading(" ".join(old)), reading(" ".join(new)))
    assert (found.words_added, found.words_removed, found.coarse) == (60, 60, False)
