"""The places of a hunk where words changed, each with the whole words it touches and what stands around it."""

from dataclasses import dataclass

from service.models import Hunk, Op
from service.text import folded, words

_JOINS = frozenset("-+'/&@#№$£€%")
_NEAR = 200  # characters around a spot that are kept with it
_REACH = 24  # characters of a word that is completed at most


@dataclass(frozen=True, slots=True)
class Spot:
    """``old`` became ``new``; all folded.

    They are the changed words made whole ("-5", where only the sign went). The rest of the block near by stands around them in its older
    and its newer form (which differ where there are other spots). ``quoted``: inside quotation marks on either side.
    """

    old: str
    new: str
    old_before: str
    new_before: str
    old_after: str
    new_after: str
    quoted: bool = False

    @property
    def old_words(self) -> list[str]:
        return [word for word in words(self.old) if word[0].isalnum()]

    @property
    def new_words(self) -> list[str]:
        return [word for word in words(self.new) if word[0].isalnum()]


def spots(hunk: Hunk) -> list[Spot]:
    """Return where the words of a hunk changed; a change of shape alone (equal when folded) is no spot."""
    pieces = _pieces(hunk)
    old, new = "".join(piece[0] for piece in pieces), "".join(piece[1] for piece in pieces)
    found: list[Spot] = []
    i = j = marks = new_marks = 0
    for at, (was, now) in enumerate(pieces):
        i_end, j_end = i + len(was), j + len(now)
        if was != now:
            left = _joined_left(pieces[at - 1][0] if at else "", was, now)
            right = _joined_right(pieces[at + 1][0] if at + 1 < len(pieces) else "", was, now)
            ends = (*_stripped(old, i - left, i_end + right), *_stripped(new, j - left, j_end + right))
            found.append(_spot(old, new, *ends, quoted=bool(marks % 2 or new_marks % 2)))
        marks, new_marks = marks + was.count('"'), new_marks + now.count('"')
        i, j = i_end, j_end
    return found


def _spot(old: str, new: str, i: int, i_end: int, j: int, j_end: int, *, quoted: bool) -> Spot:
    before, after = (old[max(0, i - _NEAR) : i], new[max(0, j - _NEAR) : j]), (old[i_end : i_end + _NEAR], new[j_end : j_end + _NEAR])
    return Spot(old[i:i_end], new[j:j_end], *before, *after, quoted)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _pieces(hunk: Hunk) -> list[tuple[str, str]]:
    """Return the hunk as (old, new) pieces, equal ones and changed ones in turn."""
    pieces: list[tuple[str, str]] = []
    was, now = "", ""
    for run in hunk.runs:
        if run.op is Op.SAME:
            pieces += _told(was, now)
            was, now = "", ""
            pieces.append((_shape(run.text), _shape(run.text)))
        elif run.op is Op.REMOVED:
            if now:
                pieces += _told(was, now)
                was, now = "", ""
            was = _shape(run.text)
        else:
            now = _shape(run.text)
    return _merged(pieces + _told(was, now))


def _told(was: str, now: str) -> list[tuple[str, str]]:
    return [(was, now)] if was or now else []


def _merged(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    merged: list[tuple[str, str]] = []
    for was, now in pieces:
        if merged and (merged[-1][0] == merged[-1][1]) == (was == now):
            merged[-1] = (merged[-1][0] + was, merged[-1][1] + now)
        else:
            merged.append((was, now))
    return merged


def _shape(text: str) -> str:
    """Fold a piece of a text, keeping the spaces at its ends."""
    return folded(f"x{text.replace(chr(10), ' ')}x")[1:-1]


def _joined_left(text: str, was: str, now: str) -> int:
    starts = [side[0] for side in (was, now) if side]
    if not text or not any(_joins(sign) for sign in starts):
        return 0
    return _reach(text[: -_REACH - 1 : -1])


def _joined_right(text: str, was: str, now: str) -> int:
    ends = [side[-1] for side in (was, now) if side]
    if not text or not any(_joins(sign) for sign in ends):
        return 0
    return _reach(text)


def _reach(text: str) -> int:
    """Return how many characters from the start on belong to the same word or number."""
    reach = 0
    for at, sign in enumerate(text[:_REACH]):
        if _joins(sign):
            reach = at + 1
        elif not (sign in ".,:" and at and text[at - 1].isdigit() and text[at + 1 : at + 2].isdigit()):
            break
    return reach


def _joins(sign: str) -> bool:
    return (sign.isalnum() and not "\u3040" <= sign <= "\u9fff") or sign in _JOINS
