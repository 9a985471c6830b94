"""One running Chromium: without a window, without a network of its own, its memory bounded, its end certain.

Whatever its pages ask for is answered by us (``page``). What would slip past that has nowhere to go: every name is unknown to it, and all
connections, those to this machine too, are to go through a proxy that is not there. Where the system lets us, it runs in a network
namespace in which there is no network at all.
"""

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from service.models import BrowserSettings

from .values import Unbuilt

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MARK = "--presswatch-number"
_NUMBERS = count(1)
_ARGUMENTS = (
    "--proxy-server=http://127.0.0.1:9",  # "discard" (RFC 863): a port below 1024 that nothing serves
    "--proxy-bypass-list=<-loopback>",  # without this, Chromium goes to this machine past any proxy
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",  # its name of today, and that of others
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-gpu",
    "--disable-crash-reporter",
    "--disable-breakpad",
    "--disable-remote-fonts",
)
_NO_POPUPS = ("--disable-popup-blocking",)  # what playwright would say, and we do not
_NO_NETWORK = ("unshare", "--user", "--map-current-user", "--net", "--")  # of util-linux
_START = 60.0  # seconds
_END = 10.0
_SAMPLE = 0.5
_SOON = 0.02
_KINDNESS = 5  # added to its niceness: what is hostile shall not slow down what is not
_PROCESSES = Path("/proc")


def executable(settings: BrowserSettings) -> str:
    """Return the path of the Chromium to use; empty where there is none."""
    if settings.chromium:
        return shutil.which(settings.chromium) or ""
    return next((found for name in _NAMES if (found := shutil.which(name))), "")


def why_not(settings: BrowserSettings) -> str:
    """Return in words why no page can be built here, and what would help; nothing where all is there."""
    if find_spec("playwright") is None:
        return "no browser to build the page: the browser extra is not installed (pip install 'presswatch[browser]')"
    if not executable(settings):
        named = f"[browser] chromium = {settings.chromium!r} is no program" if settings.chromium else "there is no Chromium on the path"
        return f"no browser to build the page: {named}; install Chromium (apt-get install chromium), or name one in [browser] chromium"
    if settings.sandbox and os.geteuid() == 0:
        return "no browser to build the page: Chromium shuts in no pages of root's: run as another user, or set [browser] sandbox = false"
    return ""


class _Process(NamedTuple):
    """A process of Chromium, and the bytes of memory it has."""

    number: int
    memory: int


class Chromium:
    """A Chromium that runs. ``pages`` counts those opened so far, ``in_use`` those open now."""

    def __init__(
        self, playwright: "Playwright", browser: "Browser", group: int, settings: BrowserSettings, place: "tempfile.TemporaryDirectory[str]"
    ) -> None:
        self._playwright, self._browser, self._group, self._settings = playwright, browser, group, settings
        self._place = place
        self._meter: asyncio.Task[None] | None = None
        self.name = f"Chromium {browser.version}"
        self.pages = self.in_use = 0
        self.too_large = False  # a page took more memory than it may

    @classmethod
    async def begun(cls, settings: BrowserSettings) -> Self:
        """Return a Chromium just started. Raises ``Unbuilt`` where it does not start."""
        from playwright.async_api import Error, async_playwright  # lazy: an extra, and few sources need it

        place = tempfile.TemporaryDirectory(prefix="presswatch-chromium-")
        mark = f"{_MARK}={os.getpid()}-{next(_NUMBERS)}"
        playwright = await async_playwright().start()
        try:
            browser = await playwright.chromium.launch(
                executable_path=await asyncio.to_thread(_shut_in, executable(settings), Path(place.name)),
                ignore_default_args=_NO_POPUPS,
                chromium_sandbox=settings.sandbox,
                args=[*_ARGUMENTS, mark],
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=1000 * _START,
            )
        except Error as error:
            await playwright.stop()
            place.cleanup()
            raise Unbuilt(f"Chromium does not start: {_told(error.message)}") from error
        group = _group_of(mark)
        if group:
            os.setpriority(os.PRIO_PGRP, group, _KINDNESS)
        return cls(playwright, browser, group, settings, place)

    @property
    def is_alive(self) -> bool:
        return self._browser.is_connected()

    async def opened(self, **options: Any) -> Any:
        """Return a new browsing context, with nothing of what others left; its memory is bounded from now on."""
        if self._meter is None:
            self._meter = asyncio.create_task(self._measure())
        return await self._browser.new_context(**options)

    async def close(self) -> None:
        """End it, by force where it does not end by itself."""
        if self._meter is not None:
            self._meter.cancel()
        with suppress(Exception):  # whatever becomes of the polite way, the other follows
            async with asyncio.timeout(_END):
                await self._browser.close()
        self.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END):
                while any(processes(self._group)):
                    await asyncio.sleep(_SOON)
        with suppress(Exception):
            async with asyncio.timeout(_END):
                await self._playwright.stop()
        self._place.cleanup()

    def kill(self) -> None:
        """End all of its processes now."""
        if self._group and any(processes(self._group)):
            with suppress(ProcessLookupError):
                os.killpg(self._group, signal.SIGKILL)

    async def _measure(self) -> None:
        """End any of its processes that takes more memory than a page may."""
        while True:
            await asyncio.sleep(_SAMPLE)
            if not self.in_use:
                continue
            for process in processes(self._group):
                if process.memory > self._settings.max_memory:
                    self.too_large = True
                    with suppress(ProcessLookupError):
                        os.kill(process.number, signal.SIGKILL)


def _shut_in(program: str, place: Path) -> str:
    """Return a program that runs another one where there is no network, or that one as it is where that cannot be."""
    tool = shutil.which(_NO_NETWORK[0])
    if tool is None:
        return program
    prefix = [tool, *_NO_NETWORK[1:]]
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run([*prefix, "true"], check=True, capture_output=True, timeout=_END)  # noqa: S603 - of constants, and a path of the system
        launcher = place / "chromium"
        launcher.write_text(f'#!/bin/sh\nexec {shlex.join([*prefix, program])} "$@"\n', encoding="utf-8")
        launcher.chmod(0o700)
        if os.access(launcher, os.X_OK):  # it is not where nothing may be run from the folder for temporary files
            return str(launcher)
    return program


def _told(message: str) -> str:
    """Return the line of an error that says most."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    if any("sandbox" in line.lower() for line in lines):
        return "its sandbox does not work here (no user namespaces?); [browser] sandbox = false does without"
    return lines[0][:200] if lines else "for no reason told"


def _group_of(mark: str) -> int:
    """Return the group of processes whose leader was started with a mark; 0 where nobody can tell."""
    for path in _PROCESSES.glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if mark.encode() in path.read_bytes().split(b"\0"):
                group = os.getpgid(int(path.parent.name))
                return group if group != os.getpgid(0) else 0
    return 0


def processes(group: int) -> Iterator[_Process]:
    """Yield the processes of a group that have not ended."""
    page = os.sysconf("SC_PAGE_SIZE")
    for path in _PROCESSES.glob("[0-9]*/stat") if group else ():
        with suppress(OSError, ValueError, IndexError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group and fields[0] != "Z":
                yield _Process(int(path.parent.name), int(fields[21]) * page)
