"""A source's list as served -> what it is, its entries, and where it goes on.

feed, sitemap, listing -> entries: one module a form; ``discovery`` asks ``sniff`` what lies there and hands it to the one that reads it.
"""

from .discovery import discover

__all__ = ["discover"]
