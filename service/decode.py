"""Bytes to text: what a page, feed or list says, whatever charset it is in and whatever it claims to be in.

w3lib reads the claims (BOM, header, meta, XML prolog; the second guest on this floor), charset-normalizer guesses last. Ours is whom to
believe: UTF-8 proves itself, a Cyrillic charset is told from its neighbours by the letters it makes frequent, claims come after that.
"""

import re
from collections.abc import Sequence

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

_SAMPLE = 200_000  # bytes that a guess looks at; it costs more than reading them
_RUNS, _FEW_RUNS = 2_000, 100  # runs of bytes beyond ASCII that tell UTF-8; that tell an alphabet by its letters
_ASCII_AS_SPACE = b" " * 0x80 + bytes(range(0x80, 0x100))
_CYRILLIC_RUN = re.compile(r"[а-яёіїєґўА-ЯЁІЇЄҐЎ]{3,}")
_COMMON = "оеаинтсрвл"
_ESCAPE = b"\x1b"  # shifts alphabets in ISO 2022, and stands in no text
_SERVED = "cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 iso8859_2 koi8_r cp932 euc_jp gb18030 big5 cp949".split()  # on the web
_APART = frozenset(["utf-8", "cp1251", "koi8-r"])  # no two of them write small Cyrillic letters with the same bytes
_MOST = 0.5  # share of common letters: what has more leaves less to those apart from it
_LEGIBLE = 0.45  # share of common letters; Russian 0.67, Ukrainian 0.58, Greek taken for Cyrillic 0.32


def decode(body: bytes, content_type: str) -> str:
    """Return the text of a body; ``content_type`` is the whole Content-Type header, or an empty string.

    Never fails: bytes that mean nothing become U+FFFD. A byte order mark is not part of the text.
    Source: WHATWG Encoding and HTML section 13.2.3 for the order of claims, except that what reads as UTF-8 is UTF-8.
    """
    marked, mark = read_bom(body)
    if marked and mark:
        return str(to_unicode(body[len(mark) :], marked))
    plain = _strict(body, "utf-8")
    if plain is not None and "\0" not in plain and _ESCAPE not in body:
        return plain
    return str(to_unicode(body, _encoding(body, _claims(body, content_type))))


def _claims(body: bytes, content_type: str) -> list[str]:
    """Return what header, then meta or prolog, declare; known encodings only."""
    wide = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(body[:2])
    told = (wide, http_content_type_encoding(content_type), html_body_declared_encoding(body[:8192]))
    return list(dict.fromkeys(claim for claim in told if claim))


def _encoding(body: bytes, claims: list[str]) -> str:
    """Return the encoding of a body that is not plainly UTF-8."""
    if any(_ESCAPE in body and claim.startswith("iso2022") for claim in claims):
        return next(claim for claim in claims if claim.startswith("iso2022"))
    candidates = list(dict.fromkeys([*claims, "utf-8", "cp1251", "koi8-r"]))
    best = _most_legible(_foreign(body, _FEW_RUNS), candidates)
    if best:
        return best
    if _mostly_utf8(_foreign(body, _RUNS)):
        return "utf-8"
    kept = next((claim for claim in claims if _strict(body, claim) is not None), None)
    return kept or _guessed(body[:_SAMPLE]) or next(iter(claims), "cp1252")


def _foreign(body: bytes, most: int) -> bytes:
    """Return the first runs of bytes beyond ASCII, at most so many, with spaces between them."""
    return b" ".join(body.translate(_ASCII_AS_SPACE).split(None, most)[:most])


def _most_legible(foreign: bytes, candidates: Sequence[str]) -> str | None:
    """Return the charset in which these bytes read as Cyrillic words best; None where they do so in none."""
    shares: dict[str, float] = {}
    for name in candidates:
        shares[name] = _cyrillic(str(to_unicode(foreign, name)))
        if shares[name] > _MOST and _APART.issuperset(candidates):
            return name
    best = max(candidates, key=lambda name: shares[name])
    return best if shares[best] >= _LEGIBLE else None


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeError:
        return None


def _cyrillic(text: str) -> float:
    """Return how far the letters of a text, foreign ones all of them, are the common ones of Cyrillic words, 0..1.

    Lower case counts alone: windows-1251 and KOI8-R taken for each other swap the cases.
    """
    foreign = sum(map(len, text.split()))
    runs = " ".join(_CYRILLIC_RUN.findall(text))
    common = sum(map(runs.count, _COMMON))
    return common / foreign if foreign else 0.0


def _mostly_utf8(body: bytes) -> bool:
    """Return whether a body is UTF-8 with a stray broken byte, as pages glued from several sources are."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 10 < sum(letter > "\x7f" for letter in text) - broken


def _guessed(sample: bytes) -> str | None:
    """Return the guess of charset-normalizer, or None where it has none."""
    from charset_normalizer import from_bytes

    guesses = from_bytes(sample, cp_isolation=_SERVED)
    best = max(guesses, key=lambda one: (-one.chaos, one.coherence, one.encoding == "cp1252"), default=None)
    return None if best is None else best.encoding
