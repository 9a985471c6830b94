"""Lines as they are set on pages to the paragraphs that their author wrote."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from service.text import displayed

_HYPHENATED = re.compile(r"[\ufffe\x02\xad]\s*\n\s*|(?<=[^\W\d_])-\s*\n\s*(?=[^\W\d_A-Z])")
_ENDS = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_BULLET = re.compile(r"^\s*(?:[•▪●◦‣–*-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+\S")
_PAGE_NUMBER = re.compile(r"^\W*(?:page|seite|стр\.?|с\.)?\s*\d{1,4}(?:\s*(?:/|of|von|из)\s*\d{1,4})?\W*$", re.I)
_SHORT, _ENDED = 0.7, 0.88  # of the usual line: one that ends so early is its paragraph's last; the second after a full stop
_FURNITURE = 3  # pages that must share a first or last line at least, and half of all, before it is no text


def paragraphs(pages: Sequence[str]) -> list[str]:
    """Return the paragraphs of a text set in lines on pages: lines joined, hyphenation undone, page numbers and running heads dropped.

    A blank line parts paragraphs; a text without any is parted where lines end early. A paragraph goes on over the end of a page
    unless it ends there with its sentence.
    """
    clean = [page for page in _without_furniture(pages) if any(line.strip() for line in page)]
    lines = [line for page in clean for line in page if line.strip()]
    spaced = sum(len(page) for page in clean) > len(lines) + len(clean)
    width = _usual_width(lines)
    found: list[list[str]] = []
    for page in clean:
        groups = list(_groups(page, 0 if spaced else width))
        if found and not _ENDS.search(found[-1][-1]) and len(found[-1][-1]) >= width * _SHORT:
            found[-1] += groups.pop(0)
        found += groups
    return [text for group in found if (text := _joined(group))]


def _groups(page: list[str], width: int) -> Iterator[list[str]]:
    """Yield the lines of each paragraph of a page."""
    group: list[str] = []
    for line in page:
        if group and (not line.strip() or _BULLET.match(line) or _is_last(group[-1], width)):
            yield group
            group = []
        if line.strip():
            group.append(line.strip())
    if group:
        yield group


def _without_furniture(pages: Sequence[str]) -> Iterator[list[str]]:
    split = [[line.rstrip() for line in page.replace("\r\n", "\n").split("\n")] for page in pages]
    shared = Counter(text for page in split for text in {page[number].strip() for number in _edges(page)})
    often = max(_FURNITURE, len(pages) / 2)
    for page in split:
        furniture = [number for number in _edges(page) if shared[page[number].strip()] >= often or _PAGE_NUMBER.match(page[number])]
        yield [line for number, line in enumerate(page) if number not in furniture]


def _edges(page: list[str]) -> list[int]:
    """Return which lines of a page are its first and its last with text."""
    filled = [number for number, line in enumerate(page) if line.strip()]
    return [filled[0], filled[-1]] if len(filled) > 2 else []


def _usual_width(lines: list[str]) -> int:
    """Return the length that most of the text's lines reach."""
    lengths = sorted(len(line) for line in lines if line.strip())
    return lengths[len(lengths) * 3 // 4] if lengths else 0


def _is_last(line: str, width: int) -> bool:
    """Return whether a line is the last of its paragraph, as far as its length tells."""
    if line.endswith(("-", "\ufffe", "\xad", ",")):
        return False
    return len(line) < width * _SHORT if not _ENDS.search(line) else len(line) < width * _ENDED


def _joined(lines: list[str]) -> str:
    return displayed(_HYPHENATED.sub("", "\n".join(lines)))
