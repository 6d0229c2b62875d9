"""A partition on the side of Kafka: its claim, its window, and what is on its way to be committed."""

from __future__ import annotations

from dataclasses import dataclass, field

from channels.dispatch.claim import Claim
from channels.dispatch.window import Window

LITTLE_ROOM = 100
"""With less room a partition is paused, so that one batch of at least this many fits into all that are not."""
MUCH_ROOM = 500
"""With more it goes on. A pause throws away what the client has fetched ahead, so there must be few."""


@dataclass(slots=True, eq=False)
class Holding:
    """One partition from its assignment until it is taken away."""

    claim: Claim
    window: Window
    end: int = -1
    """The end of the partition that the consumer last met, -1 for none: markers of transactions lie before it."""
    newest_ms: int | None = None
    """Timestamp (epoch ms) of the newest record read."""
    paused: bool = field(default=False)

    @property
    def partition(self) -> int:
        """Its number."""
        return self.claim.partition

    @property
    def wants_pause(self) -> bool | None:
        """Whether it must be paused (True) or resumed (False); None: it may stay as it is."""
        room = self.window.room
        if not self.paused and room < LITTLE_ROOM:
            return True
        if self.paused and room >= MUCH_ROOM:
            return False
        return None
