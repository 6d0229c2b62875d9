"""The planner's row of one contact: everything but the profile itself and the records that wait."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from schemas.channel import CHANNELS, Channel
from schemas.delivery import Reached
from stream.core.celebration.out import Out
from stream.core.celebration.standing import Standing
from stream.core.celebration.subject import Subject, is_nudge

Amount = int | Decimal

MOST_REACHED = 20
"""Milestones reached before that a message may tell of: 20 x 140 B."""
MOST_WAITING = 100
"""Crossings and nudges of one contact that wait at once, 60 B each; the cap and staleness keep it at a few. Beyond it
the oldest is absorbed: a bound, so that no contact fills a row."""


class Waiting(msgspec.Struct, array_like=True):
    """A crossing or nudge with channels that are not decided yet; its record is another row. Times are epoch ms."""

    id: str
    due_ms: int
    arrived_ms: int
    channels: list[Channel]
    metric: str | None = None
    threshold: Amount = 0
    is_nudge: bool = False
    released: bool = False
    """Whether it went out on another channel before: then the cap has counted it."""

    @classmethod
    def of(cls, subject: Subject, now_ms: int) -> Waiting:
        """Let a subject wait that has just come: nothing is decided, and it may be looked at at once."""
        return cls(
            id=subject.id,
            due_ms=now_ms,
            arrived_ms=now_ms,
            channels=[*CHANNELS],
            metric=subject.metric,
            threshold=subject.threshold,
            is_nudge=is_nudge(subject),
        )


class PersonRow(msgspec.Struct, array_like=True):
    """What the planner knows of a contact. Fields are appended, never moved or removed; times are epoch ms."""

    standing: Standing = msgspec.field(default_factory=Standing)
    released: list[int] = []
    """When celebrations went out, as many as the cap looks at."""
    numbers: dict[str, Amount] = {}
    """The last value by metric."""
    history: list[Reached] = []
    """Milestones reached, oldest first."""
    waiting: list[Waiting] = []
    timer_ms: int = 0
    """Where the contact's timer stands; 0: there is none."""
    out: list[Out] = []
    """Deliveries without a final receipt, oldest first."""

    def reached(self, milestone: Reached) -> None:
        """Remember a milestone; the oldest go first."""
        self.history = [*self.history, milestone][-MOST_REACHED:]

    @property
    def next_due_ms(self) -> int | None:
        """When the first of what waits or is out is to be looked at; None if nothing is."""
        dues = [*(each.due_ms for each in self.waiting), *(each.due_ms for each in self.out)]
        return min(dues, default=None)

    def speaks_of(self, subject_id: str) -> bool:
        """Whether a crossing or nudge still waits, or is out."""
        return any(each.id == subject_id for each in self.waiting) or any(
            each.subject == subject_id for each in self.out
        )


def new_person() -> PersonRow:
    """Return the row of a contact of whom nothing is known."""
    return PersonRow()
