"""The ways in which real Bitrix sites differ."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switches:
    """How a site is set up; the defaults are those of the standard templates."""

    language: str = "en"  # or "ru"
    charset: str = "utf-8"  # older Russian sites: windows-1251
    list_path: str = "/news/"  # the list to watch; this one shows every section
    page_size: int = 20
    item_tag: str = "p"  # or "div"
    descending: bool = False  # page N is the newest
    pages_in_session: bool = True  # the bare list is the page last visited, for whoever sends the cookie
    lists_lag: bool = False  # lists are cached until refresh_lists()
    paged_sidebar: bool = False  # the strip pages as well, as PAGEN_1: the main list is PAGEN_2
    teaser_dates: bool = True  # the strip shows dates
    show_counter: bool = True  # a line of the article counts its views
    related: bool = False  # a list of the same section below each article
    full_text: bool = False  # the feed carries bodies
    sitemap_size: int = 30  # addresses in one file of the sitemap
    crawl_delay: float | None = None  # seconds, in robots.txt
