"""Stuck: a contact is near a threshold, and the number has not risen for a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from stream.core.goal import Ahead, Goal
from stream.core.nudge import Nudge, may_nudge, nudge
from stream.core.occasion import Occasion
from stream.core.progress import STUCK, Progress
from stream.core.rules import Rules
from stream.core.step import Step


class Wait(NamedTuple):
    """A nudge that comes at ``due_ms`` (epoch ms) unless the number rises before."""

    due_ms: int
    step: Step
    goal: Goal
    ahead: Ahead


def rise(step: Step, row: Progress, occasion: Occasion) -> None:
    """Note that the metric's high-water mark rose, as long as a nudge for being stuck may come of it."""
    active = row.active
    if not _is_waited_for(step, row):
        if active and step.slot in active:
            row.active = {slot: at for slot, at in active.items() if slot != step.slot} or None
    elif not occasion.backfill:
        row.active = {**(active or {}), step.slot: max(occasion.at_ms, (active or {}).get(step.slot, 0))}


def waits(rules: Rules, row: Progress) -> Iterator[Wait]:
    """Yield the nudges that wait."""
    if not row.active:
        return
    for step in rules.steps.values():
        since_ms = row.active.get(step.slot)
        if since_ms is None:
            continue
        for goal, ahead in _near(step, row):
            if goal.stuck_ms is not None and may_nudge(step, goal, row, Occasion("", since_ms)):
                yield Wait(since_ms + goal.stuck_ms, step, goal, ahead)


def stuck_nudges(rules: Rules, row: Progress, contact_id: str, now_ms: int) -> list[Nudge]:
    """Return the nudges due at or before ``now_ms``, the earliest first, and mark them as done."""
    due = sorted(
        (wait for wait in waits(rules, row) if wait.due_ms <= now_ms), key=lambda wait: (wait.due_ms, wait.goal.number)
    )
    nudges = [
        nudge(rules, wait.step, wait.goal, row, Occasion(contact_id, wait.due_ms), wait.ahead, "stuck") for wait in due
    ]
    if row.active:
        waited_for = {step.slot for step in rules.steps.values() if _is_waited_for(step, row)}
        row.active = {slot: at for slot, at in row.active.items() if slot in waited_for} or None
    return nudges


def _is_waited_for(step: Step, row: Progress) -> bool:
    return next(_near(step, row), None) is not None


def _near(step: Step, row: Progress) -> Iterator[tuple[Goal, Ahead]]:
    """Yield the goals that the contact is near to, and was not yet told to be stuck at."""
    high = row.high(step.slot)
    for goal in step.nearby[bisect_right(step.marks, high)]:
        if goal.stuck_ms is None:
            continue
        ahead = goal.ahead(row, high)
        if ahead is not None and goal.is_near(ahead, high) and row.nudge(goal.number, STUCK) < ahead.occurrence:
            yield goal, ahead
