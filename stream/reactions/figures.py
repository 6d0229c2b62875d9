"""What an app counts. Its worker publishes it."""

from __future__ import annotations

from collections.abc import Mapping

from stream.runtime import metrics
from stream.runtime.meter import Meter


class AppFigures:
    """Numbers of one app, on the meter of its worker."""

    def __init__(self, app: str) -> None:
        self.meter = Meter()
        """Its own until a worker lends it one."""
        self.held: frozenset[tuple[str, int]] = frozenset()
        self.joined = False
        """Whether it was ever assigned anything, be it nothing."""
        self.count = 0
        """Grows with everything that moves: how a worker sees progress."""
        self._app = app

    def handled(self, reaction: str, seconds: float) -> None:
        """A record is done."""
        self.count += 1
        self.meter.add(metrics.REACTIONS_HANDLED, 1, (reaction,))
        self.meter.observe(metrics.REACTION_SECONDS, seconds, labels=(reaction,))

    def failed(self, reaction: str) -> None:
        """A record failed, and is tried again."""
        self.meter.add(metrics.REACTIONS_FAILED, 1, (reaction,))

    def set_aside(self, reaction: str, code: str) -> None:
        """A record went to the dead letters."""
        self.count += 1
        self.meter.add(metrics.REACTIONS_SET_ASIDE, 1, (reaction, code))

    def committed(self, done: bool) -> None:
        """A commit was tried."""
        self.meter.add(metrics.REACTION_COMMITS, 1, (self._app, "done" if done else "refused"))

    def assigned(self, held: frozenset[tuple[str, int]]) -> None:
        """The group gave these partitions."""
        self.meter.add(metrics.REBALANCES, 1, ("assigned",))
        for gone in self.held - held:
            self.meter.forget(metrics.REACTION_LAG, (self._app, gone[0], str(gone[1])))
        self.held, self.joined = held, True
        self.count += 1

    def lagging(self, lags: Mapping[tuple[str, int], int]) -> None:
        """How far partitions are behind."""
        for at, lag in lags.items():
            if at in self.held:
                self.meter.set(metrics.REACTION_LAG, lag, (self._app, at[0], str(at[1])))
