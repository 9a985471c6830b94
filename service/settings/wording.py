"""What pydantic found wrong, in words for whoever wrote the file."""

from collections.abc import Iterable
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from . import durations

_EXPECTED = {
    "string": "a text in quotes",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "time_delta": durations.EXPECTED,
    "tuple": "a text or a list of texts",
    "dict": "a table",
    "model": "a table",
}
_HIDDEN = frozenset({"token", "secret", "url", "headers"})  # what stands under these is not repeated
_TYPES = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "a table"}


def problem(error: Any, keys: Iterable[str]) -> str:
    """Return what is wrong and what was expected; ``error`` is one of pydantic's ``ErrorDetails``, ``keys`` the valid ones beside it."""
    kind, context = error["type"], error.get("ctx", {})
    found = _kind_of(error["input"]) if _HIDDEN & set(error["loc"]) else _found(error["input"])
    if kind == "extra_forbidden":
        return f"unknown key{nearest(str(error['loc'][-1]), keys)}"
    if kind == "missing":
        return "is required"
    if kind == "literal_error":
        return f"expected {context['expected']}; found {found}{nearest(str(error['input']), _choices(context['expected']))}"
    if kind == "value_error":
        return str(context["error"])
    if kind in ("greater_than_equal", "less_than_equal"):
        word, bound = ("at least", context.get("ge")) if kind == "greater_than_equal" else ("at most", context.get("le"))
        return f"expected {word} {bound}; found {found}"
    return f"expected {_expected(kind, error['msg'])}; found {found}"


def nearest(name: str, valid: Iterable[str]) -> str:
    """Return a hint to the valid name that is nearest, or to all of them where none is near."""
    names = sorted(valid)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; valid: {', '.join(names)}" if names else ""


def _choices(expected: str) -> list[str]:
    return [word.strip("'\" ") for word in expected.replace(" or ", ",").split(",")]


def _expected(kind: str, message: str) -> str:
    return next((words for start, words in _EXPECTED.items() if kind.startswith(start)), message)


def _kind_of(value: object) -> str:
    return _TYPES.get(type(value), "something else")


def _found(value: object) -> str:
    if isinstance(value, timedelta):
        return durations.shown(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return f"{shown} ({_TYPES[type(value)]})" if type(value) in _TYPES else shown
