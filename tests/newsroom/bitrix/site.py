"""The site itself: which address shows what."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from .. import prose
from ..releases import Release, Teaser, teaser_of
from ..site import Site
from ..wire import Request, Response, html, xml
from . import detail, dress, feeds, lists, pager, shell
from .labels import BY_LANGUAGE
from .switches import Switches

SESSION = "PHPSESSID"
GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")  # one white dot
HEADERS = (
    ("X-Powered-CMS", "Bitrix Site Manager (5c4bf7a2f4b1)"),
    ("Expires", "Thu, 19 Nov 1981 08:52:00 GMT"),
    ("Cache-Control", "no-store, no-cache, must-revalidate"),
    ("Pragma", "no-cache"),
)


@dataclass(frozen=True, slots=True)
class SidebarState:
    """The strip of teasers as one crawl caught it."""

    id: str
    teasers: tuple[Teaser, ...]
    dates: bool


class BitrixSite(Site):
    """A 1C-Bitrix newsroom; keywords beyond those of every site are ``Switches``. ``static`` pages: path to title and HTML."""

    section = "/news/news_odkb/"

    def __init__(
        self, releases: Iterable[Release] | None = None, *, count: int = 45, seed: int = 1, sidebar_size: int = 5, **switches: Any
    ) -> None:
        self.switches = Switches(**switches)
        language = self.switches.language
        self.world = prose.RUSSIAN if language == "ru" else prose.ENGLISH
        self.labels = BY_LANGUAGE[language]
        self.about, self.signature = self.world.about, self.world.signature
        self.list_path, self.teaser_dates = self.switches.list_path, self.switches.teaser_dates
        self.static: dict[str, tuple[str, str]] = {
            "/structure/": (self.labels.menu[1], f"<p>{self.about}</p>"),
            "/contacts/": (self.labels.menu[4], "".join(f"<p>{line}</p>" for line in self.signature)),
        }
        self.states: list[SidebarState] = []
        self._sessions: dict[str, dict[str, int]] = {}
        self._session = ""
        self._cached: list[Release] | None = None
        super().__init__(releases, count=count, seed=seed, sidebar_size=sidebar_size)

    def made_up(self, count: int) -> list[Release]:
        return [dress.dressed(release) for release in super().made_up(count)]

    # What editors do besides

    def change_about(self, about: str) -> None:
        """Change the paragraph about the organization, on every page."""
        with self.lock:
            self.about = about

    def swap_ties(self) -> None:
        """Let releases of equal dates change places in every list, as a database without a full order does."""
        with self.lock:
            self._releases = dict(reversed(self._releases.items()))

    def show_sidebar(self, state: str | SidebarState) -> None:
        """Show the strip in a state, given or by its id among ``states``."""
        with self.lock:
            shown = state if isinstance(state, SidebarState) else next(s for s in self.states if s.id == state)
            self.teasers, self.teaser_dates = list(shown.teasers), shown.dates

    def replace_attachment(self, slug: str, body: bytes, place: int = 0) -> Release:
        """Put another file behind the same name."""
        files = list(self[slug].attachments)
        files[place] = replace(files[place], body=body)
        return self._replace(self[slug], False, attachments=tuple(files))

    def refresh_lists(self) -> None:
        """Let cached lists catch up."""
        with self.lock:
            self._cached = None

    # What is served

    def respond(self, request: Request) -> Response:
        path, self._session = request.path, self._session_of(request)
        if path.startswith(("/sitemap", "/upload/", "/bitrix/")):
            return self._sitemap(path[1:]) if path.startswith("/sitemap") else self._file(path)
        if path.endswith("/rss/"):
            return self._feed(path.removesuffix("rss/"))
        if self._is_section(path) and "ELEMENT_ID" not in request.parameters:
            return self._listing(request)
        if path in self.static:
            return self._page(*self.static[path], request)
        return self.respond_with_release(request)

    def own_robots(self) -> str:
        return feeds.robots(self.base, self.switches.crawl_delay)

    def find(self, request: Request) -> Release | None:
        number = request.parameters.get("ELEMENT_ID", "")
        named = next((r for r in self.releases if r.path == request.target), None)
        by_number = next((r for r in self.releases if number and str(r.id) == number and request.path == r.section), None)
        return named or by_number or super().find(request)

    def page(self, release: Release, request: Request) -> Response:
        signature = self.signature if release.signature is None else release.signature
        views = self.views(release.slug) if self.switches.show_counter else None
        article = detail.detail(release, views, self.about, signature, self.labels, self.design)
        siblings = [r for r in self._shown(release.section) if r.slug != release.slug][:3]
        below = lists.related(siblings, self.labels) if self.switches.related else ""
        return self._page(release.title, f"{article}\n{detail.back_links(release, self.labels)}\n{below}", request)

    def not_found(self, status: int) -> Response:
        nowhere = Request("GET", "/404.php", "", {}, self.now())
        return self._page(self.labels.missing, f'<font class="errortext">{self.labels.missing}</font>', nowhere, status)

    def _is_section(self, path: str) -> bool:
        return path in ("/", "/news/", self.list_path) or any(
            path.endswith("/") and release.section.startswith(path) for release in self._releases.values()
        )

    def _shown(self, under: str = "/") -> list[Release]:
        """Return the releases of a list, which may lag behind; the front page and ``/news/`` show those of every section."""
        if not self.switches.lists_lag or self._cached is None:
            self._cached = self.listed()
        return [r for r in self._cached if under in ("/", "/news/") or r.section.startswith(under)]

    def _listing(self, request: Request) -> Response:
        shown = self._shown(request.path)
        pages = self._pages(request, len(shown), self.switches.page_size, 2 if self.switches.paged_sidebar else 1)
        navigation = self._navigation(pages, request)
        tag = "div" if self.design % 2 else self.switches.item_tag
        return self._page(self.labels.news, lists.news_list(shown[pages.part], navigation, tag, self.labels), request)

    def _pages(self, request: Request, total: int, size: int, number: int) -> pager.Pages:
        """Return the part of a list that is asked for; a session remembers it."""
        asked = request.parameters
        kept = self._sessions[self._session] if self.switches.pages_in_session else {}
        key = f"{request.path} {number}"
        page = pager.asked_page(asked.get(f"PAGEN_{number}"), kept.get(key), total, size, self.switches.descending)
        kept[key] = page
        return pager.Pages(total, size, number, page, self.switches.descending, asked.get(f"SHOWALL_{number}") == "1")

    def _navigation(self, pages: pager.Pages, request: Request) -> str:
        own = (f"PAGEN_{pages.number}", f"SHOWALL_{pages.number}")
        kept = {name: value for name, value in request.parameters.items() if name not in own}
        return pager.pager(pages, request.path, kept, self.labels)

    def _strip(self, request: Request) -> str:
        if not self.switches.paged_sidebar:
            return lists.teaser_strip(self.teasers, self.teaser_dates, "", self.labels) if self.teasers else ""
        shown = self._shown()
        pages = self._pages(request, len(shown), self.sidebar_size, 1)
        teasers = [teaser_of(release) for release in shown[pages.part]]
        return lists.teaser_strip(teasers, self.teaser_dates, self._navigation(pages, request), self.labels)

    def _page(self, title: str, content: str, request: Request, status: int = 200) -> Response:
        noise = shell.Noise(self.token(), int(self.now().timestamp()), self.noise.randrange(10**9), self.token(), self._letters(6))
        whole = shell.Shell(
            title,
            self._strip(request),
            content,
            noise,
            self.labels,
            self.switches.language,
            self.switches.charset,
            f"{self.list_path}rss/",
            self.design,
        )
        asked = request.parameters
        dress = shell.ajax_fragment if "bxajaxid" in asked else shell.print_page if asked.get("print") == "Y" else shell.page
        return html(dress(whole), status, self.switches.charset, *HEADERS, ("Set-Cookie", f"{SESSION}={self._session}; path=/; HttpOnly"))

    def _session_of(self, request: Request) -> str:
        """Return the session of who asks: a new one for whoever sends no cookie of ours."""
        name = request.cookie(SESSION)
        if name not in self._sessions:
            name = self.token()
            self._sessions[name] = {}
        return name

    def _letters(self, count: int) -> str:
        return "".join(self.noise.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", k=count))

    def _feed(self, path: str) -> Response:
        items = self._shown(path)[: self.switches.page_size]
        return xml(
            feeds.rss(self.base, self.labels.news, path, items, self.now(), self.switches.charset, self.switches.full_text),
            self.switches.charset,
        )

    def _sitemap(self, name: str) -> Response:
        parts = feeds.sitemap_parts(self.listed(), self.switches.sitemap_size)
        if name == "sitemap.xml":
            return xml(feeds.sitemap_index(self.base, ["sitemap-files.xml", *parts], self.now()))
        if name == "sitemap-files.xml":
            return xml(feeds.sitemap((self.base + path, self.now()) for path in self.static))
        if name in parts:
            return xml(feeds.sitemap((self.base + release.path, release.changed_at) for release in parts[name]))
        return self.not_found(404)

    def _file(self, path: str) -> Response:
        files = {a.address: a.body for r in self.releases for a in r.attachments}
        if path in files:
            return Response(200, files[path], (("Content-Type", "application/octet-stream"),))
        is_picture = path.lower().endswith((".gif", ".jpg", ".jpeg", ".png"))
        return Response(200, GIF, (("Content-Type", "image/gif"),)) if is_picture else self.not_found(404)
