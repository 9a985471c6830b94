"""Promises of the template: counters are noise, words and figures in sentences never are."""

from hypothesis import given
from hypothesis import strategies as st

from service.models import Block, Reading, Template
from service.template import learn_volatile, without_noise


def reading(*texts: str) -> Reading:
    return Reading("Title", tuple(Block("p", text) for text in texts))


def test_a_counter_is_learned_from_looks_moments_apart_and_taken_out() -> None:
    learned = learn_volatile(Template(), reading("Text.", "Views: 2"), reading("Text.", "Views: 3"))
    assert learned.version == 1
    assert without_noise(reading("Text.", "Views: 99"), learned) == reading("Text.")


def test_an_edited_number_is_not_taken_for_a_counter() -> None:
    after = reading("51 killed", "Views: 2")
    learned = learn_volatile(Template(), after, reading("51 killed", "Views: 3"))
    assert without_noise(after, learned) == reading("51 killed")


def test_a_paragraph_is_never_learned_as_a_counter() -> None:
    long = "On {} June the Committee of Secretaries of Security Councils met in Bishkek and signed documents."
    texts = [reading(long.format(day)) for day in (1, 2)]
    assert learn_volatile(Template(), *texts) == Template()


def test_nothing_new_gives_the_same_template_back() -> None:
    looks = (reading("Views: 1"), reading("Views: 2"))
    learned = learn_volatile(Template(), *looks)
    assert learn_volatile(learned, *looks) is learned


texts = st.lists(st.sampled_from(["Views: 1", "Views: 2", "Text.", "15 killed"]), max_size=5)


@given(texts, texts, texts)
def test_taking_noise_out_twice_is_taking_it_out_once(one: list[str], two: list[str], three: list[str]) -> None:
    template = learn_volatile(Template(), reading(*one), reading(*two))
    once = without_noise(reading(*three), template)
    assert without_noise(once, template) == once
