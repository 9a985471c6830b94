"""What stands in a body and is not its text: the title again, its date line, ornaments, names of photo files."""

import re
from functools import lru_cache

from service.dates import may_be_dated, stamp
from service.models import Block
from service.text import displayed, folded

from .files import without_file
from .imprint import is_imprint

_LEADING = 4  # a title or date line repeated by the page's template stands among the first blocks
_ORNAMENT = re.compile(r"[\s*•·–—_\-=~#⁂.|]+")
_ORNAMENTS = tuple("_*•=~#⁂")  # that a text may trail
_TRAILING = re.compile(
    r"(?:(?<=[.!?])_{2,}|\s+(?:_+|[*•=~#⁂](?:\s?[*•=~#⁂]){2,}))+$"
)  # a rule under a paragraph, a mark of emphasis that stayed
_CUES = re.compile(
    r"\b(?:published|posted|released|updated|modified|last|on|date|at|опубликовано|обновлено|дата|veröffentlicht|aktualisiert|am|"
    r"publié|mis à jour|le|publicado|actualizado|pubblicato|aggiornato|atualizado|em|opublikowano)\b",
    re.I,
)
_SUFFIX = r"\.(?:jpe?g|png|gif|webp|bmp|tiff?|heic)"
_PHOTO = re.compile(_SUFFIX, re.I)
_CAMERA = re.compile(
    rf"(?<!\w)(?:(?:[A-Z]{{2,5}}|_[A-Z]{{2,4}}|[A-Z0-9]{{3,4}}_|P|photo|image|фото)[_-]?\d{{3,12}}[\w-]{{0,60}}|IMG-\d{{8}}-WA\d{{1,6}}){_SUFFIX}",
    re.I,
)
_FIRST = re.compile(rf"^[\w()«»\"'.-]{{1,80}}?{_SUFFIX}(?=[^\W\d_]|[“\"«„(]|\s+[A-ZА-ЯЁ“\"«„]|$)", re.I)
_WHOLE = re.compile(rf"^.{{1,250}}{_SUFFIX}$", re.I | re.S)


def tidied(
    blocks: tuple[Block, ...], title: str, language: str | None, offered: tuple[str, ...] = ()
) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return the blocks that are the text, and the names of photos that stood among their words.

    ``offered`` are the words that attachments are shown with: of a line that repeats one, the size of its file goes.
    """
    head = folded(title)
    kept: list[Block] = []
    photos: list[str] = []
    for number, block in enumerate(blocks):
        text, names = without_photos(_TRAILING.sub("", block.text) if block.text.endswith(_ORNAMENTS) else block.text)
        text = without_file(text, offered, language)
        photos += names
        if not text or _ORNAMENT.fullmatch(text):
            continue
        if is_imprint(text, language) or (number < _LEADING and is_heading(text, head, language)):
            continue
        kept.append(block if text == block.text else Block(block.path, text))
    return tuple(kept), tuple(dict.fromkeys(photos))


def is_heading(text: str, head: str, language: str | None) -> bool:
    """Return whether a block is the title (``head``, folded), a date line, or the title with its date."""
    line = folded(text)
    if head and line.startswith(head):
        line = line.removeprefix(head).strip(" -|,.()")
        if not line:
            return True
    return is_date_line(line, language)


def is_date_line(line: str, language: str | None) -> bool:
    """Return whether a line is one date, with its time and words such as "Published" at most."""
    return len(line) <= 60 and may_be_dated(line) and _is_date_line(line, language)


@lru_cache(1_024)
def _is_date_line(line: str, language: str | None) -> bool:
    if not stamp(line, language=language):
        return False
    letters = re.findall(r"[^\W\d_]{3,}", _CUES.sub(" ", line))
    return len(letters) <= 2  # a month, and a day of the week


def without_photos(text: str) -> tuple[str, list[str]]:
    """Return the text without the names of photo files that stand where images were, and those names.

    They are the name at the very start of a block, even glued to its first word; a line that is one name; a camera's name anywhere.
    A file that a sentence speaks of is left alone.
    """
    if "." not in text or not _PHOTO.search(text):
        return text, []
    if _WHOLE.match(text) and len(re.findall(_SUFFIX, text, re.I)) == 1 and not re.search(r"[.!?]\s", text):
        return "", [text]
    names: list[str] = []

    def taken(match: re.Match[str]) -> str:
        names.append(match[0])
        return " "

    text = _CAMERA.sub(taken, text).strip()
    text = _FIRST.sub(taken, text)
    return displayed(text), names
