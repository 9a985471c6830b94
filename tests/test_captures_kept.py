"""What is written down of a look that made a version: the page, the question, who answered, and the looks that saw the same again."""

import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from service.archive import Archive, records
from service.fetch import Fetcher, Gate, Robots
from service.fetch.headers import without_secrets
from service.models import Exchange, FetchSettings, Missing, Redirect, Snapshot, Source

from .conftest import HandClock
from .newsroom import Site
from .test_fetch_guard import CERTIFICATE, SecureSite, page, trusted
from .test_passes import reworded
from .watching import Watch, source, watch

MOMENT = datetime(2026, 11, 21, 20, tzinfo=UTC)
SENT = (("Host", "example.org"), ("User-Agent", "presswatch/1"), ("Authorization", "(not written down)"))
PAGE = Snapshot(
    "http://example.org/a",
    "https://example.org/b?x=1",
    200,
    (("Content-Type", "text/html"), ("X-Place", "caf\xe9, \u00d0\u00bf"), ("Content-Encoding", "gzip"), ("Content-Length", "31")),
    "<p>Новости".encode(),
    MOMENT,
    0.25,
    (Redirect(301, "https://example.org/b?x=1"),),
    Exchange(SENT, "HTTP/1.1 200 Very well", "192.0.2.7", "ab" * 32),
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "raw", HandClock(MOMENT))


@pytest.fixture
def watched(site: Site, tmp_path: Path) -> Iterator[Watch]:
    with watch(tmp_path, source("news", site.url)) as watched:
        yield watched


def read(path: Path) -> list[Any]:
    """Return the records of a file as the library of web archives reads them."""
    return [record for record in ArchiveIterator(BytesIO(path.read_bytes()), no_record_parse=True) if drained(record)]


def drained(record: Any) -> bool:
    record.block = record.content_stream().read()
    return True


def test_a_capture_is_the_page_the_question_and_the_looks_that_saw_it_again(archive: Archive, tmp_path: Path) -> None:
    later = replace(PAGE, fetched_at=MOMENT + timedelta(seconds=20))
    other = replace(later, body=b"<p>Another")
    pointer = archive.keep_seen(PAGE, [PAGE, later, other])
    archive.close()
    (path,) = (tmp_path / "raw").iterdir()
    info, response, request, revisit = read(path)
    told = response.rec_headers.get_header
    assert [one.rec_type for one in (info, response, request, revisit)] == ["warcinfo", "response", "request", "revisit"]
    assert (told("WARC-Target-URI"), told("WARC-IP-Address")) == ("https://example.org/b?x=1", "192.0.2.7")
    assert told("WARC-Payload-Digest") == f"sha256:{hashlib.sha256(PAGE.body).hexdigest()}"
    assert told("WARC-Block-Digest") == f"sha256:{hashlib.sha256(response.block).hexdigest()}"
    assert request.rec_headers.get_header("WARC-Concurrent-To") == told("WARC-Record-ID")
    assert revisit.rec_headers.get_header("WARC-Refers-To-Date") == told("WARC-Date") != revisit.rec_headers.get_header("WARC-Date")
    assert request.block.startswith(b"GET /b?x=1 HTTP/1.1\r\nHost: example.org\r\n")
    head = (
        "HTTP/1.1 200 Very well\r\nContent-Type: text/html\r\nX-Place: caf\xe9, \u00d0\u00bf\r\nX-Archive-Orig-Content-Encoding: gzip\r\n"
    )
    head += f"X-Archive-Orig-Content-Length: 31\r\nContent-Length: {len(PAGE.body)}\r\n\r\n"
    assert response.block == head.encode("latin-1") + PAGE.body
    assert revisit.block == head.encode("latin-1")
    kept = archive.capture(pointer)
    assert kept.snapshot == archive.fetch(pointer)
    assert kept.snapshot.exchange == PAGE.exchange
    assert [member.record.field("WARC-Type") for member in kept.members] == ["response", "request", "revisit"]


def test_each_capture_has_its_own_and_no_more(archive: Archive) -> None:
    one, two = (archive.keep_seen(replace(PAGE, body=body), ()) for body in (b"1", b"2"))
    assert [len(archive.capture(pointer).members) for pointer in (one, two)] == [2, 2]
    assert archive.capture(one).snapshot.body == b"1"


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=1", "a\nb"])
def test_no_value_breaks_out_of_its_line(archive: Archive, value: str) -> None:
    pointer = archive.keep([replace(PAGE, headers=(("X-Odd", value),), final_url="https://example.org/\r\nWARC-Type: x")])[0]
    kept = archive.capture(pointer)
    assert [name for name, _ in kept.snapshot.headers] == ["X-Odd", "Content-Length"]
    assert kept.members[0].record.field("WARC-Type") == "response"


