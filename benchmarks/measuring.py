"""Turns: baseline and candidates one after the other, again and again, so that what slows the machine down slows all of them."""

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log
from statistics import linear_regression, median
from typing import NamedTuple

Run = Callable[[], object]


class Seconds(NamedTuple):
    """What one run took: by the clock on the wall, and of this process' processor time."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Spent:
    """Seconds for each page: the least and the median over all turns."""

    least: float
    median: float


@dataclass(frozen=True)
class Row:
    """One line of a table: how many times what ``other`` takes ``one`` does.

    ``best`` is the ratio of the least, ``ratio`` the median of the ratios of the turns.
    ``pages`` and ``size`` (mean bytes) are of the page set; ``note`` tells what else must be known to believe it.
    """

    name: str
    pages: int
    size: int
    one: Spent
    other: Spent
    best: float
    ratio: float
    note: str = ""


@dataclass(frozen=True)
class Grown:
    """One line of a table of growth: what ``sizes`` of an input took.

    ``best`` and ``ratio`` set the largest against the smallest, as in ``Row``; ``exponent`` is the power of the size that the least times
    follow: 0 is flat, 1 as much more as there is more.
    """

    name: str
    sizes: tuple[int, ...]
    spent: tuple[Spent, ...]
    best: float
    ratio: float
    exponent: float
    note: str = ""


def by_turns(runs: Mapping[str, Run], turns: int) -> dict[str, list[Seconds]]:
    """Return what each run took in each turn; one turn before the first warms up and is not counted.

    Each run begins without anything that our code remembers of the turns before, and, as the daemon does, without what was loaded
    up to then on the mind of the garbage collector.
    """
    spent: dict[str, list[Seconds]] = {name: [] for name in runs}
    for turn in range(turns + 1):
        for name, run in runs.items():
            _forget()
            gc.collect()  # nobody pays for another's garbage
            gc.freeze()
            begun = _now()
            run()
            ended = _now()
            if turn:
                spent[name].append(Seconds(ended.wall - begun.wall, ended.cpu - begun.cpu))
    gc.unfreeze()
    return spent


def _forget() -> None:
    """Empty the caches of our code: what is measured is the first sight of these pages."""
    ours = [module for name, module in sys.modules.items() if name.partition(".")[0] == "service"]
    for cache in {id(one): one for module in ours for one in vars(module).values() if hasattr(one, "cache_clear")}.values():
        cache.cache_clear()


def _now() -> Seconds:
    return Seconds(time.perf_counter(), time.process_time())


def row(name: str, sizes: Sequence[int], one: Sequence[float], other: Sequence[float], note: str = "") -> Row:
    """Return the line that sets one run's seconds against another's, for each page of ``sizes`` (bytes)."""
    count = len(sizes)
    return Row(
        name,
        count,
        round(sum(sizes) / count),
        _spent(one, count),
        _spent(other, count),
        min(one) / min(other),
        median(first / second for first, second in zip(one, other, strict=True)),
        note,
    )


def grown(name: str, seconds: Mapping[int, Sequence[float]], runs: int = 1, note: str = "") -> Grown:
    """Return the line of an input's sizes, each with its seconds by turn, in which it was run so many times; in growing order."""
    first, *_, last = seconds.values()
    least = [min(one) for one in seconds.values()]
    return Grown(
        name,
        tuple(seconds),
        tuple(_spent(one, runs) for one in seconds.values()),
        least[-1] / least[0],
        median(big / small for big, small in zip(last, first, strict=True)),
        linear_regression([log(size) for size in seconds], [log(time) for time in least]).slope,
        note,
    )


def _spent(seconds: Sequence[float], count: int) -> Spent:
    return Spent(min(seconds) / count, median(seconds) / count)


def table(rows: Sequence[Row], one: str, other: str) -> str:
    """Return rows as lines of text; times in milliseconds for each page, least / median."""
    heads = ("", "pages", "KB", f"{one}, ms", f"{other}, ms", "ratio", "")
    return _aligned([heads, *(_cells(line) for line in rows)])


def _aligned(lines: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(_justified(line, widths).rstrip() for line in lines)


def tell_growth(title: str, lines: Sequence[Grown], *, as_json: bool) -> None:
    """Print how times grow; milliseconds, least / median."""
    if as_json:
        print(json.dumps({"comparison": title, "rows": [asdict(line) for line in lines]}))
        return
    heads = ("", *(f"{size:,}, ms" for size in lines[0].sizes), "ratio", "exponent", "")
    print(f"{title}\n\n{_aligned([heads, *(_growth_cells(line) for line in lines)])}\n")


def _growth_cells(line: Grown) -> tuple[str, ...]:
    times = (f"{spent.least * 1e3:.2f} / {spent.median * 1e3:.2f}" for spent in line.spent)
    return (line.name, *times, f"{line.best:.2f} / {line.ratio:.2f}", f"{line.exponent:.2f}", line.note)


def _cells(line: Row) -> tuple[str, ...]:
    times = (f"{spent.least * 1e3:.2f} / {spent.median * 1e3:.2f}" for spent in (line.one, line.other))
    return (line.name, str(line.pages), f"{line.size / 1024:.1f}", *times, f"{line.best:.2f} / {line.ratio:.2f}", line.note)


def _justified(line: Sequence[str], widths: Sequence[int]) -> str:
    name, *figures = (cell.rjust(width) for cell, width in zip(line[:-1], widths, strict=False))
    return "  ".join([name.strip().ljust(widths[0]), *figures, line[-1]])


def options(description: str, argv: Sequence[str] | None, turns: int) -> argparse.Namespace:
    """Return what the command line asks for: ``json``, ``tiny`` and ``turns``, 1 where tiny."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON instead of a table")
    parser.add_argument("--tiny", action="store_true", help="few pages, one turn: shows that it runs, measures nothing")
    parser.add_argument("--turns", type=int, default=turns, help="how often each side is measured (default: %(default)s)")
    chosen = parser.parse_args(argv)
    chosen.turns = 1 if chosen.tiny else max(1, chosen.turns)
    return chosen


def tell(title: str, rows: Sequence[Row], one: str, other: str, *, as_json: bool) -> None:
    """Print the figures of one comparison."""
    if as_json:
        print(json.dumps({"comparison": title, "one": one, "other": other, "rows": [asdict(line) for line in rows]}))
    else:
        print(f"{title}\n\n{table(rows, one, other)}\n")
