"""Is a supervisor with its workers alive, ready, started? Pure judgement: figures and the time in, named
reasons out.

- livez fails only when a loop is stuck, and each phase has its own bound. A broker outage, a restore of an
  hour and a worker being restarted never fail it: killing the process cures none of them.
- readyz says whether the workers do their share: joined, no owned task in error, and not stalled (aborts in a row,
  records that wait, brokers that do not answer, each beyond its bound). Owning no partition is ready.
- startupz says whether every worker has been assigned and restored once, so that a long first restore is
  not killed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from stream.runtime.figures import WorkerView
from stream.runtime.settings import Group
from stream.runtime.snapshot import Phase, TaskState


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds without progress after which a worker in that phase is stuck."""

    starting: float = 120.0
    restoring: float = 60.0
    looping: float = 60.0
    committing: float = 30.0
    draining: float = 40.0

    @classmethod
    def of(cls, workers: Group) -> "Bounds":
        """The bounds that follow from the workers' timings."""
        commit = (
            2 * workers.commit_timeout + _GRACE
        )  # a commit that times out is followed by an abort of the same bound
        return cls(
            restoring=workers.max_poll,
            # Figures come every half second, so a loop seen running may since have begun a commit.
            looping=max(workers.max_poll, commit),
            committing=commit,
            draining=workers.drain + commit,
        )


_GRACE = 10.0
"""Covers the broker's scan for expired transactions, every 10 s."""


@dataclass(frozen=True, slots=True)
class Check:
    """One named check and its reason."""

    name: str
    ok: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one endpoint."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """True when every check is."""
        return all(check.ok for check in self.checks)


def livez(workers: Iterable[WorkerView], now: float, bounds: Bounds) -> Verdict:
    """Whether every running loop makes progress within its phase's bound."""
    return Verdict(tuple(Check(f"worker-{view.worker}", *_alive(view, now, bounds)) for view in workers))


def stuck(view: WorkerView, now: float, bounds: Bounds) -> str | None:
    """Why this worker is stuck; None while it is not."""
    alive, reason = _alive(view, now, bounds)
    return None if alive else reason


def readyz(workers: Iterable[WorkerView], *, stopping: str | None = None) -> Verdict:
    """Whether every worker has joined and none of its tasks is in error."""
    checks = [Check("accepting", stopping is None, stopping or "not stopping")]
    return Verdict((*checks, *(Check(f"worker-{view.worker}", *_ready(view)) for view in workers)))


def startupz(workers: Iterable[WorkerView]) -> Verdict:
    """Whether each worker has been assigned and restored once, in this process or one before it."""
    return Verdict(
        tuple(Check(f"worker-{view.worker}", view.started_once, _STARTED[view.started_once]) for view in workers)
    )


_STARTED = {True: "assigned and restored once", False: "not yet assigned and restored"}


def _alive(view: WorkerView, now: float, bounds: Bounds) -> tuple[bool, str]:
    if not view.alive:
        return True, _absent(view)
    seen = view.snapshot
    if seen is None:
        age = now - view.started_at
        return age <= bounds.starting, f"starting for {age:.0f} s (bound {bounds.starting:g} s)"
    turned = now - seen.turned_at
    if seen.phase is Phase.RESTORING:
        moved = now - seen.progress_at
        if turned <= bounds.looping and moved > bounds.restoring and not seen.broker_reachable:
            return True, f"restoring, waiting for a broker for {moved:.0f} s"
        slowest, bound = max((turned, bounds.looping), (moved, bounds.restoring), key=lambda pair: pair[0] - pair[1])
        return slowest <= bound, f"restoring, rows moved {moved:.0f} s ago (bound {bounds.restoring:g} s)"
    bound = {
        Phase.STARTING: bounds.starting,
        Phase.COMMITTING: bounds.committing,
        Phase.DRAINING: bounds.draining,
    }.get(seen.phase, bounds.looping)
    return turned <= bound, f"{seen.phase.value}, loop turned {turned:.0f} s ago (bound {bound:g} s)"


def _ready(view: WorkerView) -> tuple[bool, str]:
    if not view.alive:
        return False, _absent(view)
    seen = view.snapshot
    if seen is None or not seen.joined:
        return False, "not yet in the group"
    if seen.stalled is not None:
        return False, seen.stalled
    if failed := [task for task in seen.tasks if task.state is TaskState.FAILED]:
        return False, "; ".join(f"partition {task.partition}: {task.error or 'failed'}" for task in failed)
    if restoring := [task for task in seen.tasks if task.state is TaskState.RESTORING]:
        if waiting := [task for task in restoring if task.error]:
            numbers = ", ".join(str(task.partition) for task in waiting)
            return False, f"partition {numbers}: {waiting[0].error}"
        rows = sum(task.rows_to_restore for task in restoring)
        return False, f"restoring {len(restoring)} of {len(seen.tasks)} partitions, {rows} rows to go"
    return True, f"{len(seen.tasks)} partitions"


def _absent(view: WorkerView) -> str:
    return "not yet started" if view.why_dead is None else f"being restarted ({view.why_dead})"
