"""Paging as Bitrix does it (system.pagenavigation), traps included."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from .labels import Labels

WINDOW = 5  # page numbers shown at a time


@dataclass(frozen=True, slots=True)
class Pages:
    """Which part of a list is shown. ``number`` is the list's place among the paged lists of the page, as in ``PAGEN_<number>``.

    With ``descending`` numbers the newest page has the highest one, so that an old page keeps its number for ever; what does not
    fill a page is shown with the newest.
    """

    total: int
    size: int
    number: int
    current: int
    descending: bool = False
    show_all: bool = False

    @property
    def count(self) -> int:
        return page_count(self.total, self.size, self.descending)

    @property
    def newest(self) -> int:
        return self.count if self.descending else 1

    @property
    def oldest(self) -> int:
        return 1 if self.descending else self.count

    @property
    def part(self) -> slice:
        if self.show_all:
            return slice(0, self.total)
        if not self.descending:
            return slice((self.current - 1) * self.size, self.current * self.size)
        rest = self.total - self.count * self.size if self.total >= self.size else 0
        end = (self.count - self.current + 1) * self.size + rest
        return slice(0 if self.current == self.count else end - self.size, end)


def page_count(total: int, size: int, descending: bool) -> int:
    return max(1, total // size if descending else -(-total // size))


def asked_page(word: str | None, remembered: int | None, total: int, size: int, descending: bool) -> int:
    """Return the page to show: as asked, else as remembered in the session, else the newest; out of range is the newest too."""
    count = page_count(total, size, descending)
    newest = count if descending else 1
    page = (int(word) if word.isdigit() else newest) if word is not None else (remembered or newest)
    return page if 1 <= page <= count else newest


def pager(pages: Pages, path: str, kept: Mapping[str, str], labels: Labels) -> str:
    """Return the two ``font.text`` elements; ``kept`` are the parameters of the address that have nothing to do with this list."""
    part = pages.part
    heading = f"{labels.news} {part.start + 1} - {min(part.stop, pages.total)} {labels.of} {pages.total}"
    links = _all_link(pages, path, kept, labels) if pages.show_all else _page_links(pages, path, kept, labels)
    return f'<font class="text">{heading}<br /></font>\n<font class="text">{links}</font>'


def _page_links(pages: Pages, path: str, kept: Mapping[str, str], labels: Labels) -> str:
    step = -1 if pages.descending else 1

    def link(page: int, words: str) -> str:
        return f'<a href="{_address(pages, page, path, kept)}">{words}</a>'

    def unless_at(edge: int, *links: tuple[int, str]) -> str:
        return "&nbsp;|&nbsp;".join(words if pages.current == edge else link(page, words) for page, words in links)

    first = max(min(abs(pages.current - pages.newest) - WINDOW // 2, pages.count - WINDOW), 0)
    window = [pages.newest + step * place for place in range(first, min(first + WINDOW, pages.count))]
    numbers = "\n".join(f"<b>{page}</b>" if page == pages.current else link(page, str(page)) for page in window)
    before = unless_at(pages.newest, (pages.newest, labels.begin), (pages.current - step, labels.prev))
    after = unless_at(pages.oldest, (pages.current + step, labels.next), (pages.oldest, labels.end))
    return f"{before}&nbsp;|&nbsp;{numbers}&nbsp;|&nbsp;{after}&nbsp;{_all_link(pages, path, kept, labels)}"


def _address(pages: Pages, page: int, path: str, kept: Mapping[str, str]) -> str:
    query = dict(kept) | ({} if page == pages.newest else {f"PAGEN_{pages.number}": str(page)})
    return escape(f"{path}?{urlencode(query)}" if query else path)


def _all_link(pages: Pages, path: str, kept: Mapping[str, str], labels: Labels) -> str:
    query = dict(kept) | {f"SHOWALL_{pages.number}": "0" if pages.show_all else "1"}
    words = labels.paged if pages.show_all else labels.all
    return f'<noindex>|&nbsp;<a href="{escape(f"{path}?{urlencode(query)}")}" rel="nofollow">{words}</a></noindex>'
