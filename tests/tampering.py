"""Bytes altered at random, one at a time, in all that ``presswatch verify`` covers: how many of them it finds.

    python -m tests.tampering --count 1000

Covered is every byte of every value in the columns of ``COVERED``, of the files of raw pages, of ``checkpoints.txt``, and every byte of the
database's file that makes such a value another one. Not covered are values that presswatch works with and that prove nothing (when
to look next, statistics, what can be searched), free pages, and spellings of one and the same compressed text: an alteration after which
every value reads as before is none, is counted apart, and another one is made in its place.
"""

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.errors import PresswatchError
from service.stamping import question
from service.store import Store

from .attested import made, opened, verified
from .authority import Authority
from .storing import Shelf, at, theirs, url
from .test_migrations import fill

COVERED = {
    "version": None,
    "change": None,
    "text": None,
    "dictionary": None,
    "ledger": None,
    "checkpoint": None,
    "stamp": None,
    "memento": None,
    "item": ("id", "source_id", "url", "versions", "baseline"),
    "source": ("id", "slug"),
}
SPELT = {("text", "data"), ("text", "base_id"), ("version", "extras"), ("version", "extras_base"), ("dictionary", "data")}
SPELT |= {("memento", "displayed"), ("memento", "rest")}
LEDGER = ("ledger", "checkpoint", "stamp")
SORTS = ("database", "raw pages", "ledger", "file of the database")
FILE = "presswatch.db"


