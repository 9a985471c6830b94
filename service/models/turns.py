"""Whose turn it is: hosts claimed, and what is asked out of turn."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Due:
    """A host with work to do, claimed: ``token`` fences out whoever held it before."""

    host_id: int
    token: int


@dataclass(frozen=True, slots=True)
class Errand:
    """The part of a manual refresh that is one source's: the number of the order, and the source."""

    order: int
    source: str


Claim = Callable[[int, Collection[int]], Sequence[Due]]
"""Gives up to so many hosts that are ready, none of these."""
Submit = Callable[[Any, Claim], None]
"""Claims what there is room for and hands it over, all in the transaction of a connection of the store's."""
