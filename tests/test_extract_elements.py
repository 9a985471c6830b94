"""The elements of a page are numbered in reading order, whatever else stands among them."""

import gc
import weakref

from selectolax.lexbor import LexborHTMLParser

from service.extract import extract
from service.extract.elements import Elements
from service.models import Source
from tests.reading import snapshot

PAGE = (
    "<html><body><!-- a note --><?php echo 1; ?><ul><li><a href=/a>One</a></li><li>Two</li></ul><p><a href=/b>Three</a></p></body></html>"
)


def test_what_an_element_holds_follows_it() -> None:
    elements = Elements(LexborHTMLParser(PAGE).root)
    (box,) = elements.tagged("ul")
    assert [one.tag for one in elements if one.place in box.span] == ["ul", "li", "a", "li"]
    assert [one.tag for one in elements.children(box)] == ["li", "li"]
    assert [one.tag for one in elements.before(box.end)][-4:] == ["ul", "li", "a", "li"]
    assert [one.tag for one in box.around] == ["body", "html"]


def test_nodes_are_found_again_without_those_inside_of_others() -> None:
    tree = LexborHTMLParser(PAGE)
    elements = Elements(tree.root)
    assert [(one.tag, one.node.text()) for one in elements.of(tree.css("a, ul"))] == [("ul", "OneTwo"), ("a", "Three")]
    assert elements.body(tree) is elements.tagged("body")[0]


def test_a_page_that_nobody_holds_is_gone_without_the_garbage_collector() -> None:
    gc.disable()
    try:
        elements = Elements(LexborHTMLParser(PAGE).root)
        gone = weakref.ref(elements)
        del elements
        assert gone() is None
    finally:
        gc.enable()


def test_elements_are_told_by_tag_in_reading_order_everywhere_or_within_one() -> None:
    elements = Elements(LexborHTMLParser(PAGE).root)
    (box,) = elements.tagged("ul")
    assert [one.tag for one in elements.tagged("p", "a", "li")] == ["li", "a", "li", "p", "a"]
    assert [one.node.text() for one in elements.tagged("a", within=box)] == ["One"]


def test_a_processing_instruction_does_not_keep_a_page_from_being_read() -> None:
    page = f"<h1>A bridge opens</h1><p>{'The minister opened the new bridge over the river today. ' * 5}</p><?php echo 1; ?>"
    assert extract(snapshot(page), Source("a", "https://example.org/news")).blocks
