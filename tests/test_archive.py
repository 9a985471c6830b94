"""Promise: a raw page that was kept comes back as it was, whatever was killed in the meantime."""

import gzip
import hashlib
import multiprocessing
import os
import signal
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.archive import Archive
from service.errors import StateError, Unreadable
from service.models import Redirect, Snapshot

from .conftest import HandClock

MOMENT = datetime(2026, 11, 21, 20, 0, 0, 123456, UTC)
PAGE = Snapshot(
    "https://example.org/a",
    "https://example.org/b?x=1",
    200,
    (("Content-Type", "text/html; charset=utf-8"), ("X-Two", "1"), ("X-Two", "2"), ("Content-Length", "11")),
    "<p>Новости".encode()[:11],
    MOMENT,
    0.25,
    (Redirect(301, "https://example.org/c"), Redirect(302, "https://example.org/b?x=1")),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def plain(snapshot: Snapshot) -> Snapshot:
    """What of a snapshot the archive promises to keep."""
    wire = ("content-encoding", "transfer-encoding", "content-length")
    return replace(snapshot, headers=tuple(header for header in snapshot.headers if header[0].lower() not in wire))


def test_kept_and_fetched(folder: Path) -> None:
    archive = Archive(folder, HandClock(MOMENT))
    (pointer,) = archive.keep([PAGE])
    name, offset, length, digest = pointer.split(":")
    assert name == "2026-11-21T20-00-00Z-0001.warc.gz"
    assert hashlib.sha256((folder / name).read_bytes()[int(offset) :][: int(length)]).hexdigest() == digest  # what the ledger vouches for
    back = archive.fetch(pointer)
    assert plain(back) == plain(PAGE)
    assert back.validators == PAGE.validators
    assert Archive(folder, HandClock()).fetch(pointer) == back
    assert Archive(folder, HandClock()).fetch(f"{name}:{offset}:{length}") == back  # as older states have it
    with pytest.raises(Unreadable, match="not the one that was kept"):
        archive.fetch(f"{name}:{offset}:{length}:{'0' * 64}")


def test_encodings_of_the_wire_are_not_claimed_of_the_bytes_kept(folder: Path) -> None:
    archive = Archive(folder, HandClock())
    told = (("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"), ("Content-Length", "3"), ("ETag", '"1"'))
    (pointer,) = archive.keep([replace(PAGE, headers=told)])
    back = archive.fetch(pointer)
    assert back.body == PAGE.body
    assert back.headers == (("ETag", '"1"'), ("Content-Length", str(len(PAGE.body))))


@given(
    st.lists(
        st.builds(
            replace,
            st.just(PAGE),
            body=st.binary(max_size=500),
            status=st.sampled_from([200, 203, 299]),
            redirects=st.lists(st.builds(Redirect, st.sampled_from([301, 302]), st.just("https://example.org/z")), max_size=3).map(tuple),
            fetched_at=st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC)),
        ),
        max_size=5,
    )
)
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_snapshots_in_order(tmp_path: Path, snapshots: list[Snapshot]) -> None:
    archive = Archive(tmp_path, HandClock())
    assert [plain(archive.fetch(pointer)) for pointer in archive.keep(snapshots)] == [plain(one) for one in snapshots]
    archive.close()


def test_any_tool_of_web_archives_reads_it(folder: Path) -> None:
    from warcio.archiveiterator import ArchiveIterator

    archive = Archive(folder, HandClock(MOMENT))
    archive.keep([PAGE, PAGE])
    archive.close()
    (path,) = folder.iterdir()
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.rec_headers.get_header("WARC-Date"))
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    page = ("response", "https://example.org/b?x=1", "2026-11-21T20:00:00.123456Z")
    assert records == [("warcinfo", None, "2026-11-21T20:00:00.123456Z"), page, page]
    assert gzip.decompress(path.read_bytes()).count(b"HTTP/1.1 200 OK\r\n") == 2


def test_files_are_of_bounded_size(folder: Path) -> None:
    archive = Archive(folder, HandClock(), full=2_000)
    pages = [replace(PAGE, body=os.urandom(900)) for _ in range(9)]
    pointers = archive.keep(pages[:4]) + archive.keep(pages[4:])
    assert [archive.fetch(pointer).body for pointer in pointers] == [page.body for page in pages]
    assert len(list(folder.iterdir())) > 2
    assert all(path.stat().st_size < 4_000 for path in folder.iterdir())


