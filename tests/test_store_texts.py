"""Texts and readings come back as they went in, in little room."""

import gzip
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from service.errors import StateError
from service.models import Block, Link, Reading, Reason, Template
from service.store import Store, readings, templates, texts
from service.store.tables import dictionary

from .storing import DATABASES, Shelf, at, edited, kept, news, place, reading, url

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
    rng = random.Random(1)
    words = [f"word{rng.randrange(9000)}" for _ in range(600_000)]
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


class TestDictionaries:
    """What the texts of a state have in common is learned from them, and never lost."""

    def test_first_texts_take_less_room_with_one(self) -> None:
        shown = [displayed(number) for number in range(200)]
        dictionary = texts.train(shown[:150])
        assert dictionary is not None
        alone, with_it = (sum(len(texts.encode(text, None, one).data) for text in shown[150:]) for one in (None, dictionary))
        assert with_it < 0.75 * alone
        stored = texts.encode(shown[199], None, dictionary)
        assert texts.dictionary_of(stored.data) == dictionary.dict_id
        assert texts.decode(stored, None, dictionary) == shown[199]

    def test_the_same_samples_give_the_same_one_and_few_give_none(self) -> None:
        shown = [displayed(number) for number in range(150)]
        one, two = texts.train(shown), texts.train(shown)
        assert one is not None and two is not None and one.dict_id == two.dict_id
        assert texts.train(shown[:3]) is None
        assert texts.train([b""] * 1000 + [b"x" * 200_000]) is None

    def test_a_text_is_not_read_with_another_one(self) -> None:
        one, two = (texts.train([displayed(number) for number in numbers]) for numbers in (range(150), range(200, 350)))
        with pytest.raises(ValueError, match="damaged"):
            texts.decode(texts.encode(displayed(7), None, one), None, two)


class TestStored:
    """Texts in a database: dictionaries and key frames come and go, and all that was ever stored is read."""

    @pytest.fixture(params=DATABASES)
    def address(self, request: pytest.FixtureRequest, tmp_path: Path) -> str:
        return place(request.param, tmp_path)

    @pytest.fixture
    def shelf(self, address: str) -> Iterator[Shelf]:
        shelf = Shelf(Store.open(address))
        yield shelf
        shelf.store.close()

    def test_one_is_trained_with_the_first_hundred_and_anew_when_they_are_many_more(self, shelf: Shelf) -> None:
        told = {f"r{number}": prose(number) for number in range(810)}
        names = list(told)
        for count, batch in enumerate((names[:60], names[60:100], names[100:110], names[110:])):
            shelf.write(at(count), *(news(name, told[name], at(count)) for name in batch))
        numbers = [row.number for row in rows(shelf, "SELECT number FROM dictionary ORDER BY texts")]
        assert len(numbers) == 2
        used = [texts.dictionary_of(row.data) for row in rows(shelf, "SELECT data FROM text ORDER BY id")]
        assert used[:60] == [0] * 60 and used[60:110] == numbers[:1] * 50 and used[110:] == numbers[1:] * 700
        for name in (names[0], names[100], names[109], names[809]):
            found = shelf.store.reading(url(name), 1)
            assert found is not None and found.text == reading(told[name]).text

    def test_one_that_another_process_trained_is_found(self, shelf: Shelf, address: str) -> None:
        code = "import sys; from tests.test_store_texts import fill; fill(sys.argv[1])"
        subprocess.run([sys.executable, "-c", code, address], cwd=Path(__file__).parent.parent, check=True)
        found = shelf.store.reading(url("r7"), 1)
        assert found is not None and found.text == reading(prose(7)).text

    def test_one_is_found_though_another_state_that_is_open_is_gone(self, shelf: Shelf, address: str, tmp_path: Path) -> None:
        (tmp_path / "gone").mkdir()
        gone = Store.open(tmp_path / "gone" / "presswatch.db")
        (tmp_path / "gone" / "presswatch.db").unlink()
        code = "import sys; from tests.test_store_texts import fill; fill(sys.argv[1])"
        subprocess.run([sys.executable, "-c", code, address], cwd=Path(__file__).parent.parent, check=True)
        assert shelf.store.reading(url("r7"), 1) is not None
        gone.close()

    def test_a_wrong_one_is_detected_at_the_start(self, shelf: Shelf, address: str) -> None:
        fill(address)
        (right,) = rows(shelf, "SELECT data FROM dictionary")
        forge(shelf, texts.encode(b"of another state").data)
        with pytest.raises(StateError, match=r"damaged: dictionary \d+"):
            Store.open(address)
        forge(shelf, right.data)
        Store.open(address).close()

    @pytest.mark.parametrize("deed", ["DELETE FROM dictionary", "UPDATE dictionary SET texts = 1", "DELETE FROM text WHERE id = 1"])
    def test_what_texts_are_encoded_with_is_not_removed(self, shelf: Shelf, address: str, deed: str) -> None:
        fill(address)
        shelf.edit("r0", prose(0).replace("minister", "secretary", 1), at(2))
        with pytest.raises((DBAPIError, StateError)), shelf.store._database.write() as connection:
            connection.exec_driver_sql(deed)
        assert all(shelf.store.reading(url("r0"), number) is not None for number in (1, 2))

    def test_a_key_frame_is_renewed_once_little_is_left_of_it(self, shelf: Shelf) -> None:
        drafts = [prose(1), prose(1).replace("minister", "secretary", 1), prose(2, words=900), prose(2, words=900) + " again"]
        shelf.write(at(0), news("a", drafts[0], at(0)))
        for number, draft in enumerate(drafts[1:], 1):
            shelf.edit("a", draft, at(number))
        stored = rows(shelf, "SELECT id, codec, base_id FROM text ORDER BY id")
        one, _, three, _ = (row.id for row in stored)
        assert [(row.codec, row.base_id) for row in stored] == [("zstd", None), ("zstd-key", one), ("zstd", None), ("zstd-key", three)]
        for number, draft in enumerate(drafts, 1):
            found = shelf.store.reading(url("a"), number)
            assert found is not None and found.text == reading(draft).text

    def test_what_is_kept_besides_a_text_is_kept_once(self, shelf: Shelf) -> None:
        images = tuple(Link(f"https://news.example/{random.Random(number).random()}.jpg", "a picture") for number in range(40))
        shelf.write(at(0), news("a", prose(1), at(0), version=kept(Reason.FIRST, reading(prose(1), "a", images=images), at(0))))
        for number in (1, 2):
            told = edited(shelf.item("a"), prose(1) + " again" * number, at(number))
            assert told.version is not None and told.version.reading is not None
            shown = replace(told.version.reading, images=images[number:])
            shelf.write(at(number), replace(told, version=kept(Reason.EDIT, shown, at(number))))
        found = [shelf.store.reading(url("a"), number) for number in (1, 2, 3)]
        assert [one.images for one in found if one is not None] == [images, images[1:], images[2:]]
        first, *later = rows(shelf, "SELECT length(extras) AS size, extras_base FROM version ORDER BY number")
        assert [row.extras_base for row in (first, *later)] == [None, 1, 1] and all(row.size * 10 < first.size for row in later)


