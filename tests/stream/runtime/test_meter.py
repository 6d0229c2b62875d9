import pytest

from stream.runtime.meter import Meter
from stream.runtime.metrics import ASSIGNED, COMMIT_SECONDS, EVENTS


def test_counters_add_up_by_labels() -> None:
    """One number per label values."""
    meter = Meter()

    meter.add(EVENTS, 3, ("a",))
    meter.add(EVENTS, 2, ("a",))
    meter.add(EVENTS, 1, ("b",))

    assert meter.counters == {"cairn_events_total": {("a",): 5, ("b",): 1}}


def test_a_gauge_is_replaced_and_forgotten() -> None:
    """A partition that left takes its figure with it."""
    meter = Meter()

    meter.set(ASSIGNED, 3, ("0",))
    meter.set(ASSIGNED, 4, ("0",))
    assert meter.gauges == {"cairn_assigned_partitions": {("0",): 4}}

    meter.forget(ASSIGNED, ("0",))
    assert meter.gauges == {"cairn_assigned_partitions": {}}


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [(0, 0), (COMMIT_SECONDS.buckets[0], 0), (0.0051, 1), (1e9, len(COMMIT_SECONDS.buckets))],
)
def test_an_observation_goes_into_the_bucket_whose_bound_includes_it(seconds: float, bucket: int) -> None:
    """As Prometheus reads `le`; the last bucket has no bound."""
    meter = Meter()

    meter.observe(COMMIT_SECONDS, seconds)

    tally = meter.histograms["cairn_commit_seconds"][()]
    assert tally.counts.index(1) == bucket
    assert tally.total == seconds


def test_a_wrong_kind_or_number_of_labels_is_a_fault_of_the_caller() -> None:
    """It would only show when somebody scrapes, in another process."""
    with pytest.raises(TypeError, match="counter"):
        Meter().set(EVENTS, 1, ("a",))
    with pytest.raises(TypeError, match="labels"):
        Meter().add(EVENTS, 1)
