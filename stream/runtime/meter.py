"""The numbers a worker adds to: plain dictionaries, so that counting costs one lookup and rendering is
somebody else's work."""

from bisect import bisect_left

from stream.runtime.metrics import Kind, Metric
from stream.runtime.snapshot import Labels, Numbers, Tally


class Meter:
    """Counters, gauges and histograms of one process since it started. One thread writes; no locks.

    Label values come in the order of `Metric.labels`. The loop counts locally per batch and adds once per
    cycle.
    """

    def __init__(self) -> None:
        self.counters: Numbers = {}
        self.gauges: Numbers = {}
        self.histograms: dict[str, dict[Labels, Tally]] = {}

    def add(self, metric: Metric, amount: float = 1, labels: Labels = ()) -> None:
        """Add `amount` (>= 0) to a counter."""
        series = self.counters.setdefault(_checked(metric, Kind.COUNTER, labels), {})
        series[labels] = series.get(labels, 0) + amount

    def set(self, metric: Metric, value: float, labels: Labels = ()) -> None:
        """Set a gauge."""
        self.gauges.setdefault(_checked(metric, Kind.GAUGE, labels), {})[labels] = value

    def forget(self, metric: Metric, labels: Labels = ()) -> None:
        """Drop one gauge series, as when its partition left."""
        self.gauges.get(metric.name, {}).pop(labels, None)

    def observe(self, metric: Metric, *values: float, labels: Labels = ()) -> None:
        """Put observations into their histogram buckets (`le` includes its bound)."""
        series = self.histograms.setdefault(_checked(metric, Kind.HISTOGRAM, labels), {})
        tally = series.get(labels)
        if tally is None:
            tally = series[labels] = Tally([0] * (len(metric.buckets) + 1), 0.0)
        for value in values:
            tally.counts[bisect_left(metric.buckets, value)] += 1
        tally.total += sum(values)


def _checked(metric: Metric, kind: Kind, labels: Labels) -> str:
    """The metric's name.

    Raises:
        TypeError: the metric is of another kind, or has another number of labels; both are faults of the
            caller.
    """
    if metric.kind is not kind:
        raise TypeError(f"{metric.name} is a {metric.kind.value}, not a {kind.value}")
    if len(labels) != len(metric.labels):
        raise TypeError(f"{metric.name} has the labels {metric.labels}, got {labels!r}")
    return metric.name
