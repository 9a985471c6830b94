"""A real HTTP newsroom on loopback that edits itself: the world that presswatch is tested in.

``with Newsroom(BitrixSite()) as newsroom:`` serves each site on a port of its own; edits are method calls on the site; every request
is in its log. By hand: ``python -m tests.newsroom --port 8800``.
"""

from .bitrix import BitrixSite, SidebarState
from .csto import csto_site
from .drupal import DrupalSite
from .releases import Attachment, Release, Teaser
from .server import Newsroom, dead_url
from .site import Site
from .small import FaultSite, JsonFeedSite, PdfSite, SinglePageSite, SitemapSite
from .troubles import Trouble
from .wire import Exchange
from .wordpress import WordPressSite

__all__ = [
    "Attachment",
    "BitrixSite",
    "DrupalSite",
    "Exchange",
    "FaultSite",
    "JsonFeedSite",
    "Newsroom",
    "PdfSite",
    "Release",
    "SidebarState",
    "SinglePageSite",
    "Site",
    "SitemapSite",
    "Teaser",
    "Trouble",
    "WordPressSite",
    "csto_site",
    "dead_url",
]
