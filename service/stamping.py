"""Time stamps of checkpoints (RFC 3161): what an authority is asked, and what its answer is worth. Sends nothing itself.

What is stamped is the SHA-256 of a note as it stands in ``checkpoints.txt``; any tool for time stamps can hold the answer against it.
"""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ConfigError, Unreadable

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

SENT_AS = "application/timestamp-query"
MOST = 1 << 16  # bytes of an answer, its certificates with it
_CERTIFICATES = 0xA0
_GRANTED = (0, 1)  # PKIStatus, RFC 3161 section 2.4.2: granted, and granted with modifications


def question(note: str) -> tuple[bytes, int | None]:
    """Return what to ask of an authority, and the number that its answer must bear. Raises ``ConfigError`` without the extra."""
    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
    except ModuleNotFoundError:
        raise ConfigError("presswatch.toml", None, "evidence.timestamp_url", "needs the extra: pip install 'presswatch[stamp]'") from None
    asked = TimestampRequestBuilder(note.encode(), HashAlgorithm.SHA256).build()
    return asked.as_bytes(), asked.nonce


def stamped_at(answer: bytes, note: str, nonce: int | None = None) -> datetime:
    """Return the moment that an answer bears witness of. Raises ``Unreadable`` for one that is none, refuses, or is of something else."""
    read = _read(answer)
    if read.status not in _GRANTED:
        raise Unreadable(
            f"the authority refuses (status {read.status}): {', '.join(map(str, read.status_string or ())) or 'it does not say why'}"
        )
    told = read.tst_info
    if told.message_imprint.message != sha256(note.encode()).digest():
        raise Unreadable("the time stamp is of something else")
    if nonce is not None and told.nonce != nonce:
        raise Unreadable("the time stamp is the answer to another question")
    return told.gen_time


def why_not(answer: bytes, note: str, roots: "tuple[Certificate, ...]") -> str | None:
    """Return in words why a stamp does not hold; None where it does. Without ``roots``, who signed it is not looked at."""
    from rfc3161_client import VerificationError, VerifierBuilder

    try:
        stamped_at(answer, note)
        if roots:
            VerifierBuilder(roots=list(roots)).build().verify_message(_read(answer), note.encode())
    except (Unreadable, VerificationError, ValueError) as error:
        return str(error)
    return None


def roots_in(file: str) -> "tuple[Certificate, ...]":
    """Return the certificates of a PEM file; none for no file. Raises ``ConfigError`` where there are none in it."""
    from cryptography.x509 import load_pem_x509_certificates

    if not file:
        return ()
    try:
        return tuple(load_pem_x509_certificates(Path(file).read_bytes()))
    except (OSError, ValueError) as error:
        raise ConfigError("presswatch.toml", None, "evidence.timestamp_roots", f"{file} cannot be used: {error}") from error


def _read(answer: bytes) -> "TimeStampResponse":
    from rfc3161_client import decode_timestamp_response

    try:
        return decode_timestamp_response(_sorted(answer))
    except (ValueError, IndexError) as error:
        raise Unreadable(f"not the answer of an authority for time stamps: {error}") from error


def _sorted(answer: bytes) -> bytes:
    """Return an answer with its certificates in the order that DER asks for. OpenSSL's are in the order of its configuration, and the
    library refuses them; no signature is over that order.
    """
    try:
        start = _at(answer, (0, 1, 1, 0, 3))  # answer: token: content: signed data: certificates (RFC 5652, section 5.1)
        if answer[start] != _CERTIFICATES:
            return answer
        first, end = _inside(answer, start)
    except IndexError:  # it refuses, and has no token
        return answer
    found = []
    while first < end:
        _, after = _inside(answer, first)
        found.append(answer[first:after])
        first = after
    return b"".join((answer[: end - sum(map(len, found))], *sorted(found), answer[end:]))


def _at(data: bytes, path: tuple[int, ...]) -> int:
    """Return where the DER element begins that a path of places leads to."""
    start = 0
    for depth, place in enumerate(path):
        start = _inside(data, start)[0] if depth else start
        for _ in range(place):
            start = _inside(data, start)[1]
    return start


def _inside(data: bytes, start: int) -> tuple[int, int]:
    """Return where the contents of a DER element begin and end. Raises ``IndexError`` for one that is cut off."""
    length, first = data[start + 1], start + 2
    if length & 0x80:
        first, length = first + (length & 0x7F), int.from_bytes(data[first : first + (length & 0x7F)], "big")
    if first + length > len(data):
        raise IndexError("cut off")
    return first, first + length
