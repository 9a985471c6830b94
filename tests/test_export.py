"""What is known is handed on whole: exported, imported into an empty state and exported again it is the same bytes."""

import csv
import hashlib
import io
import json
import random
import shutil
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from service.doors.cli import cli
from service.errors import UsageError
from service.models import ChangeFilter, ExportFilter, Flaw
from service.store import Store
from service.store.texts import encode, plain_json

from .newsroom import DrupalSite, Newsroom
from .storing import DATABASES, HOUR, OTHER, SOURCE, START, Shelf, at, environ, news, opened, theirs
from .test_passes import reworded
from .watching import Watch, source, watch, write_config

ODD = "=HYPERLINK(0)\nНовости \ud800 \u0000 \U0001f600 \x85 \u2028 end"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DrupalSite, Watch]]:
    """A newsroom that edited a release twice and withdrew another."""
    with Newsroom(DrupalSite()) as newsroom, watch(tmp_path_factory.mktemp("export"), source("news", newsroom.url)) as watched:
        site: DrupalSite = newsroom.site  # type: ignore[assignment] # the only site is the one given
        watched.one()
        slug = site.releases[3].slug
        old, new = reworded(site, slug)
        site.edit(slug, old, new)
        watched.one()
        site.edit(slug, new, f"{new} =1+1")
        site.withdraw(site.releases[1].slug)
        watched.one()
        assert sorted(watched.kinds()) == ["edited", "edited", "withdrawn"]
        yield site, watched


@pytest.fixture
def watched(world: tuple[DrupalSite, Watch]) -> Watch:
    return world[1]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    for store in opened(DATABASES[0], tmp_path):
        yield Shelf(store, SOURCE, OTHER)


@pytest.fixture(params=DATABASES)
def any_shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    for store in opened(request.param, tmp_path):
        yield Shelf(store, SOURCE, OTHER)


def whole(store: Store) -> list[bytes]:
    return list(store.export(ExportFilter()))


def asked(watched: Watch, *args: str) -> Result:
    settings = watched.house.settings
    given = ["--config", str(settings.config_dir), "--state", str(settings.state_dir), "export", *args]
    done = CliRunner().invoke(cli, given, env=environ(settings.state_dir))
    assert done.exit_code == 0, done.output
    return done


def test_export_import_export_is_the_same_on_any_database(any_shelf: Shelf, tmp_path: Path) -> None:
    any_shelf.write(START, news("a", ODD, START), news("b", "one\ntwo", START), news("c", "one\ntwo", START))
    for number in range(4):
        any_shelf.edit("a", f"{ODD} {number}", at(number + 1))
    any_shelf.write(at(9), news("d", "elsewhere", at(9), OTHER), source=OTHER)
    any_shelf.store.mementos.keep(any_shelf.item("a").url, [theirs(ODD, at(-9)), theirs("two", at(-8))], at(9))
    told = whole(any_shelf.store)
    with_copy = Store.open(tmp_path / "copy.db")
    brought = with_copy.import_lines(told)
    assert whole(with_copy) == told
    assert brought.rows["version"] == 8
    assert with_copy.changes(ChangeFilter()) == any_shelf.store.changes(ChangeFilter())
    for number in range(1, 6):
        url = any_shelf.item("a").url
        assert with_copy.reading(url, number) == any_shelf.store.reading(url, number)
    assert [with_copy.mementos.one(url, number) for number in (1, 2)] == [any_shelf.store.mementos.one(url, number) for number in (1, 2)]
    while with_copy.index():
        pass
    with_copy.close()


def test_an_imported_state_goes_on_where_the_other_was(world: tuple[DrupalSite, Watch], tmp_path: Path) -> None:
    site, watched = world
    lines = whole(watched.house.store)
    with watch(tmp_path, source("news", site.url)) as restored:
        restored.house.import_lines(lines, lambda table, rows: None)
        for name in ("snapshots", "ledger.key", "checkpoints.txt"):
            copy(watched.house.settings.state_dir / name, restored.house.settings.state_dir / name)
        flaws: list[Flaw] = []
        restored.house.evidence.verify(None, (), flaws.append, lambda part, done, total: None)
        assert flaws == []
        before = restored.changes()
        report = restored.one()
        assert (report.outcome, report.new, report.edited, report.withdrawn) == ("ok", 0, 0, 0)
        slug = site.releases[5].slug
        site.edit(slug, *reworded(site, slug))
        assert restored.one().edited == 1
        assert [line.id for line in restored.changes()] == [line.id for line in before] + [before[-1].id + 1]
        with pytest.raises(UsageError, match="not empty"):
            restored.house.import_lines(lines, lambda table, rows: None)


def copy(origin: Path, target: Path) -> None:
    if origin.is_dir():
        shutil.copytree(origin, target)
    elif origin.exists():
        shutil.copy(origin, target)


