"""What an event crossed on one metric, and what is said of it. Runs rarely, so it may take its time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

import msgspec

from schemas.milestone_crossed import Jump, NextRung, Reason, Rung
from schemas.usage_event import UsageEvent
from stream.core.amounts import exact_gap
from stream.core.crossed import Crossed
from stream.core.holdout import bucket
from stream.core.progress import Amount, Progress
from stream.core.rules import Goal, Rules, Step

_DAY_MS = 86_400_000


class Move(NamedTuple):
    """How an event moved a metric: its value before, its high-water mark before, and its value after."""

    before: Amount
    high: Amount
    after: Amount


def cross(
    rules: Rules, step: Step, row: Progress, event: UsageEvent, move: Move, signed_up_ms: int | None
) -> list[Crossed]:
    """Return what the event crossed on the metric of ``step``, lowest first, and mark it as reached."""
    hits = _hits(step, row, move)
    if not hits:
        return []
    if len(hits) > 1:
        hits.sort(key=lambda hit: (hit[2], hit[0].number))
    for goal, occurrence, _ in hits:
        row.reach(goal.number, occurrence)
    following = _next(step, row, move.after)
    place = bucket(event.contact_id, rules.salt)
    at_ms = event.at_ms
    return [
        Crossed(
            contact_id=event.contact_id,
            milestone=goal.id,
            occurrence=occurrence,
            metric=step.metric,
            kind=step.kind,
            unit=step.unit,
            tier=goal.tier,
            threshold=threshold,
            value_before=move.before,
            value=move.after,
            occurred_at_ms=at_ms,
            days_since_signup=None if signed_up_ms is None else max(0, (at_ms - signed_up_ms) // _DAY_MS),
            previous=_previous(step, threshold),
            next=following,
            not_celebrated_because=_reason(step, goal, event, signed_up_ms),
            holdout=place < goal.holdout,
            reward=None if place < goal.holdout else goal.reward,
            rules_version=rules.version,
        )
        for goal, occurrence, threshold in hits
    ]


def jump(crossed: list[Crossed]) -> tuple[Crossed, ...]:
    """Return the crossings of one event in their order, the one to celebrate last, each with its place in
    the jump.

    Those that can be celebrated come after those that cannot, major after minor; the rest keeps its order: by
    metric, then by threshold.
    """
    if len(crossed) == 1:
        return (crossed[0],)
    ordered = sorted(crossed, key=lambda each: (each.celebrate and not each.holdout, each.tier == "major"))
    of = len(ordered)
    return tuple(
        msgspec.structs.replace(each, jump=Jump(index=index, of=of, top=index == of))
        for index, each in enumerate(ordered, start=1)
    )


def _hits(step: Step, row: Progress, move: Move) -> list[tuple[Goal, int, Amount]]:
    """Return (goal, occurrence, threshold) where high < threshold <= after and it was not reached before."""
    hits: list[tuple[Goal, int, Amount]] = []
    at = bisect_right(step.thresholds, move.high)
    while at < len(step.goals) and (goal := step.goals[at]).threshold <= move.after:
        if not row.occurrence(goal.number):
            hits.append((goal, 1, goal.threshold))
        at += 1
    for goal in step.repeating:
        done = max(int(move.high // goal.every), row.occurrence(goal.number))
        hits += [(goal, each, each * goal.every) for each in range(done + 1, int(move.after // goal.every) + 1)]
    return hits


def _previous(step: Step, threshold: Amount) -> Rung | None:
    """Return the nearest lower threshold of the metric, of whatever milestone; None below the first."""
    below: list[tuple[Amount, int, Goal, int]] = []
    place = bisect_left(step.thresholds, threshold)
    if place:
        place = bisect_left(step.thresholds, step.thresholds[place - 1])
        if not step.repeating:
            return step.rungs[place]
        goal = step.goals[place]
        below.append((goal.threshold, -goal.number, goal, 1))
    for goal in step.repeating:
        occurrence = int(threshold // goal.every)
        if occurrence * goal.every == threshold:
            occurrence -= 1
        if occurrence > 0:
            below.append((occurrence * goal.every, -goal.number, goal, occurrence))
    if not below:
        return None
    at, _, goal, occurrence = max(below, key=lambda each: each[:2])
    return Rung(milestone=goal.id, occurrence=occurrence, threshold=at)


def _next(step: Step, row: Progress, value: Amount) -> NextRung | None:
    """Return the first threshold above ``value`` that is still to be reached; None if there is none."""
    above: list[tuple[Amount, int, Goal, int]] = []
    for place in range(bisect_right(step.thresholds, value), len(step.goals)):
        goal = step.goals[place]
        if not row.occurrence(goal.number):  # one that was raised after this contact reached it never comes again
            if not step.repeating:
                gap = exact_gap(goal.threshold, value)
                return NextRung(milestone=goal.id, occurrence=1, threshold=goal.threshold, remaining=gap)
            above.append((goal.threshold, goal.number, goal, 1))
            break
    for goal in step.repeating:
        occurrence = max(int(value // goal.every), row.occurrence(goal.number)) + 1
        above.append((occurrence * goal.every, goal.number, goal, occurrence))
    if not above:
        return None
    at, _, goal, occurrence = min(above, key=lambda each: each[:2])
    return NextRung(milestone=goal.id, occurrence=occurrence, threshold=at, remaining=exact_gap(at, value))


def _reason(step: Step, goal: Goal, event: UsageEvent, signed_up_ms: int | None) -> Reason | None:
    """Return why the crossing is not celebrated, the weightiest reason first; None when it is (promise 3)."""
    whole = step.trusted or (signed_up_ms is not None and signed_up_ms >= step.counted_since_ms)
    if not whole:
        return "history_incomplete"
    if event.at_ms < goal.first_applied_ms:
        return "before_milestone"
    if event.backfill:
        return "backfill"
    return None
