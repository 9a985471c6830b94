"""One event, told once: what befell a release and its translations within an hour."""

from collections.abc import Mapping, Sequence, Set
from datetime import timedelta

from service.models import ChangeLine

WITHIN = timedelta(hours=1)


def grouped(lines: Sequence[ChangeLine], akin: Mapping[int, Set[int]]) -> tuple[tuple[ChangeLine, ...], ...]:
    """Return the changes in their order, each with those that follow it and are the same one in other languages.

    ``akin``: for the id of a change, the ids of those that befell the same release in another language. The same are changes of one kind
    that were found within an hour; no release is twice in a group.
    """
    groups: list[list[ChangeLine]] = []
    place: dict[int, int] = {}  # of the group that a change is in
    for line in lines:
        known = {place[other] for other in akin.get(line.id, ()) if other in place}
        found = next((number for number in sorted(known) if _belongs(line, groups[number])), len(groups))
        if found == len(groups):
            groups.append([])
        groups[found].append(line)
        place[line.id] = found
    return tuple(map(tuple, groups))


def _belongs(line: ChangeLine, group: Sequence[ChangeLine]) -> bool:
    first = group[0]
    near = abs(line.detected_at - first.detected_at) <= WITHIN
    return near and line.kind == first.kind and all(line.item_url != other.item_url for other in group)
