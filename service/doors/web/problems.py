"""What is told where a request cannot be served: problem details (RFC 9457) to programs, a page to people; never a traceback."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ... import logs
from ...errors import PresswatchError, StateError, UsageError
from .headers import dressed
from .sheets import Sheets

MEDIA_TYPE = "application/problem+json"
_FOR_PROGRAMS = ("/api/", "/feeds/", "/timemap/", "/timegate/", "/openapi.json", "/metrics", "/healthz", "/readyz")
_UNEXPECTED = "Something of ours broke; the log says what. Trying again may help."
Answer = Callable[[Request, Exception], Awaitable[Response]]


def is_for_programs(path: str) -> bool:
    """Return whether programs ask for what is at a path, and not people."""
    return path.startswith(_FOR_PROGRAMS)


def problem(
    path: str, status: int, detail: str, *, errors: Sequence[Mapping[str, str]] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """Return problem details; ``errors`` name each thing that is wrong with what was asked."""
    told: dict[str, Any] = {"type": "about:blank", "title": _title(status), "status": status, "detail": detail, "instance": path}
    if errors:
        told["errors"] = list(errors)
    return Response(json.dumps(told), status, dict(headers or {}), MEDIA_TYPE)


def install(app: FastAPI, sheets: Sheets) -> Answer:
    """Let an application answer so, whatever goes wrong; return what does it."""

    async def answer(request: Request, error: Exception) -> Response:
        status, detail, headers = _told(error)
        errors = [_one(one) for one in error.errors()] if isinstance(error, RequestValidationError) else []
        if is_for_programs(request.url.path):
            return dressed(problem(request.url.path, status, detail, errors=errors, headers=headers))
        words = "There is no such page" if detail == _title(404) else detail
        return dressed(sheets.show(request, "trouble.html", {"words": sheets.tongue(request).told(words)}, status=status, headers=headers))

    for kind in (HTTPException, RequestValidationError, PresswatchError, Exception):
        app.add_exception_handler(kind, answer)
    return answer


def _told(error: Exception) -> tuple[int, str, Mapping[str, str] | None]:
    """Return status, words and headers for an error."""
    if isinstance(error, HTTPException):
        return error.status_code, str(error.detail), error.headers
    if isinstance(error, RequestValidationError):
        return 422, "; ".join(f"{one.get('parameter') or one.get('pointer')}: {one['detail']}" for one in map(_one, error.errors())), None
    if isinstance(error, UsageError):
        return 422, str(error), None
    if isinstance(error, StateError):
        logs.bug(error)
        return 503, str(error), {"Retry-After": "10"}
    return 500, _UNEXPECTED, None  # whoever serves us logs the error itself


def _one(error: Mapping[str, Any]) -> dict[str, str]:
    """Return one thing that is wrong: a parameter by its name, a part of the body by its JSON pointer (RFC 6901)."""
    place, *rest = error["loc"]
    words = str(error["msg"]).removeprefix("Value error, ")
    if place != "body":
        return {"detail": words, "parameter": ".".join(map(str, rest)) or str(place)}
    return {"detail": words, "pointer": "#" + "".join(f"/{part}" for part in rest)}


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
