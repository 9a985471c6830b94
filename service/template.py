"""What is noise on the pages of a source: learned from looks, taken out of readings before they are compared.

So far it knows what differs at every look (counters, clocks). What sibling pages share is to be learned here as well.
"""

import re
from dataclasses import replace

from .models import Reading, Template
from .text import folded

_DIGITS = re.compile(r"\d+")
# A paragraph is never a counter, however many numbers it holds: an edit of a figure must stay visible.
_LONGEST_COUNTER = 60


def skeleton(text: str) -> str:
    """Return the normal form of a block with every number as ``0``: what a counter looks like at every look."""
    return _DIGITS.sub("0", folded(text))


def learn_volatile(template: Template, one: Reading, other: Reading) -> Template:
    """Return the template with what differs between two looks at one page moments apart by nothing but its numbers."""
    shapes = [{skeleton(block.text) for block in reading.blocks} for reading in (one, other)]
    texts = [{folded(block.text) for block in reading.blocks} for reading in (one, other)]
    moving = {
        skeleton(text)
        for text in texts[0] ^ texts[1]
        if len(text) <= _LONGEST_COUNTER and _DIGITS.search(text) and skeleton(text) in shapes[0] & shapes[1]
    }
    if moving <= template.volatile:
        return template
    return Template(template.version + 1, template.volatile | moving)


def without_noise(reading: Reading, template: Template) -> Reading:
    """Return the reading without the blocks that the template knows to be noise. Idempotent."""
    if not template:
        return reading
    kept = tuple(block for block in reading.blocks if skeleton(block.text) not in template.volatile)
    return reading if len(kept) == len(reading.blocks) else replace(reading, blocks=kept)
