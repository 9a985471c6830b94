"""Checkpoints as signed notes (C2SP signed-note, https://c2sp.org/signed-note): text that anyone can keep, and hold against the ledger.

    presswatch/ledger                     what it speaks of, and the name of the key
    1234                                  the number of the last entry
    mAfG...=                              the chain digest there, base64
    2026-11-22T06:00:00.000000Z           when it was signed, by the clock of the signer

    — presswatch/ledger base64(key id, 4 bytes || Ed25519 signature of the lines above, 64 bytes)

Not a ``tlog-checkpoint``: that one speaks of the root of a Merkle tree, and this is the end of a chain. Pure: signs nothing itself.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

NAME = "presswatch/ledger"

_ED25519 = b"\x01"  # the signature type of C2SP
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
_NOTE = re.compile(rf"({NAME}\n([1-9]\d{{0,18}})\n([A-Za-z0-9+/]{{43}}=)\n({_MOMENT})\n)\n— {NAME} ([A-Za-z0-9+/]{{91}}=)\n", re.ASCII)
_KEY = re.compile(rf"{re.escape(NAME)}\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]{{44}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint, read: ``text`` is what was signed, ``chain`` the chain digest (hex) of the entry with this number."""

    text: str
    number: int
    chain: str
    signed_at: str
    key_id: bytes
    signature: bytes


def text_of(number: int, chain: str, signed_at: str) -> str:
    """Return what is to be signed. ``signed_at`` is as ``ledger.moment`` writes it."""
    return f"{NAME}\n{number}\n{b64encode(bytes.fromhex(chain)).decode()}\n{signed_at}\n"


def signed(text: str, public: bytes, signature: bytes) -> str:
    """Return the note: its text, with the signature (64 bytes) made with the key of this public key (32 bytes)."""
    return f"{text}\n— {NAME} {b64encode(key_id(public) + signature).decode()}\n"


def note_from(written: str) -> Note:
    """Return a note. Raises ``ValueError`` for a text that is none of ours to the letter."""
    match = _NOTE.fullmatch(written)
    if match is None:
        raise ValueError("not a checkpoint of a presswatch ledger")
    data = b64decode(match[5])
    note = Note(match[1], int(match[2]), b64decode(match[3]).hex(), match[4], data[:4], data[4:])
    if b64encode(b64decode(match[3])).decode() != match[3] or b64encode(data).decode() != match[5]:
        raise ValueError("base64 with letters that say nothing")
    return note


def notes_in(text: str) -> Iterator[str]:
    """Yield the notes of a text in which a blank line follows each, such as ``checkpoints.txt``, or of one that is a note."""
    yield from (match[0] for match in _NOTE.finditer(text))


def key_id(public: bytes) -> bytes:
    """Return the four bytes that name a key in its signatures."""
    return hashlib.sha256(NAME.encode() + b"\n" + _ED25519 + public).digest()[:4]


def key_shown(public: bytes) -> str:
    """Return a public key as it is handed on (the ``vkey`` of Go's sumdb/note)."""
    return f"{NAME}+{key_id(public).hex()}+{b64encode(_ED25519 + public).decode()}"


def key_from(shown: str) -> bytes:
    """Return the public key (32 bytes) out of its shown form. Raises ``ValueError`` for what is none."""
    match = _KEY.fullmatch(shown.strip())
    public = b64decode(match[2])[1:] if match is not None else b""
    if match is None or key_shown(public) != shown.strip():
        raise ValueError(f"not a key of a presswatch ledger: it looks like {NAME}+0a1b2c3d+AbC...")
    return public


def first_number(file: BinaryIO) -> int | None:
    """Return the number that the first note of a file bears; None where there is none."""
    lines = file.read(len(NAME) + 24).split(b"\n")
    return int(lines[1]) if len(lines) > 2 and lines[1].isdigit() else None
