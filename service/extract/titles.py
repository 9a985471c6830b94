"""The title of a release, as displayed."""

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from service.text import displayed, folded

from .blocks import shown
from .elements import Element
from .page import Page

_JOINTS = re.compile(r"\s+(?:[|–—·•»:]|::|-|»|\|\|)\s+")
_LONGEST = 500  # characters of a title
_MOST = 50  # headings that are looked at


class Title(NamedTuple):
    """A title, and the element that shows it (None where the page only declares it)."""

    text: str
    node: Element | None


def title_of(page: Page) -> Title:
    """Return the title: what the source's selector names, else the heading that the page's own claims agree with.

    The claims are JSON-LD ``headline``, ``og:title`` and ``<title>`` without the name of the site; where no heading agrees with any,
    the first claim is the title, and without claims the first heading.
    """
    chosen = _selected(page)
    if chosen:
        return chosen
    claims = list(dict.fromkeys(_claims(page)))
    headings = list(_headings(page))
    agreeing = [one for one in headings if any(_agree(one.text, claim) for claim in claims)]
    if agreeing:
        return min(agreeing, key=partial(_is_furniture, page))
    if claims and len(claims[0].split()) > 2:
        return _shown_somewhere(page, claims)
    return min(headings, key=partial(_is_furniture, page), default=Title(next(iter(claims), ""), None))


def _headings(page: Page) -> Iterator[Title]:
    """Yield the first-level headings that the page shows."""
    for node in page.elements.tagged("h1")[:_MOST]:
        text = _text(page, node)
        if text and _visible(node):
            yield Title(text, node)


def _is_furniture(page: Page, title: Title) -> bool:
    return title.node is None or page.in_chrome(title.node)


def _selected(page: Page) -> Title | None:
    selector = page.source.selectors.title
    found = page.select(selector) if selector else []
    return next((Title(text, node) for node in found if (text := _text(page, node))), None)


def _claims(page: Page) -> Iterator[str]:
    site = page.metas.get("og:site_name", "")
    node = next((node for node in page.elements.tagged("title") if node.parent and node.parent.tag == "head"), None)
    for claim in (page.facts.headline, page.metas.get("og:title", ""), page.metas.get("dc.title", ""), node.node.text() if node else ""):
        text = without_site(displayed(claim)[:_LONGEST], site)
        if text:
            yield text


def without_site(title: str, site: str = "") -> str:
    """Return a ``<title>`` without the name of the site at its end or beginning."""
    joints = list(_JOINTS.finditer(title))
    if not joints:
        return title
    if site and folded(title) != folded(site):
        for cut in (_JOINTS.split(title)[0], _JOINTS.split(title)[-1]):
            if folded(cut) == folded(site):
                title = title.removesuffix(cut) if title.endswith(cut) else title.removeprefix(cut)
                return re.sub(r"^\s*[|–—·•»:-]+\s+|\s+[|–—·•»:-]+\s*$", "", title).strip()
    head, tail = title[: joints[-1].start()], title[joints[-1].end() :]
    if len(head.split()) >= 3 and len(tail.split()) <= 5:
        return without_site(head) if len(joints) > 1 and "|" in joints[-1][0] else head
    return title


def _agree(shown_text: str, claim: str) -> bool:
    """Return whether a heading and a claim are one title: half of the longer one's words are the other's, or the claim goes on after it."""
    one, two = folded(shown_text).casefold(), folded(claim).casefold()
    words, claimed = set(one.split()), set(two.split())
    if words and len(words & claimed) * 2 >= max(len(words), len(claimed)):
        return True
    return one in [folded(part).casefold() for part in _JOINTS.split(claim)[:-1]]


def _shown_somewhere(page: Page, claims: list[str]) -> Title:
    """Return the claim that the page displays, as it displays it, else the first."""
    wanted = {folded(claim).casefold() for claim in claims}
    for one in page.placed:
        if folded(one.block.text).casefold() in wanted and not page.in_chrome(one.node):
            return Title(one.block.text, one.node)
    return Title(claims[0], None)


def _text(page: Page, element: Element) -> str:
    return page.text_of(element)[:_LONGEST]


def _visible(element: Element) -> bool:
    around = (one for one in (element, *element.around) if one.tag not in ("html", "body"))  # scripts show these once they are ready
    return all(map(shown, around))
