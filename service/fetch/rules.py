"""What a robots.txt says (RFC 9309). Pure: bytes in, answers out.

protego matches paths; around it we do what it leaves open, so that all cases of Google's parser agree: which groups are ours (by whole
product token; a line unknown to us ends no group), and comparison of paths as they are escaped, not as they read.
"""

import math
import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from protego import Protego

from .cleaning import clean_param, without_params
from .headers import product

_MOST_BYTES = 500 * 1024  # RFC 9309 section 2.5
_FIELDS = {
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "agent"),
    **dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "Disallow"),
    **dict.fromkeys(("sitemap", "site-map", "sitemaps"), "sitemap"),
    **dict.fromkeys(("crawl-delay", "crawldelay", "crawl delay"), "delay"),
    **dict.fromkeys(("clean-param", "clean-params"), "clean"),
    "allow": "Allow",
}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x80-\x9f]")
_WIDE = re.compile(r"[^\x21-\x7e]+")


@dataclass
class _Group:
    """What is said to a set of agents."""

    agents: list[str] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)
    delay: float | None = None

    @property
    def closed(self) -> bool:
        """Whether the next user-agent line begins another group; a delay alone is what some agents are told."""
        return bool(self.rules) or self.delay is not None


class Rules:
    """One robots.txt, asked about any agent. ``sitemaps`` are the addresses it names, in order."""

    def __init__(self, body: bytes) -> None:
        self._groups: list[_Group] = []
        self._matchers: dict[str, Protego] = {}
        lines = _lines(_text(body[:_MOST_BYTES]))
        self.sitemaps = tuple(value for name, value in lines if name == "sitemap" and value)
        self._clean_params = tuple(said for name, value in lines if name == "clean" and (said := clean_param(value)))
        self._read([line for line in lines if line[0] not in ("sitemap", "clean")])

    def allowed(self, url: str, agent: str) -> bool:
        """Return whether the agent (its product token, or its whole User-Agent) may ask for an address, as it goes on the wire."""
        if not self._groups:
            return True
        name = product(agent).lower()
        if name not in self._matchers:
            self._matchers[name] = self._matcher(name)
        return bool(self._matchers[name].can_fetch(_path(url), "us"))

    def crawl_delay(self, agent: str) -> float | None:
        """Return the seconds between two requests that the file asks of an agent; None if it does not ask."""
        if not self._groups:
            return None
        name = product(agent).lower()
        asked = name if self._names(name) else "*"
        return max((group.delay for group in self._groups if asked in group.agents and group.delay is not None), default=None)

    def cleaned(self, url: str) -> str:
        """Return an address without the parameters that, by the file's word, change nothing on its page."""
        return without_params(url, self._clean_params)

    def _names(self, agent: str) -> bool:
        return any(agent in group.agents for group in self._groups)

    def _matcher(self, agent: str) -> Protego:
        """Return protego over the rules of all groups of one agent; of those for everybody, where none names it."""
        asked = agent if self._names(agent) else "*"
        rules = [rule for group in self._groups if asked in group.agents for rule in group.rules]
        return Protego.parse("\n".join(["User-agent: *", *(f"{name}: {_escaped(path)}" for name, path in rules)]))

    def _read(self, lines: list[tuple[str, str]]) -> None:
        group = _Group()
        for name, value in lines:
            if name == "agent":
                if group.closed or not group.agents:
                    group = _Group()
                    self._groups.append(group)
                group.agents.append(_agent(value))
            elif name == "delay":
                group.delay = _seconds(value)
            elif group.agents:
                group.rules.append((name, value))


def _text(body: bytes) -> str:
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if not _CONTROL.search(text):
        return text
    try:  # control characters that no text has: UTF-8 encoded twice
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _lines(text: str) -> list[tuple[str, str]]:
    """Return field and value of each line that has a field we know; a colon may be missing, as in ``Disallow /x``."""
    found = []
    for line in re.split(r"[\r\n]+", text):
        said = line.partition("#")[0].strip()
        name, _, value = said.partition(":")
        known = _FIELDS.get(" ".join(name.lower().split()))
        if known is None:
            name, _, value = said.partition(" ")
            known = _FIELDS.get(name.lower())
        if known is not None:
            found.append((known, value.strip()))
    return found


def _agent(value: str) -> str:
    """Return the product token that a user-agent line names; what follows it, such as a version, does not count."""
    if value.startswith("*"):
        return "*"
    token = re.match(r"[A-Za-z_-]*", value)
    return token[0].lower() if token and token[0] else value.lower()


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value.replace(",", "."))
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _path(url: str) -> str:
    """Return path and query of an address, marked so that protego does not undo its escapes."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return "http://host" + _ESCAPE.sub(_marked, path)


def _escaped(path: str) -> str:
    """Return the path of a rule, letters beyond ASCII escaped, marked like ``_path``."""
    return _ESCAPE.sub(_marked, _WIDE.sub(lambda match: quote(match[0]), path))


def _marked(escape: re.Match[str]) -> str:
    return f"%25{escape[1].upper()}"
