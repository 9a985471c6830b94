"""The normal form of text: what two texts must share to be the same to a reader."""

import re
from unicodedata import is_normalized, normalize

_INVISIBLE = dict.fromkeys(
    map(
        chr,
        [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF, 0xFE0E, 0xFE0F],
    ),
    "",
)
_PLAIN = {
    **_INVISIBLE,
    **dict.fromkeys("‘’‚‛′‵ʼ`´ʹ", "'"),
    **dict.fromkeys("“”„‟″‶«»〝〞〟", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    "…": "...",
}
_UNSEEN = re.compile(f"[{''.join(_INVISIBLE)}]+")
_ODD = re.compile(f"[{''.join(_PLAIN)}]")
_DIGITS = "2109345678"  # as often as they stand in dates
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+(?:[.,:'’/-]\w+)*|[^\w\s]", re.UNICODE)


def displayed(text: str) -> str:
    """Return the text as a browser shows it: runs of white space are one space, none at the ends. Nothing else is touched."""
    return " ".join(text.split())


def folded(text: str) -> str:
    """Return the normal form: NFC; quotes, dashes, ellipsis and spaces of one shape; nothing invisible. Idempotent.

    Case, digits and letters are never touched: "not", "15" and a look-alike letter of another script stay what they are.
    """
    if text.isascii():
        return displayed(text.replace("`", "'"))
    if _ODD.search(text) or not is_normalized("NFC", text):
        text = _ODD.sub(_plain, normalize("NFC", _UNSEEN.sub("", text)))
    return displayed(text)


def _plain(odd: re.Match[str]) -> str:
    return _PLAIN[odd[0]]


def has_digit(text: str) -> bool:
    """Return whether a text holds a decimal digit of any script: without one there is no number and no date."""
    if text.isascii():
        return any(map(text.__contains__, _DIGITS))  # a fifth of the time that the pattern takes
    return _DIGIT.search(text) is not None


def words(text: str) -> list[str]:
    """Return the words and the punctuation marks of a text, in order; numbers and hyphenated words stay whole."""
    return _WORD.findall(text)
