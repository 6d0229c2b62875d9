import itertools
from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from stream.runtime.collect import WorkersCollector, exposition
from stream.runtime.figures import Figures
from stream.runtime.meter import Meter
from stream.runtime.metrics import COMMIT_SECONDS, METRICS, REJECTS
from stream.runtime.snapshot import Lag, Snapshot, TaskFigures, TaskState

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(figures: Figures) -> Samples:
    """Everything a scrape would store; each series must be there once."""
    found: Samples = {}
    for family in text_string_to_metric_families(exposition(figures)().decode()):
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found
            found[key] = sample.value
    return found


@pytest.fixture
def figures() -> Figures:
    """One worker, started."""
    figures = Figures()
    figures.start(0, 100, 0.0)
    return figures


def test_every_metric_of_the_table_is_named_from_the_start(figures: Figures) -> None:
    """Boards and alerts find them before the first event."""
    text = exposition(figures)().decode()

    assert [metric.name for metric in METRICS if f"# HELP {metric.name} " not in text] == []


def test_a_counter_without_labels_starts_at_zero(figures: Figures) -> None:
    """Or its first count is lost to increase()."""
    assert samples(figures)[("cairn_restored_rows_total", ())] == 0


def test_tasks_become_series_by_partition(figures: Figures, make_snapshot: Callable[..., Snapshot]) -> None:
    """Lag in records and seconds, rows to restore, size, and tasks by state."""
    figures.receive(
        make_snapshot(
            rules_version=7,
            tasks=[
                TaskFigures(3, TaskState.RUNNING, (Lag("usage-events", 10, 1.5),), 0, 4096),
                TaskFigures(4, TaskState.RESTORING, (), 99, 10),
            ],
        )
    )

    found = samples(figures)
    at = (("partition", "3"), ("topic", "usage-events"))
    assert found[("cairn_lag_records", at)] == 10
    assert found[("cairn_lag_seconds", at)] == 1.5
    assert found[("cairn_rows_to_restore", (("partition", "4"),))] == 99
    assert found[("cairn_state_bytes", (("partition", "3"),))] == 4096
    assert found[("cairn_tasks", (("state", "restoring"),))] == 1
    assert found[("cairn_assigned_partitions", (("worker", "0"),))] == 2
    assert found[("cairn_rules_version", (("worker", "0"),))] == 7
    assert found[("cairn_worker_up", (("worker", "0"),))] == 1


def test_a_partition_held_by_two_during_a_hand_over_is_one_series(
    figures: Figures, make_snapshot: Callable[..., Snapshot]
) -> None:
    """Prometheus refuses a scrape with a series twice (checked by `samples`)."""
    figures.start(1, 101, 0.0)
    for worker in (0, 1):
        figures.receive(make_snapshot(worker=worker, tasks=[TaskFigures(3, TaskState.RUNNING)]))

    assert ("cairn_state_bytes", (("partition", "3"),)) in samples(figures)


def test_histogram_buckets_are_cumulative(figures: Figures, make_snapshot: Callable[..., Snapshot]) -> None:
    """With sum and count, and the endless bucket last."""
    meter = Meter()
    for seconds in (0.004, 0.015, 100.0):
        meter.observe(COMMIT_SECONDS, seconds)
    figures.receive(make_snapshot(histograms=meter.histograms))

    found = samples(figures)
    buckets = [value for (name, _), value in found.items() if name == "cairn_commit_seconds_bucket"]
    assert all(low <= high for low, high in itertools.pairwise(buckets))
    assert found[("cairn_commit_seconds_bucket", (("le", "0.02"),))] == 2
    assert found[("cairn_commit_seconds_bucket", (("le", "+Inf"),))] == 3
    assert found[("cairn_commit_seconds_count", ())] == 3
    assert found[("cairn_commit_seconds_sum", ())] == pytest.approx(100.019)


def test_labels_come_out_under_their_names(figures: Figures, make_snapshot: Callable[..., Snapshot]) -> None:
    """In the order of the table."""
    meter = Meter()
    meter.add(REJECTS, 2, ("usage-events", "bad_time"))
    figures.receive(make_snapshot(counters=meter.counters))

    labels = (("code", "bad_time"), ("topic", "usage-events"))
    assert samples(figures)[("cairn_rejects_total", labels)] == 2


def test_progress_is_shown_as_wall_time(figures: Figures, make_snapshot: Callable[..., Snapshot]) -> None:
    """Workers speak monotonic time, which means nothing to a board."""
    figures.receive(make_snapshot(progress_at=990.0))
    collector = WorkersCollector(figures, monotonic=lambda: 1000.0, wall=lambda: 50_000.0)

    (family,) = [found for found in collector.collect() if found.name == "cairn_loop_last_progress_timestamp_seconds"]
    assert [sample.value for sample in family.samples] == [49_990.0]
