"""How it goes, in numbers for Prometheus: what the store sums up, what this process counted, and the process itself.

Nothing here goes through the log or the releases, however often it is asked; labels have few values, all known beforehand.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from ... import logs, meters
from ...errors import StateError
from ...models import ChangeKind, Significance, VerdictKind
from ..cli.version import version

if TYPE_CHECKING:
    from ...bootstrap import House

PASSES = ("ok", "baseline", "partial", "failed", meters.BROKEN)
OTHER = "other"


def registry_of(house: "House") -> CollectorRegistry:
    """Return what collects the metrics of a house and of its process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(HouseCollector(house))
    for own in (ProcessCollector, PlatformCollector, GCCollector):
        own(registry=registry)
    return registry


class HouseCollector(Collector):
    """Collects what a house can tell."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics; without the database those of this process alone, and that it is down."""
        about = GaugeMetricFamily("presswatch_build_info", "Which presswatch this is", labels=["version"])
        about.add_metric([version()], 1)
        yield about
        yield from _of_process(self._house.meters.read())
        try:
            told = list(self._of_store())
        except StateError as error:
            logs.bug(error)
            told = []
        yield GaugeMetricFamily("presswatch_database_up", "Whether the database could be asked", value=int(bool(told)))
        yield from told

    def _of_store(self) -> Iterator[Metric]:
        store = self._house.store
        counts, waiting = store.counts(), store.backlog()
        sources = {"well": counts.enabled - counts.failing, "failing": counts.failing, "off": counts.sources - counts.enabled}
        yield _by("presswatch_sources", "Sources by how they fare", "state", sources)
        yield GaugeMetricFamily("presswatch_releases", "Releases that are tracked", value=counts.releases)
        changes = CounterMetricFamily("presswatch_changes", "Lines of the change log", labels=["kind", "significance"])
        met: Counter[tuple[str, str]] = Counter()
        for tally in store.tallies():
            met[tally.kind, tally.significance] += tally.changes
        for kind in ChangeKind:
            for significance in Significance:
                changes.add_metric([kind, significance], met[kind, significance])
        yield changes
        yield GaugeMetricFamily("presswatch_orders_waiting", "Manual refreshes asked for and not finished", value=waiting.orders)
        yield GaugeMetricFamily("presswatch_versions_unindexed", "Versions that cannot be searched yet", value=waiting.unindexed)
        lag = _lag(waiting.ready_at, self._house.clock.now())
        yield GaugeMetricFamily("presswatch_frontier_lag_seconds", "How late the longest waiting host is", value=lag)
        told = store.outbox.targets().values()
        yield GaugeMetricFamily("presswatch_notices_waiting", "Notices to be sent", value=sum(one.waiting for one in told))
        yield GaugeMetricFamily("presswatch_notices_dead", "Notices that were given up", value=sum(one.dead for one in told))
        yield CounterMetricFamily("presswatch_notices_sent", "Notices that reached their target", value=sum(one.sent for one in told))


def _of_process(counted: meters.Reading) -> Iterator[Metric]:
    passes = CounterMetricFamily("presswatch_passes", "Passes of this process over sources", labels=["outcome"])
    yield _filled(passes, PASSES, counted.passes)
    looks = CounterMetricFamily("presswatch_looks", "Looks of this process at releases", labels=["outcome"])
    yield _filled(looks, tuple(VerdictKind), counted.looks)
    durations = HistogramMetricFamily("presswatch_pass_duration_seconds", "How long the passes of this process took")
    sums, total = [], 0
    for bound, number in zip((*map(str, meters.BOUNDS), "+Inf"), counted.durations, strict=True):
        total += number
        sums.append((bound, float(total)))
    durations.add_metric([], sums, counted.seconds)
    yield durations


def _filled(family: CounterMetricFamily, outcomes: Iterable[str], counted: Mapping[str, int]) -> CounterMetricFamily:
    """Give a family all outcomes that there are, those not met too: a series that begins at 1 has no rate."""
    known = tuple(outcomes)
    for outcome in known:
        family.add_metric([outcome], counted.get(outcome, 0))
    family.add_metric([OTHER], sum(number for outcome, number in counted.items() if outcome not in known))
    return family


def _by(name: str, words: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _lag(ready_at: datetime | None, now: datetime) -> float:
    return 0.0 if ready_at is None else max(0.0, (now - ready_at).total_seconds())
