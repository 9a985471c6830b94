"""A quotation is text, however a page writes it, and so is who is quoted."""

import pytest

from service.models import Selectors
from tests.reading import read

SAID = "We have never been so close to an agreement as we were today."
WHO = "Maria Lind, chair of the council"
TEXT = "The Council met in Norhaven and adopted the annual plan of the rescue services for all of its member states. "
PAGE = (
    "<html><head><title>A plan was adopted</title></head><body><header><nav><a href='/'>Home</a></nav></header><main><article>"
    f"<h1>A plan was adopted</h1><p>{TEXT * 2}</p>{{}}<p>{TEXT.replace('Council', 'Board') * 2}</p></article></main>"
    "<footer><p>Imprint and contact</p></footer></body></html>"
)


def words(inside: str, selectors: Selectors = Selectors()) -> list[str]:  # noqa: B008 - frozen
    """Return the texts of the blocks between the first paragraph of a page and its last."""
    first, *between, last = [block.text for block in read(PAGE.format(inside), selectors=selectors).blocks]
    assert first.startswith("The Council")
    assert last.startswith("The Board")
    return between


@pytest.mark.parametrize("selectors", [Selectors(), Selectors(body="article", ignore=("h1",))], ids=["generic", "selectors"])
@pytest.mark.parametrize(
    "quotation",
    [
        f"<figure><blockquote><p>{SAID}</p></blockquote><figcaption>{WHO}</figcaption></figure>",
        f"<figure><blockquote>{SAID}</blockquote><figcaption><p>{WHO}</p></figcaption></figure>",
        f"<figure class='wp-block-pullquote'><blockquote><p>{SAID}</p><footer>{WHO}</footer></blockquote></figure>",
        f"<blockquote><p>{SAID}</p><footer>{WHO}</footer></blockquote>",
        f"<blockquote><p>{SAID}</p><footer><p>{WHO}</p></footer></blockquote>",
    ],
)
def test_a_quotation_and_who_is_quoted_are_text(quotation: str, selectors: Selectors) -> None:
    assert words(quotation, selectors) == [SAID, WHO]


def test_words_quoted_in_a_line_stay_in_it() -> None:
    assert words("<p>The chair said <q>this is <q>the</q> plan</q>, and left the hall at once.</p>") == [
        "The chair said this is the plan, and left the hall at once."
    ]


def test_a_caption_of_a_picture_is_no_quotation() -> None:
    assert words("<figure><img src='/a.jpg' alt=''><figcaption>The hall</figcaption></figure>") == []


def test_footers_in_footers_of_quotations_are_read_once() -> None:
    deep = f"<blockquote><p>{SAID}</p><footer>{WHO}{'<footer>' * 200}{'</footer>' * 200}</footer></blockquote>"
    assert words(deep) == [SAID, WHO]


def test_where_a_quoted_speaker_links_to_is_a_link_of_the_text() -> None:
    quotation = f"<blockquote><p>{SAID}</p><footer><a href='/lind'>{WHO}</a></footer></blockquote>"
    assert [link.url for link in read(PAGE.format(quotation)).links] == ["https://news.example/lind"]
