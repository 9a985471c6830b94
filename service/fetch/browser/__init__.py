"""The browser that builds pages: one Chromium for all threads, begun when first wanted, begun anew when it is worn out or breaks.

It lives in a thread of its own, for what drives it is bound to one. Whoever wants a page built waits for it, and answers meanwhile what the
page asks for, in his own thread and with his own connections: nothing of it goes to the network by itself.
"""

import asyncio
import threading
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from queue import Empty, SimpleQueue

from service.models import BrowserSettings, Clock

from .chromium import Chromium, why_not
from .page import drawn
from .shelf import Shelf
from .values import Draft, Drawn, Give, Given, Unbuilt, Wanted

__all__ = ["Browser", "Draft", "Drawn", "Give", "Given", "Unbuilt", "Wanted"]

_WORN = 200  # pages, after which it is begun anew: what leaks is bounded
_IDLE = 60.0  # seconds without a page, after which it is ended: it takes some 300 MB
_STOP = 30.0
_HEED = 0.5  # seconds between two looks whether the process is to stop
_CLOSED = "the browser was closed"
_Wish = tuple[Wanted, asyncio.Future[Given]]


class Browser:
    """Shared by all threads; nothing runs before the first page is wanted."""

    def __init__(self, settings: BrowserSettings, clock: Clock) -> None:
        self.settings = settings
        self.shelf = Shelf(clock)
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._is_closed = False
        self._under_way: set[Future[Drawn]] = set()
        self._turns: asyncio.Semaphore | None = None
        self._starting: asyncio.Lock | None = None
        self._chromium: Chromium | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._resting: asyncio.Task[None] | None = None

    def why_not(self) -> str:
        """Return in words why no page can be built here, and what would help; nothing where all is there."""
        return why_not(self.settings)

    def build(self, draft: Draft, give: Give) -> Drawn:
        """Return what becomes of a draft; ``give`` answers what its page asks for. Raises ``Unbuilt``, and whatever ``give`` raises."""
        wishes: SimpleQueue[_Wish | None] = SimpleQueue()
        loop = self._begun()
        done: Future[Drawn] = asyncio.run_coroutine_threadsafe(self._built(draft, wishes), loop)
        self._under_way.add(done)
        done.add_done_callback(lambda _: wishes.put(None))
        try:
            while (wish := self._next(wishes)) is not None:
                given = give(wish[0])
                with suppress(RuntimeError):  # the loop was closed: nobody waits for it any more
                    loop.call_soon_threadsafe(_fulfil, wish[1], given)
            return done.result()
        except CancelledError as error:
            raise Unbuilt(_CLOSED) from error
        finally:
            done.cancel()
            self._under_way.discard(done)

    def close(self) -> None:
        """End the browser and whatever it is at; nothing can be built any more."""
        with self._lock:
            self._is_closed = True
            loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        for done in list(self._under_way):
            done.cancel()
        with suppress(TimeoutError, CancelledError):
            asyncio.run_coroutine_threadsafe(self._ended(), loop).result(_STOP)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_STOP)
        if not thread.is_alive():
            loop.close()

    def _next(self, wishes: "SimpleQueue[_Wish | None]") -> _Wish | None:
        """Return what a page asks for next, None once it is done. Raises ``Abandoned`` where the process is to stop meanwhile."""
        while True:
            try:
                return wishes.get(timeout=_HEED)
            except Empty:
                self._clock.wait(0)

    def _begun(self) -> asyncio.AbstractEventLoop:
        """Return the loop of the browser's thread, begun when it is first wanted."""
        with self._lock:
            if self._is_closed:
                raise Unbuilt(_CLOSED)
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="browser", daemon=True)
                self._thread.start()
            return self._loop

    async def _built(self, draft: Draft, wishes: "SimpleQueue[_Wish | None]") -> Drawn:
        asked: list[asyncio.Future[Given]] = []

        async def ask(wanted: Wanted) -> Given:
            answer: asyncio.Future[Given] = asyncio.get_running_loop().create_future()
            asked.append(answer)
            wishes.put((wanted, answer))
            return await answer

        self._turns = self._turns or asyncio.Semaphore(self.settings.pages)
        async with self._turns:
            chromium = await self._at_hand()
            chromium.pages += 1
            chromium.in_use += 1
            try:
                return await drawn(chromium, draft, ask)
            finally:
                chromium.in_use -= 1
                for answer in asked:  # a page that is gone waits for nothing
                    _fulfil(answer, Given())
                await self._left(chromium)

    async def _at_hand(self) -> Chromium:
        """Return a Chromium that runs, begun anew where the last one is worn out or broke."""
        if self._idle is not None:
            self._idle.cancel()
        self._starting = self._starting or asyncio.Lock()
        async with self._starting:
            last = self._chromium
            if last is None or not last.is_alive or last.pages >= _WORN or last.too_large:
                self._chromium = await Chromium.begun(self.settings)
                if last is not None and not last.in_use:
                    await last.close()
            assert self._chromium is not None
            return self._chromium

    async def _left(self, chromium: Chromium) -> None:
        """End a Chromium that another one has replaced once its last page is closed; the one at hand when it is idle for long."""
        if chromium.in_use:
            return
        if chromium is not self._chromium:
            await chromium.close()
        else:
            self._idle = asyncio.get_running_loop().call_later(_IDLE, self._rest)

    def _rest(self) -> None:
        chromium = self._chromium
        if chromium is not None and not chromium.in_use:
            self._chromium = None
            self._resting = asyncio.ensure_future(chromium.close())

    async def _ended(self) -> None:
        chromium, self._chromium = self._chromium, None
        if chromium is not None:
            await chromium.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def _fulfil(answer: "asyncio.Future[Given]", given: Given) -> None:
    if not answer.done():
        answer.set_result(given)
