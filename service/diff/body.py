"""The hunks of the body: blocks tied together, then the words inside them."""

from service.models import Block, Hunk, HunkKind, Op, Run

from .pairing import Tie, tie
from .runs import runs
from .sequences import Budget

_BREAK = "\n\n"  # between the blocks of a hunk that has several; no block's own text has one


def body_hunks(before: tuple[Block, ...], after: tuple[Block, ...], budget: Budget) -> list[Hunk]:
    """Return the hunks of the body, in the order of the newer text, removed blocks where they stood."""
    ties = tie(before, after, budget)
    olds = {place for known in ties for place in known.olds}
    news = {place for known in ties for place in known.news}
    hunks = [hunk for known in ties if (hunk := _tied(known, before, after, budget))]
    hunks += [_removed(place, block) for place, block in enumerate(before) if place not in olds]
    hunks += [_added(place, block) for place, block in enumerate(after) if place not in news]
    return _ordered(hunks, ties)


def _tied(known: Tie, before: tuple[Block, ...], after: tuple[Block, ...], budget: Budget) -> Hunk | None:
    old = _BREAK.join(before[place].text for place in known.olds)
    new = _BREAK.join(after[place].text for place in known.news)
    if old == new and not known.moved:
        return None
    kind = HunkKind.MOVED if known.moved else HunkKind.EDITED
    words = runs(old, new, budget)
    return Hunk("body", kind, words, before=known.olds[0], after=known.news[0], tag=after[known.news[0]].tag)


def _removed(place: int, block: Block) -> Hunk:
    return Hunk("body", HunkKind.REMOVED, (Run(Op.REMOVED, block.text),), before=place, tag=block.tag)


def _added(place: int, block: Block) -> Hunk:
    return Hunk("body", HunkKind.ADDED, (Run(Op.ADDED, block.text),), after=place, tag=block.tag)


def _ordered(hunks: list[Hunk], ties: list[Tie]) -> list[Hunk]:
    """Sort by place in the newer text; a removed block stands behind the newer place of the last block before it that stayed."""
    stayed = {place: known.news[-1] for known in ties if not known.moved for place in known.olds}
    behind: dict[int, int] = {}
    last = -1
    for place in range(max((hunk.before for hunk in hunks if hunk.before is not None), default=-1) + 1):
        last = stayed.get(place, last)
        behind[place] = last
    return sorted(hunks, key=lambda hunk: _place(hunk, behind))


def _place(hunk: Hunk, behind: dict[int, int]) -> tuple[int, int, int]:
    if hunk.after is not None:
        return (hunk.after, 0, 0)
    return (behind[hunk.before or 0], 1, hunk.before or 0)
