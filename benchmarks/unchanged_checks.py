"""Checks of releases that have not changed, against a bare loop: ``python -m benchmarks.unchanged_checks``.

Eight newsrooms, eight threads on each side; the server is a process of its own. Baseline: one ``requests.Session`` a thread that gets the
list and every page of a newsroom, with conditional headers where there are validators. Candidate: a pass over each of the eight, two hours
after the last one by the clock, when all releases are due again; judged and written. Checks per second of processor time, ours against
theirs, are the reciprocal of the ratio.
"""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from service.clock import SystemClock
from service.models import Snapshot
from tests.watching import Watch, source, watch

from .measuring import Row, Run, by_turns, options, row, tell
from .pages import page_sets
from .unchanged_pass import LIST, download, served

SET = "WordPress"
OURS, BARE = "checks", "bare loop"
THREADS = 8
EVERY_HOUR = '{min = "1h", max = "1h"}'


class LaterClock(SystemClock):
    """The real clock, ahead by what is ``gone``: at first shortly after midnight, for the first pass of a day reads the list anew."""

    def __init__(self) -> None:
        super().__init__()
        today = super().now().replace(hour=0, minute=1)
        self.gone = today + timedelta(days=1) - super().now()

    def now(self) -> datetime:
        return super().now() + self.gone


def main(argv: Sequence[str] | None = None) -> None:
    chosen = options(__doc__ or "", argv, turns=7)
    count = 3 if chosen.tiny else 100
    pages = dict(page_sets(count))[SET]
    for answer in ("304", "200 OK, same bytes"):
        with served(pages, validators=[answer == "304"] * THREADS) as bases:
            lines = list(_measured(bases, pages, answer == "304", chosen.turns))
        title = f"Checks of {THREADS * count} unchanged pages ({answer}) in {THREADS} threads, how many times a bare loop"
        tell(title, lines, OURS, BARE, as_json=chosen.json)


def _measured(bases: Sequence[str], pages: Sequence[Snapshot], conditional: bool, turns: int) -> Iterator[Row]:
    sources = "".join(source(f"newsroom-{number}", base + LIST, recheck=EVERY_HOUR) for number, base in enumerate(bases))
    clock = LaterClock()
    with tempfile.TemporaryDirectory() as folder, watch(Path(folder), sources, clock=clock) as watched:
        assert all(report.checked == len(pages) for report in watched.refresh().values())
        etags = download(bases[0], len(pages), {}) if conditional else {}
        runs: dict[str, Run] = {
            BARE: partial(_downloaded, bases, len(pages), etags),
            OURS: partial(_looked_again, watched, clock, len(pages)),
        }
        spent = by_turns(runs, turns)
    sizes = [len(page.body) for page in pages] * len(bases)
    yield row("CPU", sizes, [one.cpu for one in spent[OURS]], [one.cpu for one in spent[BARE]])
    yield row("wall", sizes, [one.wall for one in spent[OURS]], [one.wall for one in spent[BARE]])


def _downloaded(bases: Sequence[str], count: int, etags: dict[str, str]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda base: download(base, count, etags), bases))


def _looked_again(watched: Watch, clock: LaterClock, count: int) -> None:
    clock.gone += timedelta(hours=2)
    for report in watched.refresh().values():
        assert (report.checked, report.edited, report.failed) == (count, 0, 0), report


if __name__ == "__main__":
    main()
