"""What is noise on the pages of a source: learned from looks at one page moments apart, in which nobody edited anything.

Counters and clocks are known by their words without the numbers, what is shown in turns by its words, other words that never stay by
their place, addresses that bear another token at every look by the token's name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, pairwise
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .models import Link, Reading, Template
from .text import folded

_LONGEST_COUNTER = 60  # characters: a paragraph is never a counter, however many numbers it holds
_STEADY_SHARE = 0.5  # of the text, at least, stays as it is in looks at one page
_DIGITS = re.compile(r"\b(?=[a-f]*\d)[\da-f]{8,}\b|\d+")  # numbers, and the ids of sessions, requests and prints


@lru_cache(maxsize=20_000)
def skeleton(text: str) -> str:
    """Return the normal form of a block with every number and id as ``0``: what a counter looks like at every look."""
    return _DIGITS.sub("0", folded(text))


def counters(reading: Reading) -> frozenset[str]:
    """Return the skeletons of the blocks that may be counters or clocks, and not words: short ones with numbers in them."""
    return frozenset(skeleton(block.text) for block in reading.blocks if len(block.text) <= _LONGEST_COUNTER and _DIGITS.search(block.text))


def moving(one: Reading, other: Reading) -> frozenset[str]:
    """Return the skeletons of the blocks that differ between two looks by nothing but their numbers."""
    shapes = [{skeleton(block.text) for block in reading.blocks} for reading in (one, other)]
    texts = [{folded(block.text) for block in reading.blocks} for reading in (one, other)]
    return frozenset(
        skeleton(text)
        for text in texts[0] ^ texts[1]
        if len(text) <= _LONGEST_COUNTER and _DIGITS.search(text) and skeleton(text) in shapes[0] & shapes[1]
    )


def learn_noise(template: Template, looks: Sequence[Reading], base: Reading | None = None) -> Template:
    """Return the template with what is noise by three looks at one page, moments apart, or more; ``base`` is what it showed before.

    What differs each time is: counters and clocks by their numbers, what is shown in turns by its words (``volatile``), other words by
    their place, where nothing steady stands (``restless``), addresses by the names of their tokens (``tokens``). A number that moved
    once may be an edit that came just then: it is ``doubted``, and noise when it moves again.
    """
    pairs = [moving(one, other) for one, other in pairwise(looks)]
    always = frozenset[str].intersection(*pairs) if len(pairs) > 1 else frozenset[str]()
    always |= _in_turns(looks, base) if not template.root else frozenset()
    once = frozenset[str]().union(*pairs) - always
    volatile = template.volatile | always | (once & template.doubted)
    learned = replace(
        template,
        volatile=volatile,
        doubted=(template.doubted | once) - volatile,
        restless=template.restless | _restless(looks),
        tokens=template.tokens | _tokens(looks),
    )
    return template if learned == template else replace(learned, version=template.version + 1)


def without_noise(reading: Reading, template: Template) -> Reading:
    """Return the reading without what the template knows to be noise; a link goes with its words. Idempotent."""
    if not (template.volatile or template.restless or template.tokens):
        return reading
    noise = {block for block in reading.blocks if block.path in template.restless or skeleton(block.text) in template.volatile}
    if noise:
        blocks = tuple(block for block in reading.blocks if block not in noise)
        words = {folded(block.text) for block in noise}
        reading = replace(reading, blocks=blocks, links=tuple(link for link in reading.links if folded(link.text) not in words))
    return _without_tokens(reading, template.tokens) if template.tokens else reading


def _in_turns(looks: Sequence[Reading], base: Reading | None) -> frozenset[str]:
    """Return the skeletons of the blocks that go and come back, and of those in their places meanwhile, while most of the page stays.

    None where the page showed one of them before: an edit comes and goes too, while some servers have it and others do not yet. It is for
    pages without siblings: where places can be told apart, what stands beside one release may be the words of another.
    """
    if len(looks) < 3 or not _stay(looks):
        return frozenset()
    shown = [{folded(block.text) for block in reading.blocks} for reading in looks]
    turns = {text: [is_there for is_there, _ in groupby(text in texts for texts in shown)] for text in set[str]().union(*shown)}
    turning = {text for text in turns if len(turns[text]) > 2}
    comes_back = any(turns[text][0] for text in turning)
    if not comes_back or (base is not None and any(folded(block.text) in turning for block in base.blocks)):
        return frozenset()
    lasting = set[str].intersection(*({skeleton(text) for text in texts} for texts in shown))
    return frozenset(map(skeleton, turning)) - lasting


def _restless(looks: Sequence[Reading]) -> frozenset[str]:
    """Return the paths whose blocks change from each look to the next, none of them there at all, while most of the page stays as it is.

    An element that holds blocks that stay is the frame of a text: what stands in it itself is never known by its place.
    """
    if len(looks) < 3 or not _stay(looks):
        return frozenset()
    places: dict[str, list[set[str]]] = {}
    for number, reading in enumerate(looks):
        for block in reading.blocks:
            places.setdefault(block.path, [set() for _ in looks])[number].add(folded(block.text))
    frames = {above for path, texts in places.items() if set.intersection(*texts) for above in _above(path)}
    return frozenset(path for path, texts in places.items() if path not in frames and _never_stays(texts))


def _never_stays(texts: Sequence[set[str]]) -> bool:
    return all(texts) and all(one != other for one, other in pairwise(texts)) and not set.intersection(*texts)


def _above(path: str) -> Iterator[str]:
    """Yield the places that a place lies in."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _stay(looks: Sequence[Reading]) -> bool:
    """Return whether looks are at one text at all: most of the first is in all of them."""
    texts = [{folded(block.text) for block in reading.blocks} for reading in looks]
    common = set[str].intersection(*texts)
    return sum(map(len, common)) >= _STEADY_SHARE * sum(map(len, texts[0]))


def _tokens(looks: Sequence[Reading]) -> frozenset[str]:
    """Return the names of query parameters by which alone the addresses of a page differ at each of three looks or more."""
    if len(looks) < 3:
        return frozenset()
    found = [frozenset(_moving_parameters(one, other)) for one, other in pairwise(looks)]
    return frozenset[str].intersection(*found)


def _moving_parameters(one: Reading, other: Reading) -> Iterator[str]:
    sides = [{_bare(link.url): link.url for link in (*reading.links, *reading.attachments)} for reading in (one, other)]
    for place, url in sides[0].items():
        there = sides[1].get(place)
        if there is not None and there != url:
            before, after = (dict(_query(address)) for address in (url, there))
            yield from (name for name in before.keys() & after.keys() if before[name] != after[name])


def _without_tokens(reading: Reading, tokens: frozenset[str]) -> Reading:
    def calm(links: Iterable[Link]) -> tuple[Link, ...]:
        return tuple(_calm_link(link, tokens) for link in links)

    return replace(reading, links=calm(reading.links), attachments=calm(reading.attachments), images=calm(reading.images))


def _calm_link(link: Link, tokens: frozenset[str]) -> Link:
    query = _query(link.url) if "?" in link.url else []
    kept = [(name, value) for name, value in query if name not in tokens]
    if len(kept) == len(query):
        return link
    return link._replace(url=urlunsplit(urlsplit(link.url)._replace(query=urlencode(kept))))


def _bare(url: str) -> str:
    return url.partition("?")[0]


def _query(url: str) -> list[tuple[str, str]]:
    return parse_qsl(url.partition("#")[0].partition("?")[2], keep_blank_values=True)
