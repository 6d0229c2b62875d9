"""The clock of one task (engine rule 16). Pure: whoever drives it brings the time, the ends and the positions.

After downtime a delivery that is due would go out before the unsubscribe that nobody has read yet. So a task's time is
not the wall's but what its inputs prove:

    every input is read to the end that was asked for at wall time T     -> it is T
    some are behind                                                      -> it is the lowest record timestamp processed
                                                                            on those, and never beyond T

It never goes back, except with its task: after an abort the same records come again, so the time that they proved is
taken back with them.
"""

from __future__ import annotations

from collections.abc import Mapping


class Clock:
    """Epoch ms; 0 until something is proven."""

    def __init__(self) -> None:
        self.now_ms = 0
        self._committed_ms = 0
        self._wall_ms = 0
        self._ends: dict[str, int] = {}

    @property
    def waiting(self) -> bool:
        """Whether ends were given that the inputs have not reached yet: no need to ask for newer ones."""
        return bool(self._ends)

    def expect(self, wall_ms: int, ends: Mapping[str, int]) -> None:
        """Take the next offset of each input, as asked for at `wall_ms` or later."""
        self._wall_ms = wall_ms
        self._ends = dict(ends)

    def read(self, positions: Mapping[str, int], newest: Mapping[str, int]) -> int:
        """Take how far each input is processed, and the timestamp last processed on it; return the time."""
        if not self._ends:
            return self.now_ms
        behind = [topic for topic, end in self._ends.items() if positions[topic] < end]
        proven = min((newest.get(topic, 0) for topic in behind), default=self._wall_ms)
        self.now_ms = max(self.now_ms, min(proven, self._wall_ms))
        if not behind:
            self._ends = {}
        return self.now_ms

    def committed(self) -> None:
        """What proved the time is committed."""
        self._committed_ms = self.now_ms

    def aborted(self) -> None:
        """The positions went back, and with them the time; what was proven meanwhile is asked for again."""
        self.now_ms = self._committed_ms
        self._ends = {}

    def forget(self) -> None:
        """The task is restored: its state may be another."""
        self.now_ms = self._committed_ms = self._wall_ms = 0
        self._ends = {}
