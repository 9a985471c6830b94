"""Seeds spoilt by chance: cut, doubled, mixed with others, and with what readers stumble over put into them."""

from collections.abc import Sequence

from hypothesis import strategies as st

_STONES = (
    b"<", b">", b"&", b"<![CDATA[", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&#x0;", b"&#99999999999;", b"]]>", b"<!--", b"\0", b"\r\n",
    b"9" * 20, b"9" * 5000, b"-1", b"1e999", b"NaN", b"0000-00-00", b"9999-12-31T23:59:60Z", b"%", b"%00", b"[", b"{", b'"', b"'", b"\\",
    b"\xff\xfe", "\u202e".encode(), "\u0130".encode(), "\U0001f600".encode(), b"\xed\xa0\x80", b"<p>", b"<table>", b"<a href='", b" href=",
    b"*", b"(", b"//", b"\x1f\x8b",
)  # fmt: skip


def spoilt(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return what makes bytes of these seeds, and of nothing at all."""
    place, length = st.floats(0, 1), st.integers(0, 400)
    piece = st.sampled_from(_STONES) | st.binary(max_size=8) | st.sampled_from(seeds).map(lambda seed: seed[:200])
    edit = st.tuples(place, length, piece, st.sampled_from((1, 1, 1, 2, 300)))
    return st.builds(_edited, st.sampled_from(seeds), st.lists(edit, max_size=5)) | st.binary(max_size=300)


def _edited(data: bytes, edits: Sequence[tuple[float, int, bytes, int]]) -> bytes:
    for place, length, piece, times in edits:
        at = int(place * len(data))
        data = data[:at] + piece * times + data[at + length :]
    return data
