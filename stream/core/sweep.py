"""The sweep: records what contacts had reached when a milestone with `adoption: record_only` came."""

from __future__ import annotations

from stream.core.crossed import Crossed
from stream.core.goal import Goal
from stream.core.occasion import Occasion
from stream.core.progress import Progress
from stream.core.rules import Rules
from stream.core.stamp import stamp
from stream.core.step import MOST_OCCURRENCES, Step


def adopt_row(rules: Rules, row: Progress, contact_id: str, from_version: int) -> tuple[Crossed, ...]:
    """Return the crossings of what is past and not yet recorded, none of them to celebrate, and mark them as reached.

    ``from_version`` is the version of the rules up to which the row was swept; under that version nothing is left to
    do. Their time is when the milestone was first applied: when it was really reached is not known. Of a milestone
    that repeats the newest `MOST_OCCURRENCES` are recorded; and nothing more of one whose condition was changed, where
    it is on record already: which of the multiples of now are is not known. Milestones adopted silently get nothing.
    """
    if from_version >= rules.version:
        return ()
    crossed: list[Crossed] = []
    for step in rules.steps.values():
        for goal in (*step.goals, *step.repeating):
            if goal.record_only:
                crossed += _past(rules, step, goal, row, contact_id)
    for composite in rules.composites:
        goal, count = composite.goal, len(composite.members)
        if goal.record_only and not row.occurrence(goal.number) and composite.is_complete(row):
            row.reach(goal.number, 1)
            crossed.append(
                stamp(
                    rules,
                    row,
                    goal,
                    Occasion(contact_id, goal.first_applied_ms),
                    occurrence=1,
                    kind="all_of",
                    threshold=count,
                    before=count - 1,
                    value=count,
                    because="adopted",
                )
            )
    return tuple(crossed)


def is_past(rules: Rules, row: Progress, from_version: int) -> bool:
    """Whether `adopt_row` would record anything; the row is only looked at."""
    if from_version >= rules.version:
        return False
    for step in rules.steps.values():
        high = step.high(row)
        for goal in (*step.goals, *step.repeating):
            if (
                goal.record_only
                and high // (goal.every or goal.threshold) > row.occurrence(goal.number)
                and not is_on_record(goal, row)
            ):
                return True
    return any(
        each.goal.record_only and not row.occurrence(each.goal.number) and each.is_complete(row)
        for each in rules.composites
    )


def is_on_record(goal: Goal, row: Progress) -> bool:
    """Whether nothing more of what is past is recorded: it was reached once, or its multiples were others then."""
    return row.occurrence(goal.number) > 0 and (not goal.every or goal.changed)


def _past(rules: Rules, step: Step, goal: Goal, row: Progress, contact_id: str) -> list[Crossed]:
    high = step.high(row)
    occurrences = range(0)
    if is_on_record(goal, row):
        return []
    if goal.every:
        latest = int(high // goal.every)
        occurrences = range(max(row.occurrence(goal.number), latest - MOST_OCCURRENCES) + 1, latest + 1)
    elif high >= goal.threshold:
        occurrences = range(1, 2)
    if occurrences:
        row.reach(goal.number, occurrences[-1])
    value = row.counter(step.slot)
    return [
        stamp(
            rules,
            row,
            goal,
            Occasion(contact_id, goal.first_applied_ms),
            occurrence=occurrence,
            metric=step.metric,
            kind=step.kind,
            unit=step.unit,
            threshold=goal.threshold or occurrence * goal.every,
            before=value,
            value=value,
            because="adopted",
        )
        for occurrence in occurrences
    ]
