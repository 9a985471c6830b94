"""What a page prints of itself: "Last updated 4 February 2022", and the log of its updates. None of it is a word of the release.

Only what can be nothing else: a label with a date and no further word, and a list of dated entries that a heading, the line of the
page's dates, or its own first entry ("First published") tells to be the page's history.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from service.dates import is_bare, may_be_dated
from service.text import folded, has_digit

from .blocks import Placed, placed, text_of
from .elements import Element, Elements

_UPDATED = (
    r""
    r"(?:(?:this |the )?(?:page|article|release|document|content) )?(?:was |is )?(?:last |page |date )?"
    r"(?:updated?|modified|revised|reviewed|changed)|"
    r""
    r"last (?:updates?|changes?|modification|revision)|date (?:of (?:last )?)?(?:update|modified|updated)|"
    r"(?:последн[ее]+ )?(?:обновлен[оаы]?|обновление|изменен[оаы]?|изменение|отредактирован[оа]?)|"
    r"дата (?:обновления|изменения)|(?:останнє )?(?:оновлено|оновлення)|"
    r"абноўлена|(?:zuletzt )?(?:aktualisiert|geändert|bearbeitet)|(?:letzte )?(?:aktualisierung|änderung)|stand|"
    r"(?:dernière )?(?:mise à jour|modification)|mis à jour|modifié|(?:última )?(?:actualización|modificación|atualização|modificação)|"
    r"actualizado|modificado|atualizado|(?:ultimo )?aggiornamento|(?:ultima )?modifica|aggiornato|(?:ostatnia )?aktualizacja|"
    r"zaktualizowano|"
    r"(?:laatst )?(?:bijgewerkt|gewijzigd)|(?:senast )?uppdaterad|(?:sist )?oppdatert|(?:sidst )?opdateret|päivitetty|"
    r"aktualizováno|aktualizované|"
    r"actualizat|frissítve|(?:son )?(?:güncelleme|güncellendi)|güncellenme tarihi|(?:最后)?更新(?:时间|日期|日時|日)?|最終更新日?|修订日期|"
    r"(?:최종 )?수정(?:일)?|업데이트"
)
_PUBLISHED = (
    r"(?:first |originally |date )?(?:published|posted|issued|released)|(?:publication|release|publish|issue) date|"
    r"date (?:of (?:publication|issue|release)|published|posted)|"
    r"(?:дата )?(?:опубликован[оа]?|публикации|публикация|размещен[оа]?|создан[оа]?)|опубліковано|дата публікації|апублікавана|"
    r"veröffentlicht|erschienen|publié|publicado|publicada|fecha de publicación|data de publicação|pubblicato|data (?:di )?pubblicazione|"
    r"opublikowano|data publikacji|gepubliceerd|publicerad|publisert|julkaistu|publikováno|publicat|yayınlanma(?: tarihi)?|"
    r"发布(?:时间|日期)|公開日|掲載日|게시일|등록일"
)
# One of these is in every label; to look for them takes a twentieth of the time.
_STEMS = (
    "updat modif revis review chang обновл измен отредактир оновлен абноўлен aktualis geändert bearbeitet änderung stand jour actualiz "
    "atualiz aggiorna aktualiz bijgewerkt gewijzigd uppdater oppdater opdater päivitet frissít güncelle 更新 修订 수정 업데이트 "
    "publi posted issue release публ размещен создан veröffentlich erschienen pubblica julkaist yayınlan 发布 公開 掲載 게시 등록"
).split()
_GLUE = r"(?:\s(?:on|at|am|le|el|em|il|op|den|vom|в|от))?\s?[:：.\-]?\s?"
_LABEL = re.compile(rf"(?P<updated>{_UPDATED})?(?(updated)|(?:{_PUBLISHED}))(?![^\W\d_]){_GLUE}", re.I)
_BETWEEN = re.compile(rf"[\s,;|·(/-]+(?={_UPDATED}|{_PUBLISHED})", re.I)
_UNFOLD = re.compile(
    r"[\s,;|(+·-]*(?:show|see|view|hide) (?:all |full )?(?:updates|changes|(?:page |update |change )?history)[\s)+]*$", re.I
)
_UNFOLDED = ("updates", "changes", "history")  # the last word of what ``_UNFOLD`` finds
_LOG = re.compile(
    r"(?:full |page |change |update |revision |edit |publication |document )+history|"
    r"updates? to this (?:page|release|news|article|document)|"
    r"history of (?:the |this |all )?(?:page|changes|updates|edits)|(?:page )?change ?log|"
    r"история (?:изменений|обновлений|правок|страницы)|історія (?:змін|оновлень)|änderungs(?:historie|verlauf|protokoll)|"
    r"historique des (?:modifications|mises à jour|changements)|historial de (?:cambios|actualizaciones|modificaciones)|"
    r"histórico de (?:alterações|atualizações)|cronologia (?:delle modifiche|degli aggiornamenti)|historia (?:zmian|aktualizacji)|"
    r"wijzigingsgeschiedenis|değişiklik geçmişi|更新履歴|更新记录|修订记录|변경 이력",
    re.I,
)
_LOG_NAME = re.compile(r"(?:change|update|revision|edit)s?[_-]?(?:history|log)(?![a-z])", re.I)
_FIRST = re.compile(
    r""
    r"(?:(?:first|originally) (?:published|posted|issued)|(?:initial|first) (?:publication|release|version)|"
    r"первая публикация|опубликовано впервые|"
    r"erst(?:mals )?veröffentlich(?:ung|t)|première publication|primera publicación|primeira publicação|prima pubblicazione)\W*",
    re.I,
)
_LISTS = ("ol", "ul", "dl")
_LONGEST = 160  # characters of a line of dates
_LONGEST_LABEL = 60  # characters of a line with no date
_LONGEST_ENTRY = 2_000  # characters of an entry of a log
_MOST_DATES = 2
_REMEMBERED = 2_048  # lines: pages of one source show the same ones again and again
_MOST_ENTRIES = 500
_NEAR = 3  # elements around a list that may name it


class Dating(NamedTuple):
    """A block that only dates the page: its place among the blocks, and what a label before it says its date is (None: nothing)."""

    number: int
    modified: bool | None


class Imprint(NamedTuple):
    """All that a page prints of itself: which of its blocks, which elements hold its log, and what is said of elements with a date.

    ``short`` are the blocks that may be lines about dates.
    """

    numbers: frozenset[int]
    logged: frozenset[int]
    labels: dict[int, bool]
    short: list[int]


def imprint_of(elements: Elements, blocks: Sequence[Placed], language: str | None) -> Imprint:
    """Return what of a page's blocks is its imprint; elements are named by their places."""
    logged = frozenset(place for element in logs(elements, blocks, language) for place in element.span)
    short = short_ones(blocks)
    dated = list(datings(blocks, short, language))
    return Imprint(
        frozenset(dating.number for dating in dated) | {number for number, one in enumerate(blocks) if logged and one.node.place in logged},
        logged,
        {blocks[dating.number].node.place: dating.modified for dating in dated if dating.modified is not None},
        short,
    )


