"""A worker that dies again and again before it has done anything waits longer each time, however long it lived."""

from __future__ import annotations

import pytest

from stream.runtime import metrics
from stream.runtime.restarts import Restarts, has_worked
from stream.runtime.snapshot import Lag, Phase, Snapshot, Tally, TaskFigures, TaskState


def snapshot(**given: object) -> Snapshot:
    """A worker that runs since second 100 and has counted nothing."""
    fields = {"worker": 0, "pid": 1, "phase": Phase.RUNNING, "phase_since": 100.0, "turned_at": 0.0, "progress_at": 0.0}
    return Snapshot(**{**fields, **given})  # type: ignore[arg-type]


def test_a_worker_that_worked_is_back_at_once() -> None:
    """However often."""
    habit = Restarts()

    assert [habit.delay(worked=True) for _ in range(5)] == [0, 0, 0, 0, 0]


def test_a_worker_that_keeps_dying_without_work_waits_longer_each_time() -> None:
    """At most 30 s, so that it comes back when the cause has gone."""
    habit = Restarts()

    delays = [habit.delay(worked=False) for _ in range(10)]

    assert delays == [0, 0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_work_ends_the_habit() -> None:
    """The death after it is the first in a row again."""
    habit = Restarts()
    for _ in range(5):
        habit.delay(worked=False)

    assert habit.delay(worked=True) == 0
    assert habit.delay(worked=False) == 0.5


@pytest.mark.parametrize(
    "given",
    [
        {"histograms": {metrics.COMMIT_SECONDS.name: {(): Tally([1], 0.1)}}},
        {"counters": {metrics.RECEIPTS.name: {("email", "sent"): 1.0}}},
        {"counters": {metrics.REACTIONS_HANDLED.name: {("webhook",): 1.0}}},
        {"counters": {metrics.REACTIONS_SET_ASIDE.name: {("webhook", "poison"): 1.0}}},
        {"counters": {metrics.PORTAL_REQUESTS.name: {("share", "200"): 1.0}}},
    ],
    ids=["engine", "dispatcher", "reaction", "reaction sets aside", "portal"],
)
def test_each_role_tells_of_its_work(given: dict[str, object]) -> None:
    """By a figure that counts only what is done, in any phase."""
    assert has_worked(snapshot(phase=Phase.DRAINING, **given), now=100.0)


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.JOINING, Phase.RESTORING, Phase.COMMITTING])
def test_a_start_is_no_work_however_long_it_takes(phase: Phase) -> None:
    """Slow starts were started again at once for ever."""
    assert not has_worked(snapshot(phase=phase), now=10_000.0)


def test_records_that_were_read_and_never_committed_are_no_work() -> None:
    """A worker whose every commit fails reads the same records again and again."""
    task = TaskFigures(0, TaskState.RUNNING, (Lag("usage-events", 5, 1.0),))

    assert not has_worked(snapshot(tasks=[task]), now=10_000.0)


@pytest.mark.parametrize(("now", "worked"), [(129.0, False), (130.0, True)])
def test_a_worker_with_nothing_to_do_has_worked_once_it_ran_for_a_while(now: float, worked: bool) -> None:
    """An idle one that is killed a day after its last crash is no habit."""
    task = TaskFigures(0, TaskState.RUNNING, (Lag("usage-events", 0, 0.0),))

    assert has_worked(snapshot(tasks=[task]), now=now) is worked


def test_a_worker_that_waits_for_brokers_has_not_worked() -> None:
    """It sees no lag because it sees nothing."""
    assert not has_worked(snapshot(broker_reachable=False), now=10_000.0)
