"""What the server says of an answer beside it: which address is its own."""

import re

from service import urls
from service.models import Snapshot

_CANONICAL = re.compile(r'<([^<>]*)>(?=[^,<]*;\s*rel\s*=\s*"?[^",;]*\bcanonical\b)', re.I)


def canonical_told(snapshot: Snapshot) -> str | None:
    """Return the canonical address that a Link header names (RFC 6596, RFC 8288), absolute: the way to tell it of a file."""
    links = ", ".join(value for name, value in snapshot.headers if name.lower() == "link")
    found = _CANONICAL.search(links)
    return urls.absolute(snapshot.final_url or snapshot.url, found[1]) if found else None
