"""Promise: whatever is recorded is an entry of one chain, and no word of it can change without the chain showing it."""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from service.ledger import KINDS, START, canonical_bytes, chained_all, entry_digest, entry_from
from service.models import ChangeEntry, FileEntry, Incident, IncidentKind, LedgerEntry, ReleaseEntry, VersionEntry
from service.store import Store, chaining
from service.store.tables import change, ledger, version

from .storing import DATABASES, SOURCE, Shelf, at, edited, looked, news, opened, reading, restored, url, withdrawn

TEXTS = st.text(max_size=12)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": TEXTS,
    "str | None": st.none() | TEXTS,
    "int": st.integers(0, 2**63),
    "int | None": st.none() | st.integers(0, 2**63),
    "tuple[str, ...]": st.lists(TEXTS, max_size=3).map(tuple),
}


def names_of(sort: type[LedgerEntry]) -> dict[str, str]:
    return {
        field.name: getattr(field.type, "__name__", str(field.type)) if isinstance(field.type, type) else str(field.type)
        for field in fields(sort)
    }


def entries(sort: type[LedgerEntry]) -> st.SearchStrategy[LedgerEntry]:
    return st.builds(sort, **{name: VALUES[told] for name, told in names_of(sort).items()})


ANY = st.one_of(*map(entries, KINDS.values()))


class TestBytes:
    @given(ANY)
    @settings(deadline=None, max_examples=80)
    def test_lead_back_to_the_entry_so_that_no_two_entries_share_them(self, entry: LedgerEntry) -> None:
        assert entry_from(canonical_bytes(entry)) == entry

    @given(ANY, st.data())
    @settings(deadline=None, max_examples=80)
    def test_any_field_that_changes_changes_the_digest(self, entry: LedgerEntry, data: st.DataObject) -> None:
        name, told = data.draw(st.sampled_from(sorted(names_of(type(entry)).items())))
        other = data.draw(VALUES[told].filter(lambda value: value != getattr(entry, name)))
        assert entry_digest(replace(entry, **{name: other})) != entry_digest(entry)

    @given(st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=6, unique=True), st.data())
    @settings(deadline=None, max_examples=100)
    def test_the_chain_tells_what_was_there_and_in_which_order(self, digests: list[str], data: st.DataObject) -> None:
        other = data.draw(st.permutations(digests).map(list) | st.integers(0, len(digests) - 1).map(lambda end: digests[:end]))
        assert (chained_all(START, other) == chained_all(START, digests)) == (other == digests)

    @pytest.mark.parametrize(
        "data", [b"", b"[]", b"{}", b'{"entry":"file"}', b'{"entry":"file","name":"a","size":1,"sha256":"b" }', b'{"entry":"x"}', b"\xff"]
    )
    def test_others_are_none(self, data: bytes) -> None:
        with pytest.raises(ValueError):
            entry_from(data)

    def test_are_those_that_the_documentation_tells(self) -> None:
        """By hand, as somebody does who has only Python and docs/evidence.md."""
        said = '{"entry":"release","release":7,"source":"news","url":"https://news.example/Ä"}'.encode()
        assert canonical_bytes(ReleaseEntry(7, "news", "https://news.example/Ä")) == said
        first = hashlib.sha256(said).digest()
        assert chained_all(START, [first.hex()]) == hashlib.sha256(bytes(32) + first).hexdigest()


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from opened(request.param, tmp_path)


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)


def rows(store: Store) -> list[Any]:
    with store._database.read() as connection:
        return list(connection.execute(select(ledger).order_by(ledger.c.number)))


def holds(store: Store) -> list[Any]:
    """The rows of the ledger, every one recomputed from the rows that it is of."""
    found = rows(store)
    with store._database.read() as connection:
        versions = {(row.item_id, row.number): chaining.version_entry(row) for row in connection.execute(chaining.VERSIONS)}
        changes = {row.id: chaining.change_entry(row) for row in connection.execute(chaining.CHANGES)}
    assert [row.number for row in found] == list(range(1, len(found) + 1))
    for row in found:
        entry = versions[row.item_id, row.version] if row.kind == "version" else changes.get(row.change_id)
        assert row.digest == hashlib.sha256(row.said.encode() if row.said else canonical_bytes(entry)).hexdigest()  # type: ignore[arg-type] # it is there
    assert [row.chain for row in found] == [chained_all(START, [row.digest for row in found[:end]]) for end in range(1, len(found) + 1)]
    assert {(row.item_id, row.version) for row in found if row.kind == "version"} == versions.keys()
    assert {row.change_id for row in found if row.kind == "change"} == changes.keys()
    return found


def kinds(found: list[Any]) -> list[tuple[str, int | None]]:
    return [(row.kind, row.version) for row in found]