PROTECTED = {
    "sqlite": "CREATE TRIGGER dictionary_no_update BEFORE UPDATE ON dictionary FOR EACH ROW "
    "BEGIN SELECT RAISE(ABORT, 'dictionary is insert only'); END",
    "postgresql": "CREATE TRIGGER dictionary_no_update BEFORE UPDATE ON dictionary FOR EACH ROW EXECUTE FUNCTION presswatch_insert_only()",
}
WORDS = "the minister said that new rules on trade with partners abroad will come into force next year after talks in the capital".split()


def prose(number: int, words: int = 300) -> str:
    """A text that has much in common with those of other numbers, and is none of them."""
    rng = random.Random(number)
    return " ".join(rng.choice(WORDS) if rng.random() < 0.7 else f"w{rng.randrange(9999)}" for _ in range(words))


def displayed(number: int) -> bytes:
    return readings.pack(reading(prose(number)))[0]


def fill(address: str) -> None:
    """Write so many releases that a dictionary is trained."""
    shelf = Shelf(Store.open(address))
    shelf.write(at(0), *(news(f"r{number}", prose(number), at(0)) for number in range(130)))
    shelf.store.close()


def forge(shelf: Shelf, data: bytes) -> None:
    """Write other bytes into the only dictionary, though the database forbids it."""
    with shelf.store._database.write() as connection:
        on_table = "" if connection.dialect.name == "sqlite" else " ON dictionary"
        connection.exec_driver_sql(f"DROP TRIGGER dictionary_no_update{on_table}")
        connection.execute(update(dictionary).values(data=data))
        connection.exec_driver_sql(PROTECTED[connection.dialect.name])


def rows(shelf: Shelf, statement: str) -> list[Any]:
    with shelf.store._database.read() as connection:
        return list(connection.exec_driver_sql(statement))
