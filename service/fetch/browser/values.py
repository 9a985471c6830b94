"""What travels between those who want a page built and the browser that builds it."""

from collections.abc import Callable
from dataclasses import dataclass


class Unbuilt(Exception):
    """A page that was not built; ``str()`` says why, for a user."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A page to be built: the answer it begins with, and whose reader the browser shall be.

    With ``scripts``, it is read once its scripts are done with it; without, a picture of it is taken as it is. ``most`` bounds the
    characters of what is read, ``patience`` the seconds for all of it.
    """

    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    agent: str
    language: str
    timezone: str
    most: int
    patience: float
    scripts: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that a page asks for: ``kind`` as browsers call it (script, fetch, xhr, stylesheet, image, font) where it may be asked for,
    else the method; headers by small names.
    """

    url: str
    kind: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What a page is given: an answer; nothing, where the status is 0."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of a draft: the page as HTML, or a picture of it (PNG); ``browser`` is who built it."""

    browser: str
    html: str = ""
    picture: bytes = b""


Give = Callable[[Wanted], Given]
"""What answers a page's requests: called in the thread that wants the page built; it may raise, and the page is then given up."""