def short_ones(blocks: Sequence[Placed]) -> list[int]:
    """Return which blocks may be lines about dates: the short ones with the digits of one."""
    return [number for number, (block, _) in enumerate(blocks) if len(block.text) <= _LONGEST and may_be_dated(block.text)]


def is_imprint(text: str, language: str | None) -> bool:
    """Return whether a line is a label with its date ("Updated: 4 May 2021"), or two of them, and nothing else."""
    return len(text) <= _LONGEST and may_be_dated(text) and _is_imprint(text, language)


def is_update(text: str, language: str | None) -> bool:
    """Return whether a line is the label and the date of an update, and nothing else."""
    label = _LABEL.match(_line(text)[0])
    return label is not None and label["updated"] is not None and not _BETWEEN.search(_line(text)[0]) and is_imprint(text, language)


@lru_cache(_REMEMBERED)
def _is_imprint(text: str, language: str | None) -> bool:
    line, unfolds = _line(text)
    parts = list(_parts(line)) if _may_be_labelled(line) else []
    if not any(labelled for labelled, _ in parts):
        return unfolds and is_bare(line, language=language)
    return len(parts) <= _MOST_DATES and all(is_bare(rest, language=language) for _, rest in parts)


def datings(blocks: Sequence[Placed], short: Iterable[int], language: str | None) -> Iterator[Dating]:
    """Yield which of the ``short`` blocks only date the page: labels with dates, in one block or in two that follow each other."""
    for number in short:
        text = blocks[number].block.text
        label = _label(blocks[number - 1].block.text) if number else None
        if label and is_bare(_line(text)[0], language=language):
            yield Dating(number - 1, None)
            yield Dating(number, label["updated"] is not None)
        elif _is_imprint(text, language):
            yield Dating(number, True if not _LABEL.match(_line(text)[0]) else None)


@lru_cache(_REMEMBERED)
def _label(text: str) -> re.Match[str] | None:
    """Return the label that a block is, and nothing else."""
    is_short = len(text) <= _LONGEST_LABEL or (len(text) <= _LONGEST and has_digit(text))
    return _LABEL.fullmatch(_line(text)[0]) if is_short and _may_be_labelled(text) else None


def _may_be_labelled(line: str) -> bool:
    return any(map(line.casefold().__contains__, _STEMS))


