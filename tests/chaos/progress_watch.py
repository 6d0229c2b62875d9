"""Watches a group while a scenario runs: what it has committed must never go back, and how long it stood still is a
figure.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.background import Background
from tests.system.rig import Rig

LOOK_EVERY = 0.2


class ProgressWatch(Background):
    """Looks at the committed offsets from a thread of its own while it is open.

    longest_stall:  seconds for which a partition had input before it and committed nothing; as fine as LOOK_EVERY.
    regressions:    offsets that went back: (partition, from, to).
    looks:          how often it has looked.
    """

    def __init__(self, rig: Rig) -> None:
        super().__init__("progress-watch")
        self.longest_stall = 0.0
        self.regressions: list[tuple[int, int, int]] = []
        self.looks = 0
        self._rig = rig
        self._inputs = rig.log(rig.inputs)
        self._looking = threading.Lock()
        self._at: dict[int, int] = {}
        self._moved: dict[int, float] = {}

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Ask nothing while inside: there is no broker. What was committed before is remembered, and compared after."""
        with self._looking:
            self._inputs.close()
            try:
                yield
            finally:
                self._rig.reconnect()
                self._inputs = self._rig.log(self._rig.inputs)

    def _work(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            with self._looking:
                self.looks += 1
                self._look(self._inputs.ends(), self._rig.committed(), time.monotonic())

    def _ended(self) -> None:
        self._inputs.close()

    def _look(self, ends: dict[int, int], committed: dict[int, int], now: float) -> None:
        for partition, end in ends.items():
            before, at = self._at.get(partition, 0), committed.get(partition, 0)
            if at < before:
                self.regressions.append((partition, before, at))
            if at != before or at >= end or partition not in self._moved:
                self._at[partition], self._moved[partition] = at, now
            self.longest_stall = max(self.longest_stall, now - self._moved[partition])
