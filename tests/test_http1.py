"""Promise: the head of an answer is read as http.client reads it, where that reads all of it."""

import io
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException, HTTPResponse, IncompleteRead, UnknownProtocol
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.fetch.http1 import Answer, question

NAMES = st.one_of(
    st.sampled_from(["Content-Length", "content-length", "Transfer-Encoding", "Connection", "Keep-Alive", "ETag", "X"]),
    st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,9}", fullmatch=True),
)
VALUES = st.one_of(
    st.sampled_from(["0", "5", "-5", "5, 5", "chunked", "gzip, chunked", "close", "keep-alive", "Upgrade", '"v1"', ""]),
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, blacklist_categories=["Cc"]), max_size=20),
)
HEADS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
LINES = st.sampled_from(["HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 304 Not Modified", "HTTP/1.1 204", "HTTP/1.1 404 No such page"])


class Wire:
    """A socket that has received all that it ever will."""

    def __init__(self, said: bytes) -> None:
        self.rest = io.BytesIO(said)

    def makefile(self, mode: str) -> io.BytesIO:
        return self.rest


def begun(said: bytes, reader: Callable[..., Any] = Answer) -> Any:
    answer = reader(Wire(said), method="GET")
    answer.begin()
    return answer


@given(LINES, HEADS)
@settings(deadline=None, max_examples=150)
def test_a_head_says_what_it_says_to_http_client(line: str, fields: list[tuple[str, str]]) -> None:
    said = "\r\n".join([line, *(f"{name}: {value}" for name, value in fields), "", "5\r\nhello\r\n0\r\n\r\n"]).encode("latin-1")
    ours, theirs = begun(said), begun(said, HTTPResponse)
    assert list(ours.fields) == [(name, value.strip()) for name, value in theirs.getheaders()]
    for name in ("status", "reason", "version", "chunked", "length", "will_close"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours.read(64) == theirs.read(64)


@given(
    LINES,
    st.lists(
        st.one_of(st.binary(max_size=12), st.sampled_from([b":", b" x", b"Content-Length: " + b"9" * 5_000, b"\r", b"\n"])), max_size=6
    ),
)
@settings(deadline=None, max_examples=150)
def test_whatever_comes_is_read_or_refused(line: str, said: list[bytes]) -> None:
    with suppress(HTTPException, ValueError):
        begun(b"\r\n".join([line.encode(), *said, b""])).read(9)


def test_what_is_said_in_passing_is_passed_over() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    answer = begun(b"HTTP/1.1 100 Continue\r\n\r\n" + early + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    assert (answer.status, answer.fields, answer.read(9)) == (200, (("Content-Length", "2"),), b"hi")


def test_a_line_that_is_no_header_hides_none() -> None:
    answer = begun(b"HTTP/1.1 200 OK\r\nno header\r\nETag : 1\r\n:\r\nX: a\r\n\tb\r\nContent-Length: 0\r\n\r\n")
    assert answer.fields == (("ETag", "1"), ("X", "a b"), ("Content-Length", "0"))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", IncompleteRead),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 101 + b"\r\n", HTTPException),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", HTTPException),
        (b"HTTP/2 200 OK\r\n\r\n", UnknownProtocol),
    ],
)
def test_half_a_head_is_none(said: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        begun(said)


def test_a_chunk_of_less_than_nothing_is_not_read() -> None:
    answer = begun(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n" + b"x" * 1_000)
    with pytest.raises(IncompleteRead):
        answer.read(10)


def test_a_question_is_what_it_is_told() -> None:
    assert question("/a?b", {"Host": "x", "If-None-Match": '"é"'}) == b'GET /a?b HTTP/1.1\r\nHost: x\r\nIf-None-Match: "\xe9"\r\n\r\n'


@pytest.mark.parametrize("value", ["a\r\nX: b", "a\nb", "a\rb", "€"])
def test_nothing_breaks_out_of_its_line(value: str) -> None:
    with pytest.raises(ValueError):
        question("/", {"X": value})