def test_the_tools_of_web_archives_find_nothing_wrong(archive: Archive, tmp_path: Path) -> None:
    archive.keep_seen(PAGE, [replace(PAGE, fetched_at=MOMENT + timedelta(seconds=20))])
    archive.keep([replace(PAGE, body=b"", exchange=Exchange()), replace(PAGE, status=404, body=b"gone")])
    archive.close()
    (path,) = (tmp_path / "raw").iterdir()
    checked = subprocess.run([tool("warcio"), "check", "-v", path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout.count("digest pass"), "fail" in checked.stdout) == (0, 6, False), checked.stdout
    indexed = subprocess.run([tool("cdxj-indexer"), "--sort", path], capture_output=True, text=True, check=True)
    lines = indexed.stdout.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["org,example)/b?x=1"] * 4
    assert sum('"mime": "warc/revisit"' in line for line in lines) == 1


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def test_who_answered_over_tls(clock: HandClock) -> None:
    import ssl

    secure = SecureSite({"/a": page(b"here")})
    fetcher = next(given := trusted(clock, FetchSettings(obey_robots=False)))
    got = fetcher.get(secure.address("/a"))
    given.close()
    secure.close()
    assert isinstance(got, Snapshot)
    shown = ssl.PEM_cert_to_DER_cert("-----BEGIN CERT" + CERTIFICATE.read_text().split("-----BEGIN CERT")[1])
    assert (got.exchange.peer, got.exchange.certificate) == ("127.0.0.1", hashlib.sha256(shown).hexdigest())


def test_what_was_asked_and_answered_over_the_wire(site: Site, clock: HandClock) -> None:
    fetcher = Fetcher(FetchSettings(allow_private_hosts=True), clock, Gate(clock, 0.0), Robots(clock))
    asks = Source("news", site.url, headers=(("Cookie", "session=secret"), ("Accept-Language", "nl")))
    got, gone = fetcher.get(site.url, source=asks), fetcher.get(f"{site.url}no-such-page")
    fetcher.close()
    assert isinstance(got, Snapshot) and isinstance(gone, Missing)
    sent = dict(got.exchange.request)
    assert (sent["Cookie"], sent["Accept-Language"], sent["Host"]) == ("(not written down)", "nl", site.url.split("/")[2])
    assert (got.exchange.line, got.exchange.peer, got.exchange.certificate) == ("HTTP/1.1 200 OK", "127.0.0.1", "")
    assert (gone.snapshot.exchange.line, gone.snapshot.status, bool(gone.body)) == ("HTTP/1.1 404 Not Found", 404, True)


def test_a_source_without_headers_of_its_own_has_no_secrets() -> None:
    assert without_secrets(PAGE.exchange, None) is without_secrets(PAGE.exchange, Source("a", "https://a.org")) is PAGE.exchange


def test_an_edit_is_kept_with_all_looks_it_rests_on_and_a_look_that_saw_nothing_new_costs_nothing(site: Site, watched: Watch) -> None:
    watched.one()
    size = written(watched)
    watched.one()
    assert written(watched) == size
    slug = site.releases[3].slug
    site.edit(slug, *reworded(site, slug))
    watched.one()
    first, second = watched.house.store.version_lines(site.address(slug))
    kept = watched.house.archive.capture(second.snapshot)
    kinds = [member.record.field("WARC-Type") for member in kept.members]
    assert kinds[:2] == ["response", "request"] and len(kinds) >= 3 and set(kinds[2:]) == {"revisit"}
    assert b"of all things" in kept.snapshot.body
    assert b"of all things" not in watched.house.archive.fetch(first.snapshot).body


def test_a_withdrawal_is_kept_with_the_answer_that_told_it(site: Site, watched: Watch) -> None:
    watched.one()
    slug = site.releases[1].slug
    site.withdraw(slug)
    watched.one()
    *_, tombstone = watched.house.store.version_lines(site.address(slug))
    kept = watched.house.archive.capture(tombstone.snapshot)
    assert (tombstone.reason, kept.snapshot.status, kept.snapshot.exchange.line) == ("tombstone", 404, "HTTP/1.1 404 Not Found")


def test_records_of_the_first_presswatch_are_read_still() -> None:
    """They bear SHA-1 in base32, as the library wrote them that was used then."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    own = {"WARC-Date": "2026-11-21T20:00:00.000001Z", "Presswatch-Asked-URI": "https://example.org/a", "Presswatch-Seconds": "0.5"}
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            "https://example.org/a", "response", payload=BytesIO(b"old"), length=3, warc_headers_dict=own, http_headers=head
        )
    )
    back = records.snapshot_of(records.unpacked(out.getvalue()))
    assert (back.body, back.status, back.seconds, back.fetched_at.microsecond) == (b"old", 200, 0.5, 1)


def written(watched: Watch) -> int:
    return sum(path.stat().st_size for path in (watched.house.settings.state_dir / "snapshots").iterdir())


def test_the_index_is_that_of_other_indexers(archive: Archive, tmp_path: Path, corpus: Path) -> None:
    odd = "http://www2.Example.org:80/A/../b//c/?b=2&A=1&b=1 https://xn--e1afmkfd.xn--p1ai/новости/?q=мир http://127.0.0.1:8080/a%2520b?x= https://a.org?y"
    known = {
        *odd.split(),
        *re.findall(r"https?://[^\s\"'<>\\)\]}]{4,200}", gzip.decompress((corpus / "feeds" / "cases.jsonl.gz").read_bytes()).decode()),
    }
    asked = sorted(known - {"http:///example.com/test/"})[:: max(1, len(known) // 400)] + odd.split()
    archive.keep([replace(PAGE, final_url=url, body=b"") for url in asked])
    archive.close()
    (path,) = (tmp_path / "raw").iterdir()
    indexed = subprocess.run([tool("cdxj-indexer"), "--sort", path], capture_output=True, text=True, check=True)
    theirs = [(line.split(" ")[0], json.loads(line.split(" ", 2)[2])) for line in indexed.stdout.splitlines()]
    ours = [(line.split(" ")[0], json.loads(line.split(" ", 2)[2])) for line in b"".join(archive.index()).decode().splitlines()]
    assert len(ours) == len(asked) > 100
    of = "url", "mime", "status", "offset", "length", "filename"
    assert sorted((key, *(told[name] for name in of)) for key, told in ours) == sorted(
        (key, *(told[name] for name in of)) for key, told in theirs
    )
