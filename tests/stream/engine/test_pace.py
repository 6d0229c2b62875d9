"""When a transaction is committed: at once when idle, by its bounds when behind."""

from __future__ import annotations

from typing import Any

import pytest

from stream.engine.pace import Pace

PACE = Pace(span=0.5, rows=1000, emitted_bytes=1 << 20, wait_idle=0.005, wait_behind=0.05)
YOUNG: dict[str, Any] = {"behind": True, "open_for": 0.1, "rows": 10, "emitted_bytes": 10}


def test_an_idle_worker_commits_at_once() -> None:
    """Latency: nothing more is waiting, so nothing is gained by waiting."""
    assert PACE.due(behind=False, open_for=0.0, rows=1, emitted_bytes=0)


def test_a_worker_that_is_behind_goes_on_taking_in() -> None:
    """Throughput: a row touched many times is written once."""
    assert not PACE.due(**YOUNG)


@pytest.mark.parametrize("bound", [{"open_for": 0.5}, {"rows": 1000}, {"emitted_bytes": 1 << 20}])
def test_each_bound_ends_a_transaction(bound: dict[str, Any]) -> None:
    """Time for the readers, rows and bytes for the memory."""
    assert PACE.due(**{**YOUNG, **bound})


def test_an_idle_worker_waits_shorter() -> None:
    """Rule 6: 5 ms when idle, 50 ms when behind."""
    assert (Pace().wait(behind=False), Pace().wait(behind=True)) == (0.005, 0.05)
