"""The judgement: livez only for a stuck loop, readyz for doing one's share, startupz for the first restore."""

from collections.abc import Callable
from typing import Any

import pytest

from stream.runtime.figures import Figures, WorkerView
from stream.runtime.health import Bounds, Verdict, livez, readyz, startupz, stuck
from stream.runtime.settings import Tracker
from stream.runtime.snapshot import Phase, Snapshot, TaskFigures, TaskState

BOUNDS = Bounds(starting=120, restoring=60, looping=60, committing=30, draining=40)
NOW = 1000.0


@pytest.fixture
def view(make_snapshot: Callable[..., Snapshot]) -> Callable[..., WorkerView]:
    """A worker that runs, with these fields of its snapshot changed."""

    def make(**changed: Any) -> WorkerView:
        return WorkerView(0, NOW - 500, 100, make_snapshot(**changed), started_once=True)

    return make


def reason(verdict: Verdict) -> str:
    """What the worker's check says."""
    return next(check.reason for check in verdict.checks if check.name == "worker-0")


@pytest.mark.parametrize(
    ("phase", "bound"),
    [(Phase.STARTING, 120), (Phase.JOINING, 60), (Phase.RUNNING, 60), (Phase.COMMITTING, 30), (Phase.DRAINING, 40)],
)
def test_a_loop_is_stuck_when_it_has_not_turned_within_its_phases_bound(
    view: Callable[..., WorkerView], phase: Phase, bound: float
) -> None:
    """Not a moment earlier; the reason names the phase and the bound."""
    at_bound = livez([view(phase=phase, turned_at=NOW - bound)], NOW, BOUNDS)
    beyond = livez([view(phase=phase, turned_at=NOW - bound - 1)], NOW, BOUNDS)

    assert (at_bound.ok, beyond.ok) == (True, False)
    assert phase.value in reason(beyond)
    assert f"bound {bound} s" in reason(beyond)


def test_a_restore_may_take_hours_while_rows_move(view: Callable[..., WorkerView]) -> None:
    """Killing it would begin it again."""
    worker = view(phase=Phase.RESTORING, phase_since=NOW - 9999, progress_at=NOW - 1)

    assert livez([worker], NOW, BOUNDS).ok


def test_a_restore_whose_rows_stand_still_is_stuck_although_the_loop_turns(view: Callable[..., WorkerView]) -> None:
    """Turning is not progress there."""
    worker = view(phase=Phase.RESTORING, progress_at=NOW - 61)

    assert not livez([worker], NOW, BOUNDS).ok


@pytest.mark.parametrize("phase", list(Phase))
def test_a_broker_outage_never_fails_livez(view: Callable[..., WorkerView], phase: Phase) -> None:
    """The loop turns and waits; a restart would not bring the broker back."""
    worker = view(phase=phase, progress_at=NOW - 9999, broker_reachable=False)

    assert livez([worker], NOW, BOUNDS).ok


def test_an_outage_does_not_excuse_a_loop_that_hangs(view: Callable[..., WorkerView]) -> None:
    """Every call in it has a bound of its own."""
    worker = view(phase=Phase.RESTORING, turned_at=NOW - 61, progress_at=NOW - 61, broker_reachable=False)

    assert not livez([worker], NOW, BOUNDS).ok


def test_a_worker_being_restarted_is_the_supervisors_matter() -> None:
    """livez stays, readyz says no with the cause of death."""
    dead = WorkerView(0, NOW, None, why_dead="sigkill")

    assert livez([dead], NOW, BOUNDS).ok
    assert not readyz([dead]).ok
    assert "sigkill" in reason(readyz([dead]))


def test_a_worker_that_was_not_started_yet_is_missed_but_kills_nobody() -> None:
    """The port answers before the first process is there."""
    figures = Figures()
    figures.expect([0, 1])
    figures.start(1, 100, NOW)

    assert livez(figures.views(), NOW, BOUNDS).ok
    assert not readyz(figures.views()).ok
    assert not startupz(figures.views()).ok
    assert reason(readyz(figures.views())) == "not yet started"


def test_a_worker_that_never_spoke_has_the_starting_bound() -> None:
    """A hang in an import shows no figures at all."""
    assert livez([WorkerView(0, NOW - 120, 1)], NOW, BOUNDS).ok
    assert not livez([WorkerView(0, NOW - 121, 1)], NOW, BOUNDS).ok


def test_owning_no_partition_is_ready(view: Callable[..., WorkerView]) -> None:
    """More workers than partitions is a fine way to be safe."""
    assert readyz([view(tasks=[])]).ok


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"joined": False}, "not yet in the group"),
        ({"tasks": [TaskFigures(4, TaskState.RESTORING, rows_to_restore=9)]}, "9 rows to go"),
        ({"tasks": [TaskFigures(4, TaskState.FAILED, error="disk full")]}, "partition 4: disk full"),
        (
            {"tasks": [TaskFigures(4, TaskState.RESTORING, error="waits for the rules")]},
            "partition 4: waits for the rules",
        ),
        ({"stalled": "no broker has answered for 31 s"}, "no broker has answered for 31 s"),
    ],
)
def test_readyz_says_what_is_missing(view: Callable[..., WorkerView], changed: dict[str, Any], part: str) -> None:
    """Joined, restored, no task in error, and not stalled; a stall alone never fails livez, for no restart mends it."""
    verdict = readyz([view(**changed)])

    assert not verdict.ok
    assert part in reason(verdict)
    assert livez([view(**changed)], NOW, BOUNDS).ok


def test_draining_is_not_ready(view: Callable[..., WorkerView]) -> None:
    """Though every worker is."""
    assert readyz([view()]).ok
    found = readyz([view()], stopping="draining, for a worker gave up: usage-events was deleted and made anew")
    assert not found.ok
    assert "usage-events was deleted" in found.checks[0].reason


def test_one_worker_in_trouble_is_enough_and_is_named(view: Callable[..., WorkerView]) -> None:
    """The body tells which."""
    sick = WorkerView(1, NOW - 500, 101, view(worker=1, turned_at=NOW - 61).snapshot)

    verdict = livez([view(), sick], NOW, BOUNDS)

    assert [(check.name, check.ok) for check in verdict.checks] == [("worker-0", True), ("worker-1", False)]


def test_startupz_waits_for_every_worker(view: Callable[..., WorkerView]) -> None:
    """Assigned and restored once, each."""
    fresh = WorkerView(1, NOW, 101)

    assert startupz([view()]).ok
    assert not startupz([view(), fresh]).ok


def test_stuck_gives_the_reason_of_livez(view: Callable[..., WorkerView]) -> None:
    """For the supervisor's log."""
    assert stuck(view(), NOW, BOUNDS) is None
    assert "loop turned 61 s ago" in (stuck(view(turned_at=NOW - 61), NOW, BOUNDS) or "")


def test_bounds_leave_room_for_every_call_that_is_bounded_elsewhere() -> None:
    """A commit that times out and its abort, a drain, and the longest time between two polls."""
    bounds = Bounds.of(Tracker(transaction_timeout=20, max_poll=60, drain=15))

    assert bounds.committing >= 2 * 20
    assert bounds.looping >= max(60, bounds.committing)
    assert bounds.draining >= 15 + bounds.committing
