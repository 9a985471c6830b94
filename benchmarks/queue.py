"""Looks of 1, 2 and 4 workers of the distributed engine where the newsroom is the slow part: ``python -m benchmarks.queue``.

One PostgreSQL, one scheduler, and more hosts than all workers together have threads; each answer takes half a second. Counted is what the
newsroom answered in a span of time once all workers are at work. A worker has four threads: one alone could have eight answers in a second.
"""

import json
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.drill import Drill
from tests.storing import postgres

from .measuring import options

FLEETS = (1, 2, 4)
THREADS, ANSWER = 4, 0.5
SETTINGS = f"""
[fetch]
allow_private_hosts = true
per_host_delay = 0
obey_robots = false
[edits]
confirm_after = 0
[schedule]
engine = "queue"
every = "1s"
recheck_min = "1h"
recheck_max = "1h"
workers = {THREADS}
"""


def main(argv: Sequence[str] | None = None) -> None:
    chosen = options(__doc__ or "", argv, turns=3)
    fleets, seconds, hosts = (FLEETS[:1], 3.0, 2) if chosen.tiny else (FLEETS, 10.0, 8 * max(FLEETS))
    with tempfile.TemporaryDirectory() as folder:
        drill = Drill(Path(folder), postgres("presswatch_bench"), SETTINGS, hosts=hosts, answer=ANSWER)
        try:
            drill.start("r1")
            turns = [[_looks(drill, workers, turn, seconds) for workers in fleets] for turn in range(chosen.turns)]
        finally:
            drill.close()
    _tell(fleets, turns, as_json=chosen.json)


def _looks(drill: Drill, workers: int, turn: int, seconds: float) -> float:
    """Return the looks in a second of so many workers."""
    names = [f"w{turn}-{workers}-{number}" for number in range(workers)]
    for name in names:
        drill.start(name)
    for name in names:
        drill.started(name)
    drill.freeze_pages()
    drill.everybody_once()
    begun = time.time()
    time.sleep(seconds)
    ended = time.time()
    for name in names:
        drill.signal(name, signal.SIGTERM)
        drill.processes.pop(name).wait()
    return sum(begun <= one.ended < ended for one in drill.requests()) / (ended - begun)


def _tell(fleets: Sequence[int], turns: Sequence[Sequence[float]], *, as_json: bool) -> None:
    rows = [
        {
            "workers": workers,
            "looks": median(turn[number] for turn in turns),
            "possible": workers * THREADS / ANSWER,
            "ratio": median(turn[number] / turn[0] for turn in turns),
        }
        for number, workers in enumerate(fleets)
    ]
    if as_json:
        print(json.dumps({"comparison": "looks of workers against those of one", "rows": rows}))
        return
    print("Looks in a second, and against those of one worker in the same turn\n")
    for row in rows:
        print(f"{row['workers']} workers  {row['looks']:5.1f} of {row['possible']:.0f} that are possible  {row['ratio']:.2f}")
    print()


if __name__ == "__main__":
    main()
