"""Letters to people, by Apprise: one address, whatever service is behind it."""

import logging
import re
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote

from service.models import Fate, Message, Outcome, Target
from service.render import letter

_SECONDS = 60.0
_SHORTEST = 4  # letters of a part of an address that is kept out of every message
_MOST_WORDS = 300
_CALLS = re.compile(r"@(?=everyone\b|here\b|channel\b|all\b)|<(?=[!@#])", re.I)  # Slack, Discord, Mattermost, Teams
_MISSING = "needs the notify extra: pip install 'presswatch[notify]'"


def send_letter(target: Target, message: Message, base: str) -> Outcome:
    """Send a message as HTML where the service takes it, else as plain text."""
    if find_spec("apprise") is None:
        return Outcome(Fate.LATER, f"{_scheme(target)}:// {_MISSING}")
    import apprise  # lazy: a quarter of a second

    _quiet_library()
    asset = apprise.AppriseAsset(app_id="presswatch", app_desc="presswatch", app_url="", secure_logging=True)
    service = apprise.Apprise.instantiate(target.url, asset=asset)
    if service is None:
        return Outcome(Fate.LATER, f"this {_scheme(target)}:// address is none that Apprise understands (github.com/caronc/apprise)")
    told = letter(message, base)
    as_html = service.resolve_format("html") == apprise.NotifyFormat.HTML
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    title, body = (told.title, told.html) if as_html else map(_uncalling, (told.title, told.plain))
    result = sender.notify(title=title, body=body, body_format="html" if as_html else "text", timeout=_SECONDS)
    return Outcome(Fate.SENT, f"{_scheme(target)}://: taken") if result else Outcome(Fate.LATER, _why(target, result))


def _uncalling(text: str) -> str:
    """Return a text that calls nobody in a chat: what a page says must not ring everybody's telephone."""
    return _CALLS.sub("\\g<0>\u200b", text)


def _why(target: Target, result: Any) -> str:
    """Return what the library says of a failure, without any part of the address that may be a secret."""
    told = "; ".join(dict.fromkeys(str(entry.message).strip() for entry in result.logs())) or "not sent"
    for part in _parts(target.url):
        told = told.replace(part, "…")
    told = " ".join(told.split())
    return f"{_scheme(target)}://: {told[:_MOST_WORDS]}"


def _parts(url: str) -> list[str]:
    """Return the parts of an address that no message may repeat, the longest first: all behind its scheme, but for the bare host."""
    behind = url.partition("://")[2]
    userinfo, _, rest = behind.rpartition("@")
    found = {part for text in (behind, unquote(behind)) for part in re.split(r"[/?#&=:@,]", text)}
    host = re.split(r"[/?#:]", rest)[0] if userinfo else ""
    return sorted((part for part in found | {behind} if len(part) >= _SHORTEST and part != host), key=len, reverse=True)


def _scheme(target: Target) -> str:
    return target.url.partition("://")[0].lower()


def _quiet_library() -> None:
    """Keep what the library logs out of our log: it would repeat addresses. What it says of a failure comes with the result."""
    logging.getLogger("apprise").propagate = False
