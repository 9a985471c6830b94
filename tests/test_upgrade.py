"""States that earlier versions of presswatch made, brought up to date: all that they kept is there, and is gone on with.

``tests/states/NNNN.db.xz`` is the database that the last program with schema NNNN made of nine releases: a baseline, four edits, a release
published, one withdrawn and restored. (Of 0007 and 0010 there is none: they never were the newest.) Who adds a migration freezes the
schema before it:

    python -m tests.test_upgrade
"""

import lzma
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, DateTime, LargeBinary, MetaData, Table, insert, text

from service.doors.cli import main
from service.models import ChangeFilter, SearchFilter, Source
from service.query import parse
from service.store import Store, schema
from service.store.database import Database
from service.urls import address_key

from .newsroom import DrupalSite, Newsroom
from .storing import DATABASES, Shelf, edited, postgres
from .test_store_faults import whole
from .watching import source, watch, write_config

FROZEN = Path(__file__).parent / "states"
SCRIPTS = str(Path(schema.__file__).parent / "migrations")
NEVER_NEWEST = {"0007", "0010"}
REVISIONS = [script.revision for script in ScriptDirectory(SCRIPTS).walk_revisions()]
EDITS = ("Twelve", "Certain", "Thirteen")  # what the first word of a release was made to be
SERVED = 27_991  # the port of the newsroom that the frozen states are of
LATER = datetime(2026, 12, 24, tzinfo=UTC)


def thawed(revision: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "presswatch.db"
    file.write_bytes(lzma.decompress((FROZEN / f"{revision}.db.xz").read_bytes()))
    return file


def rows(file: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement).fetchall()


def moved(file: Path, address: str, revision: str) -> None:
    """Make the tables of a schema in an empty PostgreSQL, and fill them with the rows of a file of that schema."""
    database = Database(address)
    with database.rebuild() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", SCRIPTS)
        command.upgrade(config, revision)
        tables = MetaData()
        tables.reflect(connection)
        with closing(sqlite3.connect(file)) as origin:
            origin.row_factory = sqlite3.Row
            for table in tables.sorted_tables:
                if table.name not in ("alembic_version", "passage_words"):
                    copied(origin, connection, table)
    database.close()


def copied(origin: sqlite3.Connection, connection: Any, table: Table) -> None:
    found = [dict(row) for row in origin.execute(f'SELECT * FROM "{table.name}"')]
    if found:
        connection.execute(insert(table), [{name: kept(table, name, value) for name, value in row.items()} for row in found])
    for column in table.primary_key if found else ():
        counter = connection.scalar(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": f'"{table.name}"', "c": column.name})
        if counter is not None:
            connection.execute(text(f'SELECT setval(:s, (SELECT max("{column.name}") FROM "{table.name}"))'), {"s": counter})


def kept(table: Table, name: str, value: Any) -> Any:
    """Return a value of SQLite as one of the column's type."""
    kind = table.c[name].type
    if value is None:
        return None
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if isinstance(kind, Boolean):
        return bool(value)
    return bytes(value) if isinstance(kind, LargeBinary) else value


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest, revision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where a state of this schema is; the command line finds it as well."""
    file = thawed(revision, tmp_path / "state")
    if request.param == "sqlite":
        monkeypatch.delenv("PRESSWATCH_DATABASE_URL", raising=False)
        yield str(file)
        return
    address = postgres("presswatch_upgraded")
    moved(file, address, revision)
    monkeypatch.setenv("PRESSWATCH_DATABASE_URL", address)
    yield address


def test_every_schema_that_a_state_may_have_is_frozen() -> None:
    missing = {*REVISIONS[1:]} - NEVER_NEWEST - {path.name.partition(".")[0] for path in FROZEN.iterdir()}
    assert not missing, f"check out the last commit whose newest migration is {min(missing)}, and there: python -m tests.test_upgrade"


@pytest.mark.parametrize("revision", sorted({*REVISIONS} & {path.name.partition(".")[0] for path in FROZEN.iterdir()}))
def test_all_that_a_state_kept_is_there_and_gone_on_with(
    revision: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = thawed(revision, tmp_path / "before")
    assert rows(file, "SELECT version_num FROM alembic_version") == [(revision,)]
    store = Store.open(place)
    told = store.changes(ChangeFilter())
    assert [(line.id, line.kind, line.summary) for line in told] == rows(file, "SELECT id, kind, summary FROM change ORDER BY id")
    assert sorted(line.kind for line in told) == ["edited"] * 4 + ["restored", "withdrawn"]
    versions = rows(file, "SELECT url, number, title FROM item JOIN version ON item_id = item.id ORDER BY item.id, number")
    readings = {(url, number): store.reading(url, number) for url, number, _ in versions}
    for url, number, title in versions:
        shown = readings[url, number]
        assert shown is None or shown.title == title
    texts = {url: [shown.text for (one, _), shown in readings.items() if one == url and shown] for url, _, _ in versions}
    assert {word for word in EDITS for found in texts.values() if any(word in body for body in found[1:])} == set(EDITS)
    write_config(tmp_path, source("news", told[0].item_url))
    assert (store.counts().releases, store.counts().edits) == (10, 4)
    with store._database.read() as connection:
        assert connection.scalar(text("SELECT sum(changes) FROM tally")) == len(told)
        assert connection.scalar(text("SELECT count(*) FROM ledger WHERE kind = 'change'")) == len(told)
        assert connection.scalar(text("SELECT count(*) FROM ledger WHERE kind = 'version'")) == len(versions)
    while store.index():
        pass
    assert {hit.item_url for hit in store.search(SearchFilter(parse("thirteen")))} == {told[2].item_url}
    whole(store)

    ask(capsys, tmp_path, "changes")
    assert "Thirteen" in ask(capsys, tmp_path, "diff", str(told[2].id))
    assert "Twelve" in ask(capsys, tmp_path, "show", told[2].item_url, "--version", "2")
    assert "news" in ask(capsys, tmp_path, "sources")

    (line,) = store.sources()
    shelf = Shelf(store, Source(id="news", url=line.url))
    key = address_key(told[2].item_url or "")
    known = store.items_by_key(shelf.plan(LATER, shelf.sources[0]).source_id, [key])[key]
    shelf.write(LATER, edited(known, "What it says by now", LATER), source=shelf.sources[0])
    assert len(store.changes(ChangeFilter())) == len(told) + 1
    whole(store)
    store.close()


def ask(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> str:
    capsys.readouterr()
    code = main(["--config", str(folder / "config"), "--state", str(folder / "state"), *words])
    out = capsys.readouterr()
    assert code == 0, out.err
    return out.out


def freeze() -> None:
    """Make the frozen state of the newest schema."""
    site = DrupalSite(count=9)
    with tempfile.TemporaryDirectory() as folder, Newsroom(site, port=SERVED), watch(Path(folder), source("news", site.url)) as watched:
        releases = site.releases

        def begin_with(number: int, word: str) -> None:
            release = site[releases[number].slug]
            site.edit(release.slug, release.body.split(" ")[0], word)

        watched.one()
        begin_with(1, EDITS[0])
        begin_with(2, EDITS[1])
        watched.one()
        site.publish()
        begin_with(1, EDITS[2])
        watched.one()
        site.withdraw(releases[3].slug)
        site.retitle(releases[4].slug, "A title as corrected")
        watched.one()
        site.restore(releases[3].slug)
        watched.one()
        watched.house.close()
        file = Path(folder) / "state" / "presswatch.db"
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("VACUUM")
        (FROZEN / f"{schema.HEAD}.db.xz").write_bytes(lzma.compress(file.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(freeze())
