"""What single values of the configuration must be: each check returns the value to keep, or raises ``ValueError`` with what to do."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .. import urls
from .naming import slug

_SHORT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2, token


def listed(value: object) -> object:
    """Return one text or a list of them as a tuple; anything else as it is, for others to refuse."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def several(value: object) -> object:
    """Return a list of texts, or one text with commas between them, as a tuple; anything else as it is, for others to refuse."""
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else listed(value)


def address(text: str) -> str:
    """Return a web address; one with a password in it is refused without being repeated."""
    if urls.has_password(text):
        raise ValueError("a name and password in an address are not sent: give them as a header, headers = {Authorization = ...}")
    if not urls.is_web(text):
        raise ValueError(f"expected an address that begins with http:// or https://; found {text!r}")
    return text.strip()


def short_name(text: str) -> str:
    """Return the id of a source."""
    if not _SHORT_NAME.fullmatch(text):
        raise ValueError(f"expected a short name of small letters, digits and hyphens, such as {slug(text)!r}; found {text!r}")
    return text


def language(text: str) -> str:
    """Return a language tag (BCP 47)."""
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f'expected a language tag such as "en", "ru" or "zh-Hans"; found {text!r}')
    return text


def zone(text: str) -> str:
    """Return the name of a time zone."""
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'unknown time zone {text!r}; expected an IANA name such as "Europe/Moscow" or "UTC"') from None


def selector(text: str) -> str:
    """Return a CSS selector that the parser of listings and pages understands; empty means none."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # lazy: few sources have selectors

    try:
        LexborHTMLParser("<p></p>").css_first(text or "p")
    except SelectolaxError:
        raise ValueError(f"not a CSS selector: {text!r}") from None
    return text


def headers(named: dict[str, str]) -> dict[str, str]:
    """Return headers that can be sent as they are."""
    for name, value in named.items():
        if not _HEADER.fullmatch(name) or not value.isprintable():
            raise ValueError(f"{name!r}: not a header that can be sent")  # its value may be a secret
    return named


def host_pattern(text: str) -> str:
    """Return the name of a host, or a pattern of such; addresses are refused."""
    if not _HOST.fullmatch(text.lower()):
        raise ValueError(f'expected a host, or a pattern of hosts, such as "cdn.example.net" or "*.example.net"; found {text!r}')
    return text.lower()
