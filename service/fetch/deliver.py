"""Sending something to a web address: one request, to one that the guard lets through; no redirect followed, never tried again here."""

from collections.abc import Mapping
from contextlib import closing, suppress
from http.client import HTTPException

import requests
import urllib3

from service.models import Clock, Delivered, FetchSettings

from .guard import GuardedAdapter
from .headers import user_agent
from .patience import retry_after
from .trouble import Trouble, status_words, wire_trouble
from .watch import Watch

_SECONDS = 25.0  # for connection and answer together
_BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)
_READ = 1 << 14  # bytes of the answer, of which nothing is wanted


def deliver(url: str, headers: Mapping[str, str], body: bytes | None, settings: FetchSettings, clock: Clock, wanted: int = 0) -> Delivered:
    """POST a body, or GET without one, and return what came of it: a status, or 0 with why there is none. Raises nothing.

    Of the answer the first ``wanted`` bytes are given back; of one that is longer, or breaks off, none.
    """
    seconds = min(_SECONDS, settings.total_timeout)
    timeout = (min(settings.connect_timeout, seconds), min(settings.read_timeout, seconds))
    watch = Watch()
    told = b""
    adapter = GuardedAdapter(settings.allow_private_hosts, watch)
    with closing(adapter), watch.over(seconds) as term:
        try:
            asked = requests.Request(
                "GET" if body is None else "POST", url, headers={"User-Agent": user_agent(settings), **headers}, data=body
            ).prepare()
            with adapter.send(asked, stream=True, timeout=timeout) as answer, suppress(*_BROKEN):  # it has answered, whatever else it says
                told = answer.raw.read(max(_READ, wanted + 1))
        except Trouble as trouble:
            return Delivered(0, trouble.words)
        except _BROKEN as error:
            return Delivered(0, f"no answer within {seconds:g} s" if term.late else wire_trouble(error, timeout[1]).words)
    wish = answer.headers.get("Retry-After", "")
    wait = retry_after(wish, clock.now()) if wish else None
    return Delivered(answer.status_code, status_words(answer.status_code), wait, told if len(told) <= wanted else b"")
