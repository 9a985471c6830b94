"""The scheduler and its queue at the size of the world, in simulated time: ``python -m benchmarks.planet``.

A tick claims the hosts that are ready, the longest ready first; the queue hands them to workers; a worker looks at the due releases of its
host, with the host's pause between them, and lets it go. This is the protocol of ``store/frontier`` and ``rounds``, leases included,
without database and network. Asked is how late the looks come, how long the queue gets, how much one tick claims, and what a dead worker
costs. All is simulated but two columns: what the simulation itself takes for each host in memory, and for each round in processor time.
"""

import json
import random
import time
import tracemalloc
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from heapq import heapify, heappop, heappush

from .measuring import options

DAY = 86_400.0


@dataclass(frozen=True)
class World:
    """What is simulated; seconds. ``load`` is the share of all threads that the due looks take; ``skew`` the Pareto shape of host sizes."""

    name: str
    hosts: int
    load: float = 0.7
    looks_a_day: float = 164.0  # of a host, in the mean: its lists every quarter of an hour, and its share of 10^8 releases a year
    skew: float = 1.5
    batch: int = 20
    pause: float = 2.0
    answer: float = 0.4
    tick: float = 1.0
    claim: int = 500
    hold: float = 60.0
    lease: float = 120.0
    killed: float = 0.0  # share of rounds whose worker dies in the middle of them
    together: bool = False  # all hosts are due in the same instant
    lasting: float = 900.0

    @property
    def threads(self) -> int:
        return max(4, round(self.hosts * self.looks_a_day / DAY * (self.answer + self.pause) / self.load))


@dataclass(frozen=True)
class Lived:
    """What came of it. ``late``: how long after a host was due its round began, in seconds: median, 99 of 100, worst."""

    world: World
    threads: int
    looks_a_second: float
    late: tuple[float, float, float]
    queue: int
    claimed: int
    bytes_a_host: float
    cpu_a_round: float


class Planet:
    """Hosts by number; ``ready`` is the frontier: (when, host, token), an entry with an old token tells nothing any more."""

    def __init__(self, world: World) -> None:
        self.world, self.rng = world, random.Random(7)
        sizes = [self.rng.paretovariate(world.skew) for _ in range(world.hosts)]
        mean = sum(sizes) / len(sizes)
        busiest = DAY / (2 * (world.answer + world.pause))  # politeness bounds what one host can be asked
        self.gaps = [DAY / min(busiest, world.looks_a_day * size / mean) for size in sizes]
        self.due = [0.0 if world.together else self.rng.uniform(0, gap) for gap in self.gaps]
        self.tokens = [0] * world.hosts
        self.ready = [(due, host, 0) for host, due in enumerate(self.due)]
        heapify(self.ready)
        self.queue: deque[int] = deque()
        self.waiting: set[int] = set()
        self.ends: list[tuple[float, int, int, int]] = []  # rounds under way: (when, host, token, looks)
        self.late: list[float] = []
        self.looks = self.longest = self.most = 0

    def live(self) -> None:
        now = 0.0
        while now < self.world.lasting:
            self.finish(now)
            self.schedule(now)
            self.work(now)
            self.longest = max(self.longest, len(self.queue))
            now += self.world.tick

    def schedule(self, now: float) -> None:
        """Claim ready hosts, each held back from the next ticks, as many as one statement takes; none that has a job waiting."""
        claimed = 0
        while claimed < self.world.claim and self.ready and self.ready[0][0] <= now:
            _, host, token = heappop(self.ready)
            if host in self.waiting:  # its job is to stay good
                heappush(self.ready, (now + self.world.hold, host, token))
            elif token == self.tokens[host]:
                self.waiting.add(host)
                self.hand_over(host, now + self.world.hold)
                self.queue.append(host)
                claimed += 1
        self.most = max(self.most, claimed)

    def hand_over(self, host: int, until: float) -> None:
        self.tokens[host] += 1
        heappush(self.ready, (until, host, self.tokens[host]))

    def work(self, now: float) -> None:
        """Give queued hosts to free threads."""
        world = self.world
        while self.queue and len(self.ends) < world.threads:
            host = self.queue.popleft()
            self.waiting.remove(host)
            self.late.append(now - self.due[host])
            looks = min(world.batch, 1 + int((now - self.due[host]) / self.gaps[host]))
            self.hand_over(host, now + world.lease)
            dies = self.rng.random() < world.killed
            heappush(self.ends, (now + looks * (world.answer + world.pause), host, self.tokens[host], 0 if dies else looks))

    def finish(self, now: float) -> None:
        """End the rounds whose looks are done; what a dead worker held is ready again when its lease ends."""
        while self.ends and self.ends[0][0] <= now:
            ended, host, token, looks = heappop(self.ends)
            if looks and token == self.tokens[host]:
                self.looks += looks
                self.due[host] += looks * self.gaps[host]
                self.hand_over(host, max(ended, self.due[host]))


def main(argv: Sequence[str] | None = None) -> None:
    chosen = options(__doc__ or "", argv, turns=1)
    lived = [_lived(world) for world in worlds(2_000 if chosen.tiny else 100_000)]
    if chosen.json:
        print(json.dumps({"comparison": "The scheduler in simulated time", "rows": [asdict(one) for one in lived]}))
        return
    print("The scheduler in simulated time, a quarter of an hour of it; late: median / 99 of 100 / worst, in seconds\n")
    print(f"{'':28}{'hosts':>9}{'threads':>9}{'looks/s':>9}{'late':>22}{'queue':>8}{'claimed':>9}{'B/host':>8}{'us/round':>10}")
    for one in lived:
        late = " / ".join(f"{seconds:.0f}" for seconds in one.late)
        figures = f"{one.world.hosts:>9,}{one.threads:>9,}{one.looks_a_second:>9.0f}{late:>22}{one.queue:>8,}{one.claimed:>9,}"
        print(f"{one.world.name:28}{figures}{one.bytes_a_host:>8.0f}{one.cpu_a_round * 1e6:>10.1f}")


def worlds(most: int) -> list[World]:
    """Return the worlds to compare: smaller ones as busy as the largest, then the largest in trouble."""
    largest = World("", most)
    growing = [replace(largest, name="as it goes", hosts=most // share) for share in (100, 10, 1)]
    return [
        *growing,
        replace(largest, name="nine tenths of all threads", load=0.9),
        replace(largest, name="more than all threads", load=1.2),
        replace(largest, name="all due in one instant", together=True),
        replace(largest, name="one round in a hundred dies", killed=0.01),
    ]


def _lived(world: World) -> Lived:
    tracemalloc.start()
    planet = Planet(world)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    begun = time.process_time()
    planet.live()
    spent = time.process_time() - begun
    late = sorted(planet.late)
    shown = late[len(late) // 2], late[len(late) * 99 // 100], late[-1]
    rate = planet.looks / world.lasting
    return Lived(world, world.threads, rate, shown, planet.longest, planet.most, size / world.hosts, spent / len(late))


if __name__ == "__main__":
    main()
