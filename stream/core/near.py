"""Near: an event brings a contact close to a threshold for the first time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from stream.core.nudge import Nudge, may_nudge, nudge
from stream.core.occasion import Occasion
from stream.core.progress import NEAR, Amount, Progress
from stream.core.rules import Rules
from stream.core.step import Step


def near_nudges(
    rules: Rules, step: Step, row: Progress, occasion: Occasion, high: Amount, reached: Amount
) -> Iterator[Nudge]:
    """Yield the nudges of an event that raised the high-water mark from ``high`` to ``reached``, crossings marked.

    An event that passes a threshold as well has no nudge towards it: what lies ahead then is another one.
    """
    for goal in step.nearby[bisect_right(step.marks, reached)]:
        ahead = goal.ahead(row, reached)
        if ahead is None or not goal.is_near(ahead, reached) or goal.is_near(ahead, high):
            continue
        if row.nudge(goal.number, NEAR) < ahead.occurrence and may_nudge(step, goal, row, occasion):
            yield nudge(rules, step, goal, row, occasion, ahead, "near")
