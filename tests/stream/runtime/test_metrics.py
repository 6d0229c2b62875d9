import re

import pytest

from stream.runtime import metrics
from stream.runtime.metrics import BY_NAME, METRICS, Kind, Metric


def test_the_table_holds_every_metric_of_the_module_once() -> None:
    """A metric that is not in the table would be counted and never shown."""
    declared = {value for value in vars(metrics).values() if isinstance(value, Metric)}

    assert set(METRICS) == declared
    assert len(METRICS) == len(BY_NAME)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_names_and_help_keep_to_the_conventions(metric: Metric) -> None:
    """Prefix, unit at the end, a counter ends in _total, and one sentence of help."""
    assert re.fullmatch(r"cairn_[a-z_]+", metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    assert metric.help.endswith(".")
    assert bool(metric.buckets) == (metric.kind is Kind.HISTOGRAM)
    assert list(metric.buckets) == sorted(set(metric.buckets))


def test_no_label_can_carry_a_contact() -> None:
    """Contact ids would be personal data and endless series."""
    labels = {label for metric in METRICS for label in metric.labels}

    assert labels <= {
        "topic", "partition", "code", "milestone", "celebrate", "reason", "kind", "worker", "state", "exit",
        "timer", "channel", "outcome", "then", "page", "status", "app", "reaction", "host", "source", "text",
    }  # fmt: skip
