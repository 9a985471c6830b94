"""How a source is, in the reader's language: our sentences come with their numbers in them, and are known again by their patterns."""

import re
from collections.abc import Callable

Gettext = Callable[[str], str]

# ``{what}`` and ``{other}`` are put into the reader's language themselves; a number is ``{n}`` or ``{m}``, all else stays as it is.
PATTERNS = (
    "well: {n} releases",
    "well: {n} release",
    "{n} releases, but {what}",
    "{n} release, but {what}",
    "not reached since {when} UTC: {what}",
    "not reached: {what}",
    "{what} ({n} times in a row)",
    "{what} (since {when} UTC)",
    "blocked: {n} of {m} looks met a challenge page, 403 or 429; ask less often (per_host_delay), or ask the publisher for leave",
    "out of order: {n} of {m} looks had no answer or an error of the server",
    "the template fits no longer: {n} of {m} pages were read without it; see what `presswatch probe` finds",
    "the texts have shrunk to {n} characters on average, usually {m}; see what `presswatch probe` finds",
    "no new release for {what}; usually one comes every {other}",
    "{n} walls stand where releases should be, all at once",
    "{n} releases are missing, in error or out of reach, all at once",
    "{n} days",
    "{n} day",
    "{n} hours",
    "{n} hour",
)
PLAIN = ("switched off", "waiting for its first look", "day", "hour")


def _pattern(words: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", words)
    held = {"n": r"\d+", "m": r"\d+", "when": r"[\d :-]+"}
    return re.compile("".join(f"(?P<{part}>{held.get(part, '.+')})" if place % 2 else re.escape(part) for place, part in enumerate(parts)))


_KNOWN = tuple((words, _pattern(words)) for words in PATTERNS)


def reworded(words: str, gettext: Gettext) -> str:
    """Return a sentence of ours in another language; as it is where it is none that is known."""
    if words in PLAIN:
        return gettext(words)
    for told, pattern in _KNOWN:
        if found := pattern.fullmatch(words):
            parts = {name: reworded(part, gettext) if name in ("what", "other") else part for name, part in found.groupdict().items()}
            return gettext(told).format(**parts)
    return _in_parts(words, gettext)


def _in_parts(words: str, gettext: Gettext) -> str:
    """Return several sentences in a row, where the first of them is known: some have such a mark within."""
    for mark in re.finditer("; ", words):
        first, rest = words[: mark.start()], words[mark.end() :]
        if any(pattern.fullmatch(first) for _, pattern in _KNOWN):
            return f"{reworded(first, gettext)}; {reworded(rest, gettext)}"
    return words
