"""The records that reactions have in hand: how many, since when, and a bell for when the last one is put down.

And the reactions that have none and ask for none, as before their loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping


class Hands:
    """Use it on one event loop. `now` is a steady clock in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._held: dict[object, tuple[str, float]] = {}
        self._away: dict[object, tuple[str, float]] = {}
        self._changed = asyncio.Event()

    def hold(self, turn: object, reaction: str) -> None:
        """A reaction was given a record."""
        self._held[turn] = (reaction, self._now())

    def put_down(self, turn: object) -> float:
        """It came back for the next, or failed; returns the seconds it took."""
        _, since = self._held.pop(turn, ("", self._now()))
        if not self._held:
            self._changed.set()
        return self._now() - since

    def leaves(self, asker: object, reaction: str) -> None:
        """Its function runs, and does not ask for a record."""
        self._away[asker] = (reaction, self._now())

    def asks(self, asker: object) -> None:
        """It asks for a record, or its function does not run."""
        self._away.pop(asker, None)

    def longest_away(self) -> tuple[str, float] | None:
        """The reaction that has asked for no record longest, and for how many seconds; one with a record is one too."""
        return self._longest(self._away)

    def __len__(self) -> int:
        return len(self._held)

    def longest(self) -> tuple[str, float] | None:
        """The reaction that has held a record longest, and for how many seconds."""
        return self._longest(self._held)

    def _longest(self, known: Mapping[object, tuple[str, float]]) -> tuple[str, float] | None:
        if not known:
            return None
        reaction, since = min(known.values(), key=lambda each: each[1])
        return reaction, self._now() - since

    async def wait_empty(self, seconds: float) -> bool:
        """Wait until nothing is in hand; False when it takes longer."""
        deadline = self._now() + seconds
        while self._held:
            self._changed.clear()
            left = deadline - self._now()
            if left <= 0:
                return False
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                return False
        return True
