"""Addresses: the short way that most of them take leads where the long one does."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from service import urls

_PIECES = st.sampled_from(
    "http:// https:// news.example a-b.example UP.example www. xn-- :8080 :80 :443 :080 :70000 // / /news/ /SID-0123ABCD-0123ABCD/ "
    "/sid-0123abcd-0123abcd .. . 1.html index.html ?id=1 &page=2 ? #top ~x _ %20 é я.рф @ ;jsessionid=1".split()
)
_ADDRESSES = st.lists(_PIECES | st.sampled_from(" \t"), max_size=7).map("".join)
_BASES = ["http://news.example/a/b?c", "https://a-b.example:8443", "http://UP.example/x", "http://me@news.example/", "http://[::1]/x", "x"]


@settings(deadline=None, max_examples=500)
@given(base=st.sampled_from(_BASES), path=st.lists(_PIECES, max_size=5).map("".join), href=_ADDRESSES)
def test_an_address_is_the_same_by_the_short_way_and_the_long_one(base: str, path: str, href: str) -> None:
    for one in (href, f"/{path}", f"http://news.example/{path}"):
        if one.strip() and not one.strip().startswith("#"):
            assert urls.absolute(base, one) == urls._resolved(base, one.strip())
            assert _said(urls.clean, one) == _said(urls._cleaned, one.strip())
            assert _said(urls.address_key, one) == _said(lambda url: urls._key_of(urls.clean(url)), one)


def _said(way: Callable[[str], str], url: str) -> str | None:
    try:
        return way(url)
    except ValueError:
        return None


def test_a_plain_address_is_left_alone() -> None:
    plain = "https://www.news.example:8443/news/2026/an-edit_1.html?id=1&page=2"
    assert urls.absolute("http://other.example/", plain) == urls.safe(plain) == plain
    assert urls.absolute("https://www.news.example:8443/list", "/news/2026/an-edit_1.html?id=1&page=2") == plain
