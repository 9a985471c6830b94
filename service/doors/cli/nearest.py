"""What a mistyped word may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str], most: int = 3) -> str:
    """Return "Did you mean ...?" with the nearest known words, or all of them if they are few, or an empty string."""
    names = sorted(set(known))
    near = get_close_matches(word, names, most, cutoff=0.6) or [name for name in names if word and (word in name or name in word)][:most]
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"Known: {', '.join(names)}." if 0 < len(names) <= 12 else ""
