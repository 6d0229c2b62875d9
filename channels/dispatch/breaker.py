"""The circuit breaker of one provider. Pure: the time is an argument.

    CLOSED ──failures in a row──► OPEN ──its pause is over──► HALF_OPEN ──an answer──► CLOSED
                                    ▲                             │
                                    └────────── a failure ────────┘

Half-open lets one message through and waits for what becomes of it. Every opening begins a new round, and what was
sent in an older one says nothing any more: a hundred requests may still be under way when the tenth has failed.
"""

from __future__ import annotations

from enum import Enum

LONGEST_PAUSE = 3600.0
"""Seconds. A provider that asks for more (Retry-After) is asked again after these; and what is as old is forgotten."""
OURS_IN_A_ROW = 3
"""Faults of ours that open it, with no success between them. Wrong credentials make every message fail, so three come
at once, and nothing is gained by the rest of `failures`. One odd mailbox, such as a restricted one (Exchange says 550
5.7.1), has others after it that pass: it must not stop them."""


class State(Enum):
    """What the breaker does with a message."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """Opens after `failures` in a row, or `OURS_IN_A_ROW` that are ours, for `pause` or as long as the provider asks.

    Times are in seconds. In a row: without an answer in between that shows the provider at work.
    """

    def __init__(self, failures: int, pause: float) -> None:
        self._bound, self._pause = failures, pause
        self._failed = 0
        self._ours: set[str | int] = set()
        self._failed_at = 0.0
        self._round = 0
        self._trying = False
        self.state = State.CLOSED
        self.opens_again_at = 0.0
        """When a message is let through again, while it is open."""
        self.paused_since = float("inf")
        """When it left CLOSED; inf while it is closed."""

    def is_pristine(self, now: float) -> bool:
        """Whether nothing is remembered of the provider that is worth it: what is older than any pause is not."""
        return (self.state is State.CLOSED and not self._failed) or now >= self._failed_at + LONGEST_PAUSE

    @property
    def wakes_at(self) -> float:
        """When it lets a message through, if nothing happens before: -inf for at once, inf while a trial is out."""
        if self.state is State.OPEN:
            return self.opens_again_at
        return float("inf") if self.state is State.HALF_OPEN and self._trying else float("-inf")

    def admit(self, now: float) -> int | None:
        """Let a message through: the round to report it in; None where it must wait."""
        if self.state is State.OPEN and now >= self.opens_again_at:
            self.state, self._trying = State.HALF_OPEN, False
        if self.state is State.OPEN or (self.state is State.HALF_OPEN and self._trying):
            return None
        self._trying = self.state is State.HALF_OPEN
        return self._round

    def answered(self, round_: int) -> bool:
        """The provider did its work, whatever it said of the message. True when this closed the breaker."""
        if round_ != self._round:
            return False
        closed = self.state is not State.CLOSED
        self._failed = 0
        self._ours.clear()
        self.state, self.paused_since = State.CLOSED, float("inf")
        return closed

    def failed(
        self,
        round_: int,
        now: float,
        *,
        ours: bool = False,
        after: float | None = None,
        at_once: bool = False,
        doubtful_of: str | None = None,
    ) -> bool:
        """The provider takes nothing. `after`: seconds that it asks to wait. True when this opened the breaker.

        `at_once`: no second failure is needed. `doubtful_of`: the contact whose place may be the whole reason; however
        often it is said of one, it counts once.
        """
        if round_ != self._round:
            return False
        if doubtful_of is None or doubtful_of not in self._ours:
            self._failed += 1
        if ours:
            self._ours.add(self._failed if doubtful_of is None else doubtful_of)
        self._failed_at = now
        enough = at_once or self._failed >= self._bound or len(self._ours) >= OURS_IN_A_ROW
        if self.state is State.CLOSED and not enough:
            return False
        self.state = State.OPEN
        self._round += 1
        self.opens_again_at = now + max(self._pause, min(after or 0.0, LONGEST_PAUSE))
        self.paused_since = min(self.paused_since, now)
        return True

    def said_nothing(self, round_: int) -> None:
        """The message ended without a word of the provider, so another one may try."""
        if round_ == self._round:
            self._trying = False
