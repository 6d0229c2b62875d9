"""When a transaction is committed: at once when idle, by its bounds when behind."""

from __future__ import annotations

from typing import Any

import pytest

from stream.engine.pace import Pace

PACE = Pace(span=0.5, rows=1000, emitted_bytes=1 << 20)
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


def test_an_idle_worker_waits_shorter_while_something_is_under_way() -> None:
    """Rule 6: 50 ms for the first record, and 5 ms where an answer may come that is none."""
    assert (Pace().first(busy=False), Pace().first(busy=True)) == (0.05, 0.005)
    assert Pace(wait_idle=0.001).first(busy=True) == 0.001


def test_transactions_are_kept_apart() -> None:
    """Rule 6: at 2 ms the coordinator refused the next one, which costs 20 ms; at 3 ms it did not."""
    assert Pace().gap == 0.003
