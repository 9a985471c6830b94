"""HTML lists of releases, and the question whether a page is one."""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from service.errors import Unreadable
from service.markup import parse
from service.models import Entry, Found, Kind, Snapshot, Source
from service.text import displayed

from .autodiscovery import announced_feeds
from .items import Group, group, weight
from .outline import Box, Outline, lines, outline
from .pager import next_page
from .repetition import Ranked, release_groups, with_strays

_ONE_RELEASE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:\w*Article|BlogPosting|Report)"')
_PARAGRAPH = 8  # words; shorter lines are labels
_INTRODUCTION = 100  # words that a list may have above it
_EMPTY = 5  # words; a page with fewer shows nothing to somebody without JavaScript


def read_listing(text: str, snapshot: Snapshot, source: Source, seen: Collection[str] = ()) -> Found:
    """Return the releases that a page lists, by its own repetition or the source's ``selectors.link``, and the page that follows.

    ``seen`` are the links of the first page of the list, with their places: what stands beside it stands beside the last page as well, and
    may be more than that has left to list. Raises ``Unreadable`` where a first page lists none.
    """
    page = parse(text)
    flat = outline(page, snapshot.final_url, (source.url, snapshot.url, snapshot.final_url))
    if source.selectors.link:
        return _found(page, flat, _selected(page, flat, source))
    language = _language(page, source)
    ranked = release_groups(replace(flat, seen=frozenset(seen)), language)
    if seen and not ranked:
        return Found(Kind.LISTING)
    if not ranked:
        raise Unreadable(f"no release links found on this page: {_why(page, flat)}")
    return _found(page, flat, with_strays(flat, ranked[0].group, language))


def read_listing_or_page(text: str, snapshot: Snapshot, source: Source) -> Found:
    """Return what an HTML page lists if it is a list, else the page itself as the one release.

    Raises ``Unreadable`` where a page shows nothing at all.
    """
    page = parse(text)
    flat = outline(page, snapshot.final_url, (source.url, snapshot.url, snapshot.final_url))
    language = _language(page, source)
    if source.selectors.link:
        return _found(page, flat, _selected(page, flat, source))
    ranked = release_groups(flat, language)
    if ranked and _is_list(page, flat, ranked[0]):
        return _found(page, flat, with_strays(flat, ranked[0].group, language))
    feeds = announced_feeds(page, flat.address)
    if not feeds and weight(flat.text(0, len(flat.segments))) < _EMPTY and not _says_it_is_one_release(page):
        raise Unreadable(f"no release links found on this page: {_why(page, flat)}")
    return Found(Kind.PAGE, (Entry(url=snapshot.url),), feeds=feeds, title=_page_title(page), language=language)


def _found(page: LexborHTMLParser, flat: Outline, found: Group) -> Found:
    head = tuple(link.attributes.get("href") or "" for link in page.css("link[rel~=next][href]"))
    return Found(
        Kind.LISTING,
        entries=found.entries(),
        more=next_page(flat, found, head),
        feeds=announced_feeds(page, flat.address),
        title=_page_title(page),
        language=_html_language(page),
        links=frozenset(anchor.mark for anchor in flat.anchors),
        in_margin=_is_in_margin(found) or any(box.start <= found.start and found.end <= box.end for box in flat.forgiven),
    )


def _selected(page: LexborHTMLParser, flat: Outline, source: Source) -> Group:
    """Return the releases that the source's own selector names: links, or boxes with a link in them."""
    selector = source.selectors.link
    try:
        nodes = {node.mem_id: node for node in page.css(selector)}
    except (SelectolaxError, ValueError) as error:
        raise Unreadable(f"no release links found on this page: {selector!r} is no CSS selector") from error
    numbers = []
    for node in nodes.values():
        links = [node] if node.tag == "a" else node.css("a[href]")
        numbers += [flat.anchor_of[link.mem_id] for link in links[:1] if link.mem_id in flat.anchor_of]
    members: dict[str, int] = {}
    for number in sorted(numbers):
        members.setdefault(flat.anchors[number].key, number)
    if not members:
        raise Unreadable(f"no release links found on this page: nothing matches the selector {selector!r}")
    return group(flat, sorted(members.values()), _language(page, source))


def _is_list(page: LexborHTMLParser, flat: Outline, best: Ranked) -> bool:
    """Return whether the page is there for this list: no text of its own outweighs it."""
    found = best.group
    if len(found.items) < 2:
        return False
    listed = sum(weight(segment.text) for segment in flat.segments[found.start : found.end] if not segment.alt)
    told = _longest_text(flat, found)
    if told < 15:
        return True
    if _is_in_margin(found) or (_says_it_is_one_release(page) and told >= 30):
        return told < 30
    return told < (_INTRODUCTION if best.below >= 0.5 else _INTRODUCTION * 0.4) or listed > 2 * told


def _is_in_margin(found: Group) -> bool:
    return sum(item.anchor.box.chrome is not None for item in found.items) * 2 > len(found.items)


def _longest_text(flat: Outline, found: Group) -> float:
    """Return the words of the longest text of the page outside the list: paragraphs that share a parent.

    What stands between two items is the list's as well: a paragraph in an item may have closed it. Links of a text are no items.
    """
    listed = range(0) if _is_prose(found) else range(found.start, found.end)
    told: dict[Box, float] = defaultdict(float)
    for line in lines(flat.segments):
        words = sum(weight(segment.text) for segment in line if not segment.alt)
        linked = sum(weight(segment.text) for segment in line if segment.link is not None)
        box = line[0].box
        if words < _PARAGRAPH or linked * 2 > words or box.start in listed:
            continue
        block = _block(box)
        for parent in {block, block.parent or block}:
            told[parent] += words if box.chrome is None else words / 2
    return max(told.values(), default=0.0)


def _is_prose(found: Group) -> bool:
    """Return whether the items are bare links that share a block, as those of a text do."""
    return sum(item.box is item.anchor.box for item in found.items) * 2 > len(found.items)


def _block(box: Box) -> Box:
    while box.parent is not None and box.tag in ("a", "b", "strong", "i", "em", "span", "font", "u", "small", "noindex"):
        box = box.parent
    return box


def _says_it_is_one_release(page: LexborHTMLParser) -> bool:
    if page.css_first('[itemprop="articleBody"], [itemtype$="NewsArticle"] h1') is not None:
        return True
    scripts = [script.text() for script in page.css('script[type="application/ld+json"]')]
    kind = page.css_first('meta[property="og:type"][content="article"]')
    return kind is not None or sum(len(_ONE_RELEASE.findall(script)) for script in scripts) == 1


def _why(page: LexborHTMLParser, flat: Outline) -> str:
    if weight(flat.text(0, len(flat.segments))) < _EMPTY:
        scripted = page.css_first("script") is not None
        return 'it is empty until JavaScript has run (render = "browser" runs it)' if scripted else "it shows no text"
    return (
        "it has no links" if not flat.anchors else f"none of its {len(flat.anchors)} links repeats as a list; name them with selectors.link"
    )


def _page_title(page: LexborHTMLParser) -> str:
    title = page.css_first("head > title") or page.css_first("h1")
    return displayed(title.text()) if title is not None else ""


def _html_language(page: LexborHTMLParser) -> str | None:
    html = page.css_first("html[lang]")
    return ((html.attributes.get("lang") or "").strip() or None) if html is not None else None


def _language(page: LexborHTMLParser, source: Source) -> str | None:
    return source.language or _html_language(page)
