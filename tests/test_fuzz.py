"""Promise: no bytes that a stranger serves crash a reader, hang it or make it grow. ``make fuzz`` tries a million; this, a few each."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, seed, settings

from .fuzz.readers import READERS
from .fuzz.seeds import ROOT
from .fuzz.spoiling import spoilt

EXAMPLES = {"page": 15, "template": 8, "answer": 40, "diff": 15, "outputs": 15, "settings": 20, "pdf": 3, "listing": 25}
USUAL = 60

# What was found once, with the reader that fell over it.
FOUND = [
    ("urls", b"//\x00\x00\x00\x00"),  # a host of signs that are taken away: an address without a host
    ("urls", b"http://./"),  # a host of nothing but dots, which are left away
    ("urls", b"//\x00:"),  # a host of space alone
    ("urls", b"http://[::0%.]:810/"),  # a zone that ends with a dot
    ("urls", "http://Ѕ..".encode()),  # dots that keep a name from being written in ASCII
    ("answer", b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nAge: " + b"9" * 5_000 + b"\r\n\r\nhello"),  # more digits than Python reads
    ("mementos", b'<http://a.example/>; rel="original",\n<http://[u>; rel="memento"'),  # an address that cannot be one
    (
        "mementos",
        b'{"status":"success","timestamp":"20261122000000","original_url":"https://news.example/news/0/"}',
    ),  # the address it leads to
    (
        "feed",
        b"\0<rss><channel><item><links>x</links><title_detail>y</title_detail><published_parsed>z</published_parsed><published>1</published>",
    ),
]


def feed(name: str, data: bytes) -> None:
    reader = READERS[name]
    try:
        reader.read(data[: max(reader.longest, 8_000)])
    except reader.refusals:
        return


@pytest.mark.parametrize("name", READERS)
def test_a_reader_answers_or_refuses_whatever_it_is_given(name: str) -> None:
    reader = READERS[name]

    @seed(1)
    @settings(max_examples=EXAMPLES.get(name, USUAL), deadline=None, database=None)
    @given(spoilt(reader.begin()))
    def one(data: bytes) -> None:
        feed(name, data)

    one()


@pytest.mark.parametrize(("name", "data"), FOUND)
def test_what_was_found_once_stays_mended(name: str, data: bytes) -> None:
    feed(name, data)


@pytest.mark.parametrize("engine", ["atheris", "hypothesis"])
def test_the_long_run_tells_what_it_did(engine: str, tmp_path: Path) -> None:
    if engine == "atheris":
        pytest.importorskip("atheris", reason="atheris has no wheel for this Python")
    command = [sys.executable, "-m", "tests.fuzz", "urls", "--inputs", "300", "--engine", engine, "--keep", str(tmp_path), "--json"]
    told = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    (line,) = told["readers"]
    assert (told["inputs"], told["finds"], line["find"], line["reader"]) == (line["inputs"], 0, "", "urls")
    assert line["inputs"] >= 285 and line["megabytes"] > 10
