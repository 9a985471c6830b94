"""Promises of the template: chrome is what siblings share in one place; counters are noise; a release's words never are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.models import Block, Template
from service.template import LEAST_SIBLINGS, body_places, learn

BODY = "div.page/div.content"
LEADS = [f"On {day} June the ministers of country {day} met in the capital and signed document {day}." for day in range(1, 13)]


def page(number: int, teasers: list[str], *, contacts: str = "Email: press@example.org", article: str = "") -> list[Block]:
    """Return a release's page: menu, teasers before the text, a body of its own, contact lines."""
    return [
        Block("div.page/ul.menu/li", "News"),
        *(Block("div.page/div.sidebar/p", teaser) for teaser in teasers),
        Block(f"{BODY}{article}/p", LEADS[number]),
        Block(f"{BODY}{article}/p", f"More about number {number}, which nobody else says, at quite some length indeed."),
        Block(f"{BODY}{article}/div.contacts/p", contacts),
        Block("div.page/footer/p", "Go back"),
    ]


def texts(blocks: list[Block], template: Template) -> list[str]:
    return [blocks[place].text for place in body_places(blocks, template)]


SIBLINGS = [page(number, LEADS[:3]) for number in range(8)]


def test_the_body_is_what_siblings_do_not_share() -> None:
    learned = learn(SIBLINGS)
    assert texts(page(9, LEADS[:3]), learned) == [LEADS[9], "More about number 9, which nobody else says, at quite some length indeed."]


def test_a_lead_that_is_also_a_teaser_is_kept_in_the_body_and_only_there() -> None:
    assert texts(SIBLINGS[0], learn(SIBLINGS))[0] == LEADS[0]
    assert texts(SIBLINGS[0], learn(SIBLINGS)).count(LEADS[0]) == 1


def test_a_sidebar_that_rolls_is_no_part_of_any_body() -> None:
    learned = learn(SIBLINGS)
    assert texts(page(4, LEADS[:3]), learned) == texts(page(4, LEADS[5:11]), learned)


def test_contact_lines_below_the_body_are_chrome() -> None:
    assert "Email: press@example.org" not in texts(SIBLINGS[2], learn(SIBLINGS))


def test_classes_that_name_one_page_do_not_hide_what_pages_share() -> None:
    siblings = [page(number, LEADS[:3], article=f"/article.post.post-{number}") for number in range(8)]
    learned = learn(siblings)
    assert learned.root == f"{BODY}/article.post"
    assert LEADS[11] in texts(page(11, LEADS[:3], article="/article.post.post-11.category-new"), learned)


def test_a_lead_between_title_and_body_belongs_to_the_text_a_date_line_does_not() -> None:
    def led(number: int) -> list[Block]:
        head = [
            Block("div.page/h1", f"Title {number}"),
            Block("div.page/p.lead", f"In short: {LEADS[number]}"),
            Block("div.page/p.date", f"{number} June"),
        ]
        blocks = page(number, LEADS[:3])
        more = [Block(f"{BODY}/p", f"Paragraph {count} of release {number} goes on about the matter at length.") for count in range(24)]
        return [*blocks[:4], *head, *blocks[4:], *more]

    learned = learn([led(number) for number in range(8)])
    assert texts(led(9), learned)[:2] == [f"In short: {LEADS[9]}", LEADS[9]]


def test_a_menu_inside_the_body_is_none_of_its_words() -> None:
    def with_menu(number: int) -> list[Block]:
        return [*page(number, LEADS[:3]), Block(f"{BODY}/div.related/nav/ul/li", f"Place {number}")]

    learned = learn([with_menu(number) for number in range(8)])
    assert learned.root == BODY
    assert texts(with_menu(9), learned) == texts(page(9, LEADS[:3]), learn(SIBLINGS))


def test_a_wrapper_around_the_whole_page_makes_it_no_other_page() -> None:
    learned = learn(SIBLINGS)
    wrapped = [Block(f"main/{block.path}", block.text) for block in SIBLINGS[4]]
    assert texts(wrapped, learned) == texts(SIBLINGS[4], learned)
    taught_wrapped = learn([[Block(f"main/{block.path}", block.text) for block in one] for one in SIBLINGS])
    assert texts(SIBLINGS[4], taught_wrapped) == texts(wrapped, taught_wrapped) == texts(wrapped, learned)


def test_a_page_of_another_make_has_no_body_by_this_template() -> None:
    assert body_places([Block("main/p", "Something else.")], learn(SIBLINGS)) == []


@pytest.mark.parametrize("count", range(LEAST_SIBLINGS))
def test_too_few_siblings_teach_nothing(count: int) -> None:
    known = Template(3, volatile=frozenset(["Views: 0"]))
    assert learn(SIBLINGS[:count], known) is known


def test_equal_pages_teach_nothing() -> None:
    assert learn([page(1, LEADS[:3])] * 8) == Template()


def test_learning_anew_keeps_what_was_known_to_be_volatile() -> None:
    learned = learn(SIBLINGS, Template(3, volatile=frozenset(["Views: 0"])))
    assert (learned.version, learned.volatile) == (4, frozenset(["Views: 0"]))


paths = st.sampled_from(["div.a/p", "div.a/div.b/p", "div.a/div.b.c/h2", "div.d/p", "p"])
pages = st.lists(st.lists(st.builds(Block, paths, st.text("ab ", max_size=6)), max_size=6), max_size=8)


@given(pages)
def test_any_pages_teach_a_template_that_reads_them_in_order(siblings: list[list[Block]]) -> None:
    learned = learn(siblings)
    for blocks in siblings:
        places = body_places(blocks, learned)
        assert places == sorted(set(places))