def logs(elements: Elements, blocks: Sequence[Placed], language: str | None) -> Iterator[Element]:
    """Yield the elements that hold the log of a page's updates, and the headings over them."""
    dated = list(_dated_lists(elements, language))
    if not dated:
        return
    numbers: dict[int, int] = {}
    for number, one in enumerate(blocks):
        numbers.setdefault(one.node.place, number)
    for element, last in dated:
        heading = _above(element, blocks, numbers)
        over = heading.block.text if heading else ""
        is_headed = _LOG.fullmatch(folded(over).strip(" :")) is not None
        if is_headed or _line(over)[1] or _names_itself(element, last):
            yield element
            if is_headed and heading is not None:
                yield heading.node


def _dated_lists(elements: Elements, language: str | None) -> Iterator[tuple[Element, str]]:
    """Yield the lists whose every entry begins with a date, each with the words of its last entry."""
    for element in elements.tagged(*_LISTS):
        texts = _entries(elements, element, language)
        if texts:
            yield element, texts[-1][1]


def _above(element: Element, blocks: Sequence[Placed], numbers: dict[int, int]) -> Placed | None:
    """Return the block before an element; ``numbers`` are those of the blocks, by the places of their elements."""
    begin = next((numbers[place] for place in element.span if place in numbers), 0)
    return blocks[begin - 1] if begin else None


def _names_itself(element: Element, last: str) -> bool:
    """Return whether a list of dates says itself that it is a log: by what it is called, or by its last entry ("First published")."""
    return _is_named(element) or _FIRST.fullmatch(folded(last)) is not None


def without_imprint(tree: LexborHTMLParser, language: str | None) -> None:
    """Take the log of updates and the lines of dates out of a page, as far as they are elements of their own."""
    elements = Elements(tree.root)
    body = elements.body(tree)
    if body is None:
        return
    for element in list(logs(elements, placed(elements, body), language)):
        element.node.decompose()
    elements = Elements(tree.root)
    body = elements.body(tree)
    blocks = placed(elements, body) if body else []
    for one in [blocks[dating.number] for dating in datings(blocks, short_ones(blocks), language)]:
        if one.node.tag != "body" and text_of(elements, one.node) == one.block.text:
            one.node.node.decompose()


@lru_cache(_REMEMBERED)
def _line(text: str) -> tuple[str, bool]:
    """Return a line without its "show all updates", and whether it had one; nothing for what is too long for a line of dates."""
    if len(text) > _LONGEST:
        return "", False
    line = folded(text)
    whole = line.strip(" ()")
    bare = _UNFOLD.sub("", line).strip(" ()") if line.rstrip(" )+").lower().endswith(_UNFOLDED) else whole
    return bare, bare != whole


def _parts(line: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a line, each from one label up to the next: whether it has a label, and what stands after that."""
    while line:
        label = _LABEL.match(line)
        begin = label.end() if label else 0
        joint = _BETWEEN.search(line, begin)
        yield label is not None, line[begin : joint.start() if joint else None]
        line = line[joint.end() :] if joint else ""


def _entries(elements: Elements, element: Element, language: str | None) -> list[tuple[str, str]]:
    """Return the date and the words of each entry of a list; nothing where an entry is not made of these two."""
    kind = "dt" if element.tag == "dl" else "li"
    found: list[tuple[str, str]] = []
    for child in islice(elements.children(element), _MOST_ENTRIES):
        if child.tag == "dd" and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {text_of(elements, child)}".strip())
            continue
        date, words = _entry(elements, child) if child.tag == kind and has_digit(child.node.text()) else ("", "")
        if not is_bare(folded(date), language=language):
            return []
        found.append((date, words))
    return found if all(words and len(words) <= _LONGEST_ENTRY for _, words in found) else []


def _entry(elements: Elements, child: Element) -> tuple[str, str]:
    """Return the date that an entry begins with and its words; of a ``<dl>`` only the date stands in the entry itself."""
    texts = [one.block.text for one in placed(elements, child)]
    head = _head(elements, child) if child.tag == "li" else None
    if head and texts and texts[0].startswith(head):
        texts[:1] = [head, texts[0].removeprefix(head)]
    return (texts[0], " ".join(texts[1:]).strip()) if texts else ("", "")


def _head(elements: Elements, entry: Element) -> str | None:
    """Return the date that an entry begins with, where an element of its own shows it."""
    first = next(iter(elements.tagged("time", "strong", "b", within=entry)), None)
    return text_of(elements, first) if first else None


def _is_named(element: Element) -> bool:
    """Return whether an element, or one close around it, is called a history of changes."""
    names = (f"{one.attributes.get('id') or ''} {one.attributes.get('class') or ''}" for one in (element, *element.around))
    return any(map(_LOG_NAME.search, islice(names, _NEAR)))
