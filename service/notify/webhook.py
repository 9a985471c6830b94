"""Webhooks, signed as Standard Webhooks has it (https://www.standardwebhooks.com, github.com/standard-webhooks/standard-webhooks).

``webhook-id`` is the same at every try, so that a receiver that took a message can pass over it; ``webhook-signature`` is the HMAC-SHA256
of ``id.timestamp.body`` in base64 behind ``v1,``.
"""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from service.models import Delivered, Fate, Message, Outcome, Target
from service.render import message_json

Deliver = Callable[[str, Mapping[str, str], bytes], Delivered]
"""What sends a body with headers to an address."""

_PREFIX = "whsec_"
_GONE = 410
_OF_WHAT_IT_SAYS = frozenset({400, 413, 414, 415, 422})  # answers that another message might not get


def send_webhook(target: Target, message: Message, deliver: Deliver) -> Outcome:
    """Send a message as JSON, signed where there is a secret."""
    body = json.dumps(message_json(message), ensure_ascii=False).encode("utf-8", "replace")
    answer = deliver(target.url, _headers(target.secret, message, body), body)
    words = f"{place_of(target)}: {answer.words}"
    if 200 <= answer.status < 300:
        return Outcome(Fate.SENT, words)
    if answer.status == _GONE:
        return Outcome(Fate.OFF, f"{words}: it wants no more of them")
    if 300 <= answer.status < 400:
        words += ": redirects are not followed, give the address itself"
    return Outcome(Fate.REFUSED if answer.status in _OF_WHAT_IT_SAYS else Fate.LATER, words, answer.retry_after)


def signature(secret: str, name: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a message; a secret ``whsec_...`` is the key in base64, any other the key itself."""
    signed = f"{name}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


def place_of(target: Target) -> str:
    """Return where a target is, for people to know it by: no password, path or parameter, which are often secrets."""
    try:
        parts = urlsplit(target.url)
        return f"{parts.scheme}://{parts.hostname or ''}" if target.is_webhook else f"{parts.scheme}://…"
    except ValueError:
        return target.url.partition(":")[0]


def _headers(secret: str, message: Message, body: bytes) -> dict[str, str]:
    timestamp = str(int(message.at.timestamp()))
    headers = {"Content-Type": "application/json", "webhook-id": message.id, "webhook-timestamp": timestamp}
    return {**headers, "webhook-signature": signature(secret, message.id, timestamp, body)} if secret else headers


def _key(secret: str) -> bytes:
    if secret.startswith(_PREFIX):
        try:
            return b64decode(secret.removeprefix(_PREFIX), validate=True)
        except NotBase64:
            pass
    return secret.encode()
