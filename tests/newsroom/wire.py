"""What travels between the wire and a site: one request as asked, one response as it is to be sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import parse_qsl

HEX_DIGITS = "0123456789abcdef"


class Manner(StrEnum):
    """How a response is put on the wire."""

    PLAIN = "plain"
    HANG = "hang"  # the request is taken, nothing is ever answered
    RESET = "reset"  # the connection breaks in the middle of the body


@dataclass(frozen=True, slots=True)
class Request:
    """One request: ``path`` as sent (percent-encoded, without the query), ``query`` as sent, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    moment: datetime
    body: bytes = b""

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def cookie(self, name: str) -> str:
        found = re.search(rf"(?:^|;\s*){re.escape(name)}=([^;]*)", self.headers.get("cookie", ""))
        return found.group(1) if found else ""


@dataclass(frozen=True, slots=True)
class Response:
    """One response. ``repeat`` sends the body that many times over, so that 50 MB need no 50 MB of memory."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    manner: Manner = Manner.PLAIN
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class Exchange:
    """One line of the request log: what was asked, when, and the status sent (0 when nothing was)."""

    method: str
    target: str
    moment: datetime
    status: int
    headers: Mapping[str, str] = field(repr=False)

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


def html(text: str, status: int = 200, charset: str = "utf-8", *headers: tuple[str, str]) -> Response:
    """Return a page; letters that ``charset`` lacks become character references, as a CMS of that charset stores them."""
    return Response(status, text.encode(charset, "xmlcharrefreplace"), (("Content-Type", f"text/html; charset={charset}"), *headers))


def xml(text: str, charset: str = "utf-8", media: str = "text/xml") -> Response:
    return Response(200, text.encode(charset, "xmlcharrefreplace"), (("Content-Type", f"{media}; charset={charset}"),))


def plain(text: str, status: int = 200) -> Response:
    return Response(status, text.encode(), (("Content-Type", "text/plain; charset=utf-8"),))


def redirect(location: str, status: int = 301) -> Response:
    return Response(status, b"", (("Location", location),))


def canonical(response: Response, address: str) -> Response:
    """Return a page that names this as its own address: in its head, or in a header (RFC 8288) where it has no head."""
    link = f'<link rel="canonical" href="{address}"></head>'.encode()
    if b"</head>" in response.body:
        return replace(response, body=response.body.replace(b"</head>", link, 1))
    return replace(response, headers=(*response.headers, ("Link", f'<{address}>; rel="canonical"')))