def state_of(folder: Path) -> Path:
    """Make a state of every kind of thing: raw pages, edits, withdrawals, a dictionary, what is older than the ledger."""
    state = made(folder)
    store = Store.open(state / FILE)
    fill(Shelf(store))
    store.mementos.keep(url("r3"), [theirs("one", at(-9)), theirs("two", at(-8))], at(9))
    if shutil.which("openssl") is not None:
        signed = store.checkpoints.after(0, 1)[0]
        (folder / "tsa").mkdir()
        answer = Authority(folder / "tsa").reply(question(signed.note)[0])
        store.checkpoints.write_stamp(signed.number, "https://tsa.example/", answer, at(9))
        shutil.rmtree(folder / "tsa")
    store.close()
    with opened(state) as house:
        house.evidence.attest()
    with closing(sqlite3.connect(state / FILE)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    return state


@dataclass(frozen=True)
class Alteration:
    """A byte to be altered: of a value (``place`` is its table, column and row), or of a file."""

    sort: str
    place: tuple[str, str, int] | Path
    offset: int
    mask: int

    def __str__(self) -> str:
        place = self.place.name if isinstance(self.place, Path) else ".".join(map(str, self.place))
        return f"{self.sort}: byte {self.offset} of {place}, by {self.mask:#04x}"


class Tampering:
    """Alters copies of a state, and looks whether that is found."""

    def __init__(self, state: Path, seed: int) -> None:
        self.state = state
        self.random = random.Random(seed)
        self.values = {sort: list(_values(state / FILE, sort)) for sort in ("database", "ledger")}
        self.before = _read(state / FILE)
        done, told = verified(state)
        assert done.holds, told  # or whatever is altered would be "found"

    def run(self, count: int) -> Iterator[tuple[Alteration, bool | None]]:
        """Yield so many alterations with whether each was found; besides, those that altered nothing, with None."""
        done = 0
        while done < count:
            one = self.any(SORTS[done % len(SORTS)])
            found = self.is_found(one)
            done += found is not None
            yield one, found

    def any(self, sort: str) -> Alteration:
        mask = self.random.randrange(1, 256)
        if sort in self.values and not (sort == "ledger" and self.random.random() < 0.3):
            *place, size = self.random.choices(self.values[sort], weights=[value[-1] for value in self.values[sort]])[0]
            return Alteration(sort, tuple(place), self.random.randrange(size), mask)
        path = {"raw pages": self.raw_page(), "ledger": self.state / "checkpoints.txt"}.get(sort, self.state / FILE)
        return Alteration(sort, path, self.random.randrange(path.stat().st_size), mask)

    def raw_page(self) -> Path:
        paths = sorted((self.state / "snapshots").iterdir())
        return self.random.choices(paths, weights=[path.stat().st_size for path in paths])[0]

    def is_found(self, one: Alteration) -> bool | None:
        with tempfile.TemporaryDirectory(prefix="presswatch-tampered-") as folder:
            shutil.copytree(self.state.parent, folder, dirs_exist_ok=True)
            state = Path(folder, self.state.name)
            if not _alter(state, one, self.state):
                return None
            try:
                done, _ = verified(state)
            except PresswatchError:  # it cannot even be opened, and says so
                return True
            if not done.holds:
                return True
            return None if self.is_nothing(state, one) else False

    def is_nothing(self, state: Path, one: Alteration) -> bool:
        """Whether every value reads as before: none is another one, or only how a text is spelt that unpacks to the same."""
        if isinstance(one.place, Path) and one.place != self.state / FILE:
            return False
        after = _read(state / FILE)
        if after is None or after.keys() != self.before.keys():
            return False
        altered = {key[:2] for key in after if after[key] != self.before[key]}
        return not altered or (altered <= SPELT and _decoded(state) == _decoded(self.state))


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    wanted = COVERED[table]
    names = [row[0] for row in database.execute("SELECT CAST(name AS BLOB) FROM pragma_table_info(?)", (table,))]
    return [name.decode() for name in names if wanted is None or name.decode() in wanted]


def _values(file: Path, sort: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield every value: its table, column, row, and how many bytes it has."""
    with closing(sqlite3.connect(file)) as database:
        database.text_factory = bytes
        for table in COVERED:
            if (table in LEDGER) == (sort == "ledger"):
                for column in _columns(database, table):
                    for row, value in database.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL"):
                        if size := len(_bytes(value)):
                            yield table, column, row, size


def _bytes(value: Any) -> bytes:
    return value.to_bytes(max(1, (value.bit_length() + 8) // 8), "big", signed=True) if isinstance(value, int) else bytes(value)


def _alter(state: Path, one: Alteration, origin: Path) -> bool:
    """Alter a byte; False where the database has another row of this key already."""
    if isinstance(one.place, Path):
        path = state / one.place.relative_to(origin)
        data = bytearray(path.read_bytes())
        data[one.offset] ^= one.mask
        path.write_bytes(data)
        return True
    table, column, row = one.place
    with closing(sqlite3.connect(state / FILE, isolation_level=None)) as database:
        database.text_factory = bytes
        database.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name.decode()}")
        ((value, kind),) = database.execute(f"SELECT {column}, typeof({column}) FROM {table} WHERE rowid = ?", (row,))
        data = bytearray(_bytes(value))
        data[one.offset] ^= one.mask
        altered: Any = int.from_bytes(data, "big", signed=True) if kind == b"integer" else bytes(data)
        form = "CAST(? AS TEXT)" if kind == b"text" else "?"
        try:
            database.execute(f"UPDATE {table} SET {column} = {form} WHERE rowid = ?", (altered, row))
        except sqlite3.IntegrityError:
            return False
    return True


def _read(file: Path) -> Any:
    """Every covered value as it is stored, by its table, column and row; None where the file cannot be read any more."""
    found = {}
    try:
        with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as database:
            database.text_factory = bytes
            for table in COVERED:
                names = _columns(database, table)
                for row, *values in database.execute(f"SELECT rowid, {', '.join(names)} FROM {table} NOT INDEXED"):
                    found |= {(table, name, row): value for name, value in zip(names, values, strict=True)}
    except sqlite3.DatabaseError:
        return None
    return found


def _decoded(state: Path) -> Any:
    """Every covered value as it reads, with what is compressed unpacked; None where something cannot be read."""
    try:
        store = Store.open(state / FILE)
        try:
            entries = [(one.entry, one.digest, one.chain, one.displayed, one.size) for one in store.audit.entries()]
            return entries, list(store.audit.checkpoints()), [(line.id, line.item_url, line.versions) for line in store.items()]
        finally:
            store.close()
    except PresswatchError:
        return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="presswatch-tampering-") as folder:
        tampering = Tampering(state_of(Path(folder, "one")), given.seed)
        tries: Counter[str] = Counter()
        found: Counter[str] = Counter()
        nothing = 0
        for one, was_found in tampering.run(given.count):
            if was_found is None:
                nothing += 1
                continue
            tries[one.sort] += 1
            found[one.sort] += was_found
            if not was_found:
                print(f"NOT FOUND  {one}")
    for sort in SORTS:
        print(f"{sort:<22} {found[sort]} of {tries[sort]}")
    print(f"found {found.total()} of {tries.total()}; besides, {nothing} alterations that altered no value")
    return 0 if found == tries else 1


if __name__ == "__main__":
    sys.exit(main())
