"""What is meant by the name of a version, or of what somebody else captured."""

from typing import TYPE_CHECKING

from ...models import Reading

if TYPE_CHECKING:
    from ...bootstrap import House


def reading_named(house: "House", url: str, name: str) -> Reading | None:
    """Return the reading of a version (``2``) of a release, or of what somebody else captured of it (``m7``); None where there is none."""
    if not name.startswith("m"):
        return house.store.reading(url, int(name))
    found = house.store.mementos.one(url, int(name[1:]))
    return found.reading if found is not None else None
