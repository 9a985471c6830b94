"""Quotations written so that a generic reader keeps them: it leaves out figures and footers, and takes ``<q>`` for a paragraph."""

from selectolax.lexbor import LexborHTMLParser

from .elements import Elements
from .page import Page

_FIGURE = "figure:has(blockquote)"
_SPEAKER = f"blockquote footer, {_FIGURE} figcaption"


def with_quotations(page: Page) -> str:
    """Return the visible HTML of a page without figures around quotations and marks within a line; who speaks is a paragraph."""
    html = page.visible_html
    if not page.tree.css_first(f"q, {_FIGURE}, {_SPEAKER}"):
        return html
    copy = LexborHTMLParser(html)
    for speaker in Elements(copy.root).of(copy.css(_SPEAKER)):  # the outermost: what stands in them is written anew
        speaker.node.unwrap_tags(["a"])  # a paragraph that is a link is left out as well
        speaker.node.inner_html = f"<p>{speaker.node.inner_html}</p>"
        speaker.node.unwrap()
    for frame in copy.css(f"q, {_FIGURE}"):
        frame.unwrap()
    return copy.html or ""
