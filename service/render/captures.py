"""What is known of how a page came: for programs, and in lines for people."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from service.models import Built, Snapshot

from .safe import terminal_safe
from .shapes import moment


def capture_json(snapshot: Snapshot, seen_again: Sequence[str] = ()) -> dict[str, Any]:
    """Return the facts of a capture; ``seen_again`` are the moments at which further looks were served the very same bytes."""
    exchange = snapshot.exchange
    return {
        "asked": snapshot.url,
        "answered": snapshot.final_url,
        "redirects": [{"status": hop.status, "url": hop.url} for hop in snapshot.redirects],
        "status": snapshot.status,
        "status_line": exchange.line,
        "headers": [list(header) for header in snapshot.headers],
        "request_headers": [list(header) for header in exchange.request],
        "peer": exchange.peer or None,
        "certificate_sha256": exchange.certificate or None,
        "fetched_at": moment(snapshot.fetched_at),
        "seconds": snapshot.seconds,
        "bytes": len(snapshot.body),
        "sha256": snapshot.digest,
        "built": None if snapshot.built is None else _built_json(snapshot.built),
        "picture_sha256": hashlib.sha256(snapshot.picture).hexdigest() if snapshot.picture else None,
        "seen_again": list(seen_again),
    }


def _built_json(built: Built) -> dict[str, Any]:
    """Return what a browser built a page of: the answer as served, and what its scripts fetched."""
    answers = [_answer_json(one) for one in ((built.served, *built.data) if built.served is not None else ())]
    return {"browser": built.browser, "served": answers[0] if answers else None, "data": answers[1:], "refused": list(built.refused)}


def _answer_json(answer: Snapshot) -> dict[str, Any]:
    facts = {"url": answer.final_url, "status": answer.status, "headers": [list(header) for header in answer.headers]}
    return facts | {"bytes": len(answer.body), "sha256": answer.digest}


def capture_lines(snapshot: Snapshot, seen_again: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield the same as pairs of what and which, safe for a terminal; nothing of what is not known."""
    exchange = snapshot.exchange
    told = [
        ("asked for", snapshot.url if snapshot.url != snapshot.final_url else ""),
        *(("redirected", f"{hop.status} to {hop.url}") for hop in snapshot.redirects),
        ("answered", snapshot.final_url),
        ("status", exchange.line or str(snapshot.status)),
        ("at", f"{moment(snapshot.fetched_at)}, after {snapshot.seconds:.3f} s"),
        ("by", exchange.peer),
        ("certificate", exchange.certificate and f"SHA-256 {exchange.certificate}"),
        ("page", f"{len(snapshot.body)} bytes, SHA-256 {snapshot.digest}"),
        *_built_lines(snapshot.built),
        ("picture", f"{len(snapshot.picture)} bytes, SHA-256 {hashlib.sha256(snapshot.picture).hexdigest()}" if snapshot.picture else ""),
        *(("the same bytes", f"again at {when}") for when in seen_again),
        *(("header", f"{name}: {value}") for name, value in snapshot.headers),
        *(("sent", f"{name}: {value}") for name, value in exchange.request),
    ]
    return ((what, terminal_safe(which)) for what, which in told if which)


def _built_lines(built: Built | None) -> Iterator[tuple[str, str]]:
    if built is None:
        return
    yield "built by", f"{built.browser}, by the scripts of the page: it is what the text was read from"
    if built.served is not None:
        yield "as served", f"{len(built.served.body)} bytes, SHA-256 {built.served.digest}"
        yield from (("as served", f"{name}: {value}") for name, value in built.served.headers)
    yield from (("fetched", f"{one.final_url}, {len(one.body)} bytes, SHA-256 {one.digest}") for one in built.data)
    yield from (("refused", words) for words in built.refused)
