from __future__ import annotations

import pytest

from tests.bench.observation import Look, Observation


def _look(wall: float, committed: int, *, cpu: float = 0.0, resident: float = 0.0, rows: int = 0) -> Look:
    return Look(wall, cpu, committed, resident, rows)


def test_the_clock_runs_from_a_tenth_of_the_input_to_the_last_commit() -> None:
    """What came before is warm-up; the events are those between the two looks, CPU and rows likewise."""
    observation = Observation(1_000)
    assert not observation.take(_look(1.0, 99, cpu=1.0, rows=5))
    assert not observation.take(_look(2.0, 300, cpu=2.0, rows=10))
    assert not observation.take(_look(3.0, 999, cpu=3.0))
    assert observation.take(_look(4.0, 1_000, cpu=5.0, rows=50))
    run = observation.run()
    assert (run.events, run.seconds, run.cpu, run.rows) == (700, 2.0, 3.0, 40)


def test_a_longer_warm_up_begins_the_clock_later() -> None:
    """Where every contact is to be in state first, a tenth is too little."""
    observation = Observation(1_000, warm=500)
    for committed in (499, 500, 1_000):
        observation.take(_look(float(committed), committed))
    assert observation.run().events == 500


def test_memory_is_that_of_the_whole_run_and_of_its_end() -> None:
    """A peak before the clock starts is a peak: somebody must have that memory."""
    observation = Observation(10)
    for committed, resident in ((0, 900.0), (1, 300.0), (10, 500.0)):
        observation.take(_look(float(committed), committed, resident=resident))
    assert (observation.run().peak, observation.run().end) == (900.0, 500.0)


def test_one_commit_for_everything_measures_nothing() -> None:
    """It must fail, and not divide a whole input by no time."""
    observation = Observation(10)
    assert observation.take(_look(1.0, 10))
    with pytest.raises(RuntimeError, match="no two commits"):
        observation.run()
