"""Texts and readings come back as they went in, in little room."""

import gzip
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.models import Block, Link, Reading, Template
from service.store import readings, templates, texts

ANY_TEXT = st.text(st.characters(), max_size=40)  # lone surrogates and NUL too
LINKS = st.lists(st.builds(Link, ANY_TEXT, ANY_TEXT), max_size=3).map(tuple)
STAMPS = st.none() | ANY_TEXT
READINGS = st.builds(
    Reading,
    title=ANY_TEXT,
    blocks=st.lists(st.builds(Block, st.sampled_from(["p", "main/div.a/p", "li"]) | ANY_TEXT, ANY_TEXT), max_size=6).map(tuple),
    published=STAMPS,
    modified=STAMPS,
    language=STAMPS,
    links=LINKS,
    images=LINKS,
    attachments=LINKS,
    canonical=STAMPS,
    method=ANY_TEXT,
)


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=300), st.none() | st.binary(max_size=300))
def test_a_text_comes_back_with_or_without_a_key_frame(text: bytes, key_frame: bytes | None) -> None:
    stored = texts.encode(text, key_frame)
    assert texts.decode(stored, key_frame if stored.codec == texts.KEYED else None) == text


@settings(deadline=None, max_examples=150)
@given(READINGS)
def test_a_reading_comes_back_whole(reading: Reading) -> None:
    assert readings.unpack(*readings.pack(reading)) == reading


@settings(deadline=None, max_examples=50)
@given(st.sets(ANY_TEXT).map(frozenset), st.sets(st.tuples(ANY_TEXT, ANY_TEXT)).map(frozenset), st.integers(0, 9))
def test_a_template_comes_back_and_its_order_does_not_matter(some: frozenset[str], pairs: frozenset[tuple[str, str]], version: int) -> None:
    template = Template(version, "main", some, pairs, some)
    again = Template(version, "main", frozenset(sorted(some, reverse=True)), frozenset(sorted(pairs, reverse=True)), some)
    assert templates.unpack(templates.pack(template)) == template
    assert templates.pack(template) == templates.pack(again)


def test_the_empty_template_takes_no_room() -> None:
    assert templates.pack(Template()) is None and templates.unpack(None) == Template()


def test_an_edit_of_megabytes_takes_a_few_hundred_bytes() -> None:
    words = [f"word{random.Random(number).randrange(9000)}" for number in range(600_000)]
    text = " ".join(words).encode()
    edited = " ".join([*words[:1000], "edited", *words[1000:]]).encode()
    stored = texts.encode(edited, text)
    assert len(text) > 5_000_000 and stored.codec == texts.KEYED and len(stored.data) < 2000
    assert texts.decode(stored, text) == edited


def test_a_text_that_shares_little_with_its_key_frame_stands_by_itself() -> None:
    rng = random.Random(1)
    one, two = (bytes(rng.randrange(97, 122) for _ in range(4000)) for _ in range(2))
    assert texts.encode(two, one).codec == texts.PLAIN


@pytest.mark.parametrize("stored", [texts.Encoded("zstd", b"no zstd"), texts.Encoded("zstd-key", b""), texts.Encoded("lzma", b"")])
def test_damaged_bytes_are_told(stored: texts.Encoded) -> None:
    with pytest.raises(ValueError, match=r"damaged|no way"):
        texts.decode(stored)


def test_versions_of_real_releases_take_a_fraction_of_their_size(corpus: Path) -> None:
    """The chains of gov.uk: each page of an article against its first, as the store does it."""
    raw = stored = 0
    frames: dict[str, bytes] = {}
    with gzip.open(corpus / "govuk-news-edits" / "chains.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = row["html"].encode()
            encoded = texts.encode(text, frames.get(row["url"]))
            if encoded.codec == texts.PLAIN:
                frames[row["url"]] = text
            raw, stored = raw + len(text), stored + len(encoded.data)
    assert stored * 6.5 < raw
