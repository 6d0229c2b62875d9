"""What can be seen of a program from outside, and what a run is made of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.order import Run

WARM_SHARE = 0.1
"""The part of the input that is read before the clock starts, for all alike: Java compiles, workers find their
partitions, caches fill."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: seconds of the wall and of CPU (user and system, all processes), committed events, resident MB, and the
    rows written to the changelog so far."""

    wall: float
    cpu: float
    committed: int
    resident: float
    rows: int = 0


class Observation:
    """The clock starts at the first look that finds `warm` events committed, and stops at the one that finds all.

    `warm` is at least a tenth of all. Looks come every few milliseconds, commits every 100 to 1,000.
    """

    def __init__(self, events: int, warm: int = 0) -> None:
        self.events = events
        self.warm = max(warm, int(events * WARM_SHARE), 1)
        self._began: Look | None = None
        self._ended: Look | None = None
        self._peak = 0.0

    def take(self, look: Look) -> bool:
        """Take a look in; whether that was the last one."""
        self._peak = max(self._peak, look.resident)
        if self._began is None and look.committed >= self.warm:
            self._began = look
        if look.committed >= self.events:
            self._ended = look
        return self._ended is not None

    @property
    def is_running(self) -> bool:
        """Whether the clock has started."""
        return self._began is not None

    def run(self) -> Run:
        """Return what was measured.

        Raises:
            RuntimeError: it has not come to its end, or nothing was left to measure after the warm-up.
        """
        if self._began is None or self._ended is None or self._ended.committed <= self._began.committed:
            raise RuntimeError("no two commits to measure between")
        return Run(
            events=self._ended.committed - self._began.committed,
            seconds=self._ended.wall - self._began.wall,
            cpu=self._ended.cpu - self._began.cpu,
            peak=self._peak,
            end=self._ended.resident,
            rows=self._ended.rows - self._began.rows,
        )
