"""One reader, fed in this process until it has had its inputs: ``python -m tests.fuzz.one READER --inputs N --seed S --folder F``.

With atheris the inputs are bred by what code they reach; without it (no wheel for this Python) hypothesis spoils the seeds by chance. Ends
with 0, or with something else where an input crashed it, hung it or made it grow; ``F/progress.json`` tells how far it came.
"""

import argparse
import json
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS = 20  # that one input may take; the machine may be busy with other things
_MEMORY = 3_000_000_000  # bytes of address space beyond which this process is ended
_SAMPLES = 20

Feed = Callable[[bytes], None]


class Progress:
    """How many inputs were read, and how much memory the process held after each twentieth of them."""

    def __init__(self, place: Path, inputs: int) -> None:
        self._place, self._every = place, max(1, inputs // _SAMPLES)
        self.count, self.refused = 0, 0
        self.memory: list[int] = []

    def step(self) -> None:
        self.count += 1
        if self.count % self._every == 0:
            self.tell()

    def tell(self) -> None:
        with Path("/proc/self/statm").open() as told:
            self.memory.append(int(told.read().split()[1]) * resource.getpagesize())
        self._place.write_text(json.dumps({"inputs": self.count, "refused": self.refused, "memory": self.memory}))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("reader")
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--engine", choices=("atheris", "hypothesis"), default="atheris")
    asked = parser.parse_args()
    atheris = _atheris() if asked.engine == "atheris" else None
    if atheris is not None:
        with atheris.instrument_imports(include=["service"]):
            from .readers import READERS
    else:
        from .readers import READERS

    reader = READERS[asked.reader]
    progress = Progress(asked.folder / "progress.json", asked.inputs)
    feed = _feed(reader.read, reader.refusals, progress)
    begin = reader.begin()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    if atheris is None:
        _spoil(feed, begin, asked.inputs, asked.seed, reader.longest, asked.folder)
        progress.tell()
        return
    bred = asked.folder / "bred"
    bred.mkdir()
    for number, seed in enumerate(begin):
        (bred / f"seed-{number}").write_bytes(seed)
    options = (f"-runs={asked.inputs}", f"-seed={asked.seed}", f"-max_len={reader.longest}", f"-timeout={SECONDS}")
    atheris.Setup([sys.argv[0], str(bred), *options, "-verbosity=0", f"-artifact_prefix={asked.folder}/", "-rss_limit_mb=0"], feed)
    atheris.Fuzz()


def _atheris() -> Any:
    try:
        import atheris
    except ImportError:
        return None
    return atheris


def _feed(read: Callable[[bytes], object], refusals: tuple[type[Exception], ...], progress: Progress) -> Feed:
    def feed(data: bytes) -> None:
        try:
            read(data)
        except refusals:
            progress.refused += 1
        progress.step()

    return feed


def _spoil(feed: Feed, begin: list[bytes], inputs: int, seed: int, longest: int, folder: Path) -> None:
    """Feed what hypothesis makes of the seeds; what fails is kept in a file, as small as it can be."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    from .spoiling import spoilt

    signal.signal(signal.SIGALRM, _late)

    @seeded(seed)
    @settings(
        max_examples=inputs, deadline=None, database=None, phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck)
    )
    @given(spoilt(begin))
    def spoil(data: bytes) -> None:
        signal.alarm(SECONDS)
        try:
            feed(data[:longest])
        except BaseException:
            (folder / "crash-spoilt").write_bytes(data[:longest])
            raise
        finally:
            signal.alarm(0)

    spoil()


def _late(*_: object) -> None:
    raise TimeoutError(f"an input took longer than {SECONDS} s")


if __name__ == "__main__":
    main()
