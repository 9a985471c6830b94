"""The words of one text against those of another: runs that join back to both, as a person would mark them."""

from typing import NamedTuple

from service.models import Op, Run
from service.text import folded

from .sequences import Budget, align
from .tokens import Numbering, Words, split

_LIGHT = 3  # letters of a word that may be too little to stand alone between two changes
_SLIDE = 40  # words that a change is moved at most
_MIRROR = {Op.SAME: Op.SAME, Op.ADDED: Op.REMOVED, Op.REMOVED: Op.ADDED}
_SENTENCE_ENDS = frozenset(".!?…。！？")


class _Part(NamedTuple):
    """Words ``old..old_end`` became ``new..new_end``; where ``same``, they are the same to a reader."""

    same: bool
    old: int
    old_end: int
    new: int
    new_end: int

    @property
    def one_sided(self) -> int:
        """-1 where words were only removed, 1 where they were only added, else 0."""
        return int(self.old == self.old_end) - int(self.new == self.new_end)


def runs(old: str, new: str, budget: Budget) -> tuple[Run, ...]:
    """Return the runs that lead from one text to the other.

    Joined without ``ADDED`` they are the old text exactly, without ``REMOVED`` the new one. A word that only changed its shape (a curly
    quote) is a pair of runs of its own, ``REMOVED`` then ``ADDED``, equal when folded: ``quiet`` tells.
    Swapped texts give the same runs with their fates swapped.
    """
    return _mirrored(_one_way(new, old, budget)) if old > new else _one_way(old, new, budget)


def _one_way(old: str, new: str, budget: Budget) -> tuple[Run, ...]:
    left, right, numbers = split(old), split(new), Numbering()
    a, b = numbers.of(left.words), numbers.of(right.words)
    parts = _slid(_parts(a, b, budget), a, b, left, right)
    return _written(_without_islands(parts, left, right), left, right)


def _mirrored(found: tuple[Run, ...]) -> tuple[Run, ...]:
    out: list[Run] = []
    for at, run in enumerate(found):
        replaced = run.op is Op.ADDED and at > 0 and found[at - 1].op is Op.REMOVED
        out.insert(len(out) - replaced, Run(_MIRROR[run.op], run.text))
    return tuple(out)


def quiet(removed: str, added: str) -> bool:
    """Return whether what became of a run is a matter of shape alone: the same to a reader. A paragraph break is more than a space."""
    return removed.count("\n") == added.count("\n") and folded(f"x{removed}x") == folded(f"x{added}x")


def _parts(a: list[int], b: list[int], budget: Budget) -> list[_Part]:
    parts: list[_Part] = []
    i = j = 0
    for old, new, size in [*align(a, b, budget), (len(a), len(b), 0)]:
        if i < old or j < new:
            parts.append(_Part(False, i, old, j, new))
        i, j = old + size, new + size
        if size:
            parts.append(_Part(True, old, i, new, j))
    return parts


def _slid(parts: list[_Part], a: list[int], b: list[int], left: Words, right: Words) -> list[_Part]:
    """Move words that were only added or removed back to the start of a sentence, where the repetition around them allows it.

    "A dog barked. A cat came." made from "A cat came." is an added "A dog barked. ", not "dog barked. A ". Moves go back alone: ``align``
    finds every change as late as it can stand.
    """
    for at in range(1, len(parts) - 1):
        before, part, after = parts[at - 1 : at + 2]
        if part.one_sided and before.same and after.same:
            numbers, words = (a, left.words) if part.one_sided < 0 else (b, right.words)
            start, end = (part.old, part.old_end) if part.one_sided < 0 else (part.new, part.new_end)
            by = _way_back(numbers, words, start, end, before.old_end - before.old)
            parts[at - 1] = before._replace(old_end=before.old_end - by, new_end=before.new_end - by)
            parts[at] = _Part(False, part.old - by, part.old_end - by, part.new - by, part.new_end - by)
            parts[at + 1] = after._replace(old=after.old - by, new=after.new - by)
    return [part for part in parts if part.old < part.old_end or part.new < part.new_end]


def _way_back(numbers: list[int], words: list[str], start: int, end: int, room: int) -> int:
    best, at_best = 0, _opening(words, start)
    for by in range(1, min(room, _SLIDE) + 1):
        if numbers[start - by] != numbers[end - by]:
            break
        if (opening := _opening(words, start - by)) > at_best:
            best, at_best = by, opening
    return best


