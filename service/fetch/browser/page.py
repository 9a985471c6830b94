"""One page in a browser: opened with the answer that we have, given what it may have, read once it is at rest.

The questions that we put to it are asked in a world of their own (``Page.createIsolatedWorld``), where a page's scripts cannot change what
the words mean that we ask with.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .chromium import Chromium
from .values import Draft, Drawn, Given, Unbuilt, Wanted

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Page, Route, WebSocketRoute

_DATA = frozenset({"script", "xhr", "fetch"})  # what a text may come from
_LOOKS = frozenset({"stylesheet", "image", "font"})  # what only a picture needs
_STAND_INS = {
    "stylesheet": Given(200, (("Content-Type", "text/css"),)),
    "image": Given(
        200,
        (("Content-Type", "image/gif"),),
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;",
    ),
}
_VIEW = {"width": 1280, "height": 1024}
_HIGHEST = 16_000  # pixels of a picture: what lies below is cut off
_STEP = 0.1  # seconds
_REST = 5  # steps in a row in which nothing happens: the page is done
_SHARE = 0.8  # of all patience, until a page that never rests is read as it is
_CLOSE = 5.0
_TOO_LARGE = "it took more memory than a page may ([browser] max_memory)"
# What changes as long as a page is being built: how far it is, how many elements it has, how long their text is.
_STATE = """(() => {
  const root = document.documentElement;
  return [document.readyState, document.getElementsByTagName("*").length, root ? root.textContent.length : 0].join();
})()"""
# The page as HTML: what stands in for scripts is left out, rules of style that were put in by scripts are written down, and it says in
# which letters it is written, and where its links lead from if that is no longer its address.
_READ = """(() => {
  const root = document.documentElement;
  if (!root) return "";
  const inert = document.implementation.createHTMLDocument(""), copy = inert.importNode(root, true);
  const styles = copy.querySelectorAll("style");
  document.querySelectorAll("style").forEach((style, number) => {
    if (styles[number] && !style.textContent.trim() && style.sheet)
      styles[number].textContent = Array.from(style.sheet.cssRules, rule => rule.cssText).join("\\n");
  });
  copy.querySelectorAll("noscript").forEach(one => one.remove());
  copy.querySelectorAll("meta[charset]").forEach(one => one.setAttribute("charset", "utf-8"));
  copy.querySelectorAll("meta[http-equiv=content-type i]").forEach(one => one.setAttribute("content", "text/html; charset=utf-8"));
  const head = copy.querySelector("head");
  if (head && !copy.querySelector("base") && document.URL.split("#")[0] !== ADDRESS) {
    const base = inert.createElement("base");
    base.setAttribute("href", document.baseURI);
    head.prepend(base);
  }
  const kind = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + "\\n" : "";
  const text = kind + copy.outerHTML;
  return text.length > MOST ? null : text;
})()"""

Ask = Callable[[Wanted], Awaitable[Given]]


async def drawn(chromium: Chromium, draft: Draft, ask: Ask) -> Drawn:
    """Return what becomes of a draft. Raises ``Unbuilt``."""
    from playwright.async_api import Error

    context: BrowserContext | None = None
    try:
        async with asyncio.timeout(draft.patience):
            context = await chromium.opened(
                user_agent=draft.agent,
                locale=draft.language,
                timezone_id=draft.timezone,
                viewport=_VIEW,
                reduced_motion="reduce",
                service_workers="block",
                accept_downloads=False,
                java_script_enabled=draft.scripts,
            )
            return await _Room(chromium, context, draft, ask).drawn()
    except TimeoutError as error:
        raise Unbuilt(f"its scripts came to no end within {draft.patience:g} s") from error
    except Error as error:
        if chromium.too_large:
            raise Unbuilt(_TOO_LARGE) from error
        raise Unbuilt(f"the browser could not build it: {error.message.splitlines()[0][:200]}") from error
    finally:
        if context is not None:
            await _closed(chromium, context)


async def _closed(chromium: Chromium, context: "BrowserContext") -> None:
    """Close a page; a browser that cannot is ended."""
    try:
        async with asyncio.timeout(_CLOSE):
            await context.close()
    except Exception:  # noqa: BLE001 - a browser that has crashed, hangs or is gone: its end is all that is wanted
        chromium.kill()


class _Room:
    """Where a page is built: what it asks for, and how far it is."""

    def __init__(self, chromium: Chromium, context: "BrowserContext", draft: Draft, ask: Ask) -> None:
        self.chromium, self.context, self.draft, self.ask = chromium, context, draft, ask
        self.is_opened = False
        self.waiting = 0  # requests without an answer
        self.broken = asyncio.Event()
        self.now = asyncio.get_running_loop().time
        self.begun = self.now()

    async def drawn(self) -> Drawn:
        """Return what becomes of the draft, at once where its page breaks: nothing that it is asked is answered any more."""
        work = asyncio.ensure_future(self.read() if self.draft.scripts else self.picture())
        end = asyncio.ensure_future(self.broken.wait())
        try:
            await asyncio.wait({work, end}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            raise Unbuilt(_TOO_LARGE if self.chromium.too_large else "the browser broke over it")
        finally:
            work.cancel()
            end.cancel()

    async def read(self) -> Drawn:
        world = await self._world(await self._opened("commit"))
        await self._at_rest(world)
        html = await world(_READ.replace("ADDRESS", _quoted(self.draft.url.partition("#")[0])).replace("MOST", str(self.draft.most)))
        if html is None:
            raise Unbuilt(f"it grew to more than {self.draft.most} characters")
        return Drawn(self.chromium.name, html)

    async def picture(self) -> Drawn:
        page = await self._opened("load")
        session = await self.context.new_cdp_session(page)
        size = (await session.send("Page.getLayoutMetrics"))["cssContentSize"]
        frame = {"x": 0, "y": 0, "width": _VIEW["width"], "height": min(max(int(size["height"]), _VIEW["height"]), _HIGHEST)}
        picture = await page.screenshot(full_page=True, clip=frame, animations="disabled", timeout=1000 * self.draft.patience)  # type: ignore[arg-type] # its type is that of a dict with these keys
        return Drawn(self.chromium.name, picture=picture)

    async def _opened(self, until: Any) -> "Page":
        await self.context.route("**/*", self._answer)
        await self.context.route_web_socket("**/*", _hang_up)
        page = await self.context.new_page()
        self.context.on("page", _shut)
        page.on("crash", lambda _: self.broken.set())
        await page.goto(self.draft.url, wait_until=until, timeout=1000 * self.draft.patience)
        return page

    async def _world(self, page: "Page") -> Callable[[str], Awaitable[Any]]:
        """Return what evaluates an expression apart from the page's own scripts."""
        session: CDPSession = await self.context.new_cdp_session(page)
        frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]

        async def world(expression: str) -> Any:
            # anew each time: a page that writes itself anew takes the last one with it
            made = await session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "presswatch"})
            asked = {"expression": expression, "contextId": made["executionContextId"], "returnByValue": True}
            return (await session.send("Runtime.evaluate", asked))["result"].get("value")

        return world

    async def _at_rest(self, world: Callable[[str], Awaitable[Any]]) -> None:
        """Return once nothing has happened for a while, or patience ends. Raises ``Unbuilt`` where it ends in the middle of something."""
        before, calm = "", 0
        while self.now() < self.begun + _SHARE * self.draft.patience:
            await asyncio.sleep(_STEP)
            state = str(await world(_STATE))
            calm = calm + 1 if state == before and not self.waiting and state.startswith("complete") else 0
            before = state
            if calm >= _REST:
                return
        if self.waiting or not before.startswith("complete"):
            raise Unbuilt("its scripts were still loading when patience ended ([browser] patience)")

    async def _answer(self, route: "Route") -> None:
        """Answer a request: with what we have, what we are given, what stands in for it, or not at all."""
        from playwright.async_api import Error

        with suppress(Error):  # a page that is gone wants no answer
            given = await self._given(route)
            if given.status:
                headers = {name: value for name, value in given.headers if name.isascii()}
                await route.fulfill(status=given.status, headers=headers, body=given.body)
            else:
                await route.abort("blockedbyclient")

    async def _given(self, route: "Route") -> Given:
        request = route.request
        if request.is_navigation_request():
            if request.frame.parent_frame is not None:
                return Given()
            if self.is_opened:
                return Given(204)  # nothing to go to: it stays where it is
            self.is_opened = True
            return Given(200, self.draft.headers, self.draft.body)
        kind = request.resource_type
        if self.draft.scripts and kind in _STAND_INS:
            return _STAND_INS[kind]
        if kind not in (_DATA if self.draft.scripts else _LOOKS):
            return Given()
        headers = tuple(request.headers.items())
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in await self.context.cookies(request.url))
        wanted = Wanted(request.url, kind if request.method == "GET" else request.method, (*headers, ("cookie", cookies)))
        self.waiting += 1
        try:
            return await self.ask(wanted)
        finally:
            self.waiting -= 1


async def _hang_up(line: "WebSocketRoute") -> None:
    await line.close()


async def _shut(page: "Page") -> None:
    """Close a page that another one opened."""
    from playwright.async_api import Error

    with suppress(Error):
        await page.close()


def _quoted(text: str) -> str:
    """Return a text as a literal of JavaScript."""
    import json

    return json.dumps(text)
