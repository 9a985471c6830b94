"""Extract: one snapshot of a release to what a person reads of it."""

import hashlib
from dataclasses import astuple, replace
from functools import lru_cache

from service.errors import Unreadable
from service.models import Answer, Block, Reading, Selectors, Snapshot, Source, Template
from service.noise import without_noise

from .html import blocks_of, read_page
from .medium import Medium, medium
from .pdf import read_pdf
from .plain import read_plain
from .server import canonical_told

__all__ = ["RULE", "came_alike", "canonical_told", "extract", "page_blocks", "rule_of"]

# Raise it with every change of this room that reads other words out of the same page.
RULE = "5"

_UNTAUGHT = Template()


def rule_of(source: Source) -> str:
    """Return what ``Reading.rule`` is for pages of a source: the version of this room, and a print of what the configuration tells it."""
    return _rule(source.selectors, source.language, source.render)


def came_alike(rule: str, answer: Answer) -> bool:
    """Return whether the page that was read by a rule came as an answer came: built by a browser, or as served; of no page, True."""
    if not isinstance(answer, Snapshot) or "html" not in answer.content_type:
        return True
    return rule.endswith("-browser") == (answer.built is not None)


@lru_cache
def _rule(selectors: Selectors, language: str | None, render: str | None) -> str:
    told = astuple(selectors)[1:]
    print_ = hashlib.sha256(repr((told, language)).encode()).hexdigest()[:8]
    rule = RULE if not any(told) and not language else f"{RULE}-{print_}"
    return f"{rule}-{render}" if render else rule


def extract(snapshot: Snapshot, source: Source, template: Template = _UNTAUGHT) -> Reading:
    """Return the reading of a snapshot: a page, a PDF or plain text; of a page what ``template`` takes for its text, without noise.

    Raises ``errors.Unreadable``, with words for a user, for what no release can be: an empty answer, an image, a feed, an
    encrypted PDF, markup made to exhaust us. A page without a text of its own is a reading without blocks.
    """
    rule = rule_of(source)
    match medium(snapshot):
        case Medium.PDF:
            reading = replace(read_pdf(snapshot), rule=rule, canonical=canonical_told(snapshot))
        case Medium.PLAIN:
            reading = replace(read_plain(snapshot, source), rule=rule, canonical=canonical_told(snapshot))
        case Medium.PAGE:
            reading = read_page(snapshot, source, template, rule)
    return without_noise(reading, template)


def page_blocks(snapshot: Snapshot, source: Source) -> tuple[Block, ...]:
    """Return all blocks of a page, for a template to be learned from; none of what is no page or cannot be read."""
    try:
        return blocks_of(snapshot, source) if medium(snapshot) is Medium.PAGE else ()
    except Unreadable:
        return ()