def _opening(words: list[str], at: int) -> int:
    """Return how well a change can start at a word: 2 for the start of a sentence, 1 after another mark, else 0."""
    if at == 0 or words[at - 1] in _SENTENCE_ENDS:
        return 2
    return 0 if words[at - 1].isalnum() else 1


def _without_islands(parts: list[_Part], left: Words, right: Words) -> list[_Part]:
    """Dissolve sameness that is too little to read between two changes: a stop word, a comma, less than was changed around it."""
    kept: list[_Part] = []
    for part in parts:
        if kept and not kept[-1].same and not part.same:
            part = _merged(kept.pop(), part)
        elif not part.same and len(kept) > 1 and not kept[-2].same and _is_island(kept[-2], kept[-1], part, left, right):
            kept.pop()
            part = _merged(kept.pop(), part)
        kept.append(part)
    return kept


def _merged(first: _Part, last: _Part) -> _Part:
    return _Part(False, first.old, last.old_end, first.new, last.new_end)


def _is_island(before: _Part, same: _Part, after: _Part, left: Words, right: Words) -> bool:
    if before.one_sided and before.one_sided == after.one_sided:
        return False  # two insertions are two insertions
    words = [word for word in left.words[same.old : same.old_end] if word[0].isalnum()]
    if len(words) <= 1 and same.old_end - same.old <= 2 and all(len(word) <= _LIGHT and word.isalpha() for word in words):
        return True
    around = min(_letters(before, left, right), _letters(after, left, right))
    return len(words) <= 2 and len(left.between(same.old, same.old_end)) <= around


def _letters(part: _Part, left: Words, right: Words) -> int:
    return max(len(left.between(part.old, part.old_end)), len(right.between(part.new, part.new_end)))


class _Writer:
    """Collects runs; neighbours with one fate are one run, save that a change of shape stands by itself."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._same: list[str] = []
        self._removed: list[str] = []
        self._added: list[str] = []

    def same(self, text: str) -> None:
        if text:
            self._flush_change()
            self._same.append(text)

    def change(self, removed: str, added: str) -> None:
        if removed or added:
            self._flush_same()
            self._removed.append(removed)
            self._added.append(added)

    def either(self, old: str, new: str) -> None:
        if old == new:
            self.same(old)
        elif quiet(old, new):
            self.close()
            self.runs += [Run(op, text) for op, text in ((Op.REMOVED, old), (Op.ADDED, new)) if text]
        else:
            self.change(old, new)

    def close(self) -> tuple[Run, ...]:
        self._flush_same()
        self._flush_change()
        return tuple(self.runs)

    def _flush_same(self) -> None:
        if self._same:
            self.runs.append(Run(Op.SAME, "".join(self._same)))
            self._same = []

    def _flush_change(self) -> None:
        for op, texts in ((Op.REMOVED, self._removed), (Op.ADDED, self._added)):
            if text := "".join(texts):
                self.runs.append(Run(op, text))
            texts.clear()


def _written(parts: list[_Part], left: Words, right: Words) -> tuple[Run, ...]:
    writer = _Writer()
    gap_is_written = False
    for part in parts:
        if not part.same:
            gap_is_written = _write_change(writer, part, left, right)
            continue
        for i, j in zip(range(part.old, part.old_end), range(part.new, part.new_end), strict=True):
            if not gap_is_written:
                writer.either(left.gaps[i], right.gaps[j])
            writer.either(left.words[i], right.words[j])
            gap_is_written = False
    writer.either(left.tail, right.tail)
    return writer.close()


def _write_change(writer: _Writer, part: _Part, left: Words, right: Words) -> bool:
    """Write a change, the space it shares with the other side kept out of it; return whether that took in the gap behind it."""
    removed, added = left.between(part.old, part.old_end), right.between(part.new, part.new_end)
    if not part.one_sided:
        gap, other = left.gaps[part.old], right.gaps[part.new]
        writer.either(gap, other)
        writer.change(removed[len(gap) :], added[len(other) :])
        return False
    here, there = left.gaps[part.old : part.old_end + 1], right.gaps[part.new : part.new_end + 1]
    behind = part.old_end < len(left.gaps) and part.new_end < len(right.gaps)
    if not behind or here[0] != there[0]:
        writer.change(removed, added)
        return False
    writer.same(here[0])
    if part.one_sided < 0:
        writer.change(removed[len(here[0]) :] + here[-1], "")
    else:
        writer.change("", added[len(here[0]) :] + there[-1])
    return True
