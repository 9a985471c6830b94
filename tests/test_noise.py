"""What differs between looks moments apart is noise, and what may be an edit is not."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from service.models import Block, Link, Reading, Template
from service.noise import learn_noise, without_noise


def reading(*shown: str) -> Reading:
    return Reading("Title", tuple(Block("p", text) for text in shown))


def counted(*shown: str) -> list[Reading]:
    return [reading("Text.", views) for views in shown]


def test_a_counter_that_moves_at_every_look_is_learned_and_taken_out() -> None:
    learned = learn_noise(Template(), counted("Views: 2", "Views: 3", "Views: 4"))
    assert learned.version == 1
    assert without_noise(reading("Text.", "Views: 99"), learned) == reading("Text.")


def test_a_number_that_moves_once_may_be_an_edit_and_is_noise_when_it_moves_again() -> None:
    doubting = learn_noise(Template(), counted("Killed: 15", "Killed: 51", "Killed: 51"))
    assert without_noise(reading("Text.", "Killed: 15"), doubting) == reading("Text.", "Killed: 15")
    learned = learn_noise(doubting, counted("Killed: 51", "Killed: 51", "Killed: 52"))
    assert without_noise(reading("Text.", "Killed: 15"), learned) == reading("Text.")


def test_an_edited_number_is_not_taken_for_a_counter() -> None:
    after = reading("51 killed", "Views: 2")
    learned = learn_noise(Template(), [after, reading("51 killed", "Views: 3"), reading("51 killed", "Views: 4")])
    assert without_noise(after, learned) == reading("51 killed")


def test_words_that_never_stay_are_known_by_a_place_where_nothing_else_stands() -> None:
    def quoting(quote: str) -> Reading:
        return Reading("Title", (Block("div/p", "A text that stays."), Block("div/aside.quote/p", quote)))

    learned = learn_noise(Template(), [quoting("Carpe diem."), quoting("Festina lente."), quoting("Alea iacta est.")])
    assert without_noise(quoting("Veni."), learned) == Reading("Title", (Block("div/p", "A text that stays."),))
    in_the_text = [reading("Text.", quote) for quote in ("Carpe diem.", "Festina lente.", "Alea iacta est.")]
    assert learn_noise(Template(), in_the_text) == Template()


def test_what_is_drawn_from_a_few_at_every_look_is_known_by_its_place() -> None:
    def related(*titles: str) -> Reading:
        teasers = [Block(place, title) for title in titles for place in ("div/ul.related/li", "div/ul.related/li/p")]
        return Reading("Title", (Block("div/p", "A text that stays."), *teasers))

    learned = learn_noise(Template(), [related("One", "Two", "Three"), related("Two", "Four", "Five"), related("Five", "One", "Three")])
    assert learned.restless == {"div/ul.related/li", "div/ul.related/li/p"}
    one_stays = [related("One", "Two"), related("One", "Four"), related("One", "Five")]
    assert learn_noise(Template(), one_stays) == Template()


def test_the_frame_of_a_text_is_no_place_to_know_noise_by() -> None:
    def loose(words: str) -> Reading:
        return Reading("Title", (Block("div", words), Block("div/p", "A text that stays.")))

    assert learn_noise(Template(), [loose("Carpe diem."), loose("Festina lente."), loose("Alea iacta est.")]) == Template()


def test_an_id_that_is_another_at_every_look_is_a_counter_and_a_word_is_none() -> None:
    ids, words = ("6be604c23229", "43a73e765f81", "88aa01bc1f00"), ("defaced", "effaced", "facaded")
    assert learn_noise(Template(), [reading("Text.", f"Document ID: {id}") for id in ids]).volatile == {"Document ID: 0"}
    assert learn_noise(Template(), [reading("Text.", f"It was {word} there.") for word in words]).volatile == set()


def test_a_paragraph_is_never_learned_as_a_counter() -> None:
    long = "On {} June the Committee of Secretaries of Security Councils met in Bishkek and signed documents."
    assert learn_noise(Template(), [reading("Text.", long.format(day)) for day in (1, 2, 3)]) == Template()


def test_what_is_shown_in_turns_is_known_by_its_words_where_nothing_else_tells_it() -> None:
    text = "A text that stays as it is."
    looks = [reading(text, promo) for promo in ("Subscribe!", "Follow us!", "Subscribe!")]
    learned = learn_noise(Template(), looks, reading(text))
    assert [without_noise(look, learned) for look in looks] == [reading(text)] * 3
    assert learn_noise(Template(), looks, looks[1]) == Template()  # an edit that some servers do not have yet
    assert learn_noise(Template(root="body"), looks) == Template(root="body")  # another release may say it


def test_a_link_goes_with_the_words_that_are_noise() -> None:
    text, teaser = Block("div/p", "A text that stays."), Block("div/li", "The council met.")
    links = (Link("https://a.org/law", "the law"), Link("https://a.org/news/99", "The council met."))
    calm = without_noise(Reading("Title", (text, teaser), links=links), Template(restless=frozenset(["div/li"])))
    assert calm == Reading("Title", (text,), links=links[:1])


def test_nothing_new_gives_the_same_template_back() -> None:
    looks = counted("Views: 1", "Views: 2", "Views: 3")
    learned = learn_noise(Template(), looks)
    assert learn_noise(learned, looks) is learned


lines = st.lists(st.sampled_from(["Views: 1", "Views: 2", "Text.", "15 killed"]), max_size=5)


@given(st.lists(lines, min_size=2, max_size=4), lines)
def test_taking_noise_out_twice_is_taking_it_out_once(looks: list[list[str]], other: list[str]) -> None:
    template = learn_noise(Template(), [reading(*one) for one in looks])
    once = without_noise(reading(*other), template)
    assert without_noise(once, template) == once


def annexed(url: str) -> Reading:
    return Reading("Title", (Block("p", "Text."),), attachments=(Link(url, "Annex"),))


def test_a_token_in_an_address_that_is_new_at_every_look_is_left_out() -> None:
    learned = learn_noise(Template(), [annexed(f"https://a.org/annex.pdf?v={number}&id=7") for number in (1, 2, 3)])
    assert learned.tokens == frozenset(["v"])
    assert without_noise(annexed("https://a.org/annex.pdf?v=9&id=7"), learned) == annexed("https://a.org/annex.pdf?id=7")
    assert without_noise(annexed("https://a.org/annex.pdf?v=9&id=8"), learned) != without_noise(
        annexed("https://a.org/annex.pdf?id=7"), learned
    )


def test_an_answer_of_another_page_teaches_nothing() -> None:
    here, elsewhere = reading("Text.", "More text."), Reading("Titel", (Block("p", "Ein Text."), Block("p", "Noch einer.")))
    assert learn_noise(Template(), [here, elsewhere, here]) == Template()
    assert learn_noise(Template(), [here, elsewhere, replace(here, blocks=(Block("p", "Third."),))]) == Template()
