"""Asking for one address, the polite way: allowed by robots.txt, in the host's time, redirects followed, short troubles tried again.

``Fetcher.get`` reads as what happens; every way it can go ends in a value of ``models.answers``.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from service.models import (
    Answer,
    BrowserSettings,
    Clock,
    Failed,
    Fault,
    FetchSettings,
    Missing,
    NotModified,
    Redirect,
    Snapshot,
    Source,
    Validators,
)
from service.urls import absolute, host_key, safe

from .browser import Browser, Unbuilt
from .building import HTML, Builder
from .gate import Gate
from .headers import product, request_headers, user_agent, without_secrets
from .order import Order
from .patience import backoff, retry_after
from .robots import Robots
from .trouble import Trouble, status_words
from .wire import GONE, Bound, Reply, Wire

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({502, 504, 520, 521, 522, 523, 524})  # a gateway without its server, for the moment
_THROTTLED = frozenset({429, 503})
_WEB_PORTS = frozenset({80, 81, 443})
_ROBOTS_BOUND = Bound(500 * 1024, 500 * 1024, cut=True)
_ROBOTS_HOPS = 5
_PDF_SHARE = 5


class Fetcher:
    """Asks the web; one for each worker thread, because it owns a pooled session. ``gate`` and ``robots`` are shared by all."""

    def __init__(
        self,
        settings: FetchSettings,
        clock: Clock,
        gate: Gate,
        robots: Robots,
        rng: random.Random | None = None,
        browser: Browser | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._gate = gate
        self._robots = robots
        self._rng = rng or random.Random()  # noqa: S311 - jitter, not a secret
        self._wire = Wire(settings, clock)
        self._agent = product(user_agent(settings))
        self._browser = browser or Browser(BrowserSettings(), clock)
        self._builder = Builder(self._browser, self._answer, settings, clock)

    def get(
        self,
        url: str,
        *,
        validators: Validators = Validators(),  # noqa: B008 - frozen
        source: Source | None = None,
        fresh: bool = False,
        limit: int | None = None,
        before: Callable[[], None] = lambda: None,
    ) -> Answer:
        """Return what the address answers. Raises ``errors.Abandoned`` when the process is to stop, and nothing else.

        ``before`` is called right before everything that goes out, robots.txt as well, and may raise it too.

        ``fresh`` asks past every cache, and without validators. ``source`` brings its headers, language and pause. ``limit`` is in
        bytes after decompression; None for the configured one (five times as much for a PDF).
        """
        if source is None or source.render is None:
            return self._answer(self._order(url, source, before, limit, validators, fresh=fresh))
        if why := self._browser.why_not():
            return Failed(url, Fault.BROWSER, why, self._clock.now())
        # whether what the scripts fetch has changed, the answer as such cannot tell: it is always asked for in full
        order = self._order(url, source, before, limit)
        answer = self._answer(replace(order, fresh=fresh))
        return self._builder.built(answer, order) if isinstance(answer, Snapshot) and answer.content_type in HTML else answer

    def picture(self, snapshot: Snapshot, source: Source, before: Callable[[], None] = lambda: None) -> tuple[bytes, str]:
        """Return a picture of a page as it was read (PNG), and in words why there is none; none is wanted of what is no page.

        Raises ``errors.Abandoned`` when the process is to stop.
        """
        if snapshot.content_type not in HTML or not snapshot.body:
            return b"", ""
        if why := self._browser.why_not():
            return b"", why
        try:
            return self._builder.picture(snapshot, self._order(snapshot.url, source, before, None)), ""
        except Unbuilt as why_none:
            self._clock.wait(0)
            return b"", f"no picture was taken: {why_none}"

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of an address's host names; empty where it cannot be had."""
        try:
            host = host_key(_askable(url))
        except ValueError:
            return ()
        self._learn(host)
        return self._robots.sitemaps(host)

    def cleaned(self, url: str) -> str:
        """Return an address without the parameters that its host's robots.txt says change nothing (``Clean-param``).

        As it is where robots.txt is not obeyed, cannot be had, or the address cannot be asked for.
        """
        if not self._settings.obey_robots or "?" not in url:
            return url
        try:
            host = host_key(_askable(url))
        except (ValueError, Trouble):
            return url
        self._learn(host)
        return self._robots.cleaned(url)

    def pause(self, source: Source) -> timedelta:
        """Return the pause between two requests to a source's host, as far as it is known by now."""
        return timedelta(seconds=self._delay(host_key(source.url), source))

    def close(self) -> None:
        """Close the connections kept open."""
        self._wire.close()

    def _order(
        self,
        url: str,
        source: Source | None,
        before: Callable[[], None],
        limit: int | None,
        validators: Validators = Validators(),  # noqa: B008 - frozen
        *,
        fresh: bool = False,
    ) -> Order:
        usual = self._settings.max_bytes
        bound = Bound(usual, _PDF_SHARE * usual) if limit is None else Bound(limit, limit)
        return Order(url, bound, self._settings.max_redirects, source, validators, fresh, before=before)

    def _answer(self, order: Order) -> Answer:
        try:
            return self._follow(order)
        except Trouble as trouble:
            now = self._clock.now()
            return Failed(order.url, trouble.fault, trouble.words, now, trouble.status, trouble.retry_after)

    def _follow(self, order: Order) -> Answer:
        """Return the answer at the end of the redirects; each of them is judged like a new address."""
        here, hops, spent = _askable(order.url), list[Redirect](), 0.0
        while True:
            host = host_key(here)
            self._permit(here, host, order)
            reply, spent = self._reply(here, host, order, spent)
            if reply.status not in _REDIRECTS:
                return self._outcome(order, here, tuple(hops), reply, spent)
            here = _next(here, reply)
            if here in {_askable(order.url), *(hop.url for hop in hops)}:
                raise Trouble(Fault.REDIRECTS, f"redirects in a circle, by way of {here}")
            hops.append(Redirect(reply.status, here))
            if len(hops) > order.hops:
                raise Trouble(Fault.REDIRECTS, f"more than {order.hops} redirects")

    def _permit(self, url: str, host: str, order: Order) -> None:
        """Return if the address may be asked for. Raises ``Trouble``."""
        if why := order.barred(url):
            raise Trouble(Fault.ADDRESS, why)
        if order.for_robots or not self._settings.obey_robots:
            return
        self._learn(host, order.before)
        if failure := self._robots.failure(host):
            raise _unknown_rules(failure)
        if not self._robots.allowed(url, self._agent):
            raise Trouble(Fault.ROBOTS, "robots.txt does not allow it")

    def _learn(self, host: str, before: Callable[[], None] = lambda: None) -> None:
        if self._robots.due(host):
            order = Order(f"{host}/robots.txt", _ROBOTS_BOUND, _ROBOTS_HOPS, for_robots=True, before=before)
            self._robots.learn(host, self._answer(order))

    def _reply(self, url: str, host: str, order: Order, spent: float) -> tuple[Reply, float]:
        """Return the reply, tried again while its trouble may pass, and the seconds spent on the wire so far."""
        attempt = 0
        while True:
            again = attempt < self._settings.retries
            try:
                reply = self._once(url, host, order, spent)
                spent += reply.seconds
                if reply.status not in _PASSING or not again:
                    return reply, spent
            except Trouble as trouble:
                if not (trouble.passing and again):
                    raise
            self._clock.wait(backoff(attempt, self._rng))
            attempt += 1

    def _once(self, url: str, host: str, order: Order, spent: float) -> Reply:
        if until := self._gate.resting(host):
            wait = until - self._clock.now()
            words = f"host asked us to rest until {until:%Y-%m-%d %H:%M} UTC"
            raise Trouble(Fault.THROTTLED, words, retry_after=wait)
        headers = request_headers(self._settings, url, order)
        seconds = max(0.1, min(self._settings.total_timeout, order.seconds or self._settings.total_timeout) - spent)
        with self._gate.turn(host, self._delay(host, order.source) if order.pause else 0.0):
            order.before()
            reply = self._wire.ask(url, headers, order.bound, seconds)
        if order.source is not None and order.source.headers:
            reply = replace(reply, exchange=without_secrets(reply.exchange, order.source))
        if reply.status not in _THROTTLED:
            self._gate.welcomed(host)
        return reply

    def _delay(self, host: str, source: Source | None) -> float:
        """Return the pause before a host is asked again: the source's word, else the longer of the setting's and the host's."""
        if source is not None and source.per_host_delay is not None:
            return source.per_host_delay
        asked = self._robots.crawl_delay(host, self._agent) if self._settings.obey_robots else 0.0
        return max(self._settings.per_host_delay, asked)

    def _outcome(self, order: Order, here: str, hops: tuple[Redirect, ...], reply: Reply, seconds: float) -> Answer:
        now = self._clock.now()
        status = reply.status
        if 200 <= status < 300 and status != 206:
            return Snapshot(order.url, here, status, reply.headers, reply.body, now, seconds, hops, reply.exchange)
        if status == 304 and order.validators and not order.fresh:
            return NotModified(order.url, now, seconds, here, hops, reply.header("age"))
        if status in GONE:
            return Missing(order.url, status, now, here, hops, reply.headers, reply.body, seconds, reply.exchange)
        raise self._refusal(here, reply, now)

    def _refusal(self, here: str, reply: Reply, now: datetime) -> Trouble:
        status, words = reply.status, f"answers {status_words(reply.status)}"
        if status in _THROTTLED:
            pause = self._gate.refused(host_key(here), retry_after(reply.header("retry-after"), now), overload=status == 503)
            return Trouble(Fault.THROTTLED, words + _wish(pause), status=status, retry_after=pause)
        if status in (206, 304):
            return Trouble(Fault.PROTOCOL, f"{words} to a question we did not ask", status=status)
        return Trouble(Fault.STATUS, words, status=status)


