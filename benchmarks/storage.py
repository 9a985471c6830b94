"""Bytes that histories take, ours and git's, and the time of reading any version of them: ``python -m benchmarks.storage``.

Real releases with their real edits where the corpus is, made-up ones besides. Ours is a fresh SQLite database after all versions were
written, a pass for each round of edits. Git has one file for each release, one commit for each version, the same canonical text, after
``git gc --aggressive``: what lies under ``objects`` then. "Behind the others" is what a history adds to a database, and to a repository,
that have the others already: an almost empty database is mostly half-empty pages.
"""

import gzip
import json
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from statistics import median

from sqlalchemy import select

from service.errors import Unreadable
from service.extract import extract
from service.fingerprint import canonical_bytes
from service.models import Block, Reading, Reason, Snapshot, Source, Step
from service.store import Store
from service.store.loading import READING, text_of, with_texts
from service.store.tables import item, version
from tests import pairs
from tests.storing import Shelf, at, edited, kept, news, url

from . import pages
from .measuring import options

Histories = Mapping[str, Sequence[Reading]]  # the versions of each release, oldest first

NOTHING: Histories = {}
SETS = ("govuk", "debian", "usgov")
TEXTS = ("text", "sqlite_autoindex_text_1", "dictionary")
VERSIONS = (*TEXTS, "version", "version_body", "sqlite_autoindex_version_1")
WORDS = "the minister said that new rules on trade with partners abroad will come into force after talks in the capital".split()


@dataclass(frozen=True)
class Stored:
    """What a history takes, in bytes for each version, indexes included.

    ``texts`` are the texts with their dictionary, ``versions`` all that is kept of versions, ``everything`` the file. ``seconds`` is the
    median of reading one, ``database_seconds`` its part of the database: the statement, and decoding the text.
    """

    name: str
    releases: int
    versions_kept: int
    raw: float
    git: float
    texts: float
    versions: float
    everything: float
    seconds: float
    database_seconds: float


def main(argv: Sequence[str] | None = None) -> None:
    """Compare ours with git, history by history."""
    chosen = options(__doc__ or "", argv, turns=1)
    with tempfile.TemporaryDirectory(prefix="presswatch-bench-") as folder:
        told = [_measured(name, histories, Path(folder), before) for name, histories, before in _sets(chosen.tiny)]
    if chosen.json:
        print(json.dumps({"comparison": "bytes for each version", "rows": [asdict(one) for one in told]}))
        return
    print("bytes for each version; times git in brackets\n")
    for one in told:
        ours = "  ".join(f"{name} {size:.0f} ({size / one.git:.2f})" for name, size in _ours(one))
        reading = f"read in {one.seconds * 1e3:.2f} ms, {one.database_seconds * 1e3:.2f} ms of it the statement and decoding the text"
        print(f"{one.name}: {one.versions_kept} versions of {one.releases}: raw {one.raw:.0f}  git {one.git:.0f}  {ours}; {reading}")


def _ours(one: Stored) -> Iterator[tuple[str, float]]:
    return ((name, getattr(one, name)) for name in ("texts", "versions", "everything"))


def _sets(tiny: bool) -> Iterator[tuple[str, Histories, Histories]]:
    """Yield the name of a set, its histories, and those that are stored before them."""
    if tiny:
        yield "made up", _made_up(60, 2), NOTHING
        yield "made up, behind others", _made_up(30, 2, seed=2027), _together({"others": _made_up(60, 2)})
        return
    yield "made up", _made_up(400, 3), NOTHING
    if pages.CORPUS.is_dir():
        chains = _of_chains(pages.CORPUS)
        real = {name: _of_pairs(name, pages.CORPUS) for name in SETS} | {"gov.uk chains": chains}
        yield from ((name, histories, NOTHING) for name, histories in real.items())
        yield "all of these", _together(real), NOTHING
        yield "gov.uk chains, behind the others", chains, _together({name: real[name] for name in SETS})


def _together(sets: Mapping[str, Histories]) -> Histories:
    return {f"{name}-{key}": versions for name, histories in sets.items() for key, versions in histories.items()}


def _made_up(releases: int, versions: int, seed: int = 2026) -> Histories:
    rng = random.Random(seed)

    def text(length: int) -> list[str]:
        return [rng.choice(WORDS) if rng.random() < 0.6 else f"word{rng.randrange(9999)}" for _ in range(length)]

    histories = {}
    for number in range(releases):
        words = text(rng.randrange(100, 900))
        histories[f"r{number}"] = [
            Reading(f"Release {number}", (Block("main/p", " ".join([*words[:50], *[f"edited{turn}"] * turn, *words[50:]])),))
            for turn in range(rng.randrange(1, versions + 1))
        ]
    return histories


def _of_pairs(name: str, corpus: Path) -> Histories:
    found: dict[str, list[bytes]] = defaultdict(list)
    for pair in pairs.load(name, corpus):
        if pair.expected != "error_page":
            found[pair.article] += (pair.before, pair.after)
    return _read(found)


