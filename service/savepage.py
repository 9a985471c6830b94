"""How a web archive is asked for a copy, and what its answers mean: Save Page Now 2, the interface of the Wayback Machine. Pure.

    POST /save, url=...        -> {"job_id": "spn2-..."}
    GET  /save/status/JOB_ID   -> {"status": "pending"}, {"status": "success", "timestamp": "20261122061500", "original_url": ...}
                                  or {"status": "error", "status_ext": "error:...", "message": ...}

An answer is the word of a stranger: what cannot be, or is about something else, is none. Source: "Save Page Now 2 Public API Docs" of
the Internet Archive, 2022-04-05; asking without keys is answered 401 since 2025.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from .models import CopyAnswer, CopyFate, Delivered, Submission
from .urls import address_key, is_web

MOST = 1 << 20  # bytes of an answer: it lists all that the page is made of
_TICKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", re.ASCII)
_STAMP = re.compile(r"\d{14}", re.ASCII)
_OF_THE_ARCHIVE = frozenset({"error:user-session-limit", "error:celery", "error:blocked-client-ip", "error:capture-location-error"})
_FOR_EVER = frozenset({"error:blocked-url", "error:invalid-url-syntax", "error:ftp-access-denied"})
_UNWANTED = (401, 403, 429)  # no keys or wrong ones; too often
_UNSURE = timedelta(minutes=1)  # by which its clock and ours may differ
_WORDS = 200  # letters of what it says that are repeated


def question(url: str) -> bytes:
    """Return the body that asks for a copy of an address as it is now."""
    return urlencode({"url": url, "skip_first_archive": "1"}).encode()


def headers(access_key: str, secret_key: str) -> dict[str, str]:
    """Return what goes with every request; without keys nothing that names anybody."""
    own = {"Authorization": f"LOW {access_key}:{secret_key}"} if access_key else {}
    return {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded", **own}


def status_url(service: str, ticket: str) -> str:
    """Return where the archive tells how far it is."""
    return f"{service.rstrip('/')}/status/{ticket}"


def begun(told: Delivered) -> CopyAnswer:
    """Return what the answer to the question means: under way with a ticket, or why not."""
    said = _said(told)
    if isinstance(said, CopyAnswer):
        return said
    ticket = said.get("job_id")
    if isinstance(ticket, str) and _TICKET.fullmatch(ticket):
        return CopyAnswer(CopyFate.UNDER_WAY, ticket=ticket)
    return _trouble(said, told.retry_after)


def ended(told: Delivered, asked: Submission, service: str, now: datetime) -> CopyAnswer:
    """Return what the answer about a ticket means. A copy older than what we saw, from the future or of another host is none."""
    said = _said(told)
    if isinstance(said, CopyAnswer):
        return said
    if said.get("status") == "pending":
        return CopyAnswer(CopyFate.UNDER_WAY, ticket=asked.ticket)
    if said.get("status") != "success":
        return _trouble(said, told.retry_after)
    stamp, original = said.get("timestamp"), said.get("original_url", asked.url)
    made = _moment(stamp)
    why = _why_none(made, stamp, original, asked, now)
    if why or made is None:
        return CopyAnswer(CopyFate.REFUSED, why)
    return CopyAnswer(CopyFate.COPIED, url=f"{service.rstrip('/').removesuffix('/save')}/web/{stamp}/{original}", copied_at=made)


def _why_none(made: datetime | None, stamp: object, original: object, asked: Submission, now: datetime) -> str:
    """Return why a copy is none of what was asked for; nothing where it is one."""
    if made is None or made > now + _UNSURE:
        return f"it names a moment that cannot be: {_short(stamp)}"
    if not isinstance(original, str) or _host(original) != _host(asked.url):
        return f"it tells of a copy of something else: {_short(original)}"
    if made < asked.seen_at - _UNSURE:
        return f"it gives an older copy, of {made:%Y-%m-%d %H:%M:%S} UTC, and makes no new one yet"
    return ""


def _said(told: Delivered) -> dict[str, Any] | CopyAnswer:
    """Return the object that an answer holds, or what its status or its lack of sense means."""
    if told.status in _UNWANTED or told.status < 200 or told.status >= 500:
        keys = ": it wants other keys ([wayback] access_key, secret_key)" if told.status in (401, 403) else ""
        return CopyAnswer(CopyFate.RESTING, f"{told.words}{keys}", retry_after=told.retry_after)
    if told.status != 200:
        return CopyAnswer(CopyFate.REFUSED, told.words, retry_after=told.retry_after)
    try:
        said = json.loads(told.body)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict):
        return said
    return CopyAnswer(CopyFate.RESTING, "its answer is not that of a Save Page Now", retry_after=told.retry_after)


def _trouble(said: dict[str, Any], retry_after: timedelta | None) -> CopyAnswer:
    sort = said.get("status_ext")
    words = _short(said.get("message") or sort or "it neither begins nor says why")
    fate = CopyFate.RESTING if sort in _OF_THE_ARCHIVE else CopyFate.NEVER if sort in _FOR_EVER else CopyFate.REFUSED
    return CopyAnswer(fate, words, retry_after=retry_after)


def _moment(stamp: object) -> datetime | None:
    if not isinstance(stamp, str) or not _STAMP.fullmatch(stamp):
        return None
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _host(url: str) -> str | None:
    try:
        return address_key(url).partition("/")[0].partition("?")[0] if is_web(url) else None
    except ValueError:
        return None


def _short(told: object) -> str:
    """Return a stranger's words in one line of bounded length."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(told)[: 4 * _WORDS]).split())[:_WORDS]
