"""The process that reads one PDF: bytes on stdin, one JSON object on stdout. It imports nothing of ours, so that it starts quickly."""

import json
import sys
from typing import Any

_MEMORY = 2_000_000_000  # bytes of address space
_SECONDS = 120  # of CPU, should the parent be gone
_MOST_PAGES = 2_000
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
        "pages": [document[number].get_textpage().get_text_range() for number in range(count)],
        "title": document.get_metadata_value("Title"),
        "created": document.get_metadata_value("CreationDate"),
        "modified": document.get_metadata_value("ModDate"),
    }


if __name__ == "__main__":
    main()
