"""Promise: what others captured of a release stands beside what we saw, as theirs, and touches nothing of ours."""

import gzip
import io
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from service.archive.foreign import answer_of, walk
from service.doors import web
from service.doors.cli import cli
from service.doors.web.api import answers
from service.errors import Unreadable, UsageError
from service.mementos import Wanted
from service.models import ExportFilter, MementosBrought
from service.store import Store
from service.store.tables import asking, memento, metadata
from service.timemaps import listed, raw_form
from service.verifying import Verified

from .newsroom import DrupalSite, Newsroom
from .rawsite import RawSite, page
from .storing import environ
from .test_web import free_port
from .watching import SETTINGS, Watch, source, watch

ORIGINAL = "https://www.example.org/news/7?a=1&b=2"
WEB = "https://web.archive.org/web/"
FIRST, SECOND = (datetime(2020, 1, 1, tzinfo=UTC) + number * timedelta(hours=6) for number in (0, 1))
THEN = "an old text that only somebody else has seen"


def brought_of(watched: Watch, place: str | Path, **more: object) -> MementosBrought:
    return watched.house.import_mementos(Wanted(str(place), **more), lambda done, of: None)  # type: ignore[arg-type] # fields of Wanted


LINK = f"""<{ORIGINAL}>; rel="original",
<{WEB}timemap/link/{ORIGINAL}>; rel="self"; type="application/link-format"; from="Wed, 01 Jan 2020 00:00:00 GMT",
<{WEB}{ORIGINAL}>; rel="timegate",
<{WEB}20200101000000/{ORIGINAL}>; rel="first memento"; datetime="Wed, 01 Jan 2020 00:00:00 GMT",
<{WEB}20200101060000/{ORIGINAL}>;rel=memento;datetime="Wed, 01 Jan 2020 06:00:00 GMT"
"""
MEMGATOR = {
    "original_uri": ORIGINAL,
    "mementos": {
        "list": [
            {"datetime": "2020-01-01T00:00:00Z", "uri": f"{WEB}20200101000000/{ORIGINAL}"},
            {"datetime": "nonsense", "uri": f"{WEB}x"},
            {"datetime": "2020-01-01T06:00:00Z", "uri": f"{WEB}20200101060000/{ORIGINAL}"},
        ]
    },
}
CDX = [
    ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"],
    ["org,example)/news/7", "20200101000000", ORIGINAL, "text/html", "200", "AAA", "1"],
    ["org,example)/news/7", "20200101030000", ORIGINAL, "text/html", "200", "AAA", "1"],
    ["org,example)/news/7", "20200101040000", ORIGINAL, "text/html", "404", "BBB", "1"],
    ["org,example)/news/7", "20200101060000", ORIGINAL, "text/html", "200", "CCC", "1"],
]
CDXJ = f"""!meta {{"original_uri": "{ORIGINAL}"}}
20200101000000 {{"uri": "{WEB}20200101000000/{ORIGINAL}", "rel": "first memento"}}
20200101060000 {{"uri": "{WEB}20200101060000/{ORIGINAL}", "rel": "last memento"}}
"""
PYWB = "\n".join(f'org,example)/news/7 {stamp} {{"url": "{ORIGINAL}", "status": "200"}}' for stamp in ("20200101000000", "20200101060000"))
PLAIN = "\n".join(" ".join(row) for row in CDX[1::3])


@pytest.mark.parametrize(
    "text", [LINK, json.dumps(MEMGATOR), json.dumps(CDX), CDXJ, PYWB, PLAIN], ids=["link", "json", "cdx", "cdxj", "pywb", "plain"]
)
def test_every_form_of_a_list_says_the_same(text: str) -> None:
    found = listed(text, "https://a.example/", WEB)
    assert [(one.url, one.original, one.captured_at) for one in found] == [
        (f"{WEB}{moment:%Y%m%d%H%M%S}/{ORIGINAL}", ORIGINAL, moment) for moment in (FIRST, SECOND)
    ]


@pytest.mark.parametrize(
    "text", ["", "<html>", "<a>; rel=memento", "{}", "[[]]", "[" * 50_000, '{"mementos": {"list": 7}}', "a b c d e", "{" * 9]
)
def test_what_is_no_list_is_told_in_words(text: str) -> None:
    with pytest.raises(Unreadable, match="no list of mementos"):
        listed(text)


