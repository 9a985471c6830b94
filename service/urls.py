"""Addresses: what makes two of them the same release, and which host they belong to.

w3lib does the canonical form (the one guest on this floor: pure functions of strings, and the field's tested rules);
ours is what it leaves open: default ports, trackers, session ids, and what never tells two releases apart.
"""

import re
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string, url_query_cleaner

_REMEMBERED = 8_192  # addresses: a pass asks for each of its own a dozen times
_LONGEST = 4_000  # letters of an address; servers take 8,000 bytes, and pages carry whole pictures in what looks like one
_PORTS = {"http": 80, "https": 443}
_NO_HOST = re.compile(r"[\x00-\x20\x7f]|\s")
_TRACKERS = frozenset(
    "fbclid gclid dclid yclid msclkid ysclid mc_cid mc_eid igshid _openstat bxajaxid sessid phpsessid jsessionid "
    "clear_cache back_url back_url_admin print wt_mc ref_src".split()
)
_TRACKER_PREFIX = re.compile(r"^(utm_|pk_|mtm_|at_medium|at_campaign|hsa_)", re.I)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#;]*|/SID-[0-9A-F]{8}-[0-9A-F]{8}(?=/)", re.I)
# An address as most are: what is done to others leaves it as it is. It has no user, and nothing to be lowered, resolved or escaped.
_PLAIN = re.compile(
    r"https?://(?P<place>[a-z0-9]+(?:[.-][a-z0-9]+)*(?P<port>:(?:[1-5]\d{4}|[1-9]\d{0,3}))?)"
    r"(?P<path>/|(?:/[a-zA-Z0-9_~-][a-zA-Z0-9_.~-]*)+/?)(?P<query>\?[a-zA-Z0-9_.~=&-]+)?",
    re.ASCII,
)
_ORIGIN = re.compile(r"\s*\w+://[^/?#]*")
_INDEX = re.compile(r"/(index|default)\.(html?|php|aspx?|shtml)$", re.I)


def is_web(url: str) -> bool:
    """Return whether the text is an http(s) address with a host."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").strip(".")
        return parts.scheme.lower() in _PORTS and bool(host) and not _NO_HOST.search(host)
    except ValueError:
        return False


def has_password(url: str) -> bool:
    """Return whether a name or a password stands in an address."""
    try:
        return "@" in urlsplit(url.strip()).netloc
    except ValueError:
        return False


@lru_cache(_REMEMBERED)
def safe(url: str) -> str:
    """Return an address with everything escaped that must not stand in one. Idempotent. Raises ``ValueError``."""
    return url if _PLAIN.fullmatch(url) else str(safe_url_string(url))


def absolute(base: str, href: str) -> str | None:
    """Return the absolute web address that ``href`` means on a page at ``base``, without fragment; None where it is none.

    One longer than 4,000 letters is none: nothing is asked for by it, and remembering many of them would fill the memory.
    """
    return _absolute(base, href) if len(href) <= _LONGEST else None


@lru_cache(_REMEMBERED)
def _absolute(base: str, href: str) -> str | None:
    href = href.strip()
    if not href or href.startswith("#"):
        return None
    origin = _ORIGIN.match(base) if href.startswith("/") else None
    whole = f"{origin[0]}{href}" if origin else href
    return whole if len(whole) <= _LONGEST and _PLAIN.fullmatch(whole) else _resolved(base, href)


def _resolved(base: str, href: str) -> str | None:
    try:
        joined = urljoin(base, href)
        parts = urlsplit(joined)
        if not is_web(joined):
            return None
        found = safe(urlunsplit(parts._replace(fragment="")))
    except (ValueError, UnicodeError):
        return None
    return found if is_web(found) and len(found) <= _LONGEST else None


def clean(url: str) -> str:
    """Return the address without trackers, session ids, default port and fragment: fit to be fetched and shown.

    Raises ``ValueError`` for what is no web address, or longer than 4,000 letters. Idempotent.
    """
    if len(url) > _LONGEST:
        raise ValueError(f"an address of {len(url)} letters: {url[:100]}...")
    return _clean(url)


@lru_cache(_REMEMBERED)
def _clean(url: str) -> str:
    url = url.strip()
    return url if _clean_parts(url) else _cleaned(url)


def _clean_parts(url: str) -> re.Match[str] | None:
    """Return the parts of an address that is clean as it stands, as most are: plain, with no query; None for what must be looked at."""
    plain = _PLAIN.fullmatch(url)
    if plain is None or plain["query"] or plain["port"] in (":80", ":443") or _SESSION_IN_PATH.search(plain["path"]):
        return None
    return plain


def _cleaned(url: str) -> str:
    ready = safe(url) if is_web(url) else ""
    if not is_web(ready):
        raise ValueError(f"not a web address: {url}")
    parts = urlsplit(ready)
    path = _SESSION_IN_PATH.sub("", parts.path) or "/"
    kept = urlunsplit((parts.scheme, _netloc(parts), path, parts.query, ""))
    if (parts.hostname or "").endswith("."):
        kept = safe(kept)  # a name of an alphabet of its own can be written in ASCII once its dots are away
    names = {pair.split("=", 1)[0] for pair in parts.query.split("&")}
    drop = [name for name in names if name.lower() in _TRACKERS or _TRACKER_PREFIX.match(name)]
    return url_query_cleaner(kept, drop, remove=True, unique=False) if drop else kept


def _netloc(parts: SplitResult) -> str:
    """Return the host, with its port unless that is the default one of the scheme."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host.rstrip(".")
    return host if parts.port is None or parts.port == _PORTS[parts.scheme] else f"{host}:{parts.port}"


