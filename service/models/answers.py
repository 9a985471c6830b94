"""What the network answered: every outcome of a fetch is one of these values."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

_OLDEST = 10 * 365 * 86_400  # seconds: no cache is older
_LONGEST_AGE = 20  # digits


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "changed since?" with (RFC 9110 section 8.8); empty means it gave none."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop: the status that sent us on, and the absolute address it sent us to."""

    status: int
    url: str

    @property
    def permanent(self) -> bool:
        return self.status in (301, 308)


@dataclass(frozen=True, slots=True)
class Exchange:
    """How an answer came over the wire: the evidence beside its bytes; empty where it is not known.

    ``request`` are the headers as sent, in their order, what may be a secret without its value; ``line`` is the status line as served,
    ``peer`` the address connected to, ``certificate`` the SHA-256 (hex) of the certificate that it showed, in DER; empty without TLS.
    """

    request: tuple[tuple[str, str], ...] = ()
    line: str = ""
    peer: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One answer as served: content-decoded bytes, headers in their order, the moment, and the way there.

    ``url`` is the address asked for, ``final_url`` the one that answered after ``redirects``; ``seconds`` from the request
    to the last byte; ``digest`` is the SHA-256 of the body, in hex; ``exchange`` is no part of what it is. Of a page that a browser
    ``built``, the body is what its scripts made of the answer (HTML, UTF-8), at the moment it was read; ``picture`` is a PNG of it, if one
    was taken.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    seconds: float = 0.0
    redirects: tuple[Redirect, ...] = ()
    exchange: Exchange = field(default=Exchange(), compare=False)
    built: "Built | None" = field(default=None, compare=False, repr=False)
    picture: bytes = field(default=b"", compare=False, repr=False)
    digest: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.body).hexdigest())  # once: it is asked for at every turn

    def header(self, name: str) -> str:
        """Return the first value of a header, by any case of its name, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    @property
    def content_type(self) -> str:
        """The media type alone: lower case, without parameters."""
        return self.header("content-type").split(";")[0].strip().lower()

    @property
    def validators(self) -> Validators:
        return Validators(self.header("etag"), self.header("last-modified"))

    @property
    def made_at(self) -> datetime:
        """When the copy that a cache answered with was made, by its own word (RFC 9111 section 5.1); else the moment of the answer."""
        return _made_at(self.fetched_at, self.header("age"))


@dataclass(frozen=True, slots=True)
class Built:
    """How a browser built a page: out of the answer ``served`` and of ``data``, what its scripts fetched besides.

    ``browser`` names it ("Chromium 156.0.8078.79"); ``refused`` are scripts and data that the page was not given, each with why.
    ``served`` is None where only the page itself was read out of the archive.
    """

    browser: str
    served: Snapshot | None = None
    data: tuple[Snapshot, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: the server says that nothing changed since the validators we sent; ``final_url`` said so after ``redirects``, if any.

    ``age`` is what a cache that answered says of its copy, as served.
    """

    url: str
    fetched_at: datetime
    seconds: float = 0.0
    final_url: str = ""
    redirects: tuple[Redirect, ...] = ()
    age: str = ""

    @property
    def made_at(self) -> datetime:
        """When the copy of which this was said was made; as of a snapshot."""
        return _made_at(self.fetched_at, self.age)


def _made_at(fetched_at: datetime, age: str) -> datetime:
    if not (age.isascii() and age.isdigit()):
        return fetched_at
    seconds = _OLDEST if len(age) > _LONGEST_AGE else min(int(age), _OLDEST)  # Python reads no number of 5,000 digits
    return fetched_at - timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Missing:
    """404 or 410: the address is not served. ``body`` is what came instead of the page, where it was short."""

    url: str
    status: int
    fetched_at: datetime
    final_url: str = ""
    redirects: tuple[Redirect, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds: float = 0.0
    exchange: Exchange = Exchange()

    @property
    def snapshot(self) -> Snapshot:
        """The answer as served, to be kept as evidence."""
        at = (self.url, self.final_url or self.url, self.status, self.headers, self.body)
        return Snapshot(*at, self.fetched_at, self.seconds, self.redirects, self.exchange)


class Fault(StrEnum):
    """Why a fetch gave nothing to read; each has plain words in ``Failed.words``."""

    ADDRESS = "address"  # not an http(s) address that can be asked for
    PRIVATE = "private"  # an address on a private network, and none is allowed
    ROBOTS = "robots"  # robots.txt shuts it
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too-large"
    REDIRECTS = "redirects"
    PROTOCOL = "protocol"  # broken HTTP, broken content encoding
    THROTTLED = "throttled"  # 429 or 503
    STATUS = "status"  # any other status that is not an answer
    WALL = "wall"  # a challenge, a question for consent or a password came instead
    EXCUSE = "excuse"  # an error page came instead, as if all were well
    BROWSER = "browser"  # the page was to be built by a browser, and was not
    UNREADABLE = "unreadable"  # came, but could not be read as what it should be


@dataclass(frozen=True, slots=True)
class Failed:
    """A fetch that gave nothing to read: why, in plain words for a user ("timed out after 30 s")."""

    url: str
    fault: Fault
    words: str
    fetched_at: datetime
    status: int = 0
    retry_after: timedelta | None = None


Answer = Snapshot | NotModified | Missing | Failed