@settings(deadline=None, max_examples=25)
@given(
    st.text(alphabet='<>;,="{}[]: \n20htps/relmnoigdu', max_size=300)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)
)
def test_no_list_makes_its_reader_fall(text: str) -> None:
    for told in (text, f"{LINK},{text}", f"{CDXJ}{text}"):
        with suppress(Unreadable):
            assert all(one.captured_at.tzinfo for one in listed(told))


@pytest.mark.parametrize(
    ("url", "raw"),
    [
        (f"{WEB}20200101000000/{ORIGINAL}", f"{WEB}20200101000000id_/{ORIGINAL}"),
        (f"{WEB}20200101000000if_/{ORIGINAL}", f"{WEB}20200101000000id_/{ORIGINAL}"),
        (
            "https://wayback.example.gov/all/20200101000000/http://a.example/",
            "https://wayback.example.gov/all/20200101000000id_/http://a.example/",
        ),
        ("https://a.example/memento/20200101000000/http://b.example/", "https://a.example/memento/20200101000000/http://b.example/"),
        ("https://a.example/kept/7", "https://a.example/kept/7"),
    ],
)
def test_a_wayback_is_asked_for_pages_as_they_were_captured(url: str, raw: str) -> None:
    assert raw_form(url) == raw


@dataclass
class Room:
    """A newsroom that is watched, one of its releases, and an archive of others that has two captures of that."""

    watched: Watch
    site: DrupalSite
    folder: Path
    others: RawSite
    url: str = ""
    now: bytes = b""

    def __post_init__(self) -> None:
        release = self.site.releases[2]
        self.url = self.site.address(release.slug)
        self.now = requests.get(self.url, timeout=9).content
        self.word = release.body.split(" ")[0].removeprefix("<p>")

    def capture(self, stamp: str, body: bytes, status: str = "200 OK", **headers: str) -> str:
        self.others.routes[f"/web/{stamp}id_/{self.url}"] = page(body, status, content_type="text/html; charset=utf-8", **headers)
        when = format_datetime(datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC), usegmt=True)
        return f'<{self.others.url()}web/{stamp}/{self.url}>; rel="memento"; datetime="{when}"'

    def map(self, *mementos: str) -> str:
        lines = ",\n".join([f'<{self.url}>; rel="original"', *mementos])
        self.others.routes["/timemap"] = page(lines.encode(), content_type="application/link-format")
        return self.others.url("/timemap")

    def old(self) -> bytes:
        return self.now.replace(self.word.encode(), THEN.encode(), 1) if self.word.encode() in self.now else self.now

    def two(self) -> str:
        return self.map(
            self.capture("20200101000000", self.old(), memento_datetime="Wed, 01 Jan 2020 00:00:07 GMT"),
            self.capture("20200201000000", self.now),
        )

    def call(self, *arguments: str) -> Result:
        place = ["--config", str(self.folder / "config"), "--state", str(self.folder / "state")]
        return CliRunner().invoke(cli, [*place, *arguments], env=environ(self.folder / "state"), standalone_mode=False)

    def rows(self) -> dict[str, list[object]]:
        """Everything that the database knows of our own, table by table."""
        ours = [table for table in metadata.sorted_tables if table.name not in ("memento", "ledger", "checkpoint", "text")]
        with self.watched.house.store._database.read() as connection:
            return {table.name: list(connection.execute(select(table))) for table in ours}

    def verified(self) -> tuple[Verified, list[str]]:
        told: list[str] = []
        done = self.watched.house.evidence.verify(None, (), lambda flaw: told.append(f"{flaw.sort}: {flaw.what}"), lambda *_: None)
        return done, told


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    others, site = RawSite(), DrupalSite(count=6)
    with Newsroom(site), watch(tmp_path, source("news", site.url), SETTINGS) as watched:
        watched.one()
        yield Room(watched, site, tmp_path, others)
    others.close()


