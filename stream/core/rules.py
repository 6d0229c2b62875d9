"""Rules: a document and its adoption, compiled so that an event finds its plan with one look-up."""

from __future__ import annotations

from collections.abc import Callable

from schemas.adoption import Adoption
from schemas.milestones import condition
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.number import Number
from schemas.usage_event import BASELINE_EVENT
from stream.core.anniversary import Anniversary
from stream.core.composite import Composite, Member, compile_composites, leaves
from stream.core.filters import Filter
from stream.core.goal import Goal
from stream.core.step import Step

DEDUPE_IDS = 16
SALT = "cairn"


class Plan:
    """What to do with events of one name.

    ``fixed`` holds the steps, each with its amount (None: the event's own value) and its filter; it is None when an
    event must be looked at first: for a property, a bound, or because every step may leave it out. ``width`` is how
    many counters a row has that has them all.
    """

    __slots__ = ("fixed", "ring_bytes", "rules", "steps", "width")

    def __init__(self, rules: Rules, steps: tuple[Step, ...], dedupe_ids: int) -> None:
        self.rules = rules
        self.steps = steps
        self.ring_bytes = dedupe_ids * 8
        self.width = max((step.slot + 1 for step in steps), default=0)
        plain = all(step.sure for step in steps) and any(step.filter is None for step in steps)
        self.fixed: tuple[tuple[Step, Number | None, Filter | None], ...] | None = (
            tuple((step, None if step.adds else 1, step.filter) for step in steps) if plain else None
        )


class Rules:
    """A compiled document. ``plan(event_name)`` is None for an event that no metric counts; ``baseline`` is the plan of
    events that carry a baseline.

    ``steps`` are by metric, ``goals`` by milestone: the active ones of every kind. ``zone`` is the product's.
    """

    __slots__ = (
        "anniversaries",
        "baseline",
        "composites",
        "goals",
        "plan",
        "plans",
        "salt",
        "steps",
        "version",
        "zone",
    )

    def __init__(self, version: int, salt: str, zone: str) -> None:
        self.version = version
        self.salt = salt
        self.zone = zone
        self.plans: dict[str, Plan] = {}
        self.plan: Callable[[str], Plan | None] = self.plans.get
        self.steps: dict[str, Step] = {}
        self.goals: dict[str, Goal] = {}
        self.anniversaries: tuple[Anniversary, ...] = ()
        self.composites: tuple[Composite, ...] = ()
        self.baseline = Plan(self, (), 0)
        self.plans[BASELINE_EVENT] = self.baseline


def compile_rules(document: Document, adoption: Adoption, *, dedupe_ids: int = DEDUPE_IDS, salt: str = SALT) -> Rules:
    """Compile the document for `advance` and `fire`.

    ``dedupe_ids`` is the window of guarantee G6 in events per contact (0: off), ``salt`` decides who is held
    out.

    Raises:
        ValueError: the adoption is not one of this document.
    """
    if adoption.digest != document.digest():
        raise ValueError("the adoption does not belong to this document")
    rules = Rules(adoption.version, salt, document.product.time_zone)
    milestones = expand(document)
    active = [milestone for milestone in milestones if milestone.entry.status == "active"]
    rules.goals = {milestone.id: Goal(document, milestone, adoption) for milestone in active}
    rules.anniversaries = tuple(
        Anniversary(rules.goals[milestone.id], milestone.condition.after, repeats=milestone.condition.repeats)
        for milestone in active
        if isinstance(milestone.condition, condition.Anniversary)
    )
    rules.composites = compile_composites(document, milestones, adoption, rules.goals)
    _compile_plans(rules, document, adoption, active, dedupe_ids)
    return rules


def _compile_plans(
    rules: Rules, document: Document, adoption: Adoption, active: list[Milestone], dedupe_ids: int
) -> None:
    goals: dict[str, list[Goal]] = {}
    for milestone in active:
        if milestone.metric is not None:
            goals.setdefault(milestone.metric, []).append(rules.goals[milestone.id])
    numbers = {goal.number for goal in rules.goals.values()}
    retired: dict[str, list[Member]] = {}
    for member in leaves(rules.composites):
        if member.metric is not None and member.number not in numbers:
            retired.setdefault(member.metric, []).append(member)
    by_event: dict[str, list[Step]] = {}
    for name, metric in document.metrics.items():
        adopted = adoption.metric(name, metric.kind)
        step = Step(document, name, metric, adopted, goals.get(name, ()), retired.get(name, ()))
        rules.steps[name] = step
        for event in metric.from_:
            by_event.setdefault(event, []).append(step)
    for event, steps in by_event.items():
        rules.plans[event] = Plan(rules, tuple(sorted(steps, key=lambda step: step.slot)), dedupe_ids)
