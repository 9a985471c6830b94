"""Pages as the server makes them: an application over a filled state, asked in this process without a socket."""

import asyncio
from collections.abc import MutableMapping
from datetime import datetime
from functools import cached_property
from typing import Any

from service.bootstrap import House
from service.clock import SystemClock
from service.models import Settings, WebSettings
from service.store import Store


class _Clock(SystemClock):
    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


class _House(House):
    """A house over a store that is there already."""

    def __init__(self, store: Store, moment: datetime) -> None:
        super().__init__(Settings(web=WebSettings(per_minute=0)), {}, _Clock(moment))
        self._given = store

    @cached_property
    def store(self) -> Store:
        return self._given


class Pages:
    """The pages over a store, as they are at a moment."""

    def __init__(self, store: Store, moment: datetime) -> None:
        from service.doors.web.app import application

        self._app = application(_House(store, moment))
        self._loop = asyncio.new_event_loop()

    def ask(self, address: str) -> bytes:
        """Return the body of a page; it has to be there."""
        path, _, query = address.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
            "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "headers": [(b"host", b"127.0.0.1:8787")],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8787),
        }  # fmt: skip
        told: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            told.append(message)

        self._loop.run_until_complete(self._app(scope, receive, send))
        assert told[0]["status"] == 200, (address, told[0]["status"])
        return b"".join(message.get("body", b"") for message in told[1:])
