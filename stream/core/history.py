"""History: whether a number is known to be whole, and so whether a crossing may be celebrated (guarantee G3)."""

from __future__ import annotations

from schemas.milestone_crossed import Reason
from stream.core.goal import Goal
from stream.core.occasion import Occasion
from stream.core.progress import Progress
from stream.core.step import Step


def is_whole(step: Step, row: Progress) -> bool:
    """Whether the metric holds all that the contact ever did."""
    if step.trusted or (row.signed_up_ms is not None and row.signed_up_ms >= step.counted_since_ms):
        return True
    # An import fills in what came before it, but not what was missed while the metric was out of the rules later on.
    imported = row.baselines.get(step.slot) if row.baselines else None
    return imported is not None and (not step.has_gap or imported[1] >= step.counted_since_ms)


def reason(goal: Goal, occasion: Occasion, *, whole: bool) -> Reason | None:
    """Return why a crossing is not celebrated, the weightiest reason first; None when it is."""
    if not whole:
        return "history_incomplete"
    if occasion.at_ms < goal.first_applied_ms:
        return "before_milestone"
    if occasion.backfill:
        return "backfill"
    return None