def test_what_others_captured_can_be_read_and_is_read_as_it_was_told_first(shelf: Shelf, tmp_path: Path) -> None:
    shelf.write(START, news("a", "one", START))
    shelf.store.mementos.keep(shelf.item("a").url, [theirs("one", at(-9))], at(9))
    told = whole(shelf.store)
    (place,) = [number for number, line in enumerate(told) if line.startswith(b'{"type":"memento"')]
    line = json.loads(told[place])
    assert (line["source"], line["item_url"]) == ("news", shelf.item("a").url) and line["reading"]["blocks"] == ["what they saw: one"]
    assert [json.loads(one)["type"] for one in shelf.store.export(ExportFilter(source="news"))].count("memento") == 1
    assert [json.loads(one)["type"] for one in shelf.store.export(ExportFilter(source="other"))].count("memento") == 0
    packed = {name: b64encode(encode(plain_json(line[of])).data).decode() for name, of in (("displayed", "reading"), ("rest", "rest"))}
    before = {name: value for name, value in line.items() if name not in ("source", "item_url", "text_hash", "reading")} | packed
    old = [*told[:place], json.dumps(before).encode() + b"\n", *told[place + 1 : -1]]
    digest = hashlib.sha256(b"".join(old)).hexdigest()
    store = Store.open(tmp_path / "copy.db")
    store.import_lines([*old, json.dumps({"type": "end", "rows": len(old) - 1, "sha256": digest}).encode() + b"\n"])
    assert whole(store) == told
    store.close()


def test_texts_take_no_more_room_than_they_did(shelf: Shelf, tmp_path: Path) -> None:
    letters = random.Random(1)
    long = "\n".join("".join(letters.choices("abcdefgh ", k=300)) for _ in range(10))
    shelf.write(START, news("a", long, START))
    for number in range(5):
        shelf.edit("a", f"{long}\n{number}", at(number + 1))
    store = Store.open(tmp_path / "copy.db")
    store.import_lines(whole(shelf.store))
    with store._database.read() as connection:
        sizes = connection.exec_driver_sql("SELECT codec, length(data) FROM text ORDER BY id").all()
    store.close()
    assert [codec for codec, _ in sizes] == ["zstd"] + ["zstd-key"] * 5
    assert max(size for _, size in sizes[1:]) * 10 < sizes[0][1]


@pytest.mark.parametrize("turn", range(12))
def test_any_altered_line_is_refused_and_nothing_is_written(watched: Watch, tmp_path: Path, turn: int) -> None:
    letters = random.Random(turn)
    lines = whole(watched.house.store)
    place = letters.randrange(len(lines))
    old = lines[place]
    at_letter = letters.randrange(len(old) - 1)
    lines[place] = old[:at_letter] + bytes([old[at_letter] ^ 1]) + old[at_letter + 1 :]
    refused(lines, tmp_path)


def test_a_text_that_was_altered_with_its_digests_is_told_by_its_line(watched: Watch, tmp_path: Path) -> None:
    lines = whole(watched.house.store)
    place = next(number for number, line in enumerate(lines) if line.startswith(b'{"type":"version"') and b'"blocks":["' in line)
    lines[place] = lines[place].replace(b'"blocks":["', b'"blocks":["Not ')
    assert f"line {place + 1}: the text of http" in refused(lines, tmp_path)


def test_what_is_not_whole_or_not_in_order_is_refused(watched: Watch, tmp_path: Path) -> None:
    lines = whole(watched.house.store)
    assert "last line is missing" in refused(lines[:-1], tmp_path)
    assert "not what was exported" in refused([*lines[:-2], lines[-1]], tmp_path)
    assert "behind the end" in refused([*lines, lines[3]], tmp_path)
    assert "says something else" in refused(lines[1:], tmp_path)
    assert "no JSON" in refused([lines[0], b"\xff\n", *lines[1:]], tmp_path)
    assert "newer presswatch" in refused([lines[0], b'{"type":"other"}\n', *lines[1:]], tmp_path)
    assert "lacks" in refused([lines[0], b'{"type":"host","id":1}\n', *lines[2:]], tmp_path)
    assert "last line is missing" in refused([], tmp_path)
    assert "filtered" in refused(list(watched.house.store.export(ExportFilter(source="news"))), tmp_path)


def refused(lines: list[bytes], folder: Path) -> str:
    store = Store.open(folder / "refusing.db")
    try:
        with pytest.raises(UsageError) as told:
            store.import_lines(lines)
        assert store.counts().releases == 0 and store.sources() == ()
    finally:
        store.close()
    return str(told.value)


def test_filters_hand_on_what_fits(shelf: Shelf) -> None:
    shelf.write(START, news("a", "one", START), news("b", "two", START))
    shelf.write(START, news("c", "three", START, OTHER), source=OTHER)
    shelf.edit("a", "one more", at(5))

    def kinds(**wanted: object) -> list[str]:
        lines = [json.loads(line) for line in shelf.store.export(ExportFilter(**wanted))]  # type: ignore[arg-type] # fields of the filter
        return [line["type"] for line in lines if line["type"] in ("item", "version", "change")]

    assert sorted(kinds()) == ["change"] + ["item"] * 3 + ["version"] * 4
    assert sorted(kinds(source="other")) == ["item", "version"]
    assert sorted(kinds(since=at(4))) == ["change", "item", "version"]
    assert sorted(kinds(until=START + HOUR / 2)) == ["item"] * 3 + ["version"] * 3
    assert kinds(sorts=("change",)) == ["change"]


