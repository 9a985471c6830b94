"""Addresses: the short way that most of them take leads where the long one does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from service import urls

_PIECES = st.sampled_from(
    "http:// https:// news.example a-b.example UP.example xn-- :8080 :080 :70000 // / /news/ .. . 1.html ?id=1 &page=2 ? #top ~x _ %20 é "
    "я.рф @ ;jsessionid=1".split()
)
_ADDRESSES = st.lists(_PIECES | st.sampled_from(" \t"), max_size=7).map("".join)
_BASES = ["http://news.example/a/b?c", "https://a-b.example:8443", "http://UP.example/x", "http://me@news.example/", "http://[::1]/x", "x"]


@settings(deadline=None, max_examples=500)
@given(base=st.sampled_from(_BASES), path=st.lists(_PIECES, max_size=5).map("".join), href=_ADDRESSES)
def test_an_address_is_the_same_by_the_short_way_and_the_long_one(base: str, path: str, href: str) -> None:
    for one in (href, f"/{path}", f"http://news.example/{path}"):
        if one.strip() and not one.strip().startswith("#"):
            assert urls.absolute(base, one) == urls._resolved(base, one.strip())


def test_a_plain_address_is_left_alone() -> None:
    plain = "https://www.news.example:8443/news/2026/an-edit_1.html?id=1&page=2"
    assert urls.absolute("http://other.example/", plain) == urls.safe(plain) == plain
    assert urls.absolute("https://www.news.example:8443/list", "/news/2026/an-edit_1.html?id=1&page=2") == plain
