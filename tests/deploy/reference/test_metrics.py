"""The registry of metrics as Prometheus wants it, and its reference."""

from __future__ import annotations

import re

import pytest

from deploy.reference.labels import label_of
from deploy.reference.metrics import reference, unit
from deploy.reference.publishers import publishers
from stream.runtime import metrics
from stream.runtime.metrics import METRICS, Kind, Metric

NAMED = [each.name for each in METRICS]
LABELS = [(metric, name) for metric in METRICS for name in metric.labels]

NO_BASE_UNIT = r"_(ms|millis|milliseconds|us|microseconds|ns|minutes|hours|days|kb|mb|kilobytes|megabytes|percent)(_|$)"
OF_A_CONTACT = r"contact|person|user|email|mail|name|address|token|endpoint|digest|event_id|crossing|delivery|id$"


def test_every_metric_that_is_defined_is_shown() -> None:
    """One that is defined and not in METRICS would be counted and never be told."""
    defined = {value for value in vars(metrics).values() if isinstance(value, Metric)}

    assert defined == set(METRICS)
    assert len(set(NAMED)) == len(NAMED)


@pytest.mark.parametrize("metric", METRICS, ids=NAMED)
def test_a_name_ends_in_its_unit(metric: Metric) -> None:
    """https://prometheus.io/docs/practices/naming: base units, in the plural, and `_total` behind what only grows."""
    assert re.fullmatch(r"cairn(_[a-z]+)+", metric.name)
    assert not re.search(NO_BASE_UNIT, metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    if metric.kind is Kind.HISTOGRAM:
        assert unit(metric) in ("seconds", "bytes")
    if unit(metric):
        assert metric.name.removesuffix("_total").endswith(("_seconds", "_bytes"))


@pytest.mark.parametrize("metric", METRICS, ids=NAMED)
def test_its_help_is_a_sentence(metric: Metric) -> None:
    assert re.fullmatch(r"[A-Z0-9].*[.)]", metric.help)


@pytest.mark.parametrize(("metric", "name"), LABELS, ids=[f"{metric.name}-{name}" for metric, name in LABELS])
def test_every_label_has_a_bound(metric: Metric, name: str) -> None:
    """If this fails: say in `deploy.reference.labels` what the new label can be, and why those are few."""
    label = label_of(metric, name)

    assert label is not None
    assert bool(label.values) != bool(label.bound)
    assert len(set(label.values)) == len(label.values)
    assert not re.search(OF_A_CONTACT, name)


@pytest.mark.parametrize("metric", METRICS, ids=NAMED)
def test_somebody_publishes_it(metric: Metric) -> None:
    assert publishers().get(metric.name)


def test_the_reference_has_a_row_for_each_metric_and_label() -> None:
    one = Metric("cairn_naps_seconds", Kind.GAUGE, "Sleep | wake.", ("channel", "strange"))

    text = reference({one.name: ("tracker", "portal")}, [one])

    assert "| `cairn_naps_seconds` | gauge | seconds | channel, strange | tracker, portal | Sleep \\| wake. |" in text
    assert "| `channel` | `cairn_naps_seconds` | `email`, `web_push`, `mobile_push` |" in text
    assert "| `strange` | `cairn_naps_seconds` |  |" in text