def _askable(url: str) -> str:
    """Return an address as it goes on the wire. Raises ``Trouble`` for what cannot or must not be asked for."""
    try:
        ready = safe(url.strip())
        parts = urlsplit(ready)
        port = 80 if parts.port is None else parts.port
        host_key(ready)
    except (ValueError, UnicodeError) as error:
        raise Trouble(Fault.ADDRESS, "not a web address (http or https)") from error
    if parts.username is not None or parts.password is not None:
        raise Trouble(Fault.ADDRESS, "an address with a name and password in it is not asked for")
    if port < 1024 and port not in _WEB_PORTS:
        raise Trouble(Fault.ADDRESS, f"port {port} is not one of the web")
    return parts._replace(fragment="").geturl() if parts.fragment else ready


def _next(here: str, reply: Reply) -> str:
    """Return where a redirect leads, ready to be asked for. Raises ``Trouble``."""
    location = reply.header("location")
    if not location:
        raise Trouble(Fault.PROTOCOL, f"answers {status_words(reply.status)} without saying where to", status=reply.status)
    with suppress(UnicodeError):  # header bytes reach us as Latin-1; addresses in them are UTF-8
        location = location.encode("latin-1").decode("utf-8")
    target = absolute(here, location)
    if target is None:
        raise Trouble(Fault.REDIRECTS, f"redirects to what is not a web address: {location[:100]}")
    return _askable(target)


def _unknown_rules(failure: Failed) -> Trouble:
    """Return why a page is not asked for while robots.txt cannot be had (RFC 9309 section 2.3.1.4: assume that it forbids all)."""
    if failure.fault is Fault.STATUS:
        return Trouble(Fault.ROBOTS, f"robots.txt {failure.words}, so that nobody knows what it allows", status=failure.status)
    words = f"robots.txt: {failure.words}" if failure.fault in (Fault.TIMEOUT, Fault.PROTOCOL) else failure.words
    return Trouble(failure.fault, words, status=failure.status, retry_after=failure.retry_after)


def _wish(pause: timedelta | None) -> str:
    return f", to be asked again in {pause.total_seconds():.0f} s" if pause else ""
