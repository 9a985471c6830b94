"""Promise: however much is found at once, the way from an entry to a signature stays short."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.archive.audit import RawFiles
from service.ledger import proven
from service.models import ChangeFilter, FileEntry, SignedNote
from service.notary import Notary
from service.notebook import Notebook
from service.notes import note_from, notes_in
from service.signing import Signer, is_signed, public_key
from service.store import Store
from service.verifying import Place, Proofs, verify

from . import storing
from .conftest import HandClock
from .storing import DATABASES, Shelf, at, news, withdrawn

APART = 100


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from storing.opened(request.param, tmp_path)


@pytest.fixture
def notary(store: Store, tmp_path: Path) -> Notary:
    notebook, raw = Notebook(tmp_path / "checkpoints.txt"), RawFiles(tmp_path / "raw")
    return Notary(store, lambda: Signer(tmp_path / "ledger.key"), HandClock(datetime(2026, 11, 22, tzinfo=UTC)), notebook, raw)


def numbers(store: Store) -> list[int]:
    return [one.number for one in store.checkpoints.after(0, 10**6)]


def test_many_entries_at_once_are_signed_by_the_hundred(store: Store, notary: Notary, tmp_path: Path) -> None:
    """The release of the first entry of all, and that of the last, and both versions of a change in the middle."""
    shelf = Shelf(store)
    shelf.write(at(0), *(news(f"r{number}", f"text {number}", at(0)) for number in range(130)))
    shelf.write(at(1), withdrawn(shelf.item("r60"), at(1)))
    assert notary.sign() == 262 and numbers(store) == [100, 200, 262]
    assert [note_from(note).number for note in notes_in((tmp_path / "checkpoints.txt").read_text("utf-8"))] == numbers(store)
    (told,) = store.changes(ChangeFilter())
    proofs = store.checkpoints.proofs(told.id)
    assert len(proofs) == 4 and all(len(proof.after) < APART for proof in proofs)
    for proof in proofs:
        note = note_from(proof.checkpoint)
        assert proven(proof) == (note.number, note.chain) and is_signed(bytes.fromhex(proof.key), note.text, note.signature)
    place = Place(tmp_path / "raw", tmp_path / "checkpoints.txt", public_key(tmp_path / "ledger.key"), strict=True)
    assert verify(store, place, Proofs(is_signed, lambda answer, note: None)).counts["checkpoints"] == 3


def test_what_is_not_signed_yet_is_proven_by_nothing_and_costs_nothing(store: Store) -> None:
    shelf = Shelf(store)
    shelf.write(at(0), *(news(f"r{number}", f"text {number}", at(0)) for number in range(APART)))
    shelf.write(at(1), withdrawn(shelf.item("r0"), at(1)))
    (told,) = store.changes(ChangeFilter())
    assert {(proof.after, proof.checkpoint, proof.key) for proof in store.checkpoints.proofs(told.id)} == {((), "", "")}


def test_more_than_one_portion_is_signed(store: Store, notary: Notary) -> None:
    store.checkpoints.swear([FileEntry("x.warc.gz", number, "00" * 32) for number in range(201 * APART + 1)])
    assert notary.sign() == 201 * APART + 1
    assert numbers(store) == [*range(APART, 202 * APART, APART), 201 * APART + 1] and notary.sign() is None


def test_of_two_that_sign_at_once_the_slower_puts_nothing_before_what_was_copied(store: Store, notary: Notary) -> None:
    Shelf(store).write(at(0), *(news(f"r{number}", f"text {number}", at(0)) for number in range(20)))
    assert notary.sign() == 40
    store.checkpoints.write([SignedNote(30, "a note of whoever saw thirty entries", "00" * 32)])
    assert numbers(store) == [40]
