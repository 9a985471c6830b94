"""A baseline restated: as it would read had what a whole source changed been changed in it already, and nothing else."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from service.diff.sequences import Budget, align
from service.models import Block, Reading
from service.text import folded

from .differences import Difference, target


def restated(before: Reading, after: Reading, shared: Iterable[Difference]) -> Reading:
    """Return ``before`` with those of its differences from ``after`` taken over that are shared with other releases."""
    shared = list(shared)
    fields = {one.field for one in shared}
    links = {one.what for one in shared if one.field == "links"}
    files = {one.what for one in shared if one.field == "attachments"}
    return replace(
        before,
        title=after.title if "title" in fields else before.title,
        published=after.published if "published" in fields else before.published,
        blocks=after.blocks if "layout" in fields else _blocks(before.blocks, after.blocks, shared),
        links=(*(one for one in before.links if target(one) not in links), *(one for one in after.links if target(one) in links)),
        attachments=(
            *(one for one in before.attachments if target(one) not in files),
            *(one for one in after.attachments if target(one) in files),
        ),
    )


def _blocks(before: tuple[Block, ...], after: tuple[Block, ...], shared: Iterable[Difference]) -> tuple[Block, ...]:
    gone = Counter(one.what for one in shared if one.field == "removed")
    came = Counter(one.what for one in shared if one.field == "added")
    if not gone and not came:
        return before
    old, new = ([folded(block.text) for block in blocks] for blocks in (before, after))
    numbers: dict[str, int] = {}
    sides = [[numbers.setdefault(text, len(numbers)) for text in texts] for texts in (old, new)]
    kept: list[Block] = []
    at_old = at_new = 0
    for stretch in (*align(sides[0], sides[1], Budget()), (len(old), len(new), 0)):
        to_old, to_new, size = stretch
        kept += _those(before[at_old:to_old], old[at_old:to_old], gone, wanted=False)
        kept += _those(after[at_new:to_new], new[at_new:to_new], came, wanted=True)
        kept += before[to_old : to_old + size]
        at_old, at_new = to_old + size, to_new + size
    return tuple(kept)


def _those(blocks: tuple[Block, ...], texts: list[str], count: Counter[str], *, wanted: bool) -> list[Block]:
    """Return the blocks whose texts are counted, each as often as it is counted; or all others."""
    found = []
    for block, text in zip(blocks, texts, strict=True):
        is_counted = count[text] > 0
        count[text] -= is_counted
        if is_counted is wanted:
            found.append(block)
    return found
