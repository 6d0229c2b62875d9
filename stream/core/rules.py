"""Rules: a document and its adoption, compiled so that an event finds its plan with one look-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from schemas.milestone_crossed import Kind, Rung
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.metric import Metric
from schemas.milestones.number import Number
from stream.core.adoption import AdoptedMetric, Adoption
from stream.core.executed import EXECUTED_KINDS
from stream.core.filters import Filter, compile_filter

MOST_OCCURRENCES = 1000
"""Occurrences of a repeating milestone that one event may pass; more is taken for a mistake."""

DEDUPE_IDS = 16
SALT = "cairn"


class Goal:
    """A milestone as `advance` needs it: what to test, and what to stamp on a crossing."""

    __slots__ = (
        "every",
        "first_applied_ms",
        "holdout",
        "id",
        "number",
        "reward",
        "threshold",
        "tier",
    )

    def __init__(self, document: Document, milestone: Milestone, adoption: Adoption) -> None:
        adopted = adoption.milestone(milestone.id)
        if adopted.first_applied_ms is None:
            raise ValueError(f"the adoption does not belong to this document: '{milestone.id}' was never applied")
        entry = milestone.entry
        self.id = milestone.id
        self.number = adopted.number
        self.first_applied_ms = adopted.first_applied_ms
        self.threshold: Number = milestone.threshold or 0
        self.every: Number = milestone.every or 0
        self.tier = entry.tier
        self.reward = entry.reward
        self.holdout = (document.holdout if entry.holdout is None else entry.holdout).basis_points


class Step:
    """What an event does to one metric.

    ``thresholds`` is sorted, and ``goals`` and ``rungs`` stand beside it, one for each; ``repeating`` are the goals
    with `every`. ``reads`` is the property that a sum adds, None for the event's value; ``counts`` is true for +1,
    ``adds_value`` where the value is added as it is.
    """

    __slots__ = (
        "adds_value",
        "counted_since_ms",
        "counts",
        "filter",
        "goals",
        "kind",
        "limit",
        "metric",
        "reads",
        "repeating",
        "rungs",
        "slot",
        "strides",
        "thresholds",
        "trusted",
        "unit",
    )

    def __init__(
        self, document: Document, name: str, metric: Metric, adopted: AdoptedMetric, goals: Iterable[Goal]
    ) -> None:
        listed = list(goals)
        single = sorted((goal for goal in listed if not goal.every), key=lambda goal: (goal.threshold, goal.number))
        self.slot = adopted.number
        self.metric = name
        self.kind: Kind = metric.kind.value
        self.unit = metric.unit
        self.counts = metric.kind == "count"
        self.reads = None if self.counts or metric.amount == "value" else metric.amount
        self.filter: Filter | None = compile_filter(metric.where)
        self.goals = single
        self.thresholds = [goal.threshold for goal in single]
        self.rungs = [Rung(milestone=goal.id, occurrence=1, threshold=goal.threshold) for goal in single]
        self.repeating = sorted((goal for goal in listed if goal.every), key=lambda goal: goal.number)
        self.strides = tuple(goal.every for goal in self.repeating)
        self.limit: Number | None = min(self.strides) * MOST_OCCURRENCES if self.strides else None
        self.adds_value = not self.counts and self.reads is None and self.limit is None
        # A metric that was out of the rules for a time missed events, whatever the file says of its history.
        self.trusted = (metric.history or document.history) == "complete" and not adopted.has_gap
        self.counted_since_ms = adopted.counted_since_ms


class Plan:
    """What to do with events of one name.

    ``fixed`` holds the steps that every such event takes, each with its amount (None: the event's own value); it is
    None when an event must be looked at first, for a filter, a property or a bound.
    """

    __slots__ = ("fixed", "ring_bytes", "rules", "steps")

    def __init__(self, rules: Rules, steps: tuple[Step, ...], dedupe_ids: int) -> None:
        self.rules = rules
        self.steps = steps
        self.ring_bytes = dedupe_ids * 8
        plain = all(step.filter is None and (step.counts or step.adds_value) for step in steps)
        self.fixed: tuple[tuple[Step, Number | None], ...] | None = (
            tuple((step, 1 if step.counts else None) for step in steps) if plain else None
        )


class Rules:
    """A compiled document. ``plan(event_name)`` is None for an event that no metric counts."""

    __slots__ = ("goals", "plan", "plans", "salt", "steps", "version")

    def __init__(self, version: int, salt: str) -> None:
        self.version = version
        self.salt = salt
        self.plans: dict[str, Plan] = {}
        self.plan: Callable[[str], Plan | None] = self.plans.get
        self.steps: dict[str, Step] = {}
        self.goals: dict[str, Goal] = {}


def compile_rules(document: Document, adoption: Adoption, *, dedupe_ids: int = DEDUPE_IDS, salt: str = SALT) -> Rules:
    """Compile the document for `advance`.

    ``dedupe_ids`` is the window of promise 6 in events per contact (0: off), ``salt`` decides who is held
    out. What this release does not execute is left out; `not_executed` lists it.

    Raises:
        ValueError: the adoption is not one of this document.
    """
    if adoption.digest != document.digest():
        raise ValueError("the adoption does not belong to this document")
    rules = Rules(adoption.version, salt)
    goals: dict[str, list[Goal]] = {}
    for milestone in expand(document):
        if milestone.entry.status == "active" and milestone.metric is not None:
            goals.setdefault(milestone.metric, []).append(Goal(document, milestone, adoption))
    by_event: dict[str, list[Step]] = {}
    for name, metric in document.metrics.items():
        if metric.kind not in EXECUTED_KINDS:
            continue
        step = Step(document, name, metric, adoption.metric(name, metric.kind), goals.get(name, ()))
        rules.steps[name] = step
        rules.goals.update((goal.id, goal) for goal in (*step.goals, *step.repeating))
        for event in metric.from_:
            by_event.setdefault(event, []).append(step)
    for event, steps in by_event.items():
        rules.plans[event] = Plan(rules, tuple(sorted(steps, key=lambda step: step.slot)), dedupe_ids)
    return rules
