"""A page that stands by itself: no style sheet, script or picture from anywhere."""

from collections.abc import Iterable
from html import escape

_STYLE = """body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff}
dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}p{overflow-wrap:anywhere}
del{background:#fde2e0;color:#7a1410}ins{background:#dcf3e1;color:#0b4a1c;text-decoration:underline}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.4rem;text-align:start;vertical-align:top}"""


def page_head(title: str) -> str:
    """Return the beginning of a page, up to its heading."""
    shown = escape(title)
    meta = '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
    head = f"<head>\n{meta}<title>{shown}</title>\n<style>{_STYLE}</style>\n</head>\n"
    return f'<!doctype html>\n<html lang="en">\n{head}<body>\n<h1 dir="auto">{shown}</h1>\n'


def page_facts(facts: Iterable[tuple[str, str]]) -> str:
    """Return a list of facts, those without a value left out; addresses are no links, so that nothing leads from evidence to the web."""
    told = "".join(f'<dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd>\n' for name, value in facts if value)
    return f"<dl>\n{told}</dl>\n"


def text_html(title: str, facts: str, blocks: Iterable[str]) -> str:
    """Return a section of a page: a title, facts as ``page_facts`` gives them, and a text."""
    text = "".join(f'<p dir="auto">{escape(block)}</p>\n' for block in blocks)
    return f'<section>\n<h2 dir="auto">{escape(title)}</h2>\n{facts}{text}</section>\n'


def page_end() -> str:
    """Return the end of a page."""
    return "</body>\n</html>\n"
