"""One side of a change as evidence: a version, its text, and the answer of the server that it was read from."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from service.archive import Archive, Capture
from service.errors import Unreadable
from service.fingerprint import canonical_bytes
from service.models import Snapshot, VersionLine, WebCopy
from service.render import capture_json, moment

_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "application/json": ".json",
}


@dataclass(frozen=True, slots=True)
class Side:
    """A version; ``capture`` is None where no raw answer was kept or it cannot be read, and ``missing`` says why.

    ``copy`` is that of a web archive, where it has told us of one.
    """

    name: str
    version: VersionLine
    capture: Capture | None
    missing: str
    copy: WebCopy | None = None

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield what can be looked at without any tool."""
        if self.version.reading is not None:
            yield f"{self.name}/text.txt", _text(self.version).encode("utf-8", "replace")
            yield f"{self.name}/reading.json", canonical_bytes(self.version.reading)
        if self.capture is not None:
            head, _, body = next(self.capture.of("response")).block.partition(b"\r\n\r\n")
            yield f"{self.name}/headers.txt", head + b"\r\n"
            yield self.page, body if self.capture.snapshot.built is None else self.capture.snapshot.body
            for request in islice(self.capture.of("request"), 1):
                yield f"{self.name}/request.txt", request.block
            yield from self.parts()

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """Yield what a page was built of, and the picture of it."""
        snapshot = self.capture.snapshot if self.capture is not None else None
        if snapshot is not None and snapshot.built is not None and snapshot.built.served is not None:
            yield f"{self.name}/served{_ending(snapshot.built.served)}", snapshot.built.served.body
            for number, one in enumerate(snapshot.built.data, start=1):
                yield f"{self.name}/data-{number}{_ending(one)}", one.body
        if snapshot is not None and snapshot.picture:
            yield f"{self.name}/picture.png", snapshot.picture

    @property
    def page(self) -> str:
        """The name of the file with the page that the text was read from."""
        return f"{self.name}/page{_ending(self.capture.snapshot) if self.capture is not None else '.bin'}"

    def told(self) -> dict[str, Any]:
        """Return what is known of this side; of what may still grow (until when it was seen) nothing."""
        version = self.version
        return {
            "version": version.number,
            "reason": version.reason,
            "title": version.title,
            "published": version.published,
            "seen_from": moment(version.seen_from),
            "rule": version.rule,
            "content_hash": version.content_hash,
            "exact_hash": version.exact_hash,
            "snapshot": version.snapshot,
            "page": self.page if self.capture is not None else None,
            "capture": capture_json(self.capture.snapshot, self.capture.seen_again) if self.capture is not None else None,
            "parts": {name: hashlib.sha256(body).hexdigest() for name, body in self.parts()},
            "capture_missing": self.missing or None,
            "web_copy": {"url": self.copy.url, "copied_at": moment(self.copy.copied_at)} if self.copy is not None else None,
        }


def _ending(snapshot: Snapshot) -> str:
    return _ENDINGS.get(snapshot.content_type, ".bin")


def side(name: str, version: VersionLine, archive: Archive, copy: WebCopy | None = None) -> Side:
    """Return a side of a change with its raw answer, where that was kept."""
    if not version.snapshot:
        return Side(name, version, None, "no raw answer was kept of this version", copy)
    try:
        return Side(name, version, archive.capture(version.snapshot), "", copy)
    except Unreadable as error:
        return Side(name, version, None, str(error), copy)


def _text(version: VersionLine) -> str:
    reading = version.reading
    assert reading is not None
    parts = [reading.title, *([reading.published] if reading.published else []), *(block.text for block in reading.blocks)]
    parts += [f"[link] {link.text} {link.url}" for link in reading.links]
    return "\n\n".join([*parts, *(f"[attachment] {link.text} {link.url}" for link in reading.attachments)]) + "\n"
