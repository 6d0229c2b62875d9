"""The planner's row of one contact: everything but the profile itself and the records that wait."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from schemas.channel import CHANNELS, Channel
from schemas.delivery import Reached
from stream.core.celebration.out import Bundle, Out
from stream.core.celebration.standing import Standing
from stream.core.celebration.subject import Subject, is_nudge, jump_id

Amount = int | Decimal

MOST_REACHED = 20
"""Milestones reached before that a message may tell of: 20 x 140 B."""
MOST_WAITING = 100
"""Crossings and nudges of one contact that wait at once, 170 B each: 17 kB of the 64 kB that a row may have; the cap
and staleness keep it at a few. Beyond it one is given up (`most_dispensable`): a bound, so that no contact fills a
row."""


class Waiting(msgspec.Struct, array_like=True, gc=False):
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
    not_before_ms: int = 0
    """Nothing is decided before: others may come that are told in the same message, or the top of its jump."""
    jump: str | None = None
    """What it has in common with the other crossings of its event (`jump_id`)."""
    is_major: bool = False

    @classmethod
    def of(cls, subject: Subject, now_ms: int, *, is_major: bool = False) -> Waiting:
        """Let a subject wait that has just come: nothing is decided, and it may be looked at at once."""
        return cls(
            id=subject.id,
            due_ms=now_ms,
            arrived_ms=now_ms,
            channels=[*CHANNELS],
            metric=subject.metric,
            threshold=subject.threshold,
            is_nudge=is_nudge(subject),
            jump=jump_id(subject),
            is_major=is_major,
        )

    def look_at(self, at_ms: int) -> None:
        """Let it be looked at no later than `at_ms`, but never before its time."""
        self.due_ms = max(min(self.due_ms, at_ms), self.not_before_ms)


class PersonRow(msgspec.Struct, array_like=True, gc=False):
    """What the planner knows of a contact. Fields are appended, never moved or removed; times are epoch ms."""

    standing: Standing = msgspec.field(default_factory=Standing)
    released: list[int] = []
    """When celebrations and nudges went out, as many as the cap looks at."""
    numbers: dict[str, Amount] = {}
    """The last value by metric."""
    history: list[Reached] = []
    """Milestones reached, oldest first."""
    waiting: list[Waiting] = []
    timer_ms: int = 0
    """Where the contact's timer stands; 0: there is none."""
    out: list[Out] = []
    """Deliveries without a final receipt, oldest first."""
    majors: list[int] = []
    """When major celebrations went out; those are in `released` too. What an earlier release wrote is in that alone: it
    counts as minor, and holds no major back."""
    bundle_ends_ms: int = 0
    """Until when crossings wait for others, to be told in one message."""
    bundles: list[Bundle] = []
    """What the deliveries that are out tell besides the one that each is of."""
    refusals: dict[str, int] = {}
    """How often each place was refused in a row without a word that it is gone, by its digest."""

    def counted(self, *, is_major: bool) -> list[int]:
        """Return the moments of earlier messages that count against the cap of one of this tier."""
        return self.majors if is_major else self.released

    def reached(self, milestone: Reached) -> None:
        """Remember a milestone; the oldest go first."""
        self.history = [*self.history, milestone][-MOST_REACHED:]

    @property
    def next_due_ms(self) -> int | None:
        """When the first of what waits or is out is to be looked at; None if nothing is."""
        dues = [each.due_ms for each in self.waiting]
        if self.out:
            dues += [each.due_ms for each in self.out]
        return min(dues) if dues else None  # `default` costs as much as both lists

    def speaks_of(self, subject_id: str) -> bool:
        """Whether a crossing or nudge still waits, or is out, by itself or as a line of another."""
        # Lists, which are short: they cost half of what generators do.
        return (
            (bool(self.waiting) and subject_id in [each.id for each in self.waiting])
            or subject_id in [each.subject for each in self.out]
            or (bool(self.bundles) and any(subject_id in each.also for each in self.bundles))
        )

    @property
    def lines_out(self) -> int:
        """How many crossings the deliveries that are out tell besides their own."""
        return sum([len(each.also) for each in self.bundles]) if self.bundles else 0

    def also(self, lead: str, channel: Channel) -> list[str]:
        """Return the ids of what a delivery tells besides its own crossing."""
        return next((each.also for each in self.bundles if (each.lead, each.channel) == (lead, channel)), [])

    def most_dispensable(self) -> Waiting:
        """Return which of what waits is given up when there is no room: nudges first, majors last, then the oldest."""
        return min(self.waiting, key=lambda each: (not each.is_nudge, each.is_major, each.arrived_ms))


def new_person() -> PersonRow:
    """Return the row of a contact of whom nothing is known."""
    return PersonRow()
