"""What we say of ourselves with every request, and whom we say a source's own headers to."""

import re
from dataclasses import replace
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from requests.exceptions import InvalidHeader
from requests.utils import check_header_validity

from service.models import Exchange, Fault, FetchSettings, Source, Validators

from .order import Order
from .trouble import Trouble
from .unpack import ACCEPTED

_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.8"
_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te", "upgrade"})
_FOR_ALL = frozenset({"user-agent", "accept", "accept-language", "referer", "dnt", "x-requested-with"})
# what a page's scripts have no say in: how we are called, what the connection is, what of the answer is sent
_NO_PAGES = re.compile(
    r"(?:sec-.*|proxy-.*|if-.*|user-agent|host|connection|content-length|transfer-encoding|accept-encoding|te|upgrade.*|range|expect|trailer)$",
    re.I,
)
_UNTOLD = "(not written down)"
_TOKEN = re.compile(r"[A-Za-z_-]+(?=/)|^[A-Za-z_-]+")


def user_agent(settings: FetchSettings) -> str:
    """Return the name we go by: as configured, or product, version and whom to write to."""
    if settings.user_agent:
        return settings.user_agent
    name = f"presswatch/{_version()}"
    return f"{name} (+{settings.contact})" if settings.contact else name


@lru_cache(16)
def product(agent: str) -> str:
    """Return the product token of a user agent, the name that robots.txt calls it by (RFC 9309 section 2.2.1); empty if it has none."""
    tokens: list[str] = _TOKEN.findall(agent)
    return next((token for token in tokens if token.lower() != "mozilla"), tokens[0] if tokens else "")


def request_headers(settings: FetchSettings, url: str, order: Order) -> dict[str, str]:
    """Return the headers of one request: ours, those of a page that asks, those of its source.

    A source's own headers go to its own host; elsewhere (a redirect, another host of the publisher, plain http) only those that
    cannot hold a secret. Raises ``Trouble`` for one that cannot be sent.
    """
    source = order.source
    headers = {"User-Agent": user_agent(settings), "Accept": _ACCEPT, "Accept-Encoding": ACCEPTED}
    for name, value in order.headers:
        if value and not _NO_PAGES.match(name):
            headers = _with(headers, name.title(), value)
    if source is not None:
        if source.language:
            headers["Accept-Language"] = f"{source.language}, *;q=0.5"
        own = bool(source.headers) and _same_place(source.url, url)
        for name, value in source.headers:
            if name.lower() not in _OURS and (own or name.lower() in _FOR_ALL):
                headers = _with(headers, name, value)
    return headers | _conditions(order.validators, order.fresh)


def without_secrets(exchange: Exchange, source: Source | None) -> Exchange:
    """Return an exchange to be written down: what a source adds to its requests, but for what everybody may know, without its value."""
    own = {name.lower() for name, _ in source.headers} - _FOR_ALL if source is not None else set()
    if not own:
        return exchange
    return replace(exchange, request=tuple((name, _UNTOLD if name.lower() in own else value) for name, value in exchange.request))


def _with(headers: dict[str, str], name: str, value: str) -> dict[str, str]:
    """Return headers with one more, in the place of one of its name."""
    return {**{key: kept for key, kept in headers.items() if key.lower() != name.lower()}, name: _sendable(name, value)}


def _sendable(name: str, value: str) -> str:
    """Return a header's value. Raises ``Trouble`` for one that would break out of its line, or has no bytes in HTTP."""
    try:
        check_header_validity((name, value))
        value.encode("latin-1")
    except (InvalidHeader, UnicodeError) as error:
        raise Trouble(Fault.ADDRESS, f"a header of this source cannot be sent: {error}") from error
    return value


def _conditions(validators: Validators, fresh: bool) -> dict[str, str]:
    if fresh:
        return {"Cache-Control": "no-cache", "Pragma": "no-cache"}
    told = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in told.items() if value}


def _same_place(home: str, url: str) -> bool:
    """Return whether an address is on the host of another, and not on plain http where that is on https."""
    here, there = urlsplit(home), urlsplit(url)
    same_host = here.hostname == there.hostname and (here.port == there.port or None in (here.port, there.port))
    return same_host and (there.scheme == "https" or here.scheme == "http")


@cache
def _version() -> str:
    try:
        return version("presswatch")
    except PackageNotFoundError:
        return "0"
