"""JSON-LD: what a page says of its article to search engines (schema.org), broken JSON included."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from service.text import displayed

_ARTICLE = re.compile(r"article|posting|pressrelease|statement|^report$|^newsevent$", re.I)
_PAGE = re.compile(r"webpage$|^itempage$", re.I)
_LONGEST = 2_000_000  # characters of one script
_COMMA = re.compile(r",\s*([}\]])")
_FIELDS = ("headline", "datePublished", "dateModified", "inLanguage")


class Facts(NamedTuple):
    """The strings as they stand in the page, empty where it has none."""

    headline: str = ""
    published: str = ""
    modified: str = ""
    language: str = ""


def facts(scripts: Iterable[str]) -> Facts:
    """Return what the first article among the scripts says of itself; a web page's word fills what no article says.

    Articles that are only listed (in an ``ItemList``, as related) are not looked at.
    """
    things = [thing for script in scripts if len(script) <= _LONGEST for thing in _things(script)]
    told = [_told(thing) for kind in (_ARTICLE, _PAGE) for thing in things if kind.search(_type(thing))]
    return Facts(*(next((one[field] for one in told if one[field]), "") for field in _FIELDS))


def _things(script: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a script: its top level, graphs, and what is the main thing of another."""
    waiting = [_loaded(script)]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting.extend(value[:100])
        elif isinstance(value, dict):
            yield value
            waiting.extend(value[key] for key in ("@graph", "mainEntity") if isinstance(value.get(key), list | dict))


def _loaded(script: str) -> Any:
    text = script.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    for candidate in (text, _COMMA.sub(r"\1", text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvaged(text)


def _salvaged(text: str) -> dict[str, Any]:
    """Return the fields of JSON that cannot be parsed, if each stands in it with one value only."""
    found: dict[str, Any] = {"@type": "Article"}
    for field in _FIELDS:
        values = set(re.findall(rf'"{field}"\s*:\s*"((?:[^"\\\n]|\\.){{1,500}})"', text))
        if len(values) == 1:
            found[field] = values.pop()
    return found


def _type(thing: dict[str, Any]) -> str:
    kind = thing.get("@type")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")


def _told(thing: dict[str, Any]) -> dict[str, str]:
    told = {field: value for field in _FIELDS if isinstance(value := thing.get(field), str)}
    return {field: displayed(told.get(field, "")) for field in _FIELDS}
