"""A small valid PDF, written by hand (ISO 32000-1, sections 7.5 and 9.4)."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime

LINE = 14  # points between two lines
TOP, LEFT = 780, 60
LINES_PER_PAGE = 50


def pdf(title: str, paragraphs: Iterable[str], created: datetime) -> bytes:
    """Return a PDF of A4 pages with the title and the paragraphs as text; letters outside windows-1252 become question marks."""
    lines = list(_lines(title, paragraphs))
    pages = [lines[start : start + LINES_PER_PAGE] for start in range(0, len(lines), LINES_PER_PAGE)]
    numbers = [5 + 2 * place for place in range(len(pages))]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % number for number in numbers), len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%s) /CreationDate (D:%s) >>" % (_string(title), f"{created:%Y%m%d%H%M%S}Z".encode()),
    ]
    for number, page in zip(numbers, pages, strict=True):
        content = _content(page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
            % (number + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _lines(title: str, paragraphs: Iterable[str]) -> Iterator[str]:
    yield from textwrap.wrap(title, 80)
    for paragraph in paragraphs:
        yield ""
        yield from textwrap.wrap(paragraph, 90)


def _content(lines: Iterable[str]) -> bytes:
    shown = b"".join(b"(%s) Tj T*\n" % _string(line) for line in lines)
    return b"BT /F1 11 Tf %d TL %d %d Td\n%sET" % (LINE, LEFT, TOP, shown)


def _string(text: str) -> bytes:
    raw = text.encode("windows-1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(objects: list[bytes]) -> bytes:
    """Return the objects as a file: header, body, cross-reference table, trailer."""
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, thing in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
