"""Short names for sources that have none."""

import re


def slug(text: str) -> str:
    """Return a short name ([a-z0-9-], 64 characters at most) made from any text, such as an address. Idempotent."""
    bare = re.sub(r"^https?://(www\.)?", "", text.lower())
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:64].strip("-") or "source"
