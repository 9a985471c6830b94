"""The shapes of the API's answers, as OpenAPI tells them: those of ``--json``, with examples. A test holds them against what is sent."""

from .log import Change, Changes, Diff
from .overview import Refresh, Source, Sources, Stats
from .releases import Hits, Items, Shown, ShownMemento, Versions
from .trouble import Problem, Wrong

__all__ = [
    "Change",
    "Changes",
    "Diff",
    "Hits",
    "Items",
    "Problem",
    "Refresh",
    "Shown",
    "ShownMemento",
    "Source",
    "Sources",
    "Stats",
    "Versions",
    "Wrong",
]
