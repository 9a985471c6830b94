"""Who may read, and who may change something: a token of the configuration, given as it is or exchanged for a signed cookie.

What is served on loopback everybody on this machine may read. Served beyond it, reading needs the token, unless ``[web] public`` opens it.
Changing something needs the token: as ``Authorization: Bearer``, or the cookie of who signed in together with the CSRF token of the page.
Without a token in the configuration, whoever sits at this machine may press the buttons of the pages; the CSRF token, and the name by
which we were called, keep out the pages of others (cross-site requests, DNS rebinding), and what a proxy passes on from elsewhere.
"""

import hmac
import secrets
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, HTTPException, Request, Response

from ...models import WebSettings
from . import is_loopback
from .allowance import Allowance

COOKIE: Final = "presswatch"
LASTING: Final = timedelta(days=30)
OPEN: Final = ("/healthz", "/readyz", "/login", "/static/")
_PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_MOST = 64 * 1024  # bytes of a form
_GUESSES = 20  # wrong tokens that one address may give in a minute


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a request may do. ``csrf`` goes with every form of its pages; who gave the token itself needs none."""

    may_read: bool
    may_act: bool
    gave_token: bool = False
    is_signed_in: bool = False
    can_sign_in: bool = False
    csrf: str = ""


NOBODY: Final = Visitor(may_read=False, may_act=False)


async def form_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a form as browsers send it, nothing for another body. Raises ``HTTPException`` for a form beyond all measure."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return {}
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST:
            raise HTTPException(413, "This form is too large")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


Form = Annotated[Mapping[str, str], Depends(form_of)]


class Access:
    """Judges requests by the settings as they are at the moment. Who signed in stays so over a restart, until the token is another."""

    def __init__(self, settings: Callable[[], WebSettings], now: Callable[[], datetime], *, is_beyond: bool) -> None:
        self._settings = settings
        self._now = now
        self._is_beyond = is_beyond  # whether others than this machine reach us
        self._own_key = secrets.token_bytes(32)
        self._wrong = Allowance(lambda: _GUESSES, now)

    def visitor(self, request: Request) -> Visitor:
        """Return what a request may do. Raises ``HTTPException``, as ``knows_token``."""
        settings = self._settings()
        if not settings.token:
            may_act = not self._is_beyond and _is_from_here(request)
            return Visitor(not self._is_beyond, may_act, csrf=self._signed("csrf") if may_act else "")
        scheme, given = _authorization(request)
        signed_in = self._signed_in(request) if scheme != "bearer" else ""
        gave_token = scheme == "bearer" and self.knows_token(request, given)
        known = gave_token or bool(signed_in) or (scheme == "basic" and self.knows_token(request, _password(given)))
        return Visitor(
            may_read=known or settings.public or not self._is_beyond,
            may_act=gave_token or bool(signed_in),
            gave_token=gave_token,
            is_signed_in=bool(signed_in),
            can_sign_in=True,
            csrf=self._signed(f"csrf {signed_in}") if signed_in else "",
        )

    async def act(self, request: Request, form: Form) -> None:
        """Let a request change something, as a dependency of its route.

        Raises ``HTTPException``: 401 for one who may not, 403 where it does not come from a page of ours.
        """
        visitor = self.visitor(request)
        if visitor.gave_token:
            return
        if not visitor.may_act and visitor.can_sign_in:
            raise unknown()
        if not visitor.may_act:
            raise HTTPException(403, "Changing something from elsewhere needs a token: set PRESSWATCH_WEB__TOKEN")
        given = request.headers.get("x-csrf-token") or form.get("csrf", "")
        if not _same(given.encode(), visitor.csrf.encode()):
            raise HTTPException(403, "This did not come from a page of ours, or from an old one: load the page again")

    def knows_token(self, request: Request, given: bytes) -> bool:
        """Return whether this is the token. Raises ``HTTPException``, even if it is, for an address that gave wrong ones too often."""
        address = request.client.host if request.client else ""
        if wait := self._wrong.wait(address):
            raise HTTPException(429, "Too many wrong tokens from this address", {"Retry-After": str(int(wait) + 1)})
        is_right = self.is_token(given)
        if not is_right:
            self._wrong.take(address)
        return is_right

    def is_token(self, given: bytes) -> bool:
        """Return whether this is the token, in a time that does not tell how much of it is right; nothing is where there is none."""
        token = self._settings().token.encode()
        return bool(token) and _same(given, token)

    def sign_in(self, request: Request, response: Response) -> None:
        """Give a browser the cookie of one who knows the token."""
        told = f"{int((self._now() + LASTING).timestamp())}.{secrets.token_urlsafe(16)}"
        response.set_cookie(
            COOKIE,
            f"{told}.{self._signed(f'session {told}')}",
            max_age=int(LASTING.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )

    def sign_out(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")

    def _signed_in(self, request: Request) -> str:
        """Return what the cookie says, if it is ours and still good; else nothing."""
        told, _, signature = request.cookies.get(COOKIE, "").rpartition(".")
        if not told or not _same(signature.encode(), self._signed(f"session {told}").encode()):
            return ""
        return told if int(told.partition(".")[0]) > self._now().timestamp() else ""

    def _signed(self, words: str) -> str:
        token = self._settings().token
        key = hmac.digest(token.encode(), b"presswatch pages", "sha256") if token else self._own_key
        return hmac.new(key, words.encode(), "sha256").hexdigest()


def unknown() -> HTTPException:
    """Return the answer to one who has to give the token first (RFC 6750, section 3)."""
    words = "This needs the token: sign in, or give it as Authorization: Bearer"
    return HTTPException(401, words, {"WWW-Authenticate": 'Bearer realm="presswatch"'})


def is_open(path: str) -> bool:
    """Return whether everybody may have what is at a path: what says that we are alive, and what signing in takes."""
    return any(path == known or (known.endswith("/") and path.startswith(known)) for known in OPEN)


def own_path(asked: str) -> str:
    """Return an address to go on to, if it is one of our own; else that of the front page."""
    is_plain = all("!" <= letter <= "~" and letter != "\\" for letter in asked)
    return asked if is_plain and asked.startswith("/") and not asked.startswith("//") else "/"


def _is_from_here(request: Request) -> bool:
    """Return whether a browser of this machine called us by a name of this machine, and no proxy stands between."""
    try:
        called = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return False
    return is_loopback(called) and not any(name in request.headers for name in _PROXIES)


def _authorization(request: Request) -> tuple[str, bytes]:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower(), given.strip().encode("latin-1")


def _password(given: bytes) -> bytes:
    """Return the password of Basic credentials (RFC 7617): feed readers know nothing else. Browsers send it unasked, so it only reads."""
    try:
        return b64decode(given, validate=True).partition(b":")[2]
    except NotBase64:
        return b""


def _same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)
