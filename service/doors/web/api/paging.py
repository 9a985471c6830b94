"""Lists told in parts: where the next one begins, as a link and as a cursor."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response

from ..fresh import given

MOST = 500
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many lines at most")]


def part(
    request: Request, name: str, lines: Sequence[Mapping[str, Any]], limit: int, ids: Sequence[int], by: str, asked: int | None, **more: Any
) -> Response:
    """Return the first ``limit`` of ``lines`` under their ``name``: one more than that says that the list goes on.

    ``ids`` are the cursors of the lines, ``by`` the parameter that takes one (``after`` or ``before``), ``asked`` the one asked with.
    """
    told = lines[:limit]
    cursor = ids[len(told) - 1] if told else asked
    onward = str(request.url.include_query_params(**{by: cursor})) if len(lines) > limit else None
    links = {"Link": f'<{onward}>; rel="next"'} if onward else {}
    return given(request, {**more, name: list(told), "next": onward, "cursor": cursor}, links)
