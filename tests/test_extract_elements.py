"""The elements of a page are numbered in reading order, whatever else stands among them."""

from selectolax.lexbor import LexborHTMLParser

from service.extract import extract
from service.extract.elements import Elements
from service.models import Source
from tests.reading import snapshot

PAGE = (
    "<html><body><!-- a note --><?php echo 1; ?><ul><li><a href=/a>One</a></li><li>Two</li></ul><p><a href=/b>Three</a></p></body></html>"
)


def test_what_an_element_holds_follows_it() -> None:
    tree = LexborHTMLParser(PAGE)
    elements = Elements(tree.root)
    (box,) = tree.css("ul")
    inside = [node for place, node in enumerate(elements) if place in elements.span(box)]
    assert [node.tag for node in inside] == ["ul", "li", "a", "li"]


def test_elements_are_told_by_tag_in_reading_order_everywhere_or_within_one() -> None:
    tree = LexborHTMLParser(PAGE)
    elements = Elements(tree.root)
    (box,) = tree.css("ul")
    assert [node.tag for node in elements.tagged("p", "a", "li")] == ["li", "a", "li", "p", "a"]
    assert [node.text() for node in elements.tagged("a", within=box)] == ["One"]


def test_a_processing_instruction_does_not_keep_a_page_from_being_read() -> None:
    page = f"<h1>A bridge opens</h1><p>{'The minister opened the new bridge over the river today. ' * 5}</p><?php echo 1; ?>"
    assert extract(snapshot(page), Source("a", "https://example.org/news")).blocks
