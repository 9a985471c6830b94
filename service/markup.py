"""HTML, parsed once it is known to be harmless: the one door to selectolax.

Two shapes of markup take a tree builder quadratic time: a tag with very many attributes, and very deep nesting (measured: 0.9 MB
of attributes 34 s, 100,000 nested elements 53 s). Both are found here by a linear scan, before anything is parsed.
"""

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser

from service.errors import Unreadable

MOST_ATTRIBUTES = 2_000
DEEPEST = 3_000

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_CLOSED_BY_SIBLINGS = frozenset("p li dt dd tr td th thead tbody tfoot option optgroup html head body rp rt".split())
_FLAT = _VOID | _CLOSED_BY_SIBLINGS  # none of them ever holds itself
_RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())
_ENDS = {name: re.compile(f"</{name}", re.I) for name in _RAW}
_FOREIGN = frozenset(["svg", "math"])
_LEAVES = frozenset(
    "path circle rect line polyline polygon ellipse use stop image animate animatetransform set mpath "
    "fegaussianblur feoffset feblend feflood fecomposite fecolormatrix femergenode mspace".split()
)
# The quantifiers are possessive and an unclosed mark runs to the end of the page: no input makes the scan look back.
_ATTRIBUTE_SHAPE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]++)?)?"""
_ATTRIBUTE = re.compile(_ATTRIBUTE_SHAPE)
_MARK = re.compile(
    r"<(?:!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|(?P<close>/?)(?P<name>[a-z][^\s/>]*+)(?P<rest>(?:[\s/]++|{_ATTRIBUTE_SHAPE})*+)(?:>|\Z))",
    re.I | re.S,
)
_LONG = re.compile(rf"<[^>]{{{2 * MOST_ATTRIBUTES + 1}}}")
_QUOTED_END = re.compile(r"""=\s*+(?:"[^">]*+>|'[^'>]*+>)""")  # a mark may go on after it


def parse(html: str) -> LexborHTMLParser:
    """Return the tree of a page, as a browser would build it.

    Raises ``Unreadable`` for markup made to exhaust us: a tag with more than ``MOST_ATTRIBUTES``, elements nested deeper than
    about ``DEEPEST``. Linear in the length of the page.
    """
    refuse_hostile(html)
    return LexborHTMLParser(html)


def refuse_hostile(html: str) -> None:
    """Raise ``Unreadable`` where the markup would take a tree builder quadratic time."""
    if not _is_harmless(html):
        _scan(html)


def _is_harmless(html: str) -> bool:
    """Return whether a page opens too little to nest deep, and no mark is long enough to be crowded: most pages, told in no time.

    One that is shorter than a crowded mark is harmless altogether.
    """
    if len(html) <= 2 * MOST_ATTRIBUTES:
        return True
    marks = html.count("<")
    return (marks <= DEEPEST or marks - html.count("</") <= DEEPEST) and not _LONG.search(html) and not _QUOTED_END.search(html)


def _scan(html: str) -> None:
    open_tags: Counter[str] = Counter()
    depth = at = 0
    while mark := _MARK.search(html, at):
        at = mark.end()
        close, name, rest = mark.groups()
        if name is None:
            continue
        if len(rest) > 2 * MOST_ATTRIBUTES:
            _refuse_crowded(rest)
        name = name.lower()
        if name in _FLAT:
            continue
        if close:
            if open_tags[name]:
                open_tags[name] -= 1
                depth -= 1
        elif _nests(name, rest, open_tags):
            open_tags[name] += 1
            depth += 1
            at = _past_raw_text(html, name, at, open_tags)
        if depth > DEEPEST:
            raise Unreadable(f"the page nests its elements more than {DEEPEST:,} deep")


def _refuse_crowded(attributes: str) -> None:
    if len(_ATTRIBUTE.findall(attributes)) > MOST_ATTRIBUTES:
        raise Unreadable(f"the page has a tag with more than {MOST_ATTRIBUTES:,} attributes")


def _nests(name: str, rest: str, open_tags: Counter[str]) -> bool:
    """Return whether what follows may come to lie inside this element; only in drawings does ``/>`` close one."""
    return not (name in _LEAVES and rest.endswith("/") and any(open_tags[foreign] for foreign in _FOREIGN))


def _past_raw_text(html: str, name: str, at: int, open_tags: Counter[str]) -> int:
    """Return where markup goes on after an element whose content is text, such as a script."""
    if name not in _RAW or any(open_tags[foreign] for foreign in _FOREIGN):
        return at
    end = _ENDS[name].search(html, at)
    return end.start() if end else len(html)
