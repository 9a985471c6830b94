"""Promise: ``presswatch verify`` holds where nothing was altered, and names whatever was, wherever it was."""

import json
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from service.doors.cli import main
from service.ledger import proven
from service.models import ChangeFilter
from service.notes import key_from, key_shown, note_from, notes_in, signed, text_of
from service.signing import Signer, is_signed, public_key
from service.stamping import why_not
from service.store import Store
from service.verifying import Place, Proofs, verify

from . import storing
from .attested import altered, made, opened, rechained, verified
from .storing import DATABASES, Shelf, at, news, restored, withdrawn
from .tampering import FILE, Tampering, state_of


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("pristine"))


@pytest.fixture
def state(pristine: Path, tmp_path: Path) -> Path:
    if storing.environ(pristine):
        pytest.skip("files are altered: the state must be in them")
    shutil.copytree(pristine.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / pristine.name


@dataclass(frozen=True)
class Shown:
    code: int
    out: str
    err: str


Presswatch = Callable[..., Shown]


@pytest.fixture
def presswatch(capfd: pytest.CaptureFixture[str]) -> Presswatch:
    def run(state: Path, *args: str) -> Shown:
        code = main(["--state", str(state), "--config", str(state.parent / "config"), "verify", *args])
        return Shown(code, *capfd.readouterr())

    return run


def test_a_state_that_nobody_altered_holds(pristine: Path) -> None:
    done, told = verified(pristine)
    assert told == [] and done.notes == []
    assert done.counts["versions"] >= 12 and done.counts["changes"] >= 4 and done.counts["checkpoints"] >= 5
    assert done.newest is not None and (done.newest.number, done.newest.chain) == done.head
    assert done.counts["bytes"] == sum(path.stat().st_size for path in (pristine / "snapshots").iterdir())


@pytest.fixture(scope="module")
def tampering(tmp_path_factory: pytest.TempPathFactory) -> Tampering:
    state = tmp_path_factory.mktemp("tampered")
    if storing.environ(state):
        pytest.skip("files are altered: the state must be in them")
    return Tampering(state_of(state), seed=20261122)


def test_finds_any_byte_that_is_altered(tampering: Tampering) -> None:
    """The whole is ``python -m tests.tampering --count 1000``."""
    assert [str(one) for one, found in tampering.run(40) if found is False] == []


@pytest.mark.parametrize(
    ("statement", "sort"),
    [
        ("UPDATE version SET title = 'Another title' WHERE number = 2", "altered"),
        ("UPDATE change SET summary = 'nothing happened' WHERE id = 1", "altered"),
        ("UPDATE change SET detected_at = '2001-01-01 00:00:00.000000' WHERE id = 1", "altered"),
        ("DELETE FROM version WHERE number = 2", "lost"),
        ("DELETE FROM change WHERE id = 2", "lost"),
        ("DELETE FROM ledger WHERE number = 5", "chain"),
        ("DELETE FROM ledger WHERE number > 25", "unentered"),
        ("UPDATE ledger SET digest = zeroblob(32) WHERE number = 3", "chain"),
        ("UPDATE item SET url = 'https://elsewhere.example/' WHERE id = 1", "lost"),
        ("UPDATE item SET versions = versions + 1 WHERE id = 1", "numbering"),
        ("UPDATE text SET size = size + 1 WHERE id = 1", "text"),
        ("UPDATE version SET body = zeroblob(32) WHERE number = 2", "text"),
        ("UPDATE checkpoint SET note = replace(note, '2026', '2025') WHERE number = (SELECT min(number) FROM checkpoint)", "checkpoint"),
        ("UPDATE source SET slug = 'another'", "lost"),
        ("UPDATE version SET snapshot = '' WHERE number = 2", "altered"),
    ],
)
def test_names_what_was_done_to_the_database(state: Path, statement: str, sort: str) -> None:
    altered(state, statement)
    done, told = verified(state)
    assert done.flaws[sort], told


def test_whoever_rewrites_the_whole_chain_is_found_by_the_signatures(state: Path) -> None:
    """An entry altered, and all digests behind it made anew: only the key is missing."""
    altered(state, "UPDATE change SET summary = 'nothing happened' WHERE id = 1")
    rechained(state)
    done, told = verified(state)
    assert set(done.flaws) == {"checkpoint"}, told


class TestRawPages:
    def page(self, state: Path) -> Path:
        (path,) = (state / "snapshots").iterdir()
        return path

    def test_that_are_gone_are_missed_where_the_ledger_speaks_of_them(self, state: Path) -> None:
        self.page(state).unlink()
        done, told = verified(state)
        assert done.flaws["raw-page"] >= 8 and "is not there" in told[0]

    def test_of_the_time_before_the_ledger_may_be_gone(self, tmp_path: Path) -> None:
        store = Store.open(tmp_path / "state" / FILE)
        Shelf(store).write(at(0), news("a", "one", at(0)))  # its pointer has no digest
        store.close()
        (tmp_path / "config").mkdir()
        if storing.environ(tmp_path / "state"):
            pytest.skip("the state must be in a file")
        done, told = verified(tmp_path / "state")
        assert told == [] and any("older than the ledger" in note for note in done.notes)

    def test_that_are_cut_off_or_grown(self, state: Path) -> None:
        path, data = self.page(state), self.page(state).read_bytes()
        path.write_bytes(data[:-7])
        assert verified(state)[0].flaws["raw-file"]
        path.write_bytes(data + b"x")
        assert [words for words in verified(state)[1] if "cannot be read" in words]

    @pytest.mark.parametrize("place", [4, 8, 9, 40])
    def test_heads_that_say_nothing_count_too(self, state: Path, place: int) -> None:
        path, data = self.page(state), bytearray(self.page(state).read_bytes())
        data[place] ^= 1
        path.write_bytes(data)
        assert verified(state)[0].flaws["raw-file"]


class TestCheckpoints:
    def test_are_notes_that_others_can_read(self, pristine: Path) -> None:
        """As golang.org/x/mod/sumdb/note and C2SP have it: the key's name and hash, then the signature, over the lines above."""
        key = public_key(pristine / "ledger.key")
        assert key is not None and key_from(key_shown(key)) == key and len(key) == 32
        written = list(notes_in((pristine / "checkpoints.txt").read_text()))
        for one in written:
            note = note_from(one)
            assert is_signed(key, note.text, note.signature) and not is_signed(key, note.text + " ", note.signature)
            assert one == signed(note.text, key, note.signature) and note.text == text_of(note.number, note.chain, note.signed_at)
        assert len(written) >= 5

    def test_the_key_is_its_owners_alone_and_is_made_once(self, tmp_path: Path) -> None:
        path = tmp_path / "ledger.key"
        assert Signer(path).public == Signer(path).public == public_key(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and [one.name for one in tmp_path.iterdir()] == ["ledger.key"]

    def test_a_copy_that_lags_or_was_torn_is_brought_up_to_date(self, state: Path) -> None:
        path = state / "checkpoints.txt"
        whole = path.read_bytes()
        for left in (0, 50, len(whole) - 1, len(whole) - 120):
            path.write_bytes(whole[:left])
            assert verified(state)[1] == []
            with opened(state) as house:
                house.evidence.notary.sign()
            assert path.read_bytes() == whole

    def test_nothing_new_is_nothing_signed(self, state: Path) -> None:
        with opened(state) as house:
            assert house.evidence.notary.swear() == 0 and house.evidence.notary.sign() is None

    def test_one_that_somebody_else_kept_must_lie_on_the_way(self, state: Path, presswatch: Presswatch) -> None:
        kept = state.parent / "kept.txt"
        shutil.copy(state / "checkpoints.txt", kept)
        assert presswatch(state, "--checkpoint", str(kept)).code == 0
        seen = note_from(list(notes_in(kept.read_text()))[-1])
        altered(state, f"DELETE FROM checkpoint WHERE number = {seen.number}", f"DELETE FROM ledger WHERE number = {seen.number}")
        (state / "checkpoints.txt").unlink()
        shown = presswatch(state, "--checkpoint", str(kept))
        assert shown.code == 1 and f"speaks of entry {seen.number}" in shown.out

    def test_of_two_that_were_kept_of_one_entry_both_are_held_against_it(self, pristine: Path) -> None:
        note = note_from(list(notes_in((pristine / "checkpoints.txt").read_text("utf-8")))[-1])
        other = replace(note, chain="00" * 32)
        assert verified(pristine, seen=[note])[1] == []
        for seen in ([other, note], [note, other]):
            assert [one for one in verified(pristine, seen=seen)[1] if "speaks of another chain" in one]

    def test_of_another_key_are_told_of_and_do_not_hold_for_whoever_relies_on_one(self, state: Path, presswatch: Presswatch) -> None:
        (state / "ledger.key").unlink()
        Signer(state / "ledger.key")
        done, told = verified(state)
        assert told == [] and "signed with another key" in done.notes[0]
        with opened(state) as house:
            own = house.evidence.key_shown()
        shown = presswatch(state, "--key", own)
        assert shown.code == 1 and "another key" in shown.out


class TestProofs:
    def test_lead_from_a_change_and_its_versions_to_a_signed_checkpoint(self, pristine: Path) -> None:
        with opened(pristine) as house:
            lines = [line for line in house.store.changes(ChangeFilter()) if line.kind == "edited"]
            assert lines
            for line in lines:
                proofs = house.store.checkpoints.proofs(line.id)
                assert [json.loads(proof.entry)["entry"] for proof in proofs] == ["release", "version", "version", "change"]
                for proof in proofs:
                    note = note_from(proof.checkpoint)
                    assert proven(proof) == (note.number, note.chain) and is_signed(bytes.fromhex(proof.key), note.text, note.signature)

    def test_of_nothing_are_none(self, pristine: Path) -> None:
        with opened(pristine) as house:
            assert house.store.checkpoints.proofs(10**9) == ()


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from storing.opened(request.param, tmp_path)


def test_is_the_same_on_both_databases(store: Store, tmp_path: Path) -> None:
    shelf = Shelf(store)
    shelf.write(at(0), *(news(name, f"{name} says", at(0)) for name in "abc"))
    shelf.edit("a", "three", at(1))
    shelf.write(at(2), withdrawn(shelf.item("a"), at(2)))
    shelf.write(at(3), restored(shelf.item("a"), at(3)))
    told: list[str] = []
    place = Place(tmp_path / "raw", tmp_path / "checkpoints.txt")
    proofs = Proofs(is_signed, lambda answer, note: why_not(answer, note, ()))
    verify(store, place, proofs, lambda flaw: told.append(flaw.sort))
    assert told == []
    with pytest.raises(ZeroDivisionError), store._database.write() as connection:
        connection.execute(text(f"DROP TRIGGER change_no_update{'' if connection.dialect.name == 'sqlite' else ' ON change'}"))
        connection.execute(text("UPDATE change SET words_added = 77 WHERE id = (SELECT min(id) FROM change)"))
        store.audit._database = Within(connection)  # type: ignore[assignment] # it only reads
        verify(store, place, proofs, lambda flaw: told.append(flaw.sort))
        raise ZeroDivisionError  # and all is as it was
    assert told == ["altered"]


class Within:
    """A database as a transaction sees it that is not over."""

    on_sqlite = False

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self.connection


class TestCommand:
    def test_says_so(self, state: Path, presswatch: Presswatch) -> None:
        shown = presswatch(state)
        assert shown.code == 0 and shown.out.endswith("everything holds\n") and "key          presswatch/ledger+" in shown.out
        told = json.loads(presswatch(state, "--json").out)
        assert told["holds"] and told["flaws"] == [] and told["entries"] == told["number"]

    def test_says_what_it_means_and_what_to_do(self, state: Path, presswatch: Presswatch) -> None:
        altered(state, "UPDATE change SET summary = 'nothing happened'")
        shown = presswatch(state)
        assert shown.code == 1 and shown.out.count("DOES NOT HOLD  change") == 4 and shown.out.count("to do:") == 1
        told = json.loads(presswatch(state, "--json").out)
        assert not told["holds"] and told["flaws_found"] == 4 and set(told["flaws"][0]) == {"sort", "what", "where", "means", "todo"}

    def test_a_folder_without_a_state_does_not_hold_for_lack_of_anything_wrong(self, tmp_path: Path, presswatch: Presswatch) -> None:
        (tmp_path / "config").mkdir()
        if storing.environ(tmp_path / "state"):
            pytest.skip("the state must be in a file")
        shown = presswatch(tmp_path / "state")
        assert shown.code == 2 and "nothing to verify" in shown.err and not (tmp_path / "state").exists()
        Store.open(tmp_path / "state" / FILE).close()
        shown = presswatch(tmp_path / "state")
        assert shown.code == 0 and shown.out.endswith("nothing was recorded yet\n")

    @pytest.mark.parametrize("args", [("--key", "x"), ("--checkpoint", __file__)])
    def test_what_it_cannot_use_is_told(self, state: Path, presswatch: Presswatch, args: tuple[str, str]) -> None:
        shown = presswatch(state, *args)
        assert shown.code == 2 and "presswatch" in shown.err and "Traceback" not in shown.err
