"""A milestone as the core needs it: what to test, and what to stamp on a crossing."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import UNSET

from schemas.adoption import Adoption
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone
from schemas.milestones.metric import WHOLE_KINDS
from schemas.milestones.number import Number
from stream.core.amounts import exact_gap, exact_share
from stream.core.progress import Amount, Progress


class Ahead(NamedTuple):
    """The occurrence of a milestone that a contact comes to next.

    With `every N` the threshold is the first multiple of N above where the contact stands, whatever N was before. The
    occurrence is that multiple's place, or, where a larger N left it behind what was said, one above the last: so it
    only ever rises, and names one crossing for good.
    """

    occurrence: int
    threshold: Amount


class Goal:
    """An active milestone.

    One of ``threshold`` and ``every`` is above 0 for a condition on a metric, neither for others. ``rest`` is how
    much is missing at most when the threshold is near, None without a nudge; ``stuck_ms`` is how long without
    progress makes the contact stuck there, None if that is not asked. ``holdout`` is in hundredths of a percent.
    ``since_ms`` is when it last came into force with the condition that it has, and ``changed`` whether it ever had
    another one.
    """

    __slots__ = (
        "changed",
        "every",
        "first_applied_ms",
        "holdout",
        "id",
        "number",
        "record_only",
        "rest",
        "reward",
        "since_ms",
        "stuck_ms",
        "threshold",
        "tier",
    )

    def __init__(self, document: Document, milestone: Milestone, adoption: Adoption) -> None:
        adopted = adoption.milestone(milestone.id)
        if adopted.first_applied_ms is None:
            raise ValueError(f"the adoption does not belong to this document: '{milestone.id}' was never applied")
        entry = milestone.entry
        self.id = milestone.id
        self.number = adopted.number
        self.first_applied_ms = adopted.first_applied_ms
        self.since_ms: int = adopted.since_ms or adopted.first_applied_ms
        self.changed = adopted.course is not UNSET and adopted.course.changed
        self.threshold: Number = milestone.threshold or 0
        self.every: Number = milestone.every or 0
        self.tier = entry.tier
        self.reward = entry.reward
        self.record_only = entry.adoption == "record_only"
        self.holdout = (document.holdout if entry.holdout is None else entry.holdout).basis_points
        self.rest: Number | None = None
        self.stuck_ms: int | None = None
        if entry.nudge is not None and entry.nudge.near is not None:
            # Of a repeating milestone the last step counts: 90% of the way from one occurrence to the next.
            rest = exact_share(self.threshold or self.every, 10_000 - entry.nudge.near.basis_points)
            whole = milestone.metric is not None and document.metrics[milestone.metric].kind in WHOLE_KINDS
            self.rest = int(rest) if whole else rest
            if entry.nudge.stuck_for is not None:
                self.stuck_ms = entry.nudge.stuck_for.seconds * 1000

    def ahead(self, row: Progress, high: Amount) -> Ahead | None:
        """Return what comes next for a metric whose high-water mark is ``high``; None if nothing does."""
        if self.every:
            multiple = int(high // self.every) + 1
            return Ahead(max(multiple, row.occurrence(self.number) + 1), multiple * self.every)
        if high >= self.threshold or row.occurrence(self.number):
            return None
        return Ahead(1, self.threshold)

    def is_near(self, ahead: Ahead, value: Amount) -> bool:
        """Whether a value below what comes next is near it."""
        return self.rest is not None and exact_gap(ahead.threshold, value) <= self.rest
