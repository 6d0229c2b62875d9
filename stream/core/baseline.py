"""Baselines: what a contact had done before its events came, imported once."""

from __future__ import annotations

from typing import Any

from schemas.milestones.number import tidy
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent
from stream.core.advance import DUPLICATE, NOTHING, Outcome, keep_high
from stream.core.amounts import add_exactly, exact_gap
from stream.core.composite import completed
from stream.core.occasion import Occasion
from stream.core.progress import Amount, Progress
from stream.core.rules import Rules
from stream.core.step import Step
from stream.core.stuck import rise

_KINDS = frozenset({"count", "sum", "highest"})


def import_baseline(rules: Rules, row: Progress, event: UsageEvent) -> Outcome:
    """Take the baseline into ``row``, in place. It crosses nothing: all that it reaches is marked in silence.

    A later import replaces an earlier one of the metric; the same value and time again are a duplicate. Refused are an
    import that reaches beyond the first event counted, whose events would count twice, and one older than the last.
    """
    step = _step(rules, event)
    if isinstance(step, Rejection):
        return step
    slot, value, as_of = step.slot, tidy(event.value), event.at_ms
    old, old_as_of = (row.baselines or {}).get(slot, (0, None))
    if old_as_of == as_of and old == value:
        return DUPLICATE
    late = _too_late(row, as_of, old_as_of)
    if late is not None:
        return late
    row.counters.extend([0] * (slot + 1 - len(row.counters)))
    before = row.counters[slot]
    after = max(before, value) if step.kind == "highest" else add_exactly(before, exact_gap(value, old))
    row.counters[slot] = after
    high = keep_high(row, slot, before, after, after)
    row.baselines = {**(row.baselines or {}), slot: (value, as_of)}
    flipped = _reach(step, row, high, after)
    completed(rules.composites, row, flipped)
    if step.stuck:
        rise(step, row, Occasion(event.contact_id, as_of, backfill=True))
    return NOTHING


def _step(rules: Rules, event: UsageEvent) -> Step | Rejection:
    """Return the step of the metric that the event names; or why it cannot have a baseline."""
    name: Any = event.properties.get("metric")
    if name is None:
        return Rejection("field_missing", "a baseline names its metric", "/properties/metric")
    if not isinstance(name, str):
        return Rejection("wrong_type", "the name of a metric is text", "/properties/metric")
    step = rules.steps.get(name)
    if step is None:
        return Rejection("baseline_metric", "the rules have no metric of this name", "/properties/metric")
    if step.kind not in _KINDS:
        message = f"the metric '{name}' is of kind '{step.kind}', which no single number can stand for"
        return Rejection("baseline_metric", message, "/properties/metric")
    if step.counts and (not isinstance(tidy(event.value), int) or event.value < 0):
        return Rejection("out_of_range", f"the metric '{name}' counts events: 0, 1, 2 and so on", "/value")
    return step


def _too_late(row: Progress, as_of: int, old_as_of: int | None) -> Rejection | None:
    if row.first_ms and row.first_ms <= as_of:
        return Rejection("baseline_too_late", "an event up to the baseline's time has already been counted", "/at")
    if old_as_of is not None and as_of < old_as_of:
        return Rejection("baseline_too_late", "a baseline of a later time has already been imported", "/at")
    return None


def _reach(step: Step, row: Progress, high: Amount, after: Amount) -> set[int]:
    """Mark every milestone of the metric at or below ``after``; return the numbers of those reached just now."""
    flipped = {member.number for member in step.retired if high < member.mark <= after}
    for goal in step.goals:
        if goal.threshold <= after and not row.occurrence(goal.number):
            row.reach(goal.number, 1)
            flipped.add(goal.number)
    for goal in step.repeating:
        occurrence = int(after // goal.every)
        if occurrence > row.occurrence(goal.number):
            if not row.occurrence(goal.number):
                flipped.add(goal.number)
            row.reach(goal.number, occurrence)
    return flipped
