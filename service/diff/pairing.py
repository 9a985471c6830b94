"""Which block of one reading is which block of the other: kept, edited, moved, split or joined."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from service.models import Block
from service.text import folded

from .sequences import Budget, align
from .tokens import split

_ALIKE = 0.4  # share of words that makes one block the edited form of another standing in its place
_ALIKE_AFAR = 0.6  # the same for a block that also moved
_MOVABLE = 3  # words without which a block is not known again elsewhere
_MOVABLE_EDITED = 6  # the same if it was edited too
_SHORT = 4  # words of a cell or heading, which is the same cell whatever it says
_HELD = 0.6  # share of a part's words that the whole must have lost for it to be a part of it
_SMALL = 400  # pairs of blocks that are all compared
_WORDS = 150_000  # of blocks without an equal, compared for likeness at most
_LONG = 50_000  # characters beyond which a block's words are told apart by the spaces alone, ten times as fast
_RARE = 24  # blocks that a word may stand in and still find one of them


@dataclass(frozen=True, slots=True)
class Tie:
    """Blocks of the older reading (places from 0) that are blocks of the newer one: one and one, or one and several."""

    olds: tuple[int, ...]
    news: tuple[int, ...]
    moved: bool = False


class _Side:
    """The blocks of one reading that are still without a partner, and their words."""

    def __init__(self, blocks: tuple[Block, ...], texts: list[str]) -> None:
        self.blocks = blocks
        self.texts = texts
        self.open: set[int] = set()
        self.bags: dict[int, Counter[str]] = {}
        self.sizes: dict[int, int] = {}
        self.overweight = False

    def weigh(self) -> None:
        """Count the words of open blocks, as far as the bound on words goes; of one block at least, however long."""
        left = _WORDS
        for place in sorted(self.open):
            left -= 1 + len(self.texts[place]) // 5  # characters of a word and its space, roughly
            self.overweight = left < 0
            if self.overweight and self.bags:
                break
            self.bags[place] = _bag(self.texts[place].casefold())
            self.sizes[place] = self.bags[place].total()

    def size(self, place: int) -> int:
        return self.sizes[place]


def _bag(text: str) -> Counter[str]:
    if len(text) > _LONG:
        return Counter(text.split())
    return Counter(word for word in split(text).words if word[0].isalnum())


def tie(before: tuple[Block, ...], after: tuple[Block, ...], budget: Budget) -> list[Tie]:
    """Return which blocks belong together; a block in no tie was added or removed.

    Equal blocks first (equal when folded), in their order and then moved; then like blocks between the same neighbours; then like
    blocks anywhere. At last an edited block takes in the neighbours that were split from it. Swapped readings give swapped ties.
    """
    if [block.text for block in before] > [block.text for block in after]:
        return [Tie(known.news, known.olds, known.moved) for known in _tied(after, before, budget)]
    return _tied(before, after, budget)


def _tied(before: tuple[Block, ...], after: tuple[Block, ...], budget: Budget) -> list[Tie]:
    old, new = _Side(before, [folded(block.text) for block in before]), _Side(after, [folded(block.text) for block in after])
    kept = _equal_in_order(old, new, budget)
    moved = _equal_elsewhere(old, new)
    old.weigh()
    new.weigh()
    edited = [pair for gap in _gaps(old, new, kept) for pair in _alike_in_gap(old, new, *gap, budget)]
    _close(old, new, edited)
    moved += _alike_elsewhere(old, new, budget)
    budget.coarse |= any(side.overweight and side.open for side in (old, new))
    ties = [Tie((i,), (j,)) for i, j in kept] + [Tie((i,), (j,), moved=True) for i, j in moved]
    return ties + _with_parts(old, new, edited)


def _equal_in_order(old: _Side, new: _Side, budget: Budget) -> list[tuple[int, int]]:
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(text, len(numbers)) for text in old.texts]
    b = [numbers.setdefault(text, len(numbers)) for text in new.texts]
    pairs = [(i + step, j + step) for i, j, size in align(a, b, budget) for step in range(size)]
    old.open, new.open = set(range(len(a))), set(range(len(b)))
    _close(old, new, pairs)
    return pairs


def _close(old: _Side, new: _Side, pairs: Iterable[tuple[int, int]]) -> None:
    for i, j in pairs:
        old.open.discard(i)
        new.open.discard(j)


def _equal_elsewhere(old: _Side, new: _Side) -> list[tuple[int, int]]:
    """Pair equal blocks that changed places; a short one is not known again, lest swapped figures in a table pass for a move."""
    places: dict[str, list[int]] = defaultdict(list)
    for j in sorted(new.open, reverse=True):
        places[new.texts[j]].append(j)
    known = [i for i in sorted(old.open) if _is_movable(old.blocks[i], old.texts[i])]
    pairs = [(i, places[old.texts[i]].pop()) for i in known if places[old.texts[i]]]
    _close(old, new, pairs)
    return pairs


def _is_movable(block: Block, text: str) -> bool:
    if text.count(" ") + 1 >= _MOVABLE:
        return True
    return len(text) > 2 * _MOVABLE and not any(sign.isdigit() for sign in text) and block.tag not in ("td", "th")


def _gaps(old: _Side, new: _Side, kept: list[tuple[int, int]]) -> list[tuple[list[int], list[int]]]:
    """Return the open, weighed blocks between two neighbouring kept pairs, where both sides have any."""
    bounds = [(-1, -1), *kept, (len(old.blocks), len(new.blocks))]
    gaps = []
    for (i, j), (i_end, j_end) in pairwise(bounds):
        if i_end - i > 1 and j_end - j > 1:
            left = [place for place in range(i + 1, i_end) if place in old.open and place in old.bags]
            right = [place for place in range(j + 1, j_end) if place in new.open and place in new.bags]
            if left and right:
                gaps.append((left, right))
    return gaps


def _alike_in_gap(old: _Side, new: _Side, left: list[int], right: list[int], budget: Budget) -> list[tuple[int, int]]:
    scores = {(i, j): score for i, j in _candidates(old, new, left, right, budget) if (score := _place_score(old, new, i, j)) >= _ALIKE}
    return _heaviest(scores)


def _candidates(old: _Side, new: _Side, left: list[int], right: list[int], budget: Budget) -> Iterable[tuple[int, int]]:
    """Return pairs worth comparing: all of a small gap; of a large one those that share a rare word or lie side by side."""
    if len(left) * len(right) <= _SMALL:
        budget.steps -= 20 * len(left) * len(right)
        return [(i, j) for i in left for j in right]
    return {*_sharing(old, new, left, right, budget), *_side_by_side(left, right)}


def _sharing(old: _Side, new: _Side, left: list[int], right: list[int], budget: Budget) -> list[tuple[int, int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for j in right:
        for word in new.bags[j]:
            index[word].append(j)
    pairs: list[tuple[int, int]] = []
    for i in left:
        hits = Counter(j for word in old.bags[i] if len(index.get(word, ())) <= _RARE for j in index.get(word, ()))
        budget.steps -= hits.total() + len(old.bags[i])
        if budget.steps <= 0:
            budget.coarse = True
            break
        pairs.extend((i, j) for j, _ in sorted(hits.items(), key=lambda hit: (-hit[1], hit[0]))[:4])
    return pairs


def _side_by_side(left: list[int], right: list[int]) -> list[tuple[int, int]]:
    """Return the pairs at about the same share of the way through both sides: a table whose every row was edited."""
    scale = len(right) / len(left)
    places = [(i, round(at * scale) + step) for at, i in enumerate(left) for step in (-1, 0, 1)]
    return [(i, right[at]) for i, at in places if 0 <= at < len(right)]


def _place_score(old: _Side, new: _Side, i: int, j: int) -> float:
    """Return how alike two blocks in the same place are; short ones of one kind (a cell, a heading) count as barely alike at least."""
    score = _likeness(old, new, i, j)
    short = max(old.size(i), new.size(j)) <= _SHORT and old.blocks[i].tag == new.blocks[j].tag
    return max(score, _ALIKE) if short else score


def _likeness(old: _Side, new: _Side, i: int, j: int) -> float:
    """Return the share of words that two blocks have in common, 0 to 1 (Dice's coefficient over bags of words)."""
    total = old.size(i) + new.size(j)
    mine, theirs = old.bags[i], new.bags[j]
    return 2 * sum(min(mine[word], theirs[word]) for word in mine.keys() & theirs.keys()) / total if total else 1.0


def _heaviest(scores: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    """Return the pairs of greatest weight together that keep their order on both sides (heaviest increasing subsequence).

    A Fenwick tree over the places of the newer side holds the best chain that ends at or before each.
    """
    rank = {j: number for number, j in enumerate(sorted({j for _, j in scores}), start=1)}
    tree: list[tuple[float, tuple[int, int] | None]] = [(0.0, None)] * (len(rank) + 1)
    best: dict[tuple[int, int], tuple[int, int] | None] = {}
    for i, j in sorted(scores, key=lambda pair: (pair[0], -pair[1])):
        weight, best[i, j] = _best_up_to(tree, rank[j] - 1)
        place = rank[j]
        while place < len(tree):
            tree[place] = max(tree[place], (weight + scores[i, j], (i, j)), key=lambda entry: entry[0])
            place += place & -place
    chain: list[tuple[int, int]] = []
    pair = _best_up_to(tree, len(rank))[1]
    while pair is not None:
        chain.append(pair)
        pair = best[pair]
    return chain[::-1]


def _best_up_to(tree: list[tuple[float, tuple[int, int] | None]], place: int) -> tuple[float, tuple[int, int] | None]:
    found = tree[0]
    while place > 0:
        found = max(found, tree[place], key=lambda entry: entry[0])
        place -= place & -place
    return found


def _alike_elsewhere(old: _Side, new: _Side, budget: Budget) -> list[tuple[int, int]]:
    left = [i for i in sorted(old.open) if i in old.bags and old.size(i) >= _MOVABLE_EDITED]
    right = [j for j in sorted(new.open) if j in new.bags and new.size(j) >= _MOVABLE_EDITED]
    scores = {pair: _likeness(old, new, *pair) for pair in _candidates(old, new, left, right, budget)}
    pairs: list[tuple[int, int]] = []
    for i, j in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        if scores[i, j] >= _ALIKE_AFAR and i in old.open and j in new.open:
            pairs.append((i, j))
            _close(old, new, [(i, j)])
    return pairs


def _with_parts(old: _Side, new: _Side, edited: list[tuple[int, int]]) -> list[Tie]:
    """Tie each edited pair to the open neighbours that were split from its older block, or joined into its newer one."""
    ties: list[Tie] = []
    for i, j in edited:
        news = _parts_of(old.bags[i], new, j)
        olds = _parts_of(new.bags[j], old, i) if len(news) == 1 else (i,)
        ties.append(Tie(olds, news))
    return ties


def _parts_of(whole: Counter[str], side: _Side, place: int) -> tuple[int, ...]:
    lost = whole - side.bags[place]
    first = last = place
    for step in (1, -1):
        part = place + step
        while part in side.open and part in side.bags and _holds(lost, side.bags[part]):
            lost = lost - side.bags[part]
            side.open.discard(part)
            first, last, part = min(first, part), max(last, part), part + step
    return tuple(range(first, last + 1))


def _holds(lost: Counter[str], part: Counter[str]) -> bool:
    return part.total() > 0 and (lost & part).total() >= _HELD * part.total()
