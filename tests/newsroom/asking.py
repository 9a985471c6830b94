"""What a test asks of a newsroom, and sees in its pages."""

import re
from typing import Any

import requests
from selectolax.lexbor import LexborHTMLParser


def get(url: str, **options: Any) -> requests.Response:
    return requests.get(url, timeout=10, **options)


def tree(url: str) -> LexborHTMLParser:
    return LexborHTMLParser(get(url).text)


def listed_paths(url: str) -> list[str]:
    """Return the paths that a news.list links, in order."""
    return [str(node.attributes["href"]) for node in tree(url).css("div.news-list > .news-item > a:has(b)")]


def article_markup(url: str) -> str:
    """Return the markup of a Bitrix article without its counter."""
    node = tree(url).css_first("div.news-detail")
    assert node is not None, f"no article at {url}"
    return re.sub(r"Show counter:.*", "", str(node.html))


def strip_texts(url: str) -> list[str]:
    """Return the teasers that stand above the content."""
    return [node.text() for node in tree(url).css("div.latest-item p")]
