"""The alignment of two sequences: what both have, in order, with bounded work.

Myers' greedy algorithm (E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1986) finds the shortest
edit while it is short; beyond that the tokens that stand once on each side anchor the rest (Bram Cohen's patience diff). Work is
counted in steps, not in seconds, so that a busy machine gives the same answer as an idle one.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

FARTHEST = 400  # edits that Myers' algorithm looks for in one region before it gives up
STEPS = 2_000_000  # of all regions of one comparison together: about a second


class Stretch(NamedTuple):
    """``size`` neighbours that both sides have: from ``old`` on one side, from ``new`` on the other."""

    old: int
    new: int
    size: int


class Budget:
    """The work that one comparison may still do; ``coarse`` once something was left undone for want of it."""

    __slots__ = ("coarse", "steps")

    def __init__(self, steps: int = STEPS) -> None:
        self.steps = steps
        self.coarse = False


class _Region(NamedTuple):
    old: int
    old_end: int
    new: int
    new_end: int

    @property
    def empty(self) -> bool:
        return self.old >= self.old_end or self.new >= self.new_end


def align(old: Sequence[int], new: Sequence[int], budget: Budget) -> list[Stretch]:
    """Return what both sequences have, in order, neighbours joined; the longest such while the budget lasts, fewer after that."""
    found: list[Stretch] = []
    regions = [_Region(0, len(old), 0, len(new))]
    while regions:
        region = _trimmed(old, new, regions.pop(), found)
        if not region.empty:
            regions.extend(_solve(old, new, region, found, budget))
    return _joined(sorted(found))


def _trimmed(old: Sequence[int], new: Sequence[int], region: _Region, found: list[Stretch]) -> _Region:
    a, a_end, b, b_end = region
    while a < a_end and b < b_end and old[a] == new[b]:
        a, b = a + 1, b + 1
    while a < a_end and b < b_end and old[a_end - 1] == new[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
    if a > region.old:
        found.append(Stretch(region.old, region.new, a - region.old))
    if a_end < region.old_end:
        found.append(Stretch(a_end, b_end, region.old_end - a_end))
    return _Region(a, a_end, b, b_end)


def _solve(old: Sequence[int], new: Sequence[int], region: _Region, found: list[Stretch], budget: Budget) -> list[_Region]:
    """Align a region, or split it at anchors and return the parts that are left to do."""
    left, right = _shared(old, new, region)
    if not left:
        return []
    pairs = _shortest([old[i] for i in left], [new[j] for j in right], budget)
    if pairs is not None:
        found.extend(Stretch(left[i], right[j], 1) for i, j in pairs)
        return []
    anchors = _anchors(old, new, left, right)
    if not anchors or budget.steps <= 0:
        budget.coarse = True
    found.extend(Stretch(i, j, 1) for i, j in anchors)
    return _between(region, anchors) if budget.steps > 0 and anchors else []


def _shared(old: Sequence[int], new: Sequence[int], region: _Region) -> tuple[list[int], list[int]]:
    """Return the places whose token the other side has too: no other can be part of an alignment."""
    mine, theirs = set(old[region.old : region.old_end]), set(new[region.new : region.new_end])
    left = [i for i in range(region.old, region.old_end) if old[i] in theirs]
    right = [j for j in range(region.new, region.new_end) if new[j] in mine]
    return left, right


def _shortest(old: list[int], new: list[int], budget: Budget) -> list[tuple[int, int]] | None:
    """Return the pairs kept by the shortest edit, or None where it is longer than ``FARTHEST`` or than the budget."""
    n, m = len(old), len(new)
    zero = FARTHEST + 1
    farthest = [0] * (2 * zero + 1)
    history: list[list[int]] = []
    for edits in range(min(n + m, FARTHEST) + 1):
        history.append(farthest[zero - edits - 1 : zero + edits + 2])
        for k in range(-edits if edits <= m else edits - 2 * m, (edits if edits <= n else 2 * n - edits) + 1, 2):
            down = k == -edits or (k != edits and farthest[zero + k - 1] < farthest[zero + k + 1])
            x = start = farthest[zero + k + 1] if down else farthest[zero + k - 1] + 1
            while x < n and x - k < m and old[x] == new[x - k]:
                x += 1
            farthest[zero + k] = x
            budget.steps -= 1 + x - start
            if x >= n and x - k >= m:
                return _walked_back(history, n, m)
        if budget.steps <= 0:
            return None
    return None


def _walked_back(history: list[list[int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for edits in range(len(history) - 1, -1, -1):
        row, zero, k = history[edits], edits + 1, x - y
        down = k == -edits or (k != edits and row[zero + k - 1] < row[zero + k + 1])
        before = k + 1 if down else k - 1
        start = row[zero + before] + (0 if down else 1) if edits else 0
        pairs.extend((step, step - k) for step in range(x - 1, start - 1, -1))
        x = row[zero + before] if edits else 0
        y = x - before
    return pairs


def _anchors(old: Sequence[int], new: Sequence[int], left: list[int], right: list[int]) -> list[tuple[int, int]]:
    """Return places of tokens that stand once on each side, as many as keep their order."""
    once = Counter(old[i] for i in left)
    count = Counter(new[j] for j in right)
    place = {new[j]: j for j in right if count[new[j]] == 1}
    return _increasing([(i, place[old[i]]) for i in left if once[old[i]] == 1 and old[i] in place])


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of pairs, sorted by their first and distinct in both, whose second grows too."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        tails[length : length + 1] = [place]
        ends[length : length + 1] = [number]
        before.append(ends[length - 1] if length else -1)
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _between(region: _Region, anchors: list[tuple[int, int]]) -> list[_Region]:
    parts: list[_Region] = []
    i, j = region.old, region.new
    for old, new in [*anchors, (region.old_end, region.new_end)]:
        parts.append(_Region(i, old, j, new))
        i, j = old + 1, new + 1
    return [part for part in parts if not part.empty]


def _joined(found: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for stretch in found:
        last = joined[-1] if joined else Stretch(-1, -1, 0)
        if last.old + last.size == stretch.old and last.new + last.size == stretch.new:
            joined[-1] = last._replace(size=last.size + stretch.size)
        else:
            joined.append(stretch)
    return joined
