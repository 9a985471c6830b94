"""Markup to words, for the titles and summaries that lists carry."""

import re

from service.errors import Unreadable
from service.markup import parse
from service.text import displayed

_LONGEST = 20_000
_BLOCK = re.compile(r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|table|blockquote)\b)", re.I)


def plain(markup: str) -> str:
    """Return what is read of a snippet of HTML: no tags, no entities, white space collapsed."""
    snippet = markup[:_LONGEST]
    if "<" not in snippet and "&" not in snippet:
        return displayed(snippet)
    try:
        body = parse(f"<body>{_BLOCK.sub(' <', snippet)}").body
    except Unreadable:
        return ""
    return displayed(body.text()) if body is not None else ""
