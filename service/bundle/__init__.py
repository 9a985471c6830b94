"""The evidence of one change in a zip that stands by itself: what was served, what was read of it, what differs, how to check it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from service.archive import Archive
from service.archive.records import opening
from service.diff import diff
from service.errors import UsageError
from service.models import ChangeLine, Proof
from service.render import change_json, html, page_end, page_facts, page_head

from .readme import readme
from .sides import Side, side
from .zipped import zipped

if TYPE_CHECKING:
    from service.store import Store

__all__ = ["bundle", "bundle_name"]

_SUMS = "SHA256SUMS"
_CAPTURES = "captures.warc.gz"


def bundle(store: "Store", archive: Archive, number: int) -> Iterator[bytes]:
    """Yield the zip of a change's evidence: for the same change the same bytes. Raises ``UsageError`` where there is none."""
    line = store.change(number)
    if line is None:
        raise UsageError(f"there is no change {number}. To see which there are: presswatch changes")
    return zipped(_summed(_files(line, _sides(store, archive, line), store.checkpoints.proofs(number))))


def bundle_name(number: int) -> str:
    """Return what the file of a change's evidence is called."""
    return f"presswatch-change-{number}.zip"


def _sides(store: "Store", archive: Archive, line: ChangeLine) -> tuple[Side, ...]:
    found = []
    for name, number in (("before", line.before_version), ("after", line.after_version)):
        release = store.release(line.item_url, version=number) if line.item_url and number is not None else None
        if release is not None and release.version is not None:
            found.append(side(name, release.version, archive, release.copy_of(release.version.number)))
    return tuple(found)


def _files(line: ChangeLine, sides: Sequence[Side], proofs: Sequence[Proof]) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", readme(line, sides, proofs).encode()
    yield "check.py", files(__name__).joinpath("check.py").read_bytes()
    yield (
        "change.json",
        _json({"format": 1, "change": change_json(line), "related": line.related, **{one.name: one.told() for one in sides}}),
    )
    yield "diff.html", _page(line, sides).encode("utf-8", "replace")
    if proofs:
        yield "ledger.json", _json({"format": 1, "proofs": [asdict(proof) for proof in proofs]})
    for one in sides:
        yield from one.files()
    captured = [one.capture for one in sides if one.capture is not None]
    if captured:
        members = [member.packed for capture in captured for member in capture.members]
        yield _CAPTURES, opening(_CAPTURES, line.detected_at) + b"".join(dict.fromkeys(members))


def _summed(parts: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield the files, and at last one with the digests of all of them, in the form of ``sha256sum``; its own seals it."""
    lines = []
    for name, data in parts:
        lines.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
        yield name, data
    sums = "".join(lines).encode()
    yield _SUMS, sums + f"# seal {hashlib.sha256(sums).hexdigest()}\n".encode()


def _page(line: ChangeLine, sides: Sequence[Side]) -> str:
    readings = [one.version.reading for one in sides]
    told = change_json(line)
    facts = [(name, str(told[name] or "")) for name in ("item_url", "source", "kind", "significance", "declared", "summary")]
    facts += [("happened after", told["not_before"] or ""), ("and before", told["not_after"]), ("found", told["detected_at"])]
    compared = ""
    if len(readings) == 2 and readings[0] is not None and readings[1] is not None:
        compared = html(diff(readings[0], readings[1]), title="What was edited")
    return page_head(line.title or line.item_url or line.source) + page_facts(facts) + compared + page_end()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass") + b"\n"
