"""The walk from an element to its blocks: everything that is shown, once, in order, at its place."""

from hypothesis import given, settings
from hypothesis import strategies as st

from service.extract.blocks import place, placed
from service.extract.elements import Element, Elements
from service.markup import parse
from service.models import Block


def page(html: str) -> tuple[Elements, Element]:
    """Return the elements of a page, and its body."""
    elements = Elements(parse(html).root)
    (body,) = elements.tagged("body")
    return elements, body


def blocks(elements: Elements, root: Element) -> list[Block]:
    return [one.block for one in placed(elements, root)]


def told(html: str) -> list[tuple[str, str]]:
    return [(block.path, block.text) for block in blocks(*page(html))]


def test_a_path_is_tags_with_their_classes_from_below_body() -> None:
    html = '<div class="wrap  wide"><div id="x" class="news-detail"><p>One <b>bo</b>ld</p></div></div>'
    assert told(html) == [("div.wrap.wide/div.news-detail/p", "One bold")]
    elements, _ = page(html)
    (paragraph,) = elements.tagged("p")
    assert place(paragraph) == "div.wrap.wide/div.news-detail/p"
    (block,) = blocks(elements, paragraph)
    assert block.path == "div.wrap.wide/div.news-detail/p", "the same from wherever the walk starts"
    assert block.tag == "p"


def test_text_in_a_container_is_a_block_of_the_container() -> None:
    html = '<div class="d">lead<p>one</p>tail <i>goes</i> on<hr>after</div>loose'
    assert told(html) == [("div.d", "lead"), ("div.d/p", "one"), ("div.d", "tail goes on"), ("div.d", "after"), ("body", "loose")]


def test_two_line_breaks_end_a_paragraph_and_one_is_a_space() -> None:
    assert [text for _, text in told("<p>a<br>b<br> <br/>c<br><br><br>d<br></p>")] == ["a b", "c", "d"]


def test_items_cells_headings_and_quotes_are_blocks() -> None:
    html = "<h2>H</h2><ul><li>x<p>y</p></ul><table><tr><th>a<td>b</table><blockquote>q</blockquote><pre>p  q\nr</pre><dl><dt>t<dd>d</dl>"
    assert [(path.rsplit("/", 1)[-1], text) for path, text in told(html)] == [
        ("h2", "H"), ("li", "x"), ("p", "y"), ("th", "a"), ("td", "b"), ("blockquote", "q"), ("pre", "p q r"), ("dt", "t"), ("dd", "d"),
    ]  # fmt: skip


def test_what_is_not_shown_is_not_read() -> None:
    html = """<p>seen<script>no()</script><style>no{}</style><noscript>no</noscript><!-- no --><template><p>no</template></p>
    <p hidden>no</p><p style="color:red; DISPLAY : none">no</p><p class="sr-only">no</p><span class="govuk-visually-hidden">no</span>
    <button>no</button><select><option>no</select><textarea>no</textarea><svg><text>no</text></svg><dialog>no</dialog>
    <p style="display:block" class="sr-onlyish" aria-hidden="true">seen too</p>"""
    assert [text for _, text in told(html)] == ["seen", "seen too"]


def test_words_are_joined_as_a_browser_joins_them() -> None:
    html = "<p>un<b>believ</b>able&nbsp;\n  tale<wbr>s of &#1057;&shy;o</p>"
    assert told(html) == [("p", "unbelievable tales of С\u00ado")]


def test_deep_nesting_is_walked_without_recursion_and_with_bounded_paths() -> None:
    deep = "<div class='container'>" * 2500 + "<p>deep</p>" * 3 + "</div>" * 2500
    found = blocks(*page(deep))
    assert [block.text for block in found] == ["deep"] * 3
    assert all(len(block.path) < 2_100 and block.tag == "p" for block in found)


words = st.text(alphabet="abcXYZéж ", min_size=1, max_size=12)


def wrapped(inner: st.SearchStrategy[str], tags: list[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(tags), st.lists(inner, max_size=4)).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>")


inline = st.recursive(words, lambda inner: wrapped(inner, ["b", "i", "span", "a"]), max_leaves=5)
markup = st.recursive(inline, lambda inner: wrapped(inner, ["div", "section", "p", "ul", "li"]), max_leaves=25)


@settings(deadline=None, max_examples=80)
@given(markup)
def test_no_letter_is_lost_doubled_or_moved(html: str) -> None:
    elements, root = page(html)
    shown = "".join(root.node.text().split())
    assert "".join("".join(block.text for block in blocks(elements, root)).split()) == shown
    assert all(one.node is root or one.block.path for one in placed(elements, root))