class TestStore:
    def test_a_life_is_told_in_order(self, shelf: Shelf) -> None:
        shelf.write(at(0), news("a", "one", at(0)), news("b", "two", at(0)))
        shelf.edit("a", "three", at(1))
        shelf.write(at(2), withdrawn(shelf.item("a"), at(2)))
        shelf.write(at(3), restored(shelf.item("a"), at(3)))
        found = holds(shelf.store)
        assert kinds(found) == [
            *(("release", 0), ("version", 1)) * 2,
            *(entry for number in (2, 3, 4) for entry in (("version", number), ("change", None))),
        ]
        assert json.loads(found[0].said) == {"entry": "release", "release": shelf.item("a").id, "source": "news", "url": url("a")}

    def test_a_pass_that_changed_nothing_asks_nothing_of_it(self, shelf: Shelf) -> None:
        shelf.write(at(0), news("a", "one", at(0)))
        asked: list[str] = []
        from sqlalchemy import event

        event.listen(shelf.store._database._engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        shelf.write(at(1), looked(shelf.item("a"), at(1)))
        assert asked and not [words for words in asked if "ledger" in words]

    def test_a_pass_written_twice_is_one_entry(self, shelf: Shelf) -> None:
        shelf.write(at(0), news("a", "one", at(0)))
        step = edited(shelf.item("a"), "two", at(1))
        shelf.write(at(1), step)
        shelf.write(at(1), step)
        assert len(holds(shelf.store)) == 4

    def test_an_incident_is_an_entry(self, shelf: Shelf) -> None:
        met = Incident(IncidentKind.OUTAGE, "outage", at(1), at(1), "nothing answers", 3)
        shelf.write(at(1), incidents=(met,))
        (row,) = holds(shelf.store)
        assert row.kind == "change"

    def test_odd_letters_and_no_dates_are_told_as_the_database_holds_them(self, shelf: Shelf) -> None:
        step = news("a", "one\ud800", at(0), seen_at=at(0))
        shown = reading("x\x00y", 'A "title"\ud834', published=None)
        shelf.write(at(0), replace(step, version=replace(step.version, reading=shown)))  # type: ignore[type-var] # it has one
        assert len(holds(shelf.store)) == 2

    @pytest.mark.parametrize("deed", ["UPDATE ledger SET version = 9", "DELETE FROM ledger"])
    def test_the_database_itself_refuses_to_alter_it(self, shelf: Shelf, deed: str) -> None:
        shelf.write(at(0), news("a", "one", at(0)))
        with pytest.raises((DBAPIError, Exception), match="insert only"), shelf.store._database.write() as connection:
            connection.exec_driver_sql(deed)

    def test_what_is_not_committed_leaves_no_gap(self, shelf: Shelf) -> None:
        shelf.write(at(0), news("a", "one", at(0)))
        with pytest.raises(ZeroDivisionError), shelf.store._database.write() as connection:
            chaining.append(connection, [FileEntry("x", 1, "y")])
            raise ZeroDivisionError
        shelf.edit("a", "two", at(1))
        assert len(holds(shelf.store)) == 4

    def test_several_writers_at_once_make_one_chain(self, store: Store) -> None:
        """One source each, on a host each: as several workers do on PostgreSQL."""
        sources = [replace(SOURCE, id=f"s{number}", url=f"https://h{number}.example/list") for number in range(4)]
        shelf = Shelf(store, *sources)
        failed: list[BaseException] = []

        def work(source: Any) -> None:
            try:
                for turn in range(6):
                    shelf.write(at(turn), *(news(f"{turn}-{each}", "the same text", at(turn), source) for each in range(3)), source=source)
            except BaseException as error:  # noqa: BLE001 - told to the test
                failed.append(error)

        workers = [threading.Thread(daemon=True, target=work, args=(source,)) for source in sources]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert failed == []
        found = holds(store)
        assert len(found) >= 4 * 6 * 3 * 2
        with store._database.read() as connection:
            kept = connection.scalar(select(func.count()).select_from(version)) + connection.scalar(
                select(func.count()).select_from(change)
            )
        assert len(found) == kept + 4 * 6 * 3


def test_a_version_entry_says_all_that_its_row_does() -> None:
    said = {field.name for field in fields(VersionEntry)} | {"item_id", "seen_at", "text_id", "extras", "extras_base"}
    assert set(version.c.keys()) <= said  # the text and the rest stand there by what they decode to
    told = {field.name for field in fields(ChangeEntry)}
    named = {"id": "change", "source_id": "source", "item_id": "release", "fields_touched": "fields"}
    named |= {"from_version": "before_version", "to_version": "after_version"}
    assert {named.get(name, name) for name in change.c.keys()} == told  # noqa: SIM118 - columns are not their names
