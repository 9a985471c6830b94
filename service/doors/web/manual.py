"""The page about the API, for those who write programs: what OpenAPI says, readable, with nothing from elsewhere."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape

from .sheets import Sheets

CONTEXT = "manual"  # of its words in the catalogues


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be asked: its name, whether it must be, what it takes, in words."""

    name: str
    required: bool
    takes: str
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API does; ``example`` is what is to be sent, ``address`` where it can be tried."""

    method: str
    path: str
    words: Markup
    parameters: tuple[Parameter, ...]
    example: Any
    address: str


def router(sheets: Sheets) -> APIRouter:
    """Return the route of the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/api", response_class=HTMLResponse)
    def manual(request: Request) -> Response:
        told, spoken = request.app.openapi(), sheets.tongue(request).words

        def said(words: str) -> str:
            words = " ".join(words.split())
            return spoken.pgettext(CONTEXT, words) if words else ""

        facts = {"operations": list(operations(told, said)), "words": _marked(said(told["info"]["description"]))}
        return sheets.show(request, "api.html", facts)

    return routes


def operations(told: Mapping[str, Any], said: Callable[[str], str] = str) -> Iterator[Operation]:
    """Yield what an OpenAPI describes, in its order; ``said`` puts what it says into a language."""
    for path, methods in told["paths"].items():
        for method, one in methods.items():
            asked = tuple(_parameter(told, parameter, said) for parameter in one.get("parameters", ()))
            can_be_tried = method == "get" and "{" not in path and not any(parameter.required for parameter in asked)
            yield Operation(
                method.upper(), path, _marked(said(one.get("description", ""))), asked, _example(told, one), path if can_be_tried else ""
            )


def _marked(words: str) -> Markup:
    """Return words with what stands between backticks marked as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(words))))  # noqa: S704 - all of it was escaped just before


def _parameter(told: Mapping[str, Any], one: Mapping[str, Any], said: Callable[[str], str]) -> Parameter:
    shape = one["schema"]
    words = one.get("description") or shape.get("description") or ""
    return Parameter(one["name"], one.get("required", False), " | ".join(dict.fromkeys(_kinds(told, shape))), said(words))


def _kinds(told: Mapping[str, Any], shape: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a parameter takes: its values where they are few, else their kind."""
    for one in shape.get("anyOf", [shape]):
        if "anyOf" in one:
            yield from _kinds(told, one)
        elif "$ref" in one:
            yield from told["components"]["schemas"][one["$ref"].rpartition("/")[2]]["enum"]
        elif one.get("type") != "null":
            yield one.get("format") or one.get("type", "")


def _example(told: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    """Return an example of the body that an operation takes; None where it takes none."""
    for media in operation.get("requestBody", {}).get("content", {}).values():
        name = media["schema"]["$ref"].rpartition("/")[2]
        return told["components"]["schemas"][name]["examples"][0]
    return None