def _of_chains(corpus: Path) -> Histories:
    found: dict[str, list[bytes]] = defaultdict(list)
    with gzip.open(corpus / "govuk-news-edits" / "chains.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found[row["url"]].append(pairs.dressed_govuk(row["html"]))
    return _read(found)


def _read(found: Mapping[str, Sequence[bytes]]) -> Histories:
    return {key: versions for key, sides in found.items() if (versions := list(_readings(sides)))}


def _readings(sides: Sequence[bytes]) -> Iterator[Reading]:
    """Yield what is read of the pages of one release, each that differs from the one before."""
    before = None
    for side in sides:
        try:
            page = Snapshot(url("a"), url("a"), 200, (("Content-Type", "text/html"),), side, datetime(2026, 1, 1, tzinfo=UTC))
            shown = extract(page, Source(id="bench", url=url("list")))
        except Unreadable:
            continue
        if before is None or canonical_bytes(shown) != canonical_bytes(before):
            yield shown
        before = shown


def _measured(name: str, histories: Histories, folder: Path, before: Histories) -> Stored:
    rounds, earlier = _rounds(histories), _rounds(before)
    texts = [canonical_bytes(shown) for one in rounds for _, shown in one]
    place, names = folder / "ours.db", {key: f"r{number}" for number, key in enumerate(chain(before, histories))}
    place.unlink(missing_ok=True)
    sizes, git = Counter[str](), _git([*earlier, *rounds], names, folder / "git")
    if earlier:
        _write(earlier, names, place)
        sizes.subtract(_sizes(place))
        git -= _git(earlier, names, folder / "git")
    _write(rounds, names, place)
    sizes.update(_sizes(place))
    seconds, database_seconds = _reading_times([(names[key], turn) for turn, one in enumerate(rounds, 1) for key, _ in one], place)
    count = len(texts)
    return Stored(
        name,
        len(histories),
        count,
        sum(map(len, texts)) / count,
        git / count,
        sum(sizes[table] for table in TEXTS) / count,
        sum(sizes[table] for table in VERSIONS) / count,
        sum(sizes.values()) / count,
        seconds,
        database_seconds,
    )


def _rounds(histories: Histories) -> Sequence[Sequence[tuple[str, Reading]]]:
    """Return the versions in the order in which they are stored: first those of all releases, then the second of those that have one."""
    longest = max(map(len, histories.values()), default=0)
    return [[(key, versions[turn]) for key, versions in histories.items() if turn < len(versions)] for turn in range(longest)]


def _write(rounds: Sequence[Sequence[tuple[str, Reading]]], names: Mapping[str, str], place: Path) -> None:
    shelf = Shelf(Store.open(place))
    for turn, one in enumerate(rounds):
        steps = []
        for key, shown in one:
            if turn == 0:
                steps.append(news(names[key], "", at(0), version=kept(Reason.FIRST, shown, at(0))))
            else:
                steps.append(_edited(shelf, names[key], shown, turn))
        shelf.write(at(turn), *steps)
    shelf.store.close()


def _edited(shelf: Shelf, name: str, shown: Reading, turn: int) -> Step:
    return replace(edited(shelf.item(name), "", at(turn)), version=kept(Reason.EDIT, shown, at(turn)))


def _sizes(place: Path) -> dict[str, int]:
    with sqlite3.connect(place) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall())


def _git(rounds: Sequence[Sequence[tuple[str, Reading]]], names: Mapping[str, str], folder: Path) -> int:
    """Return the bytes of a repository with these histories, packed as tightly as git can."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["git", "init", "--quiet", "--bare", folder], check=True)
    commits = bytearray()
    for number, (key, shown) in enumerate(chain.from_iterable(rounds)):
        data = canonical_bytes(shown)
        commits += f"commit refs/heads/main\ncommitter p <p@example.org> {1767268800 + number * 3600} +0000\ndata 1\nv\n".encode()
        commits += f"M 100644 inline {names[key]}.json\ndata {len(data)}\n".encode() + data + b"\n"
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input=bytes(commits), check=True)
    alone = ["-c", "pack.threads=1"]  # of several, each packs a part, and which part it gets is chance
    subprocess.run(["git", "-C", folder, *alone, "gc", "--quiet", "--aggressive", "--prune=now"], check=True)
    return sum(file.stat().st_size for file in (folder / "objects").rglob("*") if file.is_file())


def _reading_times(every: Sequence[tuple[str, int]], place: Path) -> tuple[float, float]:
    """Return the median seconds of reading a version: by its address and unpacked; and of that, statement and text."""
    store = Store.open(place)
    chosen = random.Random(1).sample(every, min(500, len(every)))
    whole, alone = [], []
    with store._database.read() as connection:
        ids = {row.url: row.id for row in connection.execute(select(item.c.url, item.c.id))}
        wanted = select(*READING).select_from(with_texts(version))
        for name, number in chosen:
            began = time.perf_counter()
            row = connection.execute(wanted.where(version.c.item_id == ids[url(name)], version.c.number == number)).one()
            assert text_of(row)
            alone.append(time.perf_counter() - began)
    for name, number in chosen:
        began = time.perf_counter()
        assert store.reading(url(name), number) is not None
        whole.append(time.perf_counter() - began)
    store.close()
    return median(whole), median(alone)


if __name__ == "__main__":
    main()
