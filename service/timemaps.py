"""Lists of mementos that others keep: TimeMaps in link format and JSON (RFC 7089), and indexes of captures (CDX of a Wayback, CDXJ). Pure.

    <https://web.archive.org/web/20200101000000/https://...>; rel="first memento"; datetime="Wed, 01 Jan 2020 00:00:00 GMT",
    {"original_uri": ..., "mementos": {"list": [{"datetime": "2020-01-01T00:00:00Z", "uri": ...}]}}      as MemGator has it
    [["urlkey", "timestamp", "original", ...], ["org,example)/", "20200101000000", "https://...", ...]]  as a Wayback's CDX has it
    org,example)/ 20200101000000 https://... text/html 200 ...                                           its plain form
    org,example)/ 20200101000000 {"url": "https://...", "status": "200", ...}                            CDXJ, as of pywb
    20200101000000 {"uri": "https://...", "rel": "memento", ...}                                         CDXJ, as of MemGator

What cannot be understood of a list is passed over: a stranger wrote it. ``raw_form`` is where a Wayback has a page as it was captured.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from .errors import Unreadable
from .models import Listed
from .urls import is_web

_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]+))')
_STAMP = re.compile(r"\d{14}", re.ASCII)
_WAYBACK = re.compile(r"^(https?://[^/]+/(?:[^/]+/){0,3}?)(\d{14})(?:[a-z]{2}_)?/(?=https?:)", re.I)
_PLAYS_RAW = re.compile(r"^https?://[^/]*(?:/[^/]+)*/(?:web|wayback)/$|^https?://(?:[^/]*\.)?wayback\.", re.I)
_LINES = 200_000  # of an index


def listed(text: str, base: str = "", play: str = "") -> tuple[Listed, ...]:
    """Return what a list names, in the order of the moments, each memento once.

    Addresses in it are relative to ``base``; of captures in a CDX it says no address: they are played at ``play``, such as
    ``https://web.archive.org/web/``. Raises ``Unreadable`` for what is no list, or names nothing.
    """
    read = _json if text.lstrip()[:1] in ("{", "[") else _links if text.lstrip()[:1] == "<" else _lines
    found = {one.url: one for one in read(text, base, play) if is_web(one.url) and is_web(one.original)}
    if not found:
        raise Unreadable("no list of mementos: neither a TimeMap (link format or JSON) nor an index of captures (CDX, CDXJ) that names any")
    return tuple(sorted(found.values(), key=lambda one: (one.captured_at, one.url)))


def raw_form(url: str) -> str:
    """Return where a Wayback gives a page as it was captured (``id_``: no frame, no addresses rewritten); elsewhere the address itself."""
    met = _WAYBACK.match(url)
    if met is None or not _PLAYS_RAW.match(met[1]):
        return url
    return f"{met[1]}{met[2]}id_/{url[met.end() :]}"


def original_of(url: str) -> str | None:
    """Return the address that a memento's own address says it is of; None where it does not say so."""
    met = _WAYBACK.match(url)
    return url[met.end() :] if met is not None else None


def _links(text: str, base: str, play: str) -> Iterator[Listed]:
    told = [(_joined(base, met[1].strip()), _parameters(met[2])) for met in _LINK.finditer(text)]
    original = next((url for url, said in told if "original" in said.get("rel", "").split()), "")
    for url, said in told:
        when = _moment(said.get("datetime", ""))
        if "memento" in said.get("rel", "").split() and when is not None:
            yield Listed(url, original or original_of(url) or "", when)


def _joined(base: str, url: str) -> str:
    """Return an address that a list names; nothing where it cannot be one."""
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def _parameters(text: str) -> dict[str, str]:
    return {met[1].lower(): met[2] if met[2] is not None else met[3] for met in _PARAMETER.finditer(text)}


def _json(text: str, base: str, play: str) -> Iterator[Listed]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        yield from _lines(text, base, play)  # CDXJ may begin with a brace too
        return
    if isinstance(said, dict):
        mementos = said.get("mementos")
        named = mementos.get("list") if isinstance(mementos, dict) else None
        for one in named if isinstance(named, list) else ():
            yield from _told(one, said.get("original_uri"), base)
    elif isinstance(said, list) and said and isinstance(said[0], list):
        names = [str(name) for name in said[0]]
        yield from _captures((dict(zip(names, row, strict=False)) for row in said[1:] if isinstance(row, list)), play)


def _told(one: Any, original: Any, base: str) -> Iterator[Listed]:
    if isinstance(one, dict) and isinstance(one.get("uri"), str):
        url, when = _joined(base, one["uri"]), _moment(str(one.get("datetime", "")))
        if when is not None:
            yield Listed(url, original if isinstance(original, str) else original_of(url) or "", when)


def _lines(text: str, base: str, play: str) -> Iterator[Listed]:
    original = ""
    for line in text.splitlines()[:_LINES]:
        head, _, rest = line.partition("{")
        words = head.split()
        if head.startswith("!"):
            said = _object(rest)
            original = str(said.get("original_uri") or original)
        elif len(words) == 1 and rest and _STAMP.fullmatch(words[0]):
            yield from _told({"datetime": words[0], **_object(rest)}, original or None, base)
        elif rest:
            told = _object(rest)
            status = told.get("status", "200")
            stamp = words[1] if len(words) > 1 else ""
            yield from _captures([{"timestamp": stamp, "original": told.get("url"), "statuscode": status}], play)
        elif len(words) > 4:
            yield from _captures([dict(zip(("urlkey", "timestamp", "original", "mimetype", "statuscode"), words, strict=False))], play)


def _captures(rows: Any, play: str) -> Iterator[Listed]:
    """Yield the captures of an index that brought a page: those of status 200 (or of none: a revisit), each bytes once."""
    last = None
    for row in rows:
        when, original = _moment(str(row.get("timestamp", ""))), row.get("original")
        if when is None or not isinstance(original, str) or str(row.get("statuscode", "200")) not in ("200", "-"):
            continue
        if row.get("digest") is not None and row["digest"] == last:
            continue
        last = row.get("digest")
        yield Listed(f"{play}{when:%Y%m%d%H%M%S}/{original}", original, when)


def _object(rest: str) -> dict[str, Any]:
    try:
        said = json.loads("{" + rest)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _moment(text: str) -> datetime | None:
    """Return a moment as any of these lists writes it."""
    try:
        if _STAMP.fullmatch(text):
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        when = datetime.fromisoformat(text) if text[:1].isdigit() else parsedate_to_datetime(text)
        return when.astimezone(UTC) if when.tzinfo is not None else when.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
