"""The values that no type lists are those that the code writes."""

from __future__ import annotations

import re

import pytest

from deploy.reference.labels import label_of
from deploy.reference.publishers import ROOT
from stream.planner.topology import planner_topology
from stream.runtime.metrics import ABORTS, REBALANCES, REBUILDS, TIMERS_FIRED, Metric
from stream.tracker.topology import tracker_topology


@pytest.mark.parametrize(
    ("metric", "name", "written"),
    [
        (ABORTS, "reason", r'_?abort(?:ed)?\("(\w+)"'),
        (REBUILDS, "reason", r'(?:\.wipe\(task, |rebuilt\()"(\w+)"'),
        (REBALANCES, "kind", r'rebalanced\("(\w+)"'),
    ],
)
def test_a_closed_label_has_what_the_engine_writes(metric: Metric, name: str, written: str) -> None:
    source = "\n".join(each.read_text("utf-8") for each in sorted((ROOT / "stream/engine").rglob("*.py")))
    label = label_of(metric, name)

    assert label is not None
    assert set(label.values) == set(re.findall(written, source))


def test_timers_are_those_of_the_topologies() -> None:
    label = label_of(TIMERS_FIRED, "timer")

    assert label is not None
    assert set(label.values) == {each.name for own in (tracker_topology(), planner_topology()) for each in own.timers}
