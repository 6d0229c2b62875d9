"""What every crossing and nudge carries of its milestone and its contact."""

from __future__ import annotations

from schemas.milestone_crossed import Kind, NextRung, Reason, Rung
from stream.core.crossed import Crossed
from stream.core.goal import Goal
from stream.core.holdout import bucket
from stream.core.occasion import Occasion
from stream.core.progress import Amount, Progress
from stream.core.rules import Rules

_DAY_MS = 86_400_000


def is_held_out(rules: Rules, goal: Goal, contact_id: str) -> bool:
    """Whether the contact is never messaged about the milestone."""
    return goal.holdout > 0 and bucket(contact_id, rules.salt) < goal.holdout


def stamp(
    rules: Rules,
    row: Progress,
    goal: Goal,
    occasion: Occasion,
    *,
    occurrence: int,
    kind: Kind,
    threshold: Amount,
    before: Amount,
    value: Amount,
    because: Reason | None,
    metric: str | None = None,
    unit: str | None = None,
    previous: Rung | None = None,
    following: NextRung | None = None,
) -> Crossed:
    """Return the crossing of ``goal``; ``because`` says why it is not celebrated."""
    held_out = is_held_out(rules, goal, occasion.contact_id)
    signed_up_ms = row.signed_up_ms
    return Crossed(
        contact_id=occasion.contact_id,
        milestone=goal.id,
        occurrence=occurrence,
        metric=metric,
        kind=kind,
        unit=unit,
        tier=goal.tier,
        threshold=threshold,
        value_before=before,
        value=value,
        occurred_at_ms=occasion.at_ms,
        days_since_signup=None if signed_up_ms is None else max(0, (occasion.at_ms - signed_up_ms) // _DAY_MS),
        previous=previous,
        next=following,
        not_celebrated_because=because,
        holdout=held_out,
        reward=None if held_out else goal.reward,
        rules_version=rules.version,
        life=row.life,
    )
