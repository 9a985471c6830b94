"""Texts in little room: the first of an item with what the texts of its state have in common, later ones against it. Pure.

A first text is compressed with a dictionary that was trained on the state's own texts, once there is one; the frame names it by its
number. A later text is compressed against the item's key frame, and becomes the next key frame once too little is left in common: a
fifth of what the texts take in all, and never more than two steps to decode.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Dictionary = zstd.ZstdDict

PLAIN = "zstd"
KEYED = "zstd-key"

_FIRST_LEVEL, _LATER_LEVEL = 9, 6  # above 6, a later text gains less than a hundredth and takes twice as long
_WORTH = 0.4  # of the plain size: a keyed text that takes more is stored plain, as a new key frame
_SURELY_WORTH = 0.1  # of the text: no text takes less than a quarter of its size by itself, so there is nothing to compare with
_LEAST_KEY = 8  # bytes that zstd asks of a key frame, and of a sample
_LONG = 1 << 20  # bytes behind which equal passages must be looked for in particular
_WIDEST_WINDOW = 27  # 128 MB: what a decoder takes without being told
_DICTIONARY = 112_640  # bytes: above, a dictionary gains little
_SHARE_OF_SAMPLES = 20  # a dictionary may be this part of what it is trained on
_LEAST_DICTIONARY = 4096
_LONGEST_SAMPLE = 32_768  # of one text, so that none speaks for all


class Encoded(NamedTuple):
    """A text as stored: how, and its bytes."""

    codec: str
    data: bytes


def encode(text: bytes, key_frame: bytes | None = None, dictionary: Dictionary | None = None) -> Encoded:
    """Return the text compressed: against its item's key frame (decoded) where that pays, else by itself with the dictionary."""
    keyed = None if key_frame is None or len(key_frame) < _LEAST_KEY else _keyed(text, key_frame)
    if keyed is not None and len(keyed) <= _SURELY_WORTH * len(text):
        return Encoded(KEYED, keyed)
    plain = zstd.compress(text, _FIRST_LEVEL, zstd_dict=None if dictionary is None else dictionary.as_digested_dict)
    return Encoded(KEYED, keyed) if keyed is not None and len(keyed) <= _WORTH * len(plain) else Encoded(PLAIN, plain)


def decode(stored: Encoded, key_frame: bytes | None = None, dictionary: Dictionary | None = None) -> bytes:
    """Return the text; one needs the key frame or the dictionary that it was encoded with. Raises ``ValueError`` for damaged bytes."""
    try:
        if stored.codec == PLAIN:
            return zstd.decompress(stored.data, zstd_dict=None if dictionary is None else dictionary.as_digested_dict)
        if stored.codec == KEYED and key_frame is not None:
            return zstd.decompress(stored.data, zstd_dict=zstd.ZstdDict(key_frame, is_raw=True).as_prefix)
    except zstd.ZstdError as error:
        raise ValueError(f"damaged: {error}") from error
    raise ValueError(f"no way to decode {stored.codec!r} with{'out' if key_frame is None else ''} a key frame")


def dictionary_of(data: bytes) -> int:
    """Return the number of the dictionary that stored bytes were encoded with; 0 for none. Raises ``ValueError`` for damaged bytes."""
    try:
        return zstd.get_frame_info(data).dictionary_id
    except zstd.ZstdError as error:
        raise ValueError(f"damaged: {error}") from error


def train(samples: Sequence[bytes]) -> Dictionary | None:
    """Return a dictionary of what the samples have in common, the same for the same samples; None where they are too few."""
    samples = [sample[:_LONGEST_SAMPLE] for sample in samples if len(sample) >= _LEAST_KEY]  # zstd falls over where many are empty
    size = min(_DICTIONARY, sum(map(len, samples)) // _SHARE_OF_SAMPLES)
    try:
        return zstd.train_dict(samples, size) if size >= _LEAST_DICTIONARY else None
    except zstd.ZstdError:  # they have nothing in common
        return None


def pack(value: Any) -> bytes:
    """Return a JSON value compressed; any text survives, a lone surrogate as well."""
    return zstd.compress(plain_json(value), _LATER_LEVEL)


def unpack(data: bytes) -> Any:
    """Return the JSON value that ``pack`` was given. Raises ``ValueError`` for bytes that are damaged."""
    return json.loads(decode(Encoded(PLAIN, data)).decode("utf-8", "surrogatepass"))


def from_json(data: bytes) -> Any:
    """Return the value that ``plain_json`` was given. Raises ``ValueError`` for other bytes."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def plain_json(value: Any) -> bytes:
    """Return a JSON value as bytes; any text survives, a lone surrogate as well."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _keyed(text: bytes, key_frame: bytes) -> bytes:
    span = len(key_frame) + len(text)
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _LATER_LEVEL,
        # the window must reach back over the whole key frame, and long matches be looked for, or a text of megabytes finds nothing in it
        zstd.CompressionParameter.window_log: max(10, min(span.bit_length(), _WIDEST_WINDOW)),
        zstd.CompressionParameter.enable_long_distance_matching: int(span > _LONG),
    }
    return zstd.compress(text, options=options, zstd_dict=zstd.ZstdDict(key_frame, is_raw=True).as_prefix)
