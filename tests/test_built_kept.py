"""Promise: of a page that a browser built, all that it was made of is kept with it, read by other tools, and missed where it is gone."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from service.archive import Archive
from service.archive.audit import RawFiles
from service.models import Built, Exchange, Snapshot

from .conftest import HandClock

MOMENT = datetime(2026, 11, 22, 10, tzinfo=UTC)
SENT = (("Host", "example.org"), ("User-Agent", "presswatch/1"))
SERVED = Snapshot(
    "http://example.org/a",
    "http://example.org/a",
    200,
    (("Content-Type", "text/html"), ("ETag", '"1"'), ("Content-Length", "18")),
    b"<div id=app></div>",
    MOMENT,
    0.1,
    (),
    Exchange(SENT, "HTTP/1.1 200 OK", "192.0.2.7"),
)
DATA = replace(SERVED, url="http://example.org/a.json", final_url="http://example.org/a.json", body=b'{"text":  "News"}\n')
REFUSED = ("http://cdn.example/x.js: on another host",)
BUILT = replace(
    SERVED,
    headers=(("Content-Type", "text/html; charset=utf-8"), ("Age", "7")),
    body=b"<div id=app><p>News</p></div>",
    fetched_at=MOMENT + timedelta(seconds=2),
    built=Built("Chromium 156", SERVED, (DATA,), REFUSED),
    picture=b"\x89PNG a picture",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "raw"


@pytest.fixture
def archive(folder: Path) -> Archive:
    return Archive(folder, HandClock(MOMENT))


def only(folder: Path) -> Path:
    (path,) = folder.glob("*.warc.gz")
    return path


def test_all_of_it_comes_back(archive: Archive) -> None:
    again = replace(BUILT, fetched_at=MOMENT + timedelta(minutes=1))
    other = replace(BUILT, body=b"another", fetched_at=MOMENT + timedelta(minutes=2))
    pointer = archive.keep_seen(BUILT, [again, other])
    page = archive.fetch(pointer)
    assert (page, page.built) == (BUILT, Built("Chromium 156", refused=REFUSED))
    whole = archive.capture(pointer)
    assert (whole.snapshot, whole.snapshot.built, whole.snapshot.picture) == (BUILT, BUILT.built, BUILT.picture)
    assert whole.snapshot.built is not None and whole.snapshot.built.served is not None
    assert whole.snapshot.built.served.exchange == SERVED.exchange
    assert whole.seen_again == ("2026-11-22T10:01:00.000000Z",)


def test_a_picture_of_a_page_as_served_comes_back_too(archive: Archive) -> None:
    pictured = replace(SERVED, picture=b"\x89PNG another")
    pointers = archive.keep([pictured, BUILT, SERVED])
    assert [archive.capture(one).snapshot.picture for one in pointers] == [pictured.picture, BUILT.picture, b""]


def test_other_tools_read_it_and_play_what_was_served(archive: Archive, folder: Path) -> None:
    archive.keep([BUILT])
    records = ArchiveIterator(BytesIO(only(folder).read_bytes()), check_digests="raise")
    found = [(record.rec_type, record.content_stream().read()) for record in records]
    assert [(kind, body) for kind, body in found if kind in ("conversion", "response", "resource")] == [
        ("conversion", BUILT.body),
        ("response", SERVED.body),
        ("response", DATA.body),
        ("resource", BUILT.picture),
    ]
    played = [line.split()[0] for line in archive.index()]
    assert played == [b"org,example)/a", b"org,example)/a.json"]


@pytest.mark.parametrize("lost", ["response", "resource"])
def test_verify_misses_what_is_not_there(archive: Archive, folder: Path, lost: str) -> None:
    """Whoever takes out a whole record leaves every digest as it was: the page says what it was kept with."""
    archive.keep([BUILT, SERVED])
    assert list(RawFiles(folder).troubles(only(folder).name)) == []
    path, kept, left = only(folder), [], 1
    for member in whole_members(path.read_bytes()):
        if left and f"WARC-Type: {lost}".encode() in gzip.decompress(member)[:200]:
            left = 0
            continue
        kept.append(member)
    path.write_bytes(b"".join(kept))
    (words,) = RawFiles(folder).troubles(path.name)
    assert "an answer or a picture is not there" in words


def whole_members(packed: bytes) -> list[bytes]:
    """Return the gzip members of a file; ours all begin alike."""
    head = packed[:10]
    return [head + part for part in packed.split(head)[1:]]


def test_what_a_version_stands_on_stays_and_the_rest_goes_with_all_that_belongs_to_it(folder: Path) -> None:
    clock = HandClock(MOMENT)
    archive = Archive(folder, clock)
    pointers = archive.keep([replace(BUILT, body=b"dropped"), BUILT, SERVED])
    archive.close()
    clock.moment += timedelta(days=40)
    swept = archive.sweep(timedelta(days=30), lambda names: [pointers[1]])
    assert swept.files == 1
    assert archive.capture(pointers[1]).snapshot.picture == BUILT.picture
    assert len(archive.capture(pointers[1]).members) == 6
    kinds = [record.rec_type for record in ArchiveIterator(BytesIO(only(folder).read_bytes()))]
    assert kinds == ["warcinfo", "conversion", "response", "request", "response", "request", "resource"]
