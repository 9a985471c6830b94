"""What a list says of a release, and whether it says anything else than before. Pure."""

import hashlib
import json

from service.models import Entry


def entry_digest(entry: Entry) -> str:
    """Return what moves when a list says anything about a release that hints at an edit: its title or one of its dates.

    SHA-256 in hex. Not part of it: the guid (a feed may change all of them at once) and the summary (it is full of noise).
    """
    told = json.dumps([entry.title, entry.published, entry.updated], separators=(",", ":"))
    return hashlib.sha256(told.encode("ascii")).hexdigest()
