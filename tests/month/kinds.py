"""The kinds of sites that live through a month, and what they are never without."""

from collections.abc import Callable
from dataclasses import dataclass

from ..newsroom import BitrixSite, DrupalSite, JsonFeedSite, PdfSite, SinglePageSite, Site, SitemapSite, WordPressSite


@dataclass(frozen=True, slots=True)
class Setup:
    """A kind of site: what makes it, the noises that it is never without, whether it shows stamps of edits."""

    make: Callable[[int], Site]
    standing: tuple[str, ...] = ()
    stamps: bool = False
    is_filed: bool = False  # releases are files: nobody puts anything into their text


SITES: dict[str, Setup] = {
    "bitrix": Setup(lambda count: BitrixSite(count=count), ("nonces",)),
    "wordpress": Setup(lambda count: WordPressSite(count=count), ("related posts", "view counter", "nonces"), stamps=True),
    "drupal": Setup(lambda count: DrupalSite(count=count), stamps=True),
    "sitemap": Setup(lambda count: SitemapSite(count=count), ("clock text",), stamps=True),
    "jsonfeed": Setup(lambda count: JsonFeedSite(count=count), ("view counter",), stamps=True),
    "russian": Setup(lambda count: BitrixSite(count=count, language="ru", charset="windows-1251"), ("session text",)),
    "pdf": Setup(lambda count: PdfSite(count=count), is_filed=True),
    "page": Setup(lambda count: SinglePageSite(), ("clock text",)),
}
