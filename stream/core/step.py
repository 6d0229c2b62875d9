"""What an event does to one metric."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.adoption import AdoptedMetric
from schemas.milestone_crossed import Kind, Rung
from schemas.milestones.document import Document
from schemas.milestones.metric import Metric
from schemas.milestones.number import Number
from stream.core.amounts import add_exactly, exact_gap
from stream.core.composite import Member
from stream.core.filters import Filter, compile_filter
from stream.core.goal import Goal
from stream.core.progress import Amount, Progress

MOST_OCCURRENCES = 1000
"""Occurrences of a repeating milestone that one event may pass; more is taken for a mistake."""


class Step:
    """A metric, and the milestones on it.

    ``thresholds`` is sorted, and ``goals`` and ``rungs`` stand beside it, one for each; ``repeating`` are the goals
    with `every`. ``marks`` is sorted too and holds whatever must not be passed unseen: thresholds, values at which
    one is near, and those of ``retired`` milestones that a composite waits for. ``strides`` are the steps of
    repeating goals, and ``nearing`` (step, rest) of those with a nudge.

    ``reads`` is the property that is read, None for the event's value; ``counts`` is true for +1, ``adds`` for a sum,
    ``sure`` where nothing but the filter can keep an event from being counted. ``nudging`` says whether a goal has a
    nudge, ``stuck`` whether one asks for being stuck. ``nearby[place]`` are the goals that a contact may be near whose
    high-water mark stands at this place among the marks (as `bisect_right` gives it), and ``waits[place]`` whether one
    of them asks for being stuck.
    """

    __slots__ = (
        "adds",
        "counted_since_ms",
        "counts",
        "filter",
        "goals",
        "has_gap",
        "kind",
        "limit",
        "marks",
        "metric",
        "nearby",
        "nearing",
        "nudging",
        "reads",
        "repeating",
        "retired",
        "rungs",
        "slot",
        "streaks",
        "strides",
        "stuck",
        "sure",
        "thresholds",
        "trusted",
        "unit",
        "waits",
        "weeks",
        "where",
        "zone",
    )

    def __init__(
        self,
        document: Document,
        name: str,
        metric: Metric,
        adopted: AdoptedMetric,
        goals: Iterable[Goal],
        retired: Iterable[Member] = (),
    ) -> None:
        listed = list(goals)
        single = sorted((goal for goal in listed if not goal.every), key=lambda goal: (goal.threshold, goal.number))
        self.slot = adopted.number
        self.metric = name
        self.kind: Kind = metric.kind.value
        self.unit = metric.unit or metric.streak
        self.counts = metric.kind == "count"
        self.adds = metric.kind == "sum"
        self.streaks = self.kind == "streak"
        self.weeks = metric.streak == "weeks"
        self.zone = document.product.time_zone
        value = self.kind in ("sum", "highest") and metric.amount == "value"
        self.reads = None if value or self.kind in ("count", "streak") else metric.amount
        self.where = metric.where
        self.filter: Filter | None = compile_filter(metric.where)
        self.goals = single
        self.thresholds = [goal.threshold for goal in single]
        self.rungs = [Rung(milestone=goal.id, occurrence=1, threshold=goal.threshold) for goal in single]
        self.repeating = sorted((goal for goal in listed if goal.every), key=lambda goal: goal.number)
        self.retired = tuple(retired)
        nudging = [goal for goal in (*single, *self.repeating) if goal.rest is not None]
        self.nudging = bool(nudging)
        self.stuck = any(goal.stuck_ms is not None for goal in nudging)
        near = (exact_gap(goal.threshold, goal.rest) for goal in single if goal.rest is not None)
        self.marks: list[Number] = sorted({*self.thresholds, *near, *(member.mark for member in self.retired)})
        self.strides = tuple(goal.every for goal in self.repeating)
        self.nearing = tuple((goal.every, goal.rest) for goal in self.repeating if goal.rest)
        self.nearby = self._nearby(nudging)
        self.waits = [any(goal.stuck_ms is not None for goal in nearby) for nearby in self.nearby]
        self.limit: Number | None = min(self.strides) * MOST_OCCURRENCES if self.strides else None
        self.sure = self.counts or self.streaks or (self.adds and self.reads is None and self.limit is None)
        # A metric that was out of the rules for a time missed events, whatever the file says of its history.
        self.has_gap = adopted.has_gap
        self.trusted = (metric.history or document.history) == "complete" and not adopted.has_gap
        self.counted_since_ms = adopted.counted_since_ms

    def comes_near(self, high: Amount, after: Amount) -> bool:
        """Whether a rise from ``high`` to ``after`` brings the next occurrence of a repeating goal near."""
        return any(add_exactly(after, rest) // every > add_exactly(high, rest) // every for every, rest in self.nearing)

    def high(self, row: Progress) -> Amount:
        """Return the contact's high-water mark; 0 if that of a streak is in days and the rules now ask for weeks."""
        return 0 if self.streaks and self.has_turned(row) else row.high(self.slot)

    def has_turned(self, row: Progress) -> bool:
        """Whether the contact's streak still counts days where it is to count weeks, or the reverse."""
        streak = row.streaks.get(self.slot) if row.streaks else None
        return streak is not None and not streak.counts(weeks=self.weeks)

    def _nearby(self, nudging: Iterable[Goal]) -> list[tuple[Goal, ...]]:
        """Return for each place that `bisect` may give in ``marks`` which goals a contact there may be near."""
        # Near a threshold from `threshold - rest` on; both are marks, so the answer is one between two marks.
        return [
            tuple(goal for goal in nudging if goal.every or _is_between(goal, mark)) for mark in (None, *self.marks)
        ]


def _is_between(goal: Goal, mark: Number | None) -> bool:
    return mark is not None and mark < goal.threshold <= add_exactly(mark, goal.rest or 0)
