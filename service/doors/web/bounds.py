"""What is refused at the door: what is too large, and one address that asks too much; HEAD is answered wherever GET is."""

import re
from collections.abc import Callable
from datetime import datetime

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .allowance import Allowance
from .problems import problem

LARGEST_BODY = 64 * 1024  # bytes
_LONGEST_LENGTH = 20  # digits
_LONGEST_ADDRESS = 16 * 1024  # bytes of path and query
_LARGEST_HEAD = 32 * 1024  # bytes of all headers
_TOO_LARGE = f"A request may have a body of {LARGEST_BODY} bytes"
_FREE = ("/healthz", "/readyz", "/static/")
# What costs as much as so many others: full text, whole histories, evidence.
_DEAR = (
    (10, re.compile(r"/(?:api/v1/)?search\b|/api/v1/changes/\d+/evidence|/changes/\d+/evidence")),
    (3, re.compile(r"/api/v1/diff\b|/api/v1/changes/\d+/diff|/statistics\b|/api/v1/stats\b|/feeds/changes|/timemap/|/metrics\b")),
)


class Bounds:
    """The outer door of an application. ``per_minute`` says how many plain requests one address may make; 0: any number."""

    def __init__(self, app: ASGIApp, per_minute: Callable[[], int], now: Callable[[], datetime]) -> None:
        self._app = app
        self._allowance = Allowance(per_minute, now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._headed(scope, receive, send)
        else:
            await self._app(scope, _measured(receive), send)

    def _refused(self, scope: Scope) -> ASGIApp | None:
        path = scope["path"]
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > _LONGEST_ADDRESS:
            return problem(path[:_LONGEST_ADDRESS], 414, f"An address may have {_LONGEST_ADDRESS} bytes", headers={"Connection": "close"})
        if sum(len(name) + len(value) for name, value in scope["headers"]) > _LARGEST_HEAD:
            return problem(path, 431, f"A request may have headers of {_LARGEST_HEAD} bytes", headers={"Connection": "close"})
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or len(length) > _LONGEST_LENGTH or int(length) > LARGEST_BODY:
            return problem(path, 413, _TOO_LARGE, headers={"Connection": "close"})
        wait = 0.0 if path.startswith(_FREE) else self._allowance.take((scope.get("client") or ("",))[0], _cost(path))
        if wait:
            return problem(path, 429, "Too many requests from this address", headers={"Retry-After": str(int(wait) + 1)})
        return None

    async def _headed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as GET would, without the body, and without waiting for its end."""
        begun = False

        async def heard() -> Message:
            return {"type": "http.disconnect"} if begun else await receive()

        async def told(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                await send(message)
                await send({"type": "http.response.body", "body": b""})

        await self._app({**scope, "method": "GET"}, heard, told)


def _cost(path: str) -> int:
    return next((cost for cost, pattern in _DEAR if pattern.match(path)), 1)


def _measured(receive: Receive) -> Receive:
    """Return what hears a body that did not say how long it is, and stops where it is too long."""
    heard = 0

    async def measured() -> Message:
        nonlocal heard
        message = await receive()
        heard += len(message.get("body", b""))
        if heard > LARGEST_BODY:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return measured
