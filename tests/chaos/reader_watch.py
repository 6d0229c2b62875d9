"""Watches what readers of the outputs can see: an open transaction holds them back, and for how long is a figure."""

from __future__ import annotations

import time
from collections.abc import Collection
from contextlib import ExitStack

from tests.chaos.background import Background
from tests.system.rig import Rig

LOOK_EVERY = 0.2

Place = tuple[str, int]


class ReaderWatch(Background):
    """Looks from a thread of its own, while it is open, how far a read_committed reader can come in each partition.

    longest_block:  seconds for which such a reader stood before records and could not go on; as fine as LOOK_EVERY.
    """

    def __init__(self, rig: Rig) -> None:
        super().__init__("reader-watch")
        self.longest_block = 0.0
        self._stack = ExitStack()
        self._logs = [self._stack.enter_context(rig.log(topic)) for topic in (rig.crossed, rig.changelog)]
        self._stands: dict[Place, tuple[int, float]] = {}

    def holds_back(self, partitions: Collection[int]) -> bool:
        """Whether a transaction is open now in any of these partitions."""
        return any(partition in partitions for _, partition in self._blocked())

    def _work(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            self._look(self._blocked(), time.monotonic())

    def _ended(self) -> None:
        self._stack.close()

    def _look(self, blocked: dict[Place, int], now: float) -> None:
        for place, at in blocked.items():
            stood, since = self._stands.get(place, (at, now))
            if stood != at:
                since = now
            self._stands[place] = at, since
            self.longest_block = max(self.longest_block, now - since)
        for place in self._stands.keys() - blocked.keys():
            del self._stands[place]

    def _blocked(self) -> dict[Place, int]:
        """The partitions with records that a reader may not see yet, and where it stands."""
        found = {}
        for log in self._logs:
            # The end first: what is committed between the two questions must not look like something held back.
            ends = log.ends()
            found.update({(log.topic, each): at for each, at in log.stable_ends().items() if at < ends[each]})
        return found