@lru_cache(_REMEMBERED)
def address_key(url: str) -> str:
    """Return what is equal for two addresses of one release: no scheme, ``www.``, index page, trailing slash, trackers or query order.

    Raises ``ValueError`` for what is no web address. ``?id=1`` and ``?id=2`` stay two.
    """
    address = clean(url)
    plain = _clean_parts(address)
    return _key(plain["place"], plain["path"]) if plain else _key_of(address)


def _key_of(address: str) -> str:
    parts = urlsplit(canonicalize_url(address, keep_blank_values=True))
    return _key(parts.netloc, parts.path) + (f"?{parts.query}" if parts.query else "")


def _key(place: str, path: str) -> str:
    return place.removeprefix("www.") + _INDEX.sub("/", path).rstrip("/")


def key_or_none(url: str | None) -> str | None:
    """Return the ``address_key`` of what may be no web address, or nothing at all."""
    try:
        return address_key(url) if url else None
    except ValueError:
        return None


def host_key(url: str) -> str:
    """Return ``scheme://host:port``: the unit of politeness. Raises ``ValueError`` for what is no web address."""
    origin = _ORIGIN.match(url)
    return _host_key(origin[0] if origin else url)


@lru_cache(_REMEMBERED)
def _host_key(url: str) -> str:
    parts = urlsplit(clean(url))
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}:{parts.port or _PORTS[parts.scheme]}"


def matches(pattern: str, url: str) -> bool:
    """Return whether a pattern as in robots.txt (``*`` anything, final ``$`` the end) is found anywhere in the address.

    Source: RFC 9309 section 2.2.3, without its anchor at the start.
    """
    anchored = pattern.endswith("$")
    parts = (pattern[:-1] if anchored else pattern).split("*")
    where = 0
    for number, part in enumerate(parts):
        if anchored and number == len(parts) - 1:
            return url.endswith(part) and len(url) - len(part) >= where
        where = url.find(part, where)
        if where < 0:
            return False
        where += len(part)
    return True


def wanted(url: str, include: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    """Return whether an address passes the include and exclude patterns of its source; no include means all."""
    included = not include or any(matches(pattern, url) for pattern in include)
    return included and not any(matches(pattern, url) for pattern in exclude)
