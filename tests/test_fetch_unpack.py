"""Promise: a packed body comes out as it was, or not at all: never a half, never more than was asked for."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.fetch.trouble import Trouble
from service.fetch.unpack import unpacked, zstd
from service.models import Fault

PACK = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda raw: brotli.compress(raw, quality=3),
    "zstd": zstd.compress,
}
LAYERS = st.lists(st.sampled_from(sorted(PACK)), max_size=3)
BODIES = st.binary(min_size=1, max_size=2_000) | st.binary(min_size=1, max_size=20).map(lambda piece: piece * 500)


def packed(body: bytes, layers: list[str]) -> bytes:
    for layer in layers:
        body = PACK[layer](body)
    return body


@given(BODIES, LAYERS)
@settings(deadline=None, max_examples=60)
def test_there_and_back(body: bytes, layers: list[str]) -> None:
    assert unpacked(packed(body, layers), ", ".join(layers), 1_000_000) == body


@given(BODIES, st.sampled_from(sorted(PACK)), st.data())
@settings(deadline=None, max_examples=100)
def test_a_cut_body_is_never_taken_for_a_whole_one(body: bytes, layer: str, data: st.DataObject) -> None:
    whole = packed(body, [layer])
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(Trouble) as told:
        unpacked(whole[:cut], layer, 1_000_000)
    assert told.value.fault is Fault.PROTOCOL


@given(BODIES, st.sampled_from(sorted(PACK)), st.data())
@settings(deadline=None, max_examples=60)
def test_the_limit_is_exact(body: bytes, layer: str, data: st.DataObject) -> None:
    limit = data.draw(st.integers(0, len(body) - 1))
    assert unpacked(packed(body, [layer]), layer, len(body)) == body
    with pytest.raises(Trouble) as told:
        unpacked(packed(body, [layer]), layer, limit)
    assert told.value.fault is Fault.TOO_LARGE


@given(st.binary(max_size=100), st.sampled_from(["gzip", "deflate", "br", "zstd", "br, gzip", "", ",,", "x"]))
@settings(deadline=None, max_examples=150)
def test_no_bytes_make_it_fail_otherwise(body: bytes, encoding: str) -> None:
    try:
        unpacked(body, encoding, 1_000)
    except Trouble as trouble:
        assert trouble.fault in (Fault.PROTOCOL, Fault.TOO_LARGE)


def test_bare_deflate() -> None:
    bare = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    assert unpacked(bare.compress(b"text" * 99) + bare.flush(), "deflate", 1_000) == b"text" * 99


@pytest.mark.parametrize("tail", [b"", b"\0" * 100, b"garbage"])
def test_several_members_and_padding(tail: bytes) -> None:
    assert unpacked(gzip.compress(b"one, ") + gzip.compress(b"") + gzip.compress(b"two") + tail, "gzip", 99) == b"one, two"


@pytest.mark.parametrize("layer", ["gzip", "zstd"])
def test_a_crowd_of_empty_parts_is_refused(layer: str) -> None:
    """Each part copies what is left of the body: without an end to them this would run for hours."""
    with pytest.raises(Trouble, match="too many parts"):
        unpacked(PACK[layer](b"") * 200_000, layer, 5_000_000)


def test_an_empty_body_needs_no_unpacking() -> None:
    assert unpacked(b"", "gzip", 10) == b""
