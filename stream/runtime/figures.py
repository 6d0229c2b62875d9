"""What a parent remembers of its workers: the last figures of each, and what the dead ones have counted."""

import math
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from stream.runtime.meter import Meter
from stream.runtime.metrics import WORKER_RESTARTS
from stream.runtime.snapshot import Numbers, Snapshot, Tally

Tallies = dict[str, dict[tuple[str, ...], Tally]]


@dataclass(slots=True)
class WorkerView:
    """What the parent knows of one worker. Times are `time.monotonic()`."""

    worker: int
    started_at: float = math.inf
    """When its process was started; infinite before the first."""
    pid: int | None = None
    """None while none runs."""
    snapshot: Snapshot | None = None
    """The last figures of this process; None before the first."""
    why_dead: str | None = None
    """What the last process died of; None while one runs and before the first."""
    restarts: int = 0
    started_once: bool = False
    """Whether any process of this worker was ever assigned and restored."""

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.pid is not None


@dataclass(frozen=True, slots=True)
class Totals:
    """Counters and histograms of all processes that ever ran under this parent, gauges of those that run
    now."""

    counters: Numbers = field(default_factory=dict)
    gauges: Numbers = field(default_factory=dict)
    histograms: Tallies = field(default_factory=dict)


class Figures:
    """The figures of all workers. The supervisor writes, the HTTP threads read: every method takes the
    lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._views: dict[int, WorkerView] = {}
        self._past = Totals()
        self._own = Meter()
        self._stopping: str | None = None

    def expect(self, workers: Iterable[int]) -> None:
        """These are to run. Until each does, their parent is neither ready nor started: a probe may ask before the
        first process is there, and while the machine has no memory for the last.
        """
        with self._lock:
            for worker in workers:
                self._views.setdefault(worker, WorkerView(worker))

    def start(self, worker: int, pid: int, now: float) -> None:
        """A process of `worker` was started."""
        with self._lock:
            view = self._views.setdefault(worker, WorkerView(worker))
            view.restarts += view.why_dead is not None
            view.started_at, view.pid, view.snapshot, view.why_dead = now, pid, None, None

    def receive(self, snapshot: Snapshot) -> None:
        """The next figures of a running process; counters in it run from the start of that process."""
        with self._lock:
            view = self._views[snapshot.worker]
            view.snapshot = snapshot
            view.started_once |= snapshot.joined and snapshot.restored_once

    def bury(self, worker: int, why: str) -> None:
        """The process of `worker` died. What it had counted stays in the totals; its gauges go."""
        with self._lock:
            view = self._views[worker]
            if view.snapshot is not None:
                _add_counts(self._past, view.snapshot)
            view.snapshot, view.pid, view.why_dead = None, None, why
            if not self._stopping:
                self._own.add(WORKER_RESTARTS, 1, (why,))

    def stop(self, why: str) -> None:
        """All are being stopped: no death counts as a restart from now on. `why` is for who asks meanwhile."""
        with self._lock:
            self._stopping = why

    @property
    def stopping(self) -> str | None:
        """Why the parent drains its workers; None while it does not."""
        with self._lock:
            return self._stopping

    def views(self) -> list[WorkerView]:
        """A copy of what is known, by worker number."""
        with self._lock:
            return [
                WorkerView(
                    view.worker,
                    view.started_at,
                    view.pid,
                    view.snapshot,
                    view.why_dead,
                    view.restarts,
                    view.started_once,
                )
                for _, view in sorted(self._views.items())
            ]

    def totals(self) -> Totals:
        """All numbers added up. A counter here never falls, whichever worker dies."""
        with self._lock:
            snapshots = [view.snapshot for view in self._views.values() if view.snapshot is not None]
            totals = Totals()
            sources: list[Totals | Meter | Snapshot] = [self._past, self._own, *snapshots]
            for source in sources:
                _add_counts(totals, source)
            for snapshot in snapshots:
                for name, series in snapshot.gauges.items():
                    totals.gauges.setdefault(name, {}).update(series)
            return totals


def _add_counts(totals: Totals, source: Totals | Snapshot | Meter) -> None:
    for name, series in source.counters.items():
        sums = totals.counters.setdefault(name, {})
        for labels, number in series.items():
            sums[labels] = sums.get(labels, 0) + number
    for name, tallies in source.histograms.items():
        known = totals.histograms.setdefault(name, {})
        for labels, tally in tallies.items():
            sofar = known.get(labels)
            if sofar is None:
                known[labels] = Tally(list(tally.counts), tally.total)
            else:
                known[labels] = Tally(_sums(sofar.counts, tally.counts), sofar.total + tally.total)


def _sums(left: Iterable[int], right: Iterable[int]) -> list[int]:
    return [a + b for a, b in zip(left, right, strict=True)]
