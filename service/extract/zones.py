"""Where on a page a date may stand that is the release's own: the zones around its title and its body."""

from itertools import islice

from service.text import folded

from .body import Body
from .elements import Element
from .page import Page
from .titles import Title

ZONES = ("head", "gap", "before", "rest")  # in the order in which a date is looked for
LONGEST_LINE = 160  # characters of a line that may be about the date
_HEAD = 3  # blocks of the body among which a date line may stand
_BEFORE = 4  # blocks before the title among which it may stand
_NEAR = 3  # generations between elements that belong together


class Zones:
    """The zones of one page, as places in its stream of elements.

    ``begins`` is where the release begins: at its title, or at the element that holds its body where no element shows the title. ``family``
    is all that shares a close ancestor with that; ``reach`` leads from the first zone to the last.
    """

    __slots__ = ("_body_begins", "_head_ends", "_inside", "begins", "family", "reach")

    def __init__(self, page: Page, body: Body, title: Title) -> None:
        member = title.node or next(iter(body.roots), None)
        self.begins = member.place if member else 0
        self.family = _family(member)
        self._inside = [root.span for root in body.roots]
        self._body_begins = body.placed[0].node.place if body.placed else 0
        self._head_ends = _head_ends(page, body, title)
        ends = (self._body_begins + 1, *(span.stop for span in self._inside))
        self.reach = range(min(self.begins, self.family.start or self.begins), max(ends))

    def of(self, place: int, *, declared: bool) -> str | None:
        """Return in which zone a place lies; None where it tells nothing of the release. ``declared``: what stands there is for dates."""
        if place not in self.reach:
            return None
        if place < self.begins:
            return "before" if place in self.family else None
        if any(place in span for span in self._inside):
            return "head" if place <= self._head_ends else "rest" if declared else None
        return "gap" if place <= self._body_begins else None

    def window(self, page: Page) -> slice:
        """Return the blocks from just before the title to the head of the body."""
        places = [one.node.place for one in page.placed]
        start = next((number for number, at in enumerate(places) if at >= self.begins), 0)
        body = next((number for number, at in enumerate(places) if at >= self._body_begins), 0)
        return slice(max(0, start - _BEFORE), max(start, body) + _HEAD)


def _family(member: Element | None) -> range:
    elders = [one for one in islice(member.around, _NEAR) if one.tag not in ("body", "html")] if member else []
    return elders[-1].span if elders else range(0)


def _head_ends(page: Page, body: Body, title: Title) -> int:
    """Return where the text itself begins: at its first long block that is not the title again, or at the third."""
    head = folded(title.text)
    end = seen = 0
    for block, node in body.placed:
        if not head or not folded(block.text).startswith(head):
            end, seen = max(end, node.place), seen + 1
            if seen == _HEAD or len(block.text) > LONGEST_LINE:
                return end
    return len(page.elements.stream)
