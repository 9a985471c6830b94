"""Sixteen readers beside a writer that never rests: ``python -m benchmarks.readers``.

Each reader is a process with its own connection that asks for a page of three questions (the newest changes, a release, its versions), four
times a second at most; the writer another one that writes passes of fifty edits, one after another. By turns without and with the writer;
set against each other are the median and the 99th percentile of a page. Readers and writer share the machine's cores: of the ratio, what
they take from each other there is a part that no database can help.
"""

import json
import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from service.models import ChangeFilter
from service.store import Store
from tests.storing import Shelf, at, edited, news, postgres

from .filling import page_text
from .measuring import options

READERS, PAGES, RELEASES, TOGETHER = 16, 40, 1_000, 50
PAUSE = 0.25  # seconds from one page of a reader to the next
FORK = multiprocessing.get_context("fork")


class Waits(NamedTuple):
    """Seconds for a page: the median, and what one in a hundred takes longer than."""

    half: float
    most: float


@dataclass(frozen=True, slots=True)
class Turn:
    """Pages alone and beside the writer, and how many edits that one wrote in a second."""

    alone: Waits
    beside: Waits
    edits: float


def main(argv: Sequence[str] | None = None) -> None:
    chosen = options(__doc__ or "", argv, turns=3)
    readers, pages, releases = (2, 20, 100) if chosen.tiny else (READERS, PAGES, RELEASES)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        places = {"SQLite": str(Path(folder) / "x.db")} | ({} if chosen.tiny else {"PostgreSQL": postgres("presswatch_readers")})
        for name, place in places.items():
            _stock(place, releases)
            turns = [_turn(place, readers, pages, number) for number in range(chosen.turns + 1)][-chosen.turns :]
            rows.append({"database": name, "readers": readers, **_row(turns)})
    _tell(rows, as_json=chosen.json)


def _stock(place: str, releases: int) -> None:
    """Fill a state with releases that were edited once."""
    shelf = Shelf(Store.open(place))
    for first in range(0, releases, 500):
        told = {f"r{number}": page_text(number).text for number in range(first, min(first + 500, releases))}
        shelf.write(at(0), *(news(name, text, at(0)) for name, text in told.items()))
        shelf.write(at(1), *(edited(shelf.item(name), f"{text} edited", at(1)) for name, text in told.items()))
    shelf.store.close()


def _turn(place: str, readers: int, pages: int, number: int) -> Turn:
    alone = _read(place, readers, pages)
    line, process = _started(lambda line: _write(place, line, number))
    line.recv()
    beside = _read(place, readers, pages)
    line.send("enough")
    edits = line.recv()
    process.join()
    return Turn(alone, beside, edits)


def _read(place: str, readers: int, pages: int) -> Waits:
    begun = [_started(lambda line, seed=seed: _ask(place, line, pages, seed)) for seed in range(readers)]  # type: ignore[misc] # a line
    for line, _ in begun:
        line.recv()
    for line, _ in begun:
        line.send("now")
    spent = [seconds for line, _ in begun for seconds in line.recv()]
    for _, process in begun:
        process.join()
    return Waits(median(spent), quantiles(spent, n=100)[98])


def _started(run: Callable[[Connection], None]) -> tuple[Connection, multiprocessing.process.BaseProcess]:
    here, there = FORK.Pipe()
    process = FORK.Process(target=run, args=(there,), daemon=True)
    process.start()
    return here, process


def _ask(place: str, line: Connection, pages: int, seed: int) -> None:
    """Be a reader: ready, then so many pages, and what each took."""
    store, rng, spent = Store.open(place), random.Random(seed), list[float]()
    urls = [item.item_url for item in store.items(limit=200)]
    for number in range(pages + 1):
        begun, url = time.perf_counter(), rng.choice(urls)
        store.changes(ChangeFilter(limit=50))
        store.release(url)
        store.version_lines(url)
        spent.append(time.perf_counter() - begun)
        if number == 0:  # the first one prepares its questions
            line.send("ready")
            line.recv()
        time.sleep(PAUSE * rng.random() * 2)
    spent.pop(0)
    line.send(spent)


def _write(place: str, line: Connection, number: int) -> None:
    """Be the writer until told that it is enough; tell how many edits were written in a second."""
    shelf, names, turn = Shelf(Store.open(place)), [f"w{number}-{one}" for one in range(TOGETHER)], 0
    shelf.write(at(0), *(news(name, f"{name} as it was", at(0)) for name in names))
    line.send("ready")
    begun = time.perf_counter()
    while not line.poll():
        turn += 1
        shelf.write(at(turn), *(edited(shelf.item(name), f"{name} as it is {turn}", at(turn)) for name in names))
    line.send(turn * TOGETHER / (time.perf_counter() - begun))


def _row(turns: Sequence[Turn]) -> dict[str, float]:
    return {
        "alone": median(turn.alone.half for turn in turns),
        "ratio": median(turn.beside.half / turn.alone.half for turn in turns),
        "alone_99": median(turn.alone.most for turn in turns),
        "ratio_99": median(turn.beside.most / turn.alone.most for turn in turns),
        "edits": median(turn.edits for turn in turns),
    }


def _tell(rows: Sequence[dict[str, str | float]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"comparison": "a page beside a writer against a page alone", "rows": rows}))
        return
    print("A page of three questions beside a writer, against one alone: median, and 99th percentile\n")
    for row in rows:
        print(
            f"{row['database']:<10} {row['readers']} readers  {row['ratio']:.2f} of {1e3 * float(row['alone']):.2f} ms"
            f"  {row['ratio_99']:.2f} of {1e3 * float(row['alone_99']):.2f} ms  beside {row['edits']:.0f} edits a second"
        )
    print()


if __name__ == "__main__":
    main()
