"""The worker's own clock: from the first record processed to the last commit stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Instant:
    """Seconds by the wall, of the whole process on CPUs, and of the calling thread on a CPU."""

    wall: float
    cpu: float
    loop: float

    def since(self, other: Instant) -> Instant:
        """Return the seconds between two instants."""
        return Instant(self.wall - other.wall, self.cpu - other.cpu, self.loop - other.loop)


class Part(StrEnum):
    """Where a run is after a commit."""

    WARMING = "warming"
    BEGINS = "begins"
    RUNNING = "running"
    ENDS = "ends"
    OVER = "over"


def now() -> Instant:
    """Read the clocks of this process and thread."""
    return Instant(time.perf_counter(), time.process_time(), time.thread_time())


@dataclass(slots=True)
class Stopwatch:
    """Measures `events` events after the first `warm` ones.

    With no warm-up it starts at the first record processed, else at the commit that completes the warm-up; it stops at
    the commit that completes the events. `seen` counts events of commits that are stored, up to that one.
    """

    warm: int
    events: int
    clock: Callable[[], Instant] = now
    seen: int = 0
    commits: int = 0
    _committed: int = 0
    _begun: tuple[Instant, int] | None = field(default=None)
    _ended: Instant | None = field(default=None)

    def record(self) -> bool:
        """Records are about to be processed; whether the measured part begins with them."""
        if self._begun is not None or self.warm:
            return False
        self._begun = (self.clock(), 0)
        return True

    def committed(self, total: int) -> None:
        """A commit is visible; `total` events so far."""
        self._committed = total

    def stored(self) -> Part:
        """The last commit is stored as well; return where that leaves us."""
        if self._ended is not None:
            return Part.OVER
        self.seen = self._committed
        if self._begun is None:
            if self.seen < self.warm:
                return Part.WARMING
            self._begun = (self.clock(), self.seen)
            return Part.BEGINS
        self.commits += 1
        if self.seen < self.warm + self.events:
            return Part.RUNNING
        self._ended = self.clock()
        return Part.ENDS

    def lap(self) -> tuple[Instant, int]:
        """Return the time taken and the events in it.

        Raises:
            RuntimeError: it has not stopped.
        """
        if self._begun is None or self._ended is None:
            raise RuntimeError(f"the worker ended after {self.seen} of {self.warm + self.events} events")
        began, seen = self._begun
        return self._ended.since(began), self.seen - seen
