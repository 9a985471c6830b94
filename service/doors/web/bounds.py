"""What is refused at the door: bodies that are too large, and one address that asks too often; HEAD is answered wherever GET is."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import problem

LARGEST_BODY = 64 * 1024  # bytes
_LONGEST_LENGTH = 20  # digits
_REMEMBERED = 10_000  # addresses
_MINUTE = 60.0  # seconds
_TOO_LARGE = f"A request may have a body of {LARGEST_BODY} bytes"
_FREE = ("/healthz", "/readyz", "/static/")


class Bounds:
    """The outer door of an application. ``per_minute`` says how many requests one address may make; 0: any number."""

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
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or len(length) > _LONGEST_LENGTH or int(length) > LARGEST_BODY:
            return problem(path, 413, _TOO_LARGE, headers={"Connection": "close"})
        wait = 0.0 if path.startswith(_FREE) else self._allowance.take((scope.get("client") or ("",))[0])
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


class Allowance:
    """How much each address may still ask: a minute's worth at once, filled up as time goes by (a token bucket)."""

    def __init__(self, per_minute: Callable[[], int], now: Callable[[], datetime]) -> None:
        self._per_minute = per_minute
        self._now = now
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, address: str) -> float:
        """Take one request of an address; return 0, or after how many seconds it may ask again."""
        most, now = self._per_minute(), self._now()
        if not most:
            return 0.0
        left, since = self._left.pop(address, (float(most), now))
        left = min(float(most), left + max(0.0, (now - since).total_seconds()) * most / _MINUTE)
        may = left >= 1
        self._left[address] = (left - may, now)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if may else (1 - left) * _MINUTE / most