def test_a_timemap_is_fetched_read_and_kept_as_somebody_elses(room: Room) -> None:
    store, before = room.watched.house.store, room.rows()
    entries = store.audit.extent().entries
    assert brought_of(room.watched, room.two()) == MementosBrought(kept=2)
    assert room.rows() == before, "nothing of ours has changed"
    first, second = store.mementos.of(room.url)
    assert (first.name, first.keeper, first.original) == ("m1", "127.0.0.1", room.url)
    assert first.captured_at == datetime(2020, 1, 1, 0, 0, 7, tzinfo=UTC) and second.captured_at == datetime(2020, 2, 1, tzinfo=UTC)
    read = store.mementos.one(room.url, 1)
    assert read is not None and read.reading is not None and THEN in read.reading.text
    release = store.release(room.url)
    assert release is not None and release.version is not None and second.content_hash == release.version.content_hash
    assert [path for path in room.others.paths() if "id_" in path] == [
        f"/web/{stamp}000000id_/{room.url}" for stamp in ("20200101", "20200201")
    ]
    assert room.watched.house.archive.fetch(first.snapshot).digest == first.payload
    assert brought_of(room.watched, room.two()) == MementosBrought(known=2)  # and once
    room.watched.house.evidence.attest()
    done, flaws = room.verified()
    assert not flaws and done.counts["mementos"] == 2 and store.audit.extent().entries - entries >= 2
    assert room.watched.one().edited == 0 and room.watched.kinds() == []


def test_it_is_shown_compared_and_listed_as_theirs(room: Room) -> None:
    assert "mementos of others kept: 2" in room.call("import", "--mementos", room.two()).output
    shown = room.call("show", room.url).output
    assert "version 1 of 1" in shown and "m1, captured by 127.0.0.1: 2020-01-01 00:00 UTC" in shown and THEN not in shown
    theirs = room.call("show", room.url, "--version", "m1").output
    assert THEN in theirs and "Not seen by this presswatch" in theirs
    assert json.loads(room.call("show", room.url, "--version", "m2", "--json").output)["memento"] == "m2"
    edit = room.call("diff", room.url, "m1", "1").output
    assert THEN.split()[-1] in edit and "memento m1 (somebody else's) against version 1" in edit
    for missing in (("show", room.url, "--version", "m9"), ("diff", room.url, "m9", "1")):
        assert "There are: m1, m2" in str(room.call(*missing).exception)
    assert "no number of a version" in str(room.call("show", room.url, "--version", "m0").exception)
    stop = web.start(room.watched.house, "127.0.0.1", port := free_port())
    base = f"http://127.0.0.1:{port}"
    told = requests.get(f"{base}/api/v1/versions", {"url": room.url}, timeout=9).json()
    assert [one["version"] for one in told["versions"]] == [1] and [one["memento"] for one in told["mementos"]] == ["m1", "m2"]
    theirs = requests.get(f"{base}/api/v1/items/memento", {"url": room.url, "memento": "m1"}, timeout=9)
    assert THEN in answers.ShownMemento.model_validate_json(theirs.content).text.replace("\n", " ")  # type: ignore[union-attr] # it has one
    assert theirs.json() == json.loads(room.call("show", room.url, "--version", "m1", "--json").output)
    asked = {"url": room.url, "from": "m1", "to": "1"}
    assert requests.get(f"{base}/api/v1/diff", asked, timeout=9).json()["words_removed"] > 0
    for path, wrong, code in (
        ("items/memento", {"memento": "m9"}, 404),
        ("items/memento", {"memento": "1"}, 422),
        ("diff", {"from": "m9"}, 404),
    ):
        assert requests.get(f"{base}/api/v1/{path}", {"url": room.url, "to": "1", **wrong}, timeout=9).status_code == code
    pages = [
        requests.get(f"{base}/release", {"url": room.url, **more}, timeout=9).text
        for more in ({}, {"memento": "m1"}, {"from": "m1", "to": "1"})
    ]
    assert "captured by somebody else" in pages[0] and THEN not in pages[0]
    assert THEN in pages[1] and "The word of 127.0.0.1" in pages[1]
    assert "<del" in pages[2]
    assert requests.get(f"{base}/release", {"url": room.url, "from": "x1", "to": "1"}, timeout=9).status_code == 422
    listing = requests.get(f"{base}/timemap/link/{room.url}", timeout=9).text
    assert f'<{room.others.url()}web/20200101000000/{room.url}>; rel="memento"' in listing and "not by presswatch" in listing
    assert len([one for one in listed(listing) if one.url.startswith(room.others.url())]) == 2  # it is read as it is written
    gate = requests.get(
        f"{base}/timegate/{room.url}", headers={"Accept-Datetime": "Wed, 01 Jan 2020 00:00:00 GMT"}, timeout=9, allow_redirects=False
    )
    assert gate.headers["Location"].startswith(f"{base}/memento/2026"), "the gate leads to what we saw alone"
    stop()


