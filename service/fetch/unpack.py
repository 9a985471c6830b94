"""Content encodings undone within a bound: gzip, deflate, br, zstd, in any chain (RFC 9110 section 8.4.1).

Our own loop and not urllib3's, which takes a gzip stream that ends in its middle for a whole one: half a page would look like an edit.
"""

import sys
import zlib

import brotli

from service.models import Fault

from .trouble import Trouble, size_words

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPTED = "gzip, deflate, br, zstd"
_MOST_LAYERS = 3
_MOST_PARTS = 1_000  # members or frames: each one copies what is left
_KNOWN = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})


def unpacked(body: bytes, encoding: str, limit: int, *, cut: bool = False) -> bytes:
    """Return a body without its content encodings, as named in the header (last applied last).

    Raises ``Trouble``: ``TOO_LARGE`` once more than ``limit`` bytes come out (``cut``: so many are enough), ``PROTOCOL`` for data that
    is broken or ends too early.
    A name that is no encoding (servers write ``utf-8`` there) is passed over, as browsers do.
    """
    layers = [layer for layer in (part.strip().lower() for part in encoding.split(",")) if layer in _KNOWN]
    if len(layers) > _MOST_LAYERS:
        raise Trouble(Fault.PROTOCOL, f"packed {len(layers)} times over")
    for layer in reversed(layers):
        if body:
            body = _layer_off(body, layer, limit, cut)
    return body


def _layer_off(body: bytes, layer: str, limit: int, cut: bool) -> bytes:
    try:
        out = _UNPACK[layer](body, limit + 1)
    except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
        raise Trouble(Fault.PROTOCOL, f"content encoding {layer} is broken: {error}", passing=True) from error
    if len(out) > limit and not cut:
        raise Trouble(Fault.TOO_LARGE, f"more than {size_words(limit)}")
    return out


def _gzip(body: bytes, room: int) -> bytes:
    """Undo gzip of one or several members; zeros and other bytes after the last are padding (RFC 1952 section 2.2)."""
    out = bytearray()
    for part in range(_MOST_PARTS):
        if part and not body.startswith(b"\x1f\x8b"):
            return bytes(out)
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        out += member.decompress(body, room - len(out))
        if len(out) >= room:
            return bytes(out)
        if not member.eof:
            raise EOFError("ends too early")
        body = member.unused_data
    raise EOFError("has too many parts")


def _deflate(body: bytes, room: int) -> bytes:
    """Undo zlib, or the bare deflate that some servers send under its name."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        stream = zlib.decompressobj(bits)
        try:
            out = stream.decompress(body, room)
        except zlib.error:
            if bits < 0:
                raise
            continue
        if not stream.eof and len(out) < room:
            raise EOFError("ends too early")
        return out
    return b""


def _br(body: bytes, room: int) -> bytes:
    stream = brotli.Decompressor()
    out = bytearray(stream.process(body, output_buffer_limit=room))
    while not stream.is_finished() and len(out) < room:
        more = stream.process(b"", output_buffer_limit=room - len(out))
        if not more and stream.can_accept_more_data():
            raise EOFError("ends too early")
        out += more
    return bytes(out)


def _zstd(body: bytes, room: int) -> bytes:
    out = bytearray()
    for _ in range(_MOST_PARTS):
        frame = zstd.ZstdDecompressor()
        out += frame.decompress(body, room - len(out))
        if len(out) >= room:
            return bytes(out)
        if not frame.eof:
            raise EOFError("ends too early")
        body = frame.unused_data
        if not body:
            return bytes(out)
    raise EOFError("has too many parts")


_UNPACK = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _br, "zstd": _zstd}
