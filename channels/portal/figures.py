"""What the portal tells its supervisor: that its event loop turns, whether it can serve, and what it counted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from stream.runtime.child import Child
from stream.runtime.memory import resident_bytes
from stream.runtime.meter import Meter
from stream.runtime.metrics import MEMORY_BYTES
from stream.runtime.snapshot import Phase, Snapshot


class PortalFigures:
    """The meter of one portal, and its health. Used on the event loop only, so a loop that hangs is seen to."""

    def __init__(self, child: Child, clock: Callable[[], float] = time.monotonic) -> None:
        self.meter = Meter()
        self.serving = False
        """Whether pages can be shown: there is a product to name."""
        self._child, self._clock = child, clock
        self._phase, self._since = Phase.JOINING, clock()

    def publish(self) -> None:
        """Tell the supervisor, without waiting for it."""
        self._enter(Phase.RUNNING if self.serving else Phase.JOINING)
        now = self._clock()
        self._child.publish(self._snapshot(now), now)

    def finish(self) -> None:
        """Tell it for the last time: without it what was counted since the last telling would be lost."""
        self._enter(Phase.DRAINING)
        self._child.finish(self._snapshot(self._clock()))

    def _enter(self, phase: Phase) -> None:
        if phase is not self._phase:
            self._phase, self._since = phase, self._clock()

    def _snapshot(self, now: float) -> Snapshot:
        self.meter.set(MEMORY_BYTES, resident_bytes(), (str(self._child.worker),))
        return Snapshot(
            worker=self._child.worker,
            pid=os.getpid(),
            phase=self._phase,
            phase_since=self._since,
            turned_at=now,
            progress_at=now,
            joined=self.serving,
            restored_once=self.serving,
            counters=self.meter.counters,
            gauges=self.meter.gauges,
            histograms=self.meter.histograms,
        )
