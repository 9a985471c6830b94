"""What is searched for, and what fits it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import UsageError
from service.models import Phrase, Query
from service.query import BREAK, fits, parse, snippet, spots, words

LETTERS = st.text(alphabet="abc not 15 ё é й COVID-19 中文 *\"'()&|!:\\\0", max_size=40)


def found(asked: str, *paragraphs: str) -> bool:
    return fits(parse(asked), words(paragraphs))


@pytest.mark.parametrize(
    ("asked", "text", "fit"),
    [
        ("peacekeepers 51", "51 peacekeepers", True),
        ("peacekeepers 51", "peacekeepers 15", False),
        ('"will not be deployed"', "They will not be deployed there.", True),
        ('"will be deployed"', "They will not be deployed there.", False),
        ("peacekeep*", "Peacekeepers left", True),
        ("peacekeep", "Peacekeepers left", False),
        ('"not be dep*"', "will not be deployed", True),
        ('"not be dep"*', "will not be deployed", True),
        ("troops OR soldiers", "two soldiers", True),
        ("troops | soldiers left", "two soldiers", False),
        ("left -exercise", "They left the exercise", False),
        ('left -"the exercises"', "They left the exercise", True),
        ("COVID-19", "covid 19", True),
        ("COVID-19", "19 covid", False),
        ("елка", "Ёлка", True),
        ("мои", "мой", False),
        ("cafe", "Cafe\u0301", True),
        ("peacekeepers", "peace\u00adkeepers", True),
        ("和平", "维护和平行动", True),
        ("平和", "维护和平行动", False),
        ("don't", "don’t", True),
        ("or", "this or that", True),
    ],
)
def test_what_fits(asked: str, text: str, fit: bool) -> None:
    assert found(asked, text) is fit


def test_a_phrase_ends_with_its_paragraph() -> None:
    assert found('"one two"', "one two")
    assert not found('"one two"', "one", "two")
    assert words(["one", "", "two"]) == ["one", BREAK, "two"]


@pytest.mark.parametrize("asked", ["", "   ", '""', "-exercise", "* - | OR", "¶"])
def test_nothing_to_search_for_is_said_in_words(asked: str) -> None:
    with pytest.raises(UsageError, match="nothing to search for"):
        parse(asked)


def test_the_shape_of_a_question() -> None:
    assert parse('a OR "b c" d* -e') == Query(
        ((Phrase(("a",)), Phrase(("b", "c"))), (Phrase(("d",), prefix=True),)),
        (Phrase(("e",)),),
    )


def test_a_snippet_marks_what_was_asked_for_in_the_paragraph_that_has_most_of_it() -> None:
    told = snippet(parse('"not be" deploy*'), ["To be or not", "They will not be deployed, said the deployer."])
    assert told == (
        ("They will ", False),
        ("not be deployed", True),
        (", said the ", False),
        ("deployer", True),
        (".", False),
    )


def test_a_long_paragraph_is_cut_around_what_was_found() -> None:
    told = snippet(parse("needle"), [f"{'hay ' * 300}needle{' hay' * 300}"])
    assert ("needle", True) in told
    assert "".join(text for text, _ in told).count("hay") == 24
    assert told[0][0].startswith("… ") and told[-1][0].endswith(" …")


def test_where_nothing_fits_there_is_nothing_to_show() -> None:
    assert snippet(parse("needle"), ["hay"]) == ()


@given(st.text(max_size=200))
def test_words_are_fit_for_any_index(text: str) -> None:
    for spot in spots(text):
        assert 0 < len(spot.word) <= 64
        assert spot.word == spot.word.lower() and not set(spot.word) & set(" '\"()&|!:*\\\0¶")
        assert text[spot.start : spot.end]


@given(LETTERS, LETTERS)
def test_a_snippet_is_cut_out_of_a_text_that_fits(asked: str, text: str) -> None:
    try:
        query = parse(asked)
    except UsageError:
        return
    told = snippet(query, [text])
    if fits(query, words([text])):
        assert any(marked for _, marked in told)
    assert "".join(part for part, _ in told).replace("… ", "").replace(" …", "") in text


@given(st.text(max_size=60))
def test_every_text_can_be_asked_for_as_it_stands(text: str) -> None:
    plain = text.replace('"', " ")
    if words([plain]):
        assert fits(parse(f'"{plain}"'), words([plain]))