def test_lines_are_readable(watched: Watch) -> None:
    lines = [json.loads(line) for line in asked(watched).stdout.splitlines()]
    versions = [line for line in lines if line["type"] == "version"]
    assert {"source", "item_url", "version", "title", "seen_at", "content_hash", "snapshot", "reading"} <= versions[0].keys()
    assert any("of all things" in " ".join(line["reading"]["blocks"]) for line in versions if line["reading"])
    (change, *_) = [line for line in lines if line["type"] == "change"]
    assert {"id", "item_url", "title", "classes", "before_version", "after_version", "summary"} <= change.keys()


def test_csv_that_no_spreadsheet_obeys(shelf: Shelf) -> None:
    from service.exports import csv as as_csv

    shelf.write(at(7), news("x", "=cmd|' /C calc'!A0\n+1", at(7)))
    rows = list(
        csv.DictReader(io.StringIO("".join(part.data.decode() for part in as_csv(shelf.store, ExportFilter(), "version")), newline=""))
    )
    assert rows[-1]["text"].startswith("'=cmd") and rows[-1]["item_url"].endswith("/x")


def test_csv_of_each_sort(watched: Watch) -> None:
    for what, rows in (("items", 12), ("versions", 15), ("changes", 3)):
        done = asked(watched, what, "--format", "csv")
        assert len(list(csv.DictReader(io.StringIO(done.stdout)))) == rows
        assert f"{rows} rows" in done.stderr
    assert asked(watched, "--format", "csv").stdout == asked(watched, "changes", "--format", "csv").stdout


def test_a_page_that_stands_by_itself(watched: Watch) -> None:
    for what in ("items", "versions", "changes"):
        page = asked(watched, what, "--format", "html").stdout
        assert page.startswith("<!doctype html>") and page.endswith("</html>\n")
        assert not {"<script", "<link", "<img", "src=", "href="} & set(page.split(">"))
    assert "<ins>" in asked(watched, "--format", "html").stdout


def test_raw_answers_and_their_index(watched: Watch, tmp_path: Path) -> None:
    out = tmp_path / "all.warc.gz"
    done = asked(watched, "--format", "warc", "--output", str(out))
    kinds = [record.rec_type for record in ArchiveIterator(BytesIO(out.read_bytes()), check_digests="raise")]
    assert (kinds.count("response"), kinds.count("request"), kinds[0]) == (15, 15, "warcinfo")
    assert "15 captures" in done.stderr
    lines = asked(watched, "--format", "cdxj").stdout.splitlines()
    assert lines == sorted(lines) and len(lines) == kinds.count("response") + kinds.count("revisit")
    folder = watched.house.settings.state_dir / "snapshots"
    for line in lines:
        told = json.loads(line.split(" ", 2)[2])
        start, size = int(told["offset"]), int(told["length"])
        (record,) = ArchiveIterator(BytesIO((folder / told["filename"]).read_bytes()[start : start + size]))
        assert record.rec_headers.get_header("WARC-Target-URI") == told["url"]


def test_import_from_the_command_line(watched: Watch, tmp_path: Path) -> None:
    out, state = tmp_path / "all.jsonl", tmp_path / "state"
    asked(watched, "--output", str(out))
    config = write_config(tmp_path, "")
    given = ["--config", str(config), "--state", str(state)]
    done = CliRunner().invoke(cli, [*given, "import", str(out)], env=environ(state))
    assert (done.exit_code, "versions          15" in done.output) == (0, True), done.output
    again = CliRunner().invoke(cli, [*given, "export"], env=environ(state))
    assert again.stdout.encode() == out.read_bytes()
    missing = CliRunner().invoke(cli, [*given, "import", str(tmp_path / "none")], env=environ(state))
    assert isinstance(missing.exception, UsageError) and "cannot be read" in str(missing.exception)


def test_words_that_do_not_go_together(watched: Watch) -> None:
    settings = watched.house.settings
    given = ["--config", str(settings.config_dir), "--state", str(settings.state_dir), "export"]
    for args in (
        ["--change", "1", "--source", "news"],
        ["items", "--format", "warc"],
        ["--format", "cdxj", "--since", "1d"],
        ["--change", "0"],
    ):
        assert CliRunner().invoke(cli, [*given, *args], env=environ(settings.state_dir)).exit_code == 2, args


def test_a_reading_that_no_text_format_can_hold_survives(shelf: Shelf, tmp_path: Path) -> None:
    shelf.write(START, news("a", ODD, START))
    store = Store.open(tmp_path / "copy.db")
    store.import_lines(whole(shelf.store))
    found = store.reading(shelf.item("a").url, 1)
    store.close()
    assert found is not None and [block.text for block in found.blocks] == ODD.split("\n")
