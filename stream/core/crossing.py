"""What an event crossed, and what is said of it. Runs rarely, so it may take its time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from schemas.milestone_crossed import Jump, NextRung, Rung
from stream.core.amounts import exact_gap
from stream.core.composite import Composite, completed
from stream.core.crossed import Crossed
from stream.core.goal import Goal
from stream.core.history import is_whole, reason
from stream.core.near import near_nudges
from stream.core.nudge import Nudge
from stream.core.occasion import Occasion
from stream.core.progress import Amount, Progress
from stream.core.rules import Rules
from stream.core.stamp import stamp
from stream.core.step import Step
from stream.core.stuck import rise


class Move(NamedTuple):
    """How an event moved a metric: its value before, its high-water mark before, and the value it reached."""

    before: Amount
    high: Amount
    after: Amount


def settle(
    rules: Rules, row: Progress, occasion: Occasion, moves: Iterable[tuple[Step, Move]]
) -> tuple[Crossed | Nudge, ...]:
    """Return what one event crossed, the crossing to celebrate last, then its nudges; all is marked as done."""
    crossed: list[Crossed] = []
    nudges: list[Nudge] = []
    flipped: set[int] = set()
    for step, move in moves:
        crossed += _cross(rules, step, row, occasion, move)
        if step.retired:
            flipped.update(_flipped(step, row, move))
        if step.nudging:
            nudges += near_nudges(rules, step, row, occasion, move.high, move.after)
            rise(step, row, occasion)
    if rules.composites:
        flipped.update(rules.goals[each.milestone].number for each in crossed if each.occurrence == 1)
        crossed += complete(rules, row, occasion, flipped)
    return (*jump(crossed), *nudges)


def complete(rules: Rules, row: Progress, occasion: Occasion, flipped: set[int]) -> list[Crossed]:
    """Return the composites completed by the milestones whose numbers are in ``flipped``, and mark them as reached."""
    return [
        stamp(
            rules,
            row,
            composite.goal,
            occasion,
            occurrence=1,
            kind="all_of",
            threshold=len(composite.members),
            before=len(composite.members) - 1,
            value=len(composite.members),
            because=reason(composite.goal, occasion, whole=_rests_on_whole(rules, composite, row)),
        )
        for composite in completed(rules.composites, row, flipped)
    ]


def jump(crossed: list[Crossed]) -> tuple[Crossed, ...]:
    """Return the crossings of one event in their order, the one to celebrate last, each with its place in
    the jump.

    Those that can be celebrated come after those that cannot, major after minor; the rest keeps its order: by
    metric, then by threshold.
    """
    if len(crossed) < 2:
        return tuple(crossed)
    ordered = sorted(crossed, key=lambda each: (each.celebrate and not each.holdout, each.tier == "major"))
    of = len(ordered)
    return tuple(
        msgspec.structs.replace(each, jump=Jump(index=index, of=of, top=index == of))
        for index, each in enumerate(ordered, start=1)
    )


def _cross(rules: Rules, step: Step, row: Progress, occasion: Occasion, move: Move) -> list[Crossed]:
    """Return what the event crossed on the metric of ``step``, lowest first, and mark it as reached."""
    hits = _hits(step, row, move)
    if not hits:
        return []
    if len(hits) > 1:
        hits.sort(key=lambda hit: (hit[2], hit[0].number))
    for goal, occurrence, _ in hits:
        row.reach(goal.number, occurrence)
    following = _next(step, row, move.after)
    whole = is_whole(step, row)
    return [
        stamp(
            rules,
            row,
            goal,
            occasion,
            occurrence=occurrence,
            metric=step.metric,
            kind=step.kind,
            unit=step.unit,
            threshold=threshold,
            before=move.before,
            value=move.after,
            previous=_previous(step, row, move.after, threshold),
            following=following,
            because=reason(goal, occasion, whole=whole),
        )
        for goal, occurrence, threshold in hits
    ]


def _hits(step: Step, row: Progress, move: Move) -> list[tuple[Goal, int, Amount]]:
    """Return (goal, occurrence, threshold) where high < threshold <= after and it was not reached before.

    Every multiple is passed once, for the mark never falls; what was said of it under another N is no matter.
    """
    hits: list[tuple[Goal, int, Amount]] = []
    at = bisect_right(step.thresholds, move.high)
    while at < len(step.goals) and (goal := step.goals[at]).threshold <= move.after:
        if not row.occurrence(goal.number):
            hits.append((goal, 1, goal.threshold))
        at += 1
    for goal in step.repeating:
        occurrence = row.occurrence(goal.number)
        for multiple in range(int(move.high // goal.every) + 1, int(move.after // goal.every) + 1):
            occurrence = max(multiple, occurrence + 1)
            hits.append((goal, occurrence, multiple * goal.every))
    return hits


def _flipped(step: Step, row: Progress, move: Move) -> list[int]:
    """Return the numbers of the retired milestones that were passed just now, for the composites that wait for them."""
    return [
        member.number
        for member in step.retired
        if move.high < member.mark <= move.after and not row.occurrence(member.number)
    ]


def _rests_on_whole(rules: Rules, composite: Composite, row: Progress) -> bool:
    return all(is_whole(rules.steps[name], row) for name in composite.metrics)


def _previous(step: Step, row: Progress, value: Amount, threshold: Amount) -> Rung | None:
    """Return the nearest lower threshold of the metric, of whatever milestone; None below the first.

    ``value`` is what the metric reached; the occurrence of a multiple is told from the newest one at or below it.
    """
    below: list[tuple[Amount, int, Goal, int]] = []
    place = bisect_left(step.thresholds, threshold)
    if place:
        place = bisect_left(step.thresholds, step.thresholds[place - 1])
        if not step.repeating:
            return step.rungs[place]
        goal = step.goals[place]
        below.append((goal.threshold, -goal.number, goal, 1))
    for goal in step.repeating:
        multiple = int(threshold // goal.every)
        if multiple * goal.every == threshold:
            multiple -= 1
        if multiple > 0:
            ahead_by = max(row.occurrence(goal.number) - int(value // goal.every), 0)
            below.append((multiple * goal.every, -goal.number, goal, multiple + ahead_by))
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
        ahead = goal.ahead(row, value)
        if ahead is not None:
            above.append((ahead.threshold, goal.number, goal, ahead.occurrence))
    if not above:
        return None
    at, _, goal, occurrence = min(above, key=lambda each: each[:2])
    return NextRung(milestone=goal.id, occurrence=occurrence, threshold=at, remaining=exact_gap(at, value))
