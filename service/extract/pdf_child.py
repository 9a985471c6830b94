"""The process that reads one PDF: bytes on stdin, one JSON object on stdout. It imports nothing of ours, so that it starts quickly."""

import json
import sys
from itertools import pairwise
from typing import Any, NamedTuple

_MEMORY = 2_000_000_000  # bytes of address space
_SECONDS = 120  # of CPU, should the parent be gone
_MOST_PAGES = 2_000
_GAP = 1.3  # of the usual distance between lines
_INDENT, _MOST_INDENT = 8.0, 60.0  # points
_BULLETS = tuple("•▪●◦‣–*-")  # what follows a bullet hangs below its words
_ENCRYPTED = 4  # FPDF_ERR_PASSWORD


def main() -> None:
    _limit()
    sys.stdout.buffer.write(json.dumps(_read(sys.stdin.buffer.read())).encode("ascii"))


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on this system: the deadline of the parent remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


class _Step(NamedTuple):
    """From where one line begins to where the next does, in points."""

    right: float
    down: float


def _read(body: bytes) -> dict[str, Any]:
    try:
        import pypdfium2
    except ImportError:
        return {"problem": 'reading PDFs needs the pdf extra: pip install "presswatch[pdf]"'}
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) == _ENCRYPTED or "password" in str(error).lower()
        return {"problem": "the PDF is encrypted" if encrypted else "the PDF is broken"}
    count = min(len(document), _MOST_PAGES)
    return {
        "pages": [_text(document[number].get_textpage()) for number in range(count)],
        "title": document.get_metadata_value("Title"),
        "created": document.get_metadata_value("CreationDate"),
        "modified": document.get_metadata_value("ModDate"),
    }


def _text(page: Any) -> str:
    """Return the lines of a page, with a blank line where more space parts two of them than usual, or where the next is indented."""
    lines = page.get_text_range().replace("\r\n", "\r\n\0").split("\0")
    places = []
    at = 0
    for line in lines:
        places.append(_place(page, at, line))
        at += len(line)
    steps = [_Step(two[0] - one[0], one[1] - two[1]) if one and two else None for one, two in pairwise(places)]
    gaps = sorted(step.down for step in steps if step and step.down > 0)
    usual = gaps[len(gaps) // 2] if gaps else 0.0
    shown = lines[:1]
    for above, line, step in zip(lines, lines[1:], steps, strict=False):
        shown.append(f"\n{line}" if step and _parts(step, above, usual) else line)
    return "".join(shown).replace("\r\n", "\n")


def _parts(step: _Step, above: str, usual: float) -> bool:
    """Return whether the step from a line to the next parts two paragraphs; what follows a bullet is indented anyway."""
    return step.down > usual * _GAP or (_INDENT < step.right < _MOST_INDENT and not above.lstrip().startswith(_BULLETS))


def _place(page: Any, at: int, line: str) -> tuple[float, float] | None:
    """Return where a line begins: left and bottom of its first letter, in points."""
    lead = len(line) - len(line.lstrip())
    if not line.strip() or at + lead >= page.count_chars():
        return None
    left, bottom, _right, _top = page.get_charbox(at + lead, loose=True)
    return left, bottom


if __name__ == "__main__":
    main()
