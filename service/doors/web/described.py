"""What OpenAPI is told of answers that are not what was asked for."""

from typing import Any

from .problems import MEDIA_TYPE

Told = dict[int | str, dict[str, Any]]


def problem_of(words: str) -> dict[str, Any]:
    """Return what is told of a problem."""
    return {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


# Of every route; GONE of those that name something, ACTING of those that change something.
ALWAYS: Told = {
    304: {"description": "Nothing else than what If-None-Match names"},
    401: problem_of("The token is needed: Authorization: Bearer"),
    414: problem_of("The address is too long"),
    422: problem_of("What was asked cannot be understood; `errors` name each thing that is wrong"),
    429: problem_of("Too many requests, or wrong tokens, from this address; Retry-After says when to come again"),
    431: problem_of("The headers are too large"),
    500: problem_of("Something of ours broke"),
    503: problem_of("The database cannot be used now, and why"),
}
GONE: Told = {404: problem_of("There is no such thing")}
ACTING: Told = {
    400: problem_of("The body cannot be read"),
    403: problem_of("This did not come from a page of ours"),
    413: problem_of("The body is too large"),
}
