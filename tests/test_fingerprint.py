"""Promises of the fingerprint: what a reader sees is what counts, and it can be recomputed by anyone."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.fingerprint import canonical_bytes, fingerprint, reading_from
from service.models import Block, Link, Reading

LEAD = "On June 27, 2019, a meeting of the Committee of Secretaries was held in Bishkek. A total of 8 documents were signed. " * 2


def release(*texts: str, **more: object) -> Reading:
    return Reading("A title", tuple(Block("p", text) for text in texts), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("He said “yes” – twice", 'He said "yes" - twice'),
        ("no-break\u00a0space", "no-break space"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        ("caf\u00e9", "cafe\u0301"),
        ("two  spaces ", "two spaces"),
        ("wait…", "wait..."),
    ],
)
def test_what_looks_the_same_to_a_reader_is_the_same_content_but_not_the_same_exact(before: str, after: str) -> None:
    one, other = fingerprint(release(before)), fingerprint(release(after))
    assert one.content == other.content
    assert one.exact != other.exact


@pytest.mark.parametrize(
    "after",
    [
        release("15 killed", published="2026-01-01"),
        release("51 killed"),
        release("15 killed", links=(Link("https://a.org/x"),)),
        release("15 killed", attachments=(Link("https://a.org/x.pdf"),)),
        replace(release("15 killed"), title="Another title"),
    ],
)
def test_every_part_that_a_reader_sees_makes_another_content(after: Reading) -> None:
    before = release("15 killed", attachments=()) if after.blocks[0].text == "15 killed" else release("15 killed")
    assert fingerprint(before).content != fingerprint(after).content


def test_places_of_blocks_and_images_and_the_publishers_stamp_are_no_content() -> None:
    before = release(LEAD)
    after = Reading(
        "A title", (Block("div.new/p", LEAD),), modified="2026-01-02", images=(Link("https://a.org/x.jpg"),), canonical="https://a.org"
    )
    assert fingerprint(before) == fingerprint(after)


def test_order_of_links_and_their_trackers_are_no_content() -> None:
    one = release(LEAD, links=(Link("https://a.org/1?utm_source=x"), Link("https://a.org/2")))
    other = release(LEAD, links=(Link("https://a.org/2"), Link("https://a.org/1")))
    assert fingerprint(one).content == fingerprint(other).content


def test_body_print_finds_the_same_text_under_another_title_but_not_two_empty_pages() -> None:
    assert fingerprint(release(LEAD)).body == fingerprint(replace(release(LEAD), title="Other")).body
    assert fingerprint(release("Photo")).body != fingerprint(replace(release("Photo"), title="Other")).body


def test_prints_can_be_recomputed_with_the_standard_library() -> None:
    shown = {"title": "A title", "published": None, "blocks": ["x"], "links": [], "attachments": []}
    data = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
    assert fingerprint(release("x")).exact == hashlib.sha256(data).hexdigest()


texts = st.text(max_size=80)
links = st.lists(st.builds(Link, texts, texts), max_size=3).map(tuple)
readings = st.builds(
    Reading,
    title=texts,
    blocks=st.lists(st.builds(Block, st.just("p"), texts), max_size=5).map(tuple),
    published=st.none() | st.just("2019-06-27"),
    links=links,
    attachments=links,
)


@given(readings)
def test_canonical_bytes_are_read_back_whole(reading: Reading) -> None:
    again = reading_from(canonical_bytes(reading))
    assert again == reading
    assert fingerprint(again) == fingerprint(reading)