def test_what_cannot_be_taken_is_told_and_the_rest_is(room: Room) -> None:
    away = room.others.url(f"/web/20200105000000id_/{room.site.url}other")
    room.others.routes[f"/web/20200105000000id_/{room.site.url}other"] = page(room.now, content_type="text/html")
    place = room.map(
        room.capture("20200101000000", b"gone", "404 Not Found"),
        room.capture("20200102000000", b"\x89PNG\r\n\x1a\n"),
        room.capture("20200103000000", b"<html><title>404 Not Found</title><body><h1>Not found</h1><p>No such page.</p></body></html>"),
        room.capture("20200104000000", b"", "302 Found", location=away),
        room.capture("20200106000000", room.now),
    )
    done = room.call("import", "--mementos", place)
    assert done.return_value == 1 and "mementos of others kept: 1" in done.output
    for words in ("answers 404", "an error page", "a capture of something else"):
        assert words in done.output, done.output
    assert done.output.count("not taken: ") == 4


def test_mistakes_are_told(room: Room) -> None:
    file = room.folder / "list"
    file.write_text("nothing")
    for arguments, words in (
        (("--mementos", f"http://127.0.0.1:{free_port()}/timemap"), "refused"),
        (("--mementos", "/nowhere"), "cannot be read"),
        (("--mementos", str(file)), "no list of mementos"),
        ((), "--mementos"),
        (("--release", "https://a.example/", "x.jsonl"), "go with --mementos"),
    ):
        assert words in str(room.call("import", *arguments).exception), arguments
    file.write_text(LINK)
    with pytest.raises(UsageError, match="no release is tracked at"):
        brought_of(room.watched, file)
    assert not room.others.paths()


def test_so_many_at_most_spread_over_the_years(room: Room) -> None:
    place = room.map(*(room.capture(f"20{year:02}0101000000", room.now) for year in range(10, 20)))
    assert brought_of(room.watched, place, most=4) == MementosBrought(kept=4, left=6)
    assert [one.captured_at.year for one in room.watched.house.store.mementos.of(room.url)] == [2010, 2013, 2016, 2019]


