"""What edits changed, as HTML for lists of them: read several at once, and remembered, for a change never becomes another."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ...diff import diff
from ...render import excerpt
from .reworded import Reworded

if TYPE_CHECKING:
    from ...bootstrap import House

_REMEMBERED = 1000
_AT_ONCE = 10  # a text may have several megabytes


class Excerpts:
    """The excerpts of changes, of ``most`` places each."""

    def __init__(self, house: "House", most: int) -> None:
        self._house, self._most = house, most
        self._known: dict[tuple[int, Reworded], str] = {}

    def of(self, numbers: Iterable[int], told: Reworded = str) -> dict[int, str]:
        """Return the excerpts of changes by their ids, empty where there are no two texts; ``told`` puts our words into a language."""
        found = {number: self._known.get((number, told)) for number in numbers}
        missing = [number for number, known in found.items() if known is None]
        portions = (missing[first : first + _AT_ONCE] for first in range(0, len(missing), _AT_ONCE))
        made = {number: words for portion in portions for number, words in self._made(portion, told)}
        if len(self._known) + len(made) > _REMEMBERED:
            self._known = {}
        self._known |= {(number, told): words for number, words in made.items()}
        return {number: made[number] if known is None else known for number, known in found.items()}

    def _made(self, numbers: Sequence[int], told: Reworded) -> Iterator[tuple[int, str]]:
        for number, (before, after) in self._house.store.readings_of_all(numbers).items():
            yield number, "" if before is None or after is None else excerpt(diff(before, after), self._most, told)
