"""Promise: whoever alters a state on purpose, without its key, is found and told in plain words; and what cannot be found is known.

Each case is somebody who may write all files of a state, and knows how it is made. Single bytes at random: ``tampering``.
"""

import hashlib
import json
import random
import re
import shutil
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.archive import records
from service.archive.files import place_of
from service.ledger import canonical_bytes, entry_digest
from service.notes import note_from, notes_in
from service.signing import Signer, public_key
from service.store import chaining

from . import storing
from .attested import altered, made, opened, rechained, verified
from .storing import at, theirs

Deed = Callable[[Path], None]
_HEAD = 15  # entries of the first pass and of its raw pages
_FERRY, _VOTE, _BORDER, _ARCHIVE = 6, 7, 5, 1  # releases: a typo, a number, a "not", withdrawn


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = made(tmp_path_factory.mktemp("pristine"))
    if storing.environ(state):
        pytest.skip("files are altered: the state must be in them")
    shutil.copytree(state, state.parent / "older")
    with opened(state) as house:
        url = next(line.item_url for line in house.store.items() if line.id == _FERRY)
        house.store.mementos.keep(url, [theirs("one", at(-9))], datetime.now(UTC))
        house.evidence.attest()
    assert verified(state)[1] == []
    return state


@pytest.fixture
def state(pristine: Path, tmp_path: Path) -> Path:
    shutil.copytree(pristine.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / pristine.name


def sql(*statements: str) -> Deed:
    return lambda state: altered(state, *statements)


def then(*deeds: Deed) -> Deed:
    def do(state: Path) -> None:
        for deed in deeds:
            deed(state)

    return do


def another_record(old: bytes, new: bytes) -> Deed:
    """Put in the place of the raw page of a version a whole record of the same length that says something else, with digests that fit."""

    def do(state: Path) -> None:
        path, place = of_version(state, _VOTE, 1)
        data = path.read_bytes()
        packed = data[place.offset : place.offset + place.length]
        assert old in zlib.decompress(packed, 31)
        path.write_bytes(data.replace(packed, forged(packed, old, new)))

    return do


def of_version(state: Path, item: int, number: int):  # type: ignore[no-untyped-def] # a path and a place in it
    with opened(state) as house:
        url = next(line.item_url for line in house.store.items() if line.id == item)
        place = place_of(house.store.version_lines(url)[number - 1].snapshot)
    assert place is not None
    return state / "snapshots" / place.name, place


def forged(packed: bytes, old: bytes, new: bytes) -> bytes:
    """Return a record of the same length that says something else: its identity and its server's name are tried until it packs as small."""
    plain = zlib.decompress(packed, 31).replace(old, new)
    chance = random.Random(0)
    for _ in range(4000):
        identity = uuid.UUID(int=chance.getrandbits(128) >> chance.randrange(128)).urn.encode()
        server = bytes(chance.choices(b"abcdefghijklmnopqrstuvwxyz", k=chance.randrange(12)))
        said = re.sub(rb"urn:uuid:[^>]*", identity, plain, count=1)
        said = said.replace(b"Server: BaseHTTP/0.6"[: 8 + len(server)], b"Server: " + server, 1)
        head, _, block = said.removesuffix(b"\r\n\r\n").partition(b"\r\n\r\n")
        for name, covered in ((b"Block", block), (b"Payload", block.partition(b"\r\n\r\n")[2])):
            head = re.sub(rb"(WARC-%s-Digest: sha256:)\w+" % name, rb"\g<1>" + hashlib.sha256(covered).hexdigest().encode(), head)
        packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        made_up = packer.compress(head + b"\r\n\r\n" + block + b"\r\n\r\n") + packer.flush()
        if len(made_up) == len(packed):
            records.unpacked(made_up)
            return made_up
    raise AssertionError("no record of this length")


def cut_out(state: Path) -> None:
    """Take a record out of the middle of a file, whole."""
    path, place = of_version(state, _VOTE, 1)
    data = path.read_bytes()
    path.write_bytes(data[: place.offset] + data[place.offset + place.length :])


def moved_away(state: Path) -> None:
    """Say that a file was written anew, and put one in its place in which a page says something else."""
    path, _ = of_version(state, _VOTE, 1)
    another_record(b"15 observers", b"51 observers")(state)
    other = path.with_name(path.name.replace("-0001", "-0002"))
    path.rename(other)
    path.with_name(f"{path.name}.moved").write_text(json.dumps({"file": other.name, "records": {}}))


def a_file_more(state: Path) -> None:
    """Put a file of whole records in beside the others."""
    path, _ = of_version(state, _VOTE, 1)
    another = path.with_name("2027-01-01T00-00-00Z-0001.warc.gz")
    another.write_bytes(path.read_bytes())


def unsigned(state: Path) -> None:
    """Take all signatures away."""
    altered(state, "DELETE FROM checkpoint")
    (state / "checkpoints.txt").unlink()


def signed_anew(state: Path) -> None:
    with opened(state) as house:
        house.evidence.attest()


def of_another_key(state: Path) -> None:
    (state / "ledger.key").unlink()
    Signer(state / "ledger.key")


def renumbered(state: Path) -> None:
    """Take a change out with its entry and close the gap, all digests made anew."""
    altered(
        state,
        "CREATE TEMP TABLE gap AS SELECT number FROM ledger WHERE change_id = 2",
        "DELETE FROM ledger WHERE change_id = 2",
        "DELETE FROM change WHERE id = 2",
        "UPDATE ledger SET number = number + 1000 WHERE number > (SELECT number FROM gap)",
        "UPDATE ledger SET number = number - 1001 WHERE number > 1000",
    )
    rechained(state)


def said_by_itself(table: str, where: str) -> Deed:
    """Take a row away, and have its entry say itself what it said, so that every digest fits."""

    def do(state: Path) -> None:
        with opened(state) as house:
            about = {"change": "change 2", "version": "version 2 of"}[table]
            (entry,) = [one.entry for one in house.store.audit.entries() if one.about.startswith(about) and where in repr(one.entry)]
        assert entry is not None
        said = canonical_bytes(entry).hex()
        altered(
            state,
            f"UPDATE ledger SET kind = 'file', item_id = NULL, version = NULL, change_id = NULL, said = CAST(x'{said}' AS TEXT) "
            f"WHERE digest = x'{entry_digest(entry)}'",
            *({"change": ("DELETE FROM change WHERE id = 2",), "version": _WITHOUT_THE_TOMBSTONE}[table]),
        )

    return do


_WITHOUT_THE_TOMBSTONE = (
    f"DELETE FROM version WHERE item_id = {_ARCHIVE} AND number = 2",
    f"UPDATE item SET versions = 1, state = 'live' WHERE id = {_ARCHIVE}",
)


def set_back(state: Path) -> None:
    """Put an older state in the place of all of it."""
    shutil.rmtree(state)
    shutil.copytree(state.parent / "older", state)


def set_back_but_for_the_copy(state: Path) -> None:
    newer = (state / "checkpoints.txt").read_bytes()
    set_back(state)
    (state / "checkpoints.txt").write_bytes(newer)


def a_forged_change(state: Path) -> None:
    """Put a change in, with an entry at the end of the chain: the chain is no secret."""
    columns = "source_id, item_id, {}, significance, classes, declared, fields_touched, not_after, detected_at, words_added, {}"
    names, values = columns.format("kind", "words_removed, summary"), columns.format("'moved'", "0, 'never happened'")
    altered(state, f"INSERT INTO change ({names}) SELECT {values} FROM change WHERE id = 2")
    with opened(state) as house, house.store._database.write() as connection:
        chaining.write_entries(connection, [], [connection.exec_driver_sql("SELECT max(id) FROM change").scalar_one()])


_SWAPPED = (
    "UPDATE ledger SET number = 1000 WHERE number = 5",
    "UPDATE ledger SET number = 5 WHERE number = 6",
    "UPDATE ledger SET number = 6 WHERE number = 1000",
)
_OF_VOTE = f"item_id = {_VOTE} AND number"
_NEWEST, _OLDEST = "(SELECT max(number) FROM checkpoint)", "(SELECT min(number) FROM checkpoint)"

FOUND: dict[str, tuple[Deed, str, str]] = {
    "two entries swapped": (sql(*_SWAPPED), "chain", "does not follow from the one before it"),
    "two entries swapped, chained anew": (then(sql(*_SWAPPED), rechained), "checkpoint", "speaks of another chain"),
    "the last entries cut off": (
        sql("DELETE FROM ledger WHERE number > 24", "DELETE FROM checkpoint WHERE number > 24"),
        "unentered", "no entry of the ledger tells of",
    ),
    "all set back, but for the copy of the checkpoints": (set_back_but_for_the_copy, "checkpoint-file", "are no checkpoint of this ledger"),
    "a change taken out of the chain, chained anew": (renumbered, "checkpoint", "speaks of another chain"),
    "a change taken away, its entry kept": (sql("DELETE FROM change WHERE id = 2"), "lost", "the change is not there"),
    "a change taken away, its entry saying it": (said_by_itself("change", "51"), "altered", "points at something else than what it says"),
    "a withdrawal taken away, its entry saying it": (
        said_by_itself("version", "tombstone"), "altered", "points at something else than what it says",
    ),
    "an entry saying what its row says": (sql("UPDATE ledger SET said = '{}' WHERE change_id = 1"), "altered", "points at something else"),
    "an entry pointing at two things": (sql("UPDATE ledger SET memento_id = 7 WHERE change_id = 1"), "altered", "points at something else"),
    "a version put in": (
        sql(f"INSERT INTO version SELECT item_id, 3, text_id, reason, seen_at, title, published, rule, content, exact, body, snapshot, "
            f"extras, extras_base FROM version WHERE {_OF_VOTE} = 2"),
        "unentered", "version 3 of release 7",
    ),
    "a version of another release": (sql(f"UPDATE version SET item_id = 2 WHERE {_OF_VOTE} = 2"), "lost", "the version is not there"),
    "a version of another release, with its entry": (
        sql(f"UPDATE version SET item_id = 2 WHERE {_OF_VOTE} = 2",
            f"UPDATE ledger SET item_id = 2 WHERE item_id = {_VOTE} AND version = 2",
            "UPDATE item SET versions = 2, baseline = 2 WHERE id = 2", f"UPDATE item SET versions = 1, baseline = 1 WHERE id = {_VOTE}"),
        "altered", "is not what was recorded",
    ),
    "a version with the text of another": (
        sql(f"UPDATE version SET text_id = (SELECT text_id FROM version WHERE {_OF_VOTE} = 1) WHERE {_OF_VOTE} = 2"), "text", "fingerprint",
    ),
    "a version with another raw page": (
        sql(f"UPDATE version SET snapshot = (SELECT snapshot FROM version WHERE {_OF_VOTE} = 1) WHERE {_OF_VOTE} = 2"),
        "altered", "is not what was recorded",
    ),
    "the same, chained anew": (
        then(sql(f"UPDATE version SET snapshot = (SELECT snapshot FROM version WHERE {_OF_VOTE} = 1) WHERE {_OF_VOTE} = 2"), rechained),
        "checkpoint", "speaks of another chain",
    ),
    "the texts of two versions swapped": (
        sql("UPDATE text SET data = (SELECT data FROM text WHERE id = 2) WHERE id = 1"),
        "text", "does not have the digest it is kept under",
    ),
    "a change made harmless": (
        sql("""UPDATE change SET significance = 'cosmetic', classes = '["typo"]' WHERE id = 2"""),
        "altered", "change 2 is not what was recorded",
    ),
    "a change between other versions": (sql("UPDATE change SET from_version = 2 WHERE id = 2"), "altered", "not of its kind"),
    "a change seen earlier": (sql("UPDATE change SET not_before = '2026-01-01 00:00:00.000000' WHERE id = 2"), "altered", "change 2"),
    "the summary of a change, chained anew": (
        then(sql("UPDATE change SET summary = 'nothing' WHERE id = 2"), rechained), "checkpoint", "speaks of another chain",
    ),
    "a withdrawn release shown as live": (sql(f"UPDATE item SET state = 'live' WHERE id = {_ARCHIVE}"), "numbering", "its last version"),
    "a live release shown as withdrawn": (sql(f"UPDATE item SET state = 'withdrawn' WHERE id = {_VOTE}"), "numbering", "its last version"),
    "an address leading to another release": (
        sql(f"UPDATE address SET item_id = {_FERRY} WHERE item_id = {_VOTE}"), "address", "release 7 is not what is found at its address",
    ),
    "a capture of others of another moment": (
        sql("UPDATE memento SET captured_at = '2020-01-01 00:00:00.000000'"), "altered", "memento 1 is not what was recorded",
    ),
    "a raw page replaced by a whole one of its length": (
        another_record(b"15 observers", b"51 observers"), "raw-page", "have another digest",
    ),
    "the same, as its file tells": (another_record(b"15 observers", b"51 observers"), "raw-file", "are not those that the ledger knows"),
    "another server": (another_record(b"IP-Address: 127.0.0.1", b"IP-Address: 127.0.0.9"), "raw-page", "have another digest"),
    "another address asked for": (
        another_record(b"Asked-URI: http://127.0.0.1", b"Asked-URI: http://127.0.0.9"), "raw-page", "have another digest",
    ),
    "a record cut out": (cut_out, "raw-page", "have another digest"),
    "a file said to have been written anew": (moved_away, "raw-page", "have another digest"),
    "an old checkpoint in the place of the newest": (
        sql(f"UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE number = {_OLDEST}) WHERE number = {_NEWEST}"),
        "checkpoint", f"speaks of entry {_HEAD}",
    ),
    "the newest checkpoint taken away": (sql(f"DELETE FROM checkpoint WHERE number = {_NEWEST}"), "checkpoint-file", "are no checkpoint"),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_is_found_and_told(state: Path, name: str) -> None:
    deed, sort, words = FOUND[name]
    deed(state)
    told = verified(state)[1]
    assert any(one.startswith(f"{sort}: ") and words in one for one in told), told


@dataclass(frozen=True)
class Unseen:
    """What ``verify`` alone takes for whole: what it notes besides, and whether a checkpoint kept elsewhere, or the key, tells."""

    deed: Deed
    note: str = ""
    kept_tells: bool = True
    key_tells: bool = False


_LATER = "UPDATE change SET summary = 'nothing', detected_at = '2026-01-01 00:00:00.000000'"  # as if found long ago
UNSEEN = {
    "an older state, whole": Unseen(set_back),
    "another ledger, its signatures taken away": Unseen(then(sql(_LATER), rechained, unsigned), "are not signed yet"),
    "the same, signed by the daemon": Unseen(then(sql(_LATER), rechained, unsigned, signed_anew), "more than a day after"),
    "another ledger, signed with another key": Unseen(
        then(sql(_LATER), rechained, unsigned, of_another_key, signed_anew), "", key_tells=True
    ),
    "a change that never happened, at the end": Unseen(a_forged_change, "the last 1 entries are not signed yet", kept_tells=False),
    "a file of raw pages more": Unseen(a_file_more, kept_tells=False),
    "until when a version was seen": Unseen(
        sql("UPDATE observation SET last_at = '2027-01-01 00:00:00.000000', count = 99"), kept_tells=False
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_cannot_be_found_by_the_state_alone(state: Path, name: str) -> None:
    """``docs/evidence.md`` says so, and what to do."""
    kept = list(map(note_from, notes_in((state / "checkpoints.txt").read_text("utf-8"))))[-1]
    key = public_key(state / "ledger.key")
    unseen = UNSEEN[name]
    unseen.deed(state)
    done, told = verified(state)
    assert told == [] and any(unseen.note in note for note in ["", *done.notes]), done.notes
    assert bool(verified(state, seen=[kept])[1]) == unseen.kept_tells
    assert bool(verified(state, public=key)[1]) == unseen.key_tells
