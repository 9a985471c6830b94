"""Promise: where an authority is named, it witnesses checkpoints; where it cannot, nothing else waits for it."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from service.archive.audit import RawFiles
from service.errors import ConfigError, ConfigErrors, Unreadable
from service.fetch import deliver
from service.models import EvidenceSettings, FetchSettings
from service.notary import Notary
from service.notebook import Notebook
from service.settings import load
from service.signing import Signer, is_signed
from service.stamping import question, roots_in, stamped_at, why_not
from service.store import Store
from service.verifying import Place, Proofs, verify
from service.witness import Witness

from .authority import Authority, authority
from .conftest import HandClock
from .storing import Shelf, at, news, opened


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority(tmp_path_factory.mktemp("tsa")) as one:
        yield one


@pytest.fixture(autouse=True)
def fresh(request: pytest.FixtureRequest) -> None:
    if "tsa" in request.fixturenames:
        one = request.getfixturevalue("tsa")
        one.asked, one.status, one.answer = 0, 200, b""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    yield from opened("sqlite", tmp_path)


def checkpoint(store: Store, folder: Path, number: float) -> str:
    """Write something, sign it, and return the note."""
    Shelf(store).write(at(number), news(f"r{number}", f"text {number}", at(number)))
    clock = HandClock(at(number))
    notary = Notary(store, lambda: Signer(folder / "ledger.key"), clock, Notebook(folder / "checkpoints.txt"), RawFiles(folder / "raw"))
    assert notary.sign()
    newest = store.checkpoints.newest()
    assert newest is not None
    return newest.note


def witness(store: Store, clock: HandClock, url: str, *, private: bool = True) -> Witness:
    ask = partial(deliver, settings=FetchSettings(allow_private_hosts=private), clock=clock, wanted=1 << 16)
    return Witness(store, clock, EvidenceSettings(timestamp_url=url), ask)


def test_the_newest_checkpoint_is_witnessed_once_and_not_too_often(store: Store, tmp_path: Path, tsa: Authority) -> None:
    clock = HandClock(at(1))
    one = witness(store, clock, tsa.url)
    assert one.turn() is None and tsa.asked == 0  # nothing to witness
    note = checkpoint(store, tmp_path, 1)
    assert one.turn() == 2 and one.turn() is None and tsa.asked == 1
    newest = store.checkpoints.newest()
    assert newest is not None and newest.stamp is not None
    assert tsa.is_of(newest.stamp, note.encode()) and not tsa.is_of(newest.stamp, note.encode() + b"x")  # as openssl has it
    checkpoint(store, tmp_path, 1.5)  # half an hour later
    clock.moment += timedelta(minutes=30)
    assert one.turn() is None and tsa.asked == 1
    clock.moment += timedelta(minutes=31)
    assert one.turn() == 4 and tsa.asked == 2


def test_without_an_authority_nobody_is_asked(store: Store, tmp_path: Path) -> None:
    checkpoint(store, tmp_path, 1)
    assert witness(store, HandClock(at(1)), "").turn() is None


@pytest.mark.parametrize("trouble", ["closed", "refused", "error", "page", "other", "long"])
def test_one_that_does_not_answer_is_asked_again_later(store: Store, tmp_path: Path, tsa: Authority, trouble: str) -> None:
    checkpoint(store, tmp_path, 1)
    clock, url = HandClock(at(1)), tsa.url
    if trouble == "other":
        tsa.answer = tsa.reply(question("another note")[0])
    tsa.answer = {"page": b"<html>Moved", "long": b"x" * 70_000}.get(trouble, tsa.answer)
    tsa.status = 503 if trouble == "error" else 200
    one = witness(store, clock, "http://127.0.0.1:9/" if trouble == "closed" else url, private=trouble != "refused")
    assert one.turn() is None
    asked = tsa.asked
    assert one.turn() is None and tsa.asked == asked  # not at once
    tsa.status, tsa.answer = 200, b""
    clock.moment += timedelta(minutes=2)
    assert (one.turn() is not None) == (trouble not in ("closed", "refused"))


def test_the_pauses_grow(store: Store, tmp_path: Path, tsa: Authority) -> None:
    checkpoint(store, tmp_path, 1)
    tsa.status = 503
    clock = HandClock(at(1))
    one = witness(store, clock, tsa.url)
    for _ in range(24 * 60):
        one.turn()
        clock.moment += timedelta(minutes=1)
    assert 8 <= tsa.asked <= 14


class TestAnswers:
    NOTE = "presswatch/ledger\n1\n"

    def test_hold_for_whoever_trusts_the_root(self, tsa: Authority, tmp_path: Path) -> None:
        asked, nonce = question(self.NOTE)
        answer = tsa.reply(asked)
        assert abs(stamped_at(answer, self.NOTE, nonce).timestamp() - tsa.root.stat().st_mtime) < 3600
        assert why_not(answer, self.NOTE, roots_in(str(tsa.root))) is None
        with authority(tmp_path) as other:
            assert why_not(answer, self.NOTE, roots_in(str(other.root)))

    def test_of_something_else_do_not(self, tsa: Authority) -> None:
        answer = tsa.reply(question(self.NOTE)[0])
        assert "something else" in (why_not(answer, self.NOTE + " ", ()) or "")
        with pytest.raises(Unreadable, match="another question"):
            stamped_at(answer, self.NOTE, 1)
        with pytest.raises(Unreadable, match="not the answer"):
            stamped_at(answer[:-40], self.NOTE)

    def test_that_refuse_say_so(self, tsa: Authority) -> None:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

        answer = tsa.reply(TimestampRequestBuilder(self.NOTE.encode(), HashAlgorithm.SHA512).build().as_bytes())
        with pytest.raises(Unreadable, match="not supported"):
            stamped_at(answer, self.NOTE)

    def test_a_file_without_certificates_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="timestamp_roots"):
            roots_in(str(tmp_path / "none.pem"))


def test_verify_looks_at_them(store: Store, tmp_path: Path, tsa: Authority) -> None:
    checkpoint(store, tmp_path, 1)
    witness(store, HandClock(at(1)), tsa.url).turn()
    place = Place(tmp_path / "raw", tmp_path / "checkpoints.txt")
    roots = roots_in(str(tsa.root))
    done = verify(store, place, Proofs(is_signed, lambda answer, note: why_not(answer, note, roots), trusts=True))
    assert done.holds and done.counts["stamps"] == 1
    done = verify(store, place, Proofs(is_signed, lambda answer, note: why_not(answer, f"{note}x", roots), trusts=True))
    assert done.flaws == {"stamp": 1}


def test_settings_that_cannot_be_are_told(tmp_path: Path) -> None:
    (tmp_path / "presswatch.toml").write_text('[evidence]\ntimestamp_url = "ftp://tsa.example"\n')
    with pytest.raises(ConfigErrors, match="timestamp_url"):
        load(tmp_path, {})