def warc(captures: list[tuple[str, bytes, dict[str, str]]], *, packed: bool = True, operator: str = "operator: Some Library\r\n") -> bytes:
    """A WARC file as warcio writes them: of each address, its page."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(
        writer.create_warc_record("urn:x", "warcinfo", payload=io.BytesIO(operator.encode()), warc_content_type="application/warc-fields")
    )
    for url, body, headers in captures:
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8"), *headers.items()], protocol="HTTP/1.1")
        told = {"WARC-Date": "2020-01-01T00:00:07Z"}
        writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=http, warc_headers_dict=told))
    return out.getvalue()


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:100], body[100:])) + b"0\r\n\r\n"


@pytest.mark.parametrize("packed", [True, False])
def test_a_warc_file_of_somebody_else_is_read(room: Room, packed: bool) -> None:
    file = room.folder / "crawl.warc.gz"
    gz = gzip.compress(room.old())
    file.write_bytes(
        warc(
            [
                ("https://elsewhere.example/", b"<p>not ours</p>", {}),
                (room.url, room.old(), {}),
                (room.url, chunked(gz), {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}),
                (room.url, b"not packed", {"Content-Encoding": "gzip"}),
            ],
            packed=packed,
        )
    )
    before = room.rows()
    brought = brought_of(room.watched, file)
    assert brought.kept == 2 and "gzip is broken" in brought.failures[0]
    one, two = room.watched.house.store.mementos.of(room.url)
    assert one.keeper == two.keeper == "Some Library" and one.url.startswith("crawl.warc.gz#urn:uuid:") and one.payload == two.payload
    assert one.captured_at == datetime(2020, 1, 1, 0, 0, 7, tzinfo=UTC) and one.snapshot == ""
    assert brought_of(room.watched, file).known == 2 and room.rows() == before
    stop = web.start(room.watched.house, "127.0.0.1", port := free_port())
    assert "crawl" not in requests.get(f"http://127.0.0.1:{port}/timemap/link/{room.url}", timeout=9).text  # it has no address on the web
    stop()


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        (lambda data: b"WARC/1.0\r\nContent-Length: x\r\n\r\n", "without a length"),
        (lambda data: b"WARC/1.0\r\n" + b"a: b\r\n" * 20_000, "without end"),
        (lambda data: b"WARC/1.0\r\nContent-Length: 99999999999999\r\n\r\n", "ends in the middle"),
        (lambda data: b"WARC/1.0\r\nContent-Length: 999\r\n\r\nxyz", "ends in the middle"),
        (lambda data: b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\nGET /", "does not begin with WARC/"),
        (lambda data: gzip.compress(data)[:-30], "cannot be read on"),
        (lambda data: data.replace(b"paragraph", b"paragraqh", 1), "damaged: its digest does not fit"),
        (lambda data: data[: len(data) // 2], "without end"),
        (lambda data: data, ""),
    ],
)
def test_a_damaged_file_is_told_in_words(spoiled: Callable[[bytes], bytes], words: str) -> None:
    file = io.BytesIO(spoiled(warc([(ORIGINAL, b"<p>a paragraph</p>", {})], packed=False)))
    told = ""
    try:
        for one in walk(file, 10_000):
            if one.field("WARC-Type") == "response":
                answer_of(one)
    except Unreadable as error:
        told = str(error)
    assert words in told and bool(words) == bool(told)


def test_altered_mementos_are_found(room: Room) -> None:
    brought_of(room.watched, room.two())
    store = room.watched.house.store
    spoilings = {
        "keeper = 'somebody'": "altered",
        "captured_at = '2019-01-01 00:00:00.000000'": "altered",
        "payload = x'00'": "altered",
        "displayed = x'00'": "lost",
        "snapshot = 'a'": "altered",
    }
    with store._database.write() as connection:
        if connection.dialect.name != "sqlite":
            pytest.skip("alters rows past the triggers as SQLite has them")
        with pytest.raises(Exception, match="insert only"):
            connection.execute(text("DELETE FROM memento"))
    for spoiling, sort in spoilings.items():
        with store._database.write() as connection:
            (kept,) = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'memento_no_update'").one()
            row = connection.exec_driver_sql("SELECT keeper, captured_at, payload, displayed, snapshot FROM memento WHERE id = 1").one()
            connection.exec_driver_sql("DROP TRIGGER memento_no_update")
            connection.exec_driver_sql(f"UPDATE memento SET {spoiling} WHERE id = 1")
        _, flaws = room.verified()
        assert any(flaw.startswith(f"{sort}: memento 1") for flaw in flaws), (spoiling, flaws)
        with store._database.write() as connection:
            back = "UPDATE memento SET keeper = ?, captured_at = ?, payload = ?, displayed = ?, snapshot = ? WHERE id = 1"
            connection.exec_driver_sql(back, tuple(row))
            connection.exec_driver_sql(kept)
    assert room.verified()[1] == []
    with store._database.write() as connection:
        columns = [column.name for column in memento.c if column.name != "id"]
        told = ", ".join("url || 'x'" if name == "url" else name for name in columns)
        connection.exec_driver_sql(f"INSERT INTO memento ({', '.join(columns)}) SELECT {told} FROM memento WHERE id = 1")
    assert room.verified()[1] == ["unentered: no entry of the ledger tells of memento 3"]


def test_it_goes_along_with_an_export_and_is_held_against_its_digest(room: Room) -> None:
    brought_of(room.watched, room.two())
    store = room.watched.house.store
    lines = list(store.export(ExportFilter()))
    other = Store.open(room.folder / "other.db")
    other.import_lines(lines)
    assert other.mementos.one(room.url, 1) == store.mementos.one(room.url, 1) and list(other.export(ExportFilter())) == lines
    with other._database.read() as connection:
        assert connection.execute(select(asking)).first() is None
    other.close()
    assert json.loads(next(line for line in lines if b'"type":"memento"' in line))["keeper"] == "127.0.0.1"


def test_the_raw_pages_of_mementos_outlast_the_sweep(room: Room) -> None:
    brought_of(room.watched, room.two())
    kept = room.watched.house.store.mementos.of(room.url)
    name = kept[0].snapshot.split(":")[0]
    assert {one.snapshot for one in kept} <= set(room.watched.house.store.standing([name]))
