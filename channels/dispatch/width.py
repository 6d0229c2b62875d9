"""How many requests one provider is handed at once. Pure: the time is an argument.

A provider that says `too many at once` gets half of them, and then one more for every `STEADY` that it took: as TCP
feels for the width of a line. Nobody sets it, and a restart forgets it.
"""

from __future__ import annotations

STEADY = 20
"""Answers in a row after which one more is tried: of 16 at once some 300 messages, seconds of a busy channel."""
NARROWED_ONCE_IN = 1.0
"""Seconds. Those that were under way together say the same together, and must not halve it each."""


class Width:
    """No bound until the provider asks for one."""

    def __init__(self) -> None:
        self.most: int | None = None
        """How many at once; None: as many as there are."""
        self._narrowed_at = float("-inf")
        self._steady = 0

    @property
    def is_one(self) -> bool:
        """Whether it cannot be smaller."""
        return self.most == 1

    def admits(self, sending: int) -> bool:
        """Whether one more may be handed over beside these."""
        return self.most is None or sending < self.most

    def narrow(self, sending: int, now: float) -> bool:
        """The provider wants fewer than these; at least one goes on. True where the bound became smaller."""
        self._steady = 0
        if now < self._narrowed_at + NARROWED_ONCE_IN:
            return False
        self._narrowed_at = now
        before = self.most
        self.most = max(1, min(sending, before or sending) // 2)
        return before is None or self.most < before

    def widen(self, bound: int) -> None:
        """The provider did its work; at `bound` there is nothing left to hold back."""
        if self.most is None:
            return
        self._steady += 1
        if self._steady >= STEADY:
            self._steady = 0
            self.most = self.most + 1 if self.most + 1 < bound else None
