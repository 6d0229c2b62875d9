"""What the core says of one nudge: a contact is near a threshold, or stuck there."""

from __future__ import annotations

import msgspec

from schemas.milestone_crossed import EventSource, TimerSource
from schemas.milestone_nudge import MilestoneNudge, NudgeKind, nudge_id
from schemas.moment import rfc3339
from stream.core.amounts import exact_gap
from stream.core.goal import Ahead, Goal
from stream.core.history import is_whole, reason
from stream.core.occasion import Occasion
from stream.core.progress import NEAR, STUCK, Amount, Progress
from stream.core.rules import Rules
from stream.core.stamp import is_held_out
from stream.core.step import Step


class Nudge(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One nudge: everything that a record of it says but its source and when it was seen.

    ``value`` is the counter and ``remaining`` what is missing to ``threshold``. ``occurred_at_ms`` (epoch ms) is the
    event that came near, or the end of the time without progress. There is one for each contact, milestone,
    occurrence and kind.
    """

    contact_id: str
    milestone: str
    occurrence: int
    kind: NudgeKind
    metric: str
    unit: str | None
    tier: str
    threshold: Amount
    value: Amount
    remaining: Amount
    occurred_at_ms: int
    holdout: bool
    rules_version: int
    life: int = 1

    def record(self, source: EventSource | TimerSource, detected_at_ms: int) -> MilestoneNudge:
        """Return the record to write."""
        return MilestoneNudge(
            id=nudge_id(self.contact_id, self.milestone, self.occurrence, self.kind, self.life),
            contact_id=self.contact_id,
            milestone=self.milestone,
            occurrence=self.occurrence,
            kind=self.kind,
            metric=self.metric,
            unit=self.unit,
            tier=self.tier,
            threshold=self.threshold,
            value=self.value,
            remaining=self.remaining,
            occurred_at=rfc3339(self.occurred_at_ms),
            detected_at=rfc3339(detected_at_ms),
            holdout=self.holdout,
            rules_version=self.rules_version,
            source=source,
        )


def may_nudge(step: Step, goal: Goal, row: Progress, occasion: Occasion) -> bool:
    """Whether the threshold, were it crossed now, would be celebrated: nobody is nudged towards one that is not."""
    return reason(goal, occasion, whole=is_whole(step, row)) is None


def nudge(
    rules: Rules, step: Step, goal: Goal, row: Progress, occasion: Occasion, ahead: Ahead, kind: NudgeKind
) -> Nudge:
    """Return the nudge towards ``ahead``, and mark it as done."""
    row.mark_nudged(goal.number, NEAR if kind == "near" else STUCK, ahead.occurrence)
    value = row.counter(step.slot)
    return Nudge(
        contact_id=occasion.contact_id,
        milestone=goal.id,
        occurrence=ahead.occurrence,
        kind=kind,
        metric=step.metric,
        unit=step.unit,
        tier=goal.tier,
        threshold=ahead.threshold,
        value=value,
        remaining=exact_gap(ahead.threshold, value),
        occurred_at_ms=occasion.at_ms,
        holdout=is_held_out(rules, goal, occasion.contact_id),
        rules_version=rules.version,
        life=row.life,
    )
