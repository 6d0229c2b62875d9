"""Where partitions ended, and when that was certain: what lies behind was written later. Used by one thread."""

from __future__ import annotations

from collections.abc import Iterable

from channels.dispatch.claim import Claim
from channels.dispatch.clock import Clock

PAUSE = 2.0
"""Seconds without a turn after which this process, or its machine, was standing still."""
STEP = 2.0
"""Seconds by which the wall clock moved against the steady one: it was set, or the machine slept."""
SETTLE = 5.0
"""Seconds after such a moment in which nothing is believed: what the client has in its queue may be from before."""


class KnownEnds:
    """Notes ends on claims, and takes them back when brokers were away or time stood still."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._turned_at = clock.steady()
        self._wall = clock.wall_ms() / 1000 - self._turned_at
        self._believed_from = float("-inf")
        self._away = False

    def turned(self, claims: Iterable[Claim]) -> None:
        """The thread came round."""
        now = self._clock.steady()
        wall = self._clock.wall_ms() / 1000 - now
        if now - self._turned_at > PAUSE or abs(wall - self._wall) > STEP:
            self._believed_from = now + SETTLE
            _forget(claims)
        self._turned_at, self._wall = now, wall

    def away(self, claims: Iterable[Claim]) -> None:
        """The client cannot reach a broker: until something comes again, partitions may grow unseen."""
        self._away = True
        _forget(claims)

    def heard(self) -> None:
        """Something came from a broker."""
        if self._away:
            self._away = False
            self._believed_from = self._clock.steady() + SETTLE

    def ends(self, claim: Claim, offset: int) -> None:
        """Nothing lies at this offset now, or behind it."""
        now = self._clock.steady()
        if not self._away and now >= self._believed_from:
            claim.known_end = (offset, now)


def _forget(claims: Iterable[Claim]) -> None:
    for each in claims:
        each.known_end = None
