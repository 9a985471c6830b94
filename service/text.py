"""The normal form of text: what two texts must share to be the same to a reader."""

import re
import unicodedata

_INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF, 0xFE0E, 0xFE0F]
)
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′‵ʼ`´ʹ", "'"),
        **dict.fromkeys("“”„‟″‶«»〝〞〟", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        "…": "...",
    }
)
_ODD = re.compile(f"[{''.join(map(chr, {**_FOLDED, **_INVISIBLE}))}]".replace("-", r"\-"))
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+(?:[.,:'’/-]\w+)*|[^\w\s]", re.UNICODE)


def displayed(text: str) -> str:
    """Return the text as a browser shows it: runs of white space are one space, none at the ends. Nothing else is touched."""
    return " ".join(text.split())


def folded(text: str) -> str:
    """Return the normal form: NFC; quotes, dashes, ellipsis and spaces of one shape; nothing invisible. Idempotent.

    Case, digits and letters are never touched: "not", "15" and a look-alike letter of another script stay what they are.
    """
    if text.isascii() and "`" not in text:
        return displayed(text)
    shown = unicodedata.normalize("NFC", text.translate(_INVISIBLE) if _ODD.search(text) else text)
    return displayed(shown.translate(_FOLDED).translate(_INVISIBLE) if _ODD.search(shown) else shown)


def has_digit(text: str) -> bool:
    """Return whether a text holds a decimal digit of any script: without one there is no number and no date."""
    return _DIGIT.search(text) is not None


def words(text: str) -> list[str]:
    """Return the words and the punctuation marks of a text, in order; numbers and hyphenated words stay whole."""
    return _WORD.findall(text)
