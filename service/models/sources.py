"""What is watched: a source, its list as it was read, and what is chrome on its pages."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from .habits import Pace


class Kind(StrEnum):
    """What lies at a source's address; ``AUTO`` until a first look has found out."""

    AUTO = "auto"
    FEED = "feed"
    LISTING = "listing"
    SITEMAP = "sitemap"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors of a source's configuration; empty means "find out"."""

    link: str = ""
    title: str = ""
    date: str = ""
    body: str = ""
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher's place that we watch, as configured.

    ``include`` and ``exclude`` are patterns of release addresses as in robots.txt (RFC 9309 section 2.2.3): matched anywhere
    in the address, ``*`` stands for anything, a final ``$`` for its end. ``every`` or ``cron`` (five fields, in ``timezone``
    or UTC) say how often the list is read; ``recheck_min`` and ``recheck_max`` bound how often a known release is looked at
    again, ``recheck_weight`` 2 lets a look cost twice as much as for others, ``recheck_pace`` None is the pace that was learned.
    ``pages`` is how far back a listing is followed. ``render`` is "browser" where scripts build the pages; ``render_hosts`` are hosts
    beside the page's own that these may use, ``render_without`` patterns of addresses that they shall do without; ``screenshot``: a picture
    is kept with each version. ``language`` is a BCP 47 tag, ``timezone`` an IANA name.
    """

    id: str
    url: str
    name: str = ""
    kind: Kind = Kind.AUTO
    language: str | None = None
    timezone: str | None = None
    every: timedelta = timedelta(minutes=15)
    cron: str | None = None
    recheck_min: timedelta = timedelta(minutes=5)
    recheck_max: timedelta = timedelta(days=7)
    recheck_weight: float = 1.0
    recheck_pace: Pace | None = None
    pages: int = 25
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    selectors: Selectors = Selectors()
    per_host_delay: float | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # may hold secrets
    render: str | None = None
    render_hosts: tuple[str, ...] = ()
    render_without: tuple[str, ...] = ()
    screenshot: bool = False
    notify: tuple[str, ...] = ()
    enabled: bool = True
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: a claim about a release, not yet looked at.

    ``url`` is absolute and as served (``urls.address_key`` of it is its identity). ``published`` and ``updated`` are stamps:
    ISO 8601, as precise as the publisher was (``2019-06-27``, ``2022-10-19T13:14``, ``2022-10-19T13:14+02:00``), or None.
    """

    url: str
    title: str = ""
    published: str | None = None
    updated: str | None = None
    guid: str = ""
    summary: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A source's list as one snapshot of it told: what it is, its entries, and where it goes on.

    ``more`` are further parts of the same list in the order to read them (the next listing page, the sitemaps of an index);
    ``feeds`` the feeds that the page itself announces, ``links`` all that it links to, each with its place. ``in_margin``: the entries
    stand in what looks like a sidebar, a footer or the like.
    """

    kind: Kind
    entries: tuple[Entry, ...] = ()
    more: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    title: str = ""
    language: str | None = None
    warnings: tuple[str, ...] = ()
    links: frozenset[str] = frozenset()
    in_margin: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """What the pages of a source share, as learned so far; the empty template knows nothing.

    ``root`` is the path (as in ``Block``) of the element that holds the text of a release, ``leads`` are paths between the
    title and the root that belong to it as well; ``regions`` are paths below the root that hold none, ``chrome`` single blocks
    below it that siblings share: (tags of the path, normal form of the text). ``volatile`` are skeletons of blocks that differ
    at every look: counters, clocks, words in turns; ``doubted`` those that moved once; ``restless`` the paths of other words that
    never stay; ``tokens`` the query parameters that are new at every look. ``version`` grows with all that is learned.
    """

    version: int = 0
    root: str = ""
    regions: frozenset[str] = frozenset()
    chrome: frozenset[tuple[str, str]] = frozenset()
    volatile: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()
    restless: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
