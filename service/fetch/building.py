"""Pages that scripts build: the answer as served is opened in a browser, and what its scripts made of it is read.

Everything that a page asks for is asked by us, in the thread that wants the page, over the guarded connections of its fetcher: of the
page's own host and those that its source names, by robots.txt, one request at a time. A page whose scripts or data cannot be had for some
trouble of the network is not read at all: half of a page would look like an edit.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from service.models import Answer, Built, Clock, Failed, Fault, FetchSettings, Missing, Snapshot, Source
from service.urls import matches

from .browser import Browser, Draft, Given, Unbuilt, Wanted
from .browser.shelf import Shelf
from .headers import user_agent
from .order import Order
from .trouble import Trouble, size_words
from .wire import Bound

HTML = ("text/html", "application/xhtml+xml")
_DATA = ("xhr", "fetch")
_STAYING = ("script", "stylesheet", "image", "font")  # what is the same for all pages of a source
_NEEDED = ("script", *_DATA)
_MOST_PARTS = 100  # requests of one page
_MOST_SHARE = 5  # all its parts may have so many times the bytes of one page
_MOST_REFUSED = 20  # that are told
_REFUSALS = (Fault.ROBOTS, Fault.PRIVATE, Fault.ADDRESS, Fault.REDIRECTS)  # what is so tomorrow too
# Headers of an answer that speak of other bytes, of other connections, or of what to do besides showing it.
_UNTOLD = frozenset(
    "content-encoding content-length transfer-encoding connection keep-alive content-disposition refresh link alt-svc "
    "strict-transport-security report-to reporting-endpoints nel service-worker-allowed".split()
)
_KEPT = frozenset({"link", "content-language"})  # of the answer as served, what is said of the page that is built of it too
_MOST_AGE = 10  # digits


class Builder:
    """What has pages built for one fetcher. ``ask`` is how that asks for anything."""

    def __init__(self, browser: Browser, ask: Callable[[Order], Answer], settings: FetchSettings, clock: Clock) -> None:
        self._browser, self._ask, self._settings, self._clock = browser, ask, settings, clock

    def built(self, served: Snapshot, order: Order) -> Snapshot | Failed:
        """Return a page as its scripts build it, or why they did not."""
        errand = _Errand(self._asked, order, served, self._browser.settings.patience, self._browser.shelf)
        started = self._clock.now()
        try:
            drawn = self._browser.build(self._draft(served, order, scripts=True), errand.give)
        except Trouble as trouble:
            return Failed(order.url, trouble.fault, trouble.words, self._clock.now(), trouble.status, trouble.retry_after)
        except Unbuilt as why:
            self._clock.wait(0)  # where the process is to stop, the browser ends too
            return Failed(order.url, Fault.BROWSER, f"the page was not built: {why}", self._clock.now())
        now, body = self._clock.now(), drawn.html.encode("utf-8", "replace")
        if len(body) > order.bound.page:
            return Failed(order.url, Fault.TOO_LARGE, f"the page grew to more than {size_words(order.bound.page)}", now)
        return replace(
            served,
            headers=(("Content-Type", "text/html; charset=utf-8"), *_still_true(served), *_age([served, *errand.data])),
            body=body,
            fetched_at=now,
            seconds=served.seconds + (now - started).total_seconds(),
            built=Built(drawn.browser, served, tuple(errand.data), tuple(errand.refused)),
        )

    def picture(self, snapshot: Snapshot, order: Order) -> bytes:
        """Return a picture of a page as it was read (PNG), its scripts at rest. Raises ``Unbuilt``."""
        errand = _Errand(self._asked, order, snapshot, self._browser.settings.patience, self._browser.shelf)
        return self._browser.build(self._draft(snapshot, order, scripts=False), errand.give).picture

    def _draft(self, page: Snapshot, order: Order, *, scripts: bool) -> Draft:
        source = order.source
        return Draft(
            url=page.final_url,
            headers=_for_browser(page.headers),
            body=page.body,
            agent=user_agent(self._settings),
            language=(source.language if source else None) or "en",
            timezone=(source.timezone if source else None) or "UTC",
            most=order.bound.page,
            patience=self._browser.settings.patience,
            scripts=scripts,
        )

    def _asked(self, order: Order, until: "_Errand") -> Answer:
        """Ask for a part of a page, as long as there is patience."""
        now = self._clock.now()
        until.ends_at = until.ends_at or now + timedelta(seconds=until.patience)
        return self._ask(replace(order, seconds=max(0.1, (until.ends_at - now).total_seconds())))


class _Errand:
    """What one page asks for: what it got, what it was refused."""

    def __init__(self, ask: Callable[[Order, "_Errand"], Answer], order: Order, page: Snapshot, patience: float, shelf: Shelf) -> None:
        self.ask, self.order, self.shelf, self.patience = ask, order, shelf, patience
        self.source = order.source or Source(id="", url=page.final_url)
        self.host = _host(page.final_url).removeprefix("www.")
        self.ends_at: datetime | None = None
        self.parts = 0
        self.left = _MOST_SHARE * order.bound.page
        self.data_left = order.bound.page  # it is kept as long as the look
        self.data: list[Snapshot] = []
        self.refused: list[str] = []

    def give(self, wanted: Wanted) -> Given:
        """Return what a page is given. Raises ``Trouble`` where it cannot be had, and the page needs it; ``Abandoned``."""
        self.parts += 1
        if wanted.kind not in (*_NEEDED, *_STAYING):
            return self.refuse(wanted, "pages may only ask, and by GET")
        bound = min(self.order.bound.page, self.left, self.data_left if wanted.kind in _DATA else self.left)
        if self.parts > _MOST_PARTS or bound <= 0:
            return self.refuse(wanted, "it asks for too much")
        known = self.shelf.taken(self.source.id, wanted.url) if wanted.kind in _STAYING else None
        if known is not None:
            return known
        answer = self.ask(
            replace(
                self.order,
                url=wanted.url,
                bound=Bound(bound, bound),
                headers=wanted.headers,
                pause=False,
                barred=self.barred,
            ),
            self,
        )
        return self.given(wanted, answer)

    def given(self, wanted: Wanted, answer: Answer) -> Given:
        match answer:
            case Snapshot():
                self.left -= len(answer.body)
                found = Given(answer.status, _for_browser(answer.headers), answer.body)
                if wanted.kind in _DATA:
                    self.data_left -= len(answer.body)
                    self.data.append(answer)
                elif wanted.kind in _STAYING:
                    self.shelf.put(self.source.id, wanted.url, found, answer)
                return found
            case Missing():
                return Given(answer.status, _for_browser(answer.headers), answer.body)
            case Failed() if 400 <= answer.status < 500 and answer.fault is Fault.STATUS:
                return Given(answer.status)
            case Failed() if wanted.kind not in _NEEDED:
                return Given()
            case Failed() if answer.fault in _REFUSALS and not answer.status:
                return self.refuse(wanted, answer.words)
            case Failed():
                words = f"{wanted.url}, which the page needs (or else: render_without): {answer.words}"
                raise Trouble(answer.fault, words, status=answer.status, retry_after=answer.retry_after)
        return Given()

    def refuse(self, wanted: Wanted, words: str) -> Given:
        if wanted.kind not in _STAYING[1:] and len(self.refused) < _MOST_REFUSED:
            self.refused.append(f"{wanted.url}: {words}")
        return Given()

    def barred(self, url: str) -> str:
        """Return why a page of this source may not ask for an address; nothing where it may."""
        host = _host(url)
        own = host == self.host or host.endswith(f".{self.host}")
        if not own and not any(fnmatchcase(host, pattern) for pattern in self.source.render_hosts):
            return f"on another host, {host}: render_hosts allows it"
        if any(matches(pattern, url) for pattern in self.source.render_without):
            return "the page is to do without (render_without)"
        return ""


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower().rstrip(".")


def _for_browser(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers if name.lower() not in _UNTOLD)


def _still_true(served: Snapshot) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in served.headers if name.lower() in _KEPT)


def _age(answers: list[Snapshot]) -> tuple[tuple[str, str], ...]:
    """Return how old the oldest is of the answers that a page is built of, by the word of the caches that gave them."""
    ages = [int(age) for age in (answer.header("age") for answer in answers) if age.isdigit() and age.isascii() and len(age) < _MOST_AGE]
    return (("Age", str(max(ages))),) if ages else ()
