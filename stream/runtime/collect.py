"""Prometheus text from the parent's figures: the table of `metrics` rendered when somebody scrapes, in the
parent's time."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from stream.runtime import metrics
from stream.runtime.figures import Figures, Totals, WorkerView
from stream.runtime.metrics import METRICS, Kind, Metric
from stream.runtime.snapshot import Labels, Numbers


class WorkersCollector(Collector):
    """All metrics of all workers under one parent."""

    def __init__(
        self,
        figures: Figures,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._figures = figures
        self._monotonic = monotonic
        self._wall = wall

    def collect(self) -> Iterator[Family]:
        """One family for every metric of the table, empty ones too, so that a board finds each name from
        the start."""
        totals = self._figures.totals()
        gauges = totals.gauges
        for name, series in _gauges_of(self._figures.views(), self._wall() - self._monotonic()).items():
            gauges.setdefault(name, {}).update(series)
        for metric in METRICS:
            yield _family(metric, totals)


def exposition(figures: Figures) -> Callable[[], bytes]:
    """A function that renders the Prometheus text of now."""
    registry = CollectorRegistry()
    registry.register(WorkersCollector(figures))
    return lambda: generate_latest(registry)


def _family(metric: Metric, totals: Totals) -> Family:
    match metric.kind:
        case Kind.COUNTER:
            counter = CounterMetricFamily(metric.name.removesuffix("_total"), metric.help, labels=metric.labels)
            for labels, number in _series(metric, totals.counters):
                counter.add_metric(labels, number)
            return counter
        case Kind.GAUGE:
            gauge = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
            for labels, number in sorted(totals.gauges.get(metric.name, {}).items()):
                gauge.add_metric(labels, number)
            return gauge
        case Kind.HISTOGRAM:
            histogram = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
            bounds = [f"{bound:g}" for bound in metric.buckets] + ["+Inf"]
            for labels, tally in sorted(totals.histograms.get(metric.name, {}).items(), key=lambda item: item[0]):
                upto = itertools.accumulate(tally.counts)
                histogram.add_metric(labels, list(zip(bounds, upto, strict=True)), tally.total)
            return histogram


def _series(metric: Metric, numbers: Numbers) -> Iterable[tuple[Labels, float]]:
    """The series by labels; a counter without labels is 0 before its first count, so that `increase()` sees
    the first one."""
    found = numbers.get(metric.name, {})
    return sorted(found.items()) if found or metric.labels else [((), 0.0)]


def _gauges_of(views: Iterable[WorkerView], wall_offset: float) -> Numbers:
    """What follows from the views: liveness, progress and the figures of each task."""
    found: Numbers = {}

    def put(metric: Metric, value: float, *labels: str) -> None:
        found.setdefault(metric.name, {})[labels] = value

    states: dict[str, int] = {}
    for view in views:
        worker = str(view.worker)
        put(metrics.WORKER_UP, int(view.alive), worker)
        seen = view.snapshot
        if seen is None:
            continue
        put(metrics.ASSIGNED, len(seen.tasks), worker)
        put(metrics.LAST_PROGRESS, seen.progress_at + wall_offset, worker)
        if seen.rules_version is not None:
            put(metrics.RULES_VERSION, seen.rules_version, worker)
        for task in seen.tasks:
            partition = str(task.partition)
            states[task.state.value] = states.get(task.state.value, 0) + 1
            put(metrics.ROWS_TO_RESTORE, task.rows_to_restore, partition)
            put(metrics.STATE_BYTES, task.state_bytes, partition)
            for lag in task.lag:
                put(metrics.LAG_RECORDS, lag.records, lag.topic, partition)
                put(metrics.LAG_SECONDS, lag.seconds, lag.topic, partition)
    for state, count in states.items():
        put(metrics.TASKS, count, state)
    return found
