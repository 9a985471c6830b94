"""What goes wrong on the wire, in our words: the one place that knows the errors of requests, urllib3, http.client and ssl."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPException, IncompleteRead, RemoteDisconnected

import requests
import urllib3

from service.models import Fault


class Trouble(ValueError):
    """A fetch that gives nothing to read. ``passing``: another try in a moment may go well.

    A ``ValueError`` because urllib3 retries and re-wraps whatever derives from ``OSError`` or from its own errors, a refusal included.
    """

    def __init__(self, fault: Fault, words: str, *, passing: bool = False, status: int = 0, retry_after: timedelta | None = None) -> None:
        super().__init__(words)
        self.fault = fault
        self.words = words
        self.passing = passing
        self.status = status
        self.retry_after = retry_after


def status_words(status: int) -> str:
    """Return a status as people know it: ``403 Forbidden``."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def size_words(size: int) -> str:
    """Return a number of bytes for people: ``5 MB``."""
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"


def connect_trouble(error: OSError, seconds: float) -> Trouble:
    """Return why a connection was not made."""
    if isinstance(error, TimeoutError):
        return Trouble(Fault.TIMEOUT, f"no connection within {seconds:g} s")
    if isinstance(error, ConnectionRefusedError):
        return Trouble(Fault.CONNECT, "connection refused", passing=True)
    return Trouble(Fault.CONNECT, f"no connection: {(error.strerror or str(error)).lower()}", passing=True)


def wire_trouble(error: Exception, read_timeout: float) -> Trouble:
    """Return what an error of the libraries means; the innermost cause tells most."""
    causes = list(_causes(error))
    if isinstance(
        error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema | urllib3.exceptions.LocationValueError | UnicodeError
    ):
        return Trouble(Fault.ADDRESS, "not a web address")
    for cause in causes:
        if found := _known(cause, read_timeout):
            return found
    return Trouble(Fault.PROTOCOL, f"the answer breaks off or is not HTTP: {_brief(causes[-1])}", passing=True)


def _known(cause: BaseException, read_timeout: float) -> Trouble | None:
    """Return what one error means by itself; the order of the cases counts, for the errors of the libraries overlap."""
    found: Trouble | None = None
    match cause:
        case ssl.SSLCertVerificationError():
            found = Trouble(Fault.TLS, f"certificate not valid: {cause.verify_message}")
        case TimeoutError() | urllib3.exceptions.ReadTimeoutError():
            found = Trouble(Fault.TIMEOUT, f"no answer within {read_timeout:g} s")
        case RemoteDisconnected():
            found = Trouble(Fault.CONNECT, "connection closed without an answer", passing=True)
        case IncompleteRead():
            found = Trouble(Fault.PROTOCOL, "the answer breaks off before its end", passing=True)
        case ssl.SSLError():
            found = Trouble(Fault.TLS, f"no secure connection: {(cause.reason or str(cause)).lower().replace('_', ' ')}")
        case ConnectionResetError() | BrokenPipeError() | ConnectionAbortedError():
            found = Trouble(Fault.CONNECT, "connection reset", passing=True)
        case HTTPException():
            found = Trouble(Fault.PROTOCOL, f"the answer is not HTTP: {_brief(cause)}")
    return found


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what lies beneath it, innermost last: its cause, or the errors it was made of."""
    seen: set[int] = set()
    layer: list[BaseException] = [error]
    while layer:
        beneath: list[BaseException] = []
        for one in layer:
            if id(one) in seen:
                continue
            seen.add(id(one))
            yield one
            inner = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
            beneath.extend(each for each in inner if isinstance(each, BaseException))
        layer = beneath


def _brief(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text if len(text) <= 120 else f"{text[:117]}..."