def test_two_of_them_never_share_a_file(folder: Path) -> None:
    archives = [Archive(folder, HandClock()) for _ in range(3)]
    pointers = [archive.keep([replace(PAGE, body=b"%d" % number)])[0] for number, archive in enumerate(archives)]
    assert len({pointer.split(":")[0] for pointer in pointers}) == 3
    assert [archives[0].fetch(pointer).body for pointer in pointers] == [b"0", b"1", b"2"]


def test_files_of_several_machines_never_have_one_name(tmp_path: Path) -> None:
    pointers = [Archive(tmp_path / name, HandClock(MOMENT), writer=name).keep([PAGE])[0] for name in ("one.example", "two/../example")]
    assert [pointer.partition(":")[0] for pointer in pointers] == [
        "2026-11-21T20-00-00Z-0001-one.example.warc.gz",
        "2026-11-21T20-00-00Z-0001-two-..-example.warc.gz",
    ]
    assert Archive(tmp_path / "one.example", HandClock()).fetch(pointers[0]).body == PAGE.body
    with pytest.raises(Unreadable):
        Archive(tmp_path / "one.example", HandClock()).fetch(pointers[1])


def test_many_workers_share_one(folder: Path) -> None:
    archive = Archive(folder, HandClock())
    kept: dict[int, tuple[str, ...]] = {}

    def work(number: int) -> None:
        kept[number] = archive.keep([replace(PAGE, body=b"%d-%d" % (number, each)) for each in range(20)])

    workers = [threading.Thread(daemon=True, target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for number, pointers in kept.items():
        assert [archive.fetch(pointer).body for pointer in pointers] == [b"%d-%d" % (number, each) for each in range(20)]


def _keep_for_ever(folder: Path, told) -> None:
    archive = Archive(folder, HandClock())
    while True:
        body = os.urandom(20_000)
        told.send((archive.keep([replace(PAGE, body=body)])[0], body))


def test_kill_9_loses_nothing_that_was_promised(folder: Path) -> None:
    ours, theirs = multiprocessing.get_context("fork").Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(daemon=True, target=_keep_for_ever, args=(folder, theirs))
    process.start()
    promised = [ours.recv() for _ in range(20)]
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    theirs.close()
    archive = Archive(folder, HandClock())
    (later,) = archive.keep([PAGE])
    for pointer, body in promised:
        assert archive.fetch(pointer).body == body
    assert archive.fetch(later).body == PAGE.body


@pytest.mark.parametrize("left", [0, 1, 30, -1])
def test_a_torn_record_hurts_no_other(folder: Path, left: int) -> None:
    archive = Archive(folder, HandClock())
    first, torn = archive.keep([PAGE, replace(PAGE, body=b"x" * 500)])
    archive.close()
    name, offset, length, _ = torn.split(":")
    os.truncate(folder / name, int(offset) + (left if left >= 0 else int(length) - 1))
    again = Archive(folder, HandClock())
    (later,) = again.keep([PAGE])
    assert later.split(":")[0] != name
    assert again.fetch(first).body == again.fetch(later).body == PAGE.body
    with pytest.raises(Unreadable, match="not whole"):
        again.fetch(torn)


@pytest.mark.parametrize("place", range(20, 400, 40))
def test_a_flipped_bit_is_noticed(folder: Path, place: int) -> None:
    archive = Archive(folder, HandClock())
    (pointer,) = archive.keep([replace(PAGE, body=os.urandom(400))])
    name, offset, *_ = pointer.split(":")
    data = bytearray((folder / name).read_bytes())
    data[int(offset) + place] ^= 0x10
    (folder / name).write_bytes(data)
    with pytest.raises(Unreadable):
        archive.fetch(pointer)


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "x",
        "../../etc/passwd:0:10",
        "2026-11-21T20-00-00Z-0001.warc.gz:0:10",
        "2026-11-21T20-00-00Z-0001.warc.gz:-1:10",
        "a/b.warc.gz:0:1",
    ],
)
def test_pointers_to_nothing(folder: Path, pointer: str) -> None:
    with pytest.raises(Unreadable):
        Archive(folder, HandClock()).fetch(pointer)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file where the folder should be")
    with pytest.raises(StateError, match="raw pages cannot be written"):
        Archive(tmp_path / "raw", HandClock()).keep([PAGE])


def test_nothing_to_keep_makes_no_file(folder: Path) -> None:
    assert Archive(folder, HandClock()).keep([]) == ()
    assert not folder.exists()
