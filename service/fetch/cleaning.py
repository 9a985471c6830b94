"""Parameters that a site says do not change its pages: ``Clean-param`` of a robots.txt. Pure.

Source: Yandex, "Clean-param directive" (yandex.com/support/webmaster/robot-workings/clean-param.html). It belongs to no group of agents,
tells upper from lower case, and its path is the start of an address's path, in which ``*`` stands for anything.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from w3lib.url import url_query_cleaner


@dataclass(frozen=True, slots=True)
class CleanParam:
    """One such line: names of parameters, and the start of the paths that it speaks of."""

    names: frozenset[str]
    path: str = ""

    def concerns(self, path: str) -> bool:
        return re.match(".*".join(map(re.escape, self.path.split("*"))), path) is not None


def clean_param(value: str) -> CleanParam | None:
    """Return what a line says: ``name&name path``; None where it names nothing."""
    names, _, path = value.partition(" ")
    told = frozenset(filter(None, names.split("&")))
    return CleanParam(told, path.strip()) if told else None


def without_params(url: str, said: Sequence[CleanParam]) -> str:
    """Return an address without the parameters that change nothing, the others in their order. Idempotent."""
    parts = urlsplit(url)
    drop = {name for one in said if one.concerns(parts.path or "/") for name in one.names}
    if not drop & {pair.split("=", 1)[0] for pair in parts.query.split("&")}:
        return url
    return url_query_cleaner(url, tuple(drop), remove=True, unique=False)
