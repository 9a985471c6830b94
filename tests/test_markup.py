"""Markup that would take a tree builder minutes is refused before it is parsed; real pages are not."""

import gzip
import json
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import Unreadable
from service.markup import DEEPEST, MOST_ATTRIBUTES, parse

MANY = MOST_ATTRIBUTES * 2


@pytest.mark.parametrize(
    "attributes",
    [
        " ".join(f"a{n}" for n in range(MANY)),
        "".join(f" a{n}='>'" for n in range(MANY)),
        "".join(f'a{n}=">"' for n in range(MANY)),
        "/".join(f"a{n}" for n in range(MANY)),
    ],
)
def test_a_crowded_tag_is_refused(attributes: str) -> None:
    with pytest.raises(Unreadable, match="attributes"):
        parse(f"<p>text</p><a {attributes}>x</a>")


def test_one_long_attribute_is_no_crowd() -> None:
    assert parse(f'<p data-x="{"a b=c " * MANY}">text</p>').text() == "text"


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<div></span>",
        "<section/>",
        "<ul><li>",
        "<table><tr><td>",
        "<b><p>",
        "<path/>",
        "<!--><div>",
        "<DIV>",
        "<svg></svg><x-card>",
        "<svg><title>",
        """<i =">'<div>">""",
    ],
)
def test_deep_nesting_is_refused(unit: str) -> None:
    with pytest.raises(Unreadable, match="deep"):
        parse(unit * (DEEPEST + 1))


@pytest.mark.parametrize(
    "unit",
    [
        "<p>",
        "<br/>",
        "<p>one<li>two<td>",
        "<div><img src=x></div>",
        "<!-- <div> -->",
        "<script>document.write('<div>')</script>",
        "<svg><path d='M0'/><circle r=1 /></svg>",
    ],
)
def test_long_pages_are_not_deep(unit: str) -> None:
    assert parse(unit * (2 * DEEPEST)).root is not None


@pytest.mark.parametrize("junk", ["<", "<a ", "<!--", '<a x="', "<a x='", "</", "<script>", "&", "<a =\"'", "< a", "=\"'<a"])
def test_the_scan_is_linear(junk: str) -> None:
    with suppress(Unreadable):
        parse(junk * 200_000)


def test_real_pages_pass(corpus: Path) -> None:
    with gzip.open(corpus / "extraction" / "scrapinghub.jsonl.gz", "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in islice(lines, 60)]
    for page in pages:
        assert parse(page["html"]).body is not None


@given(st.text(alphabet="<>/ab=\"'! -\n", max_size=300))
@settings(deadline=None, max_examples=150)
def test_any_text_is_parsed(html: str) -> None:
    assert parse(html).root is not None
