"""The compiled rules as the extension takes them: plain attributes, goals and steps by their places.

The extension reads these attributes by name (`src/rules.rs`). Texts that go into records are handed over as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

import msgspec

from schemas.milestones.match import Match, Scalar
from schemas.usage_event import BASELINE_EVENT
from stream.core.composite import Composite, Member
from stream.core.goal import Goal
from stream.core.rules import Plan, Rules
from stream.core.step import Step

Number = int | Decimal

MOST_PLACES = 6
MOST = 10**12
"""Numbers of the rules up to here: with what contacts reach they stay within 64 bits, places included."""

_EXACT = Context(prec=96)
"""As `stream.core.amounts` reckons, which made these numbers."""
_JSON = msgspec.json.Encoder().encode


class UnfitRulesError(Exception):
    """These rules hold what the extension does not do; the message says what."""


@dataclass(frozen=True, slots=True)
class GoalSpec:
    """See `stream.core.goal.Goal`."""

    number: int
    id: str
    id_json: bytes
    tier_json: bytes
    reward_json: bytes
    is_major: bool
    threshold: Number
    every: Number | None
    rest: Number | None
    stuck_ms: int | None
    holdout: int
    first_applied_ms: int


@dataclass(frozen=True, slots=True)
class TestSpec:
    """One property of a `where`, and the values it is compared with."""

    name: str
    values: tuple[Scalar | None, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class RetiredSpec:
    """A retired milestone that a composite waits for."""

    number: int
    mark: Number


@dataclass(frozen=True, slots=True)
class StepSpec:
    """See `stream.core.step.Step`; goals are places in `RulesSpec.goals`."""

    slot: int
    kind: str
    metric_json: bytes
    unit_json: bytes
    weeks: bool
    zone: str
    reads: str | None
    tests: tuple[TestSpec, ...]
    limit: Number | None
    marks: tuple[Number, ...]
    thresholds: tuple[Number, ...]
    goals: tuple[int, ...]
    repeating: tuple[int, ...]
    nearing: tuple[tuple[Number, Number], ...]
    nudging: bool
    nearby: tuple[tuple[int, ...], ...]
    waits: tuple[bool, ...]
    retired: tuple[RetiredSpec, ...]
    trusted: bool
    counted_since_ms: int


@dataclass(frozen=True, slots=True)
class PlanSpec:
    """See `stream.core.rules.Plan`; steps are places in `RulesSpec.steps`."""

    event: str
    ring_bytes: int
    width: int
    is_fixed: bool
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MemberSpec:
    """See `stream.core.composite.Member`; parts are places in `RulesSpec.members`."""

    number: int
    slot: int | None
    mark: Number
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CompositeSpec:
    """See `stream.core.composite.Composite`."""

    goal: int
    members: tuple[int, ...]
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RulesSpec:
    """All that counting needs of the rules."""

    version: int
    salt: str
    goals: tuple[GoalSpec, ...]
    steps: tuple[StepSpec, ...]
    plans: tuple[PlanSpec, ...]
    members: tuple[MemberSpec, ...]
    composites: tuple[CompositeSpec, ...]
    has_anniversaries: bool


def spec_of(rules: Rules) -> RulesSpec:
    """Return what the extension takes.

    Raises:
        UnfitRulesError: a number of the rules has more places, or is larger, than the extension holds exactly.
    """
    goals = {goal.id: at for at, goal in enumerate(rules.goals.values())}
    steps = {step.slot: at for at, step in enumerate(rules.steps.values())}
    members: dict[int, int] = {}
    listed: list[MemberSpec] = []
    for composite in rules.composites:
        for member in composite.members:
            _list(member, members, listed)
    return RulesSpec(
        version=rules.version,
        salt=rules.salt,
        goals=tuple(map(_goal, rules.goals.values())),
        steps=tuple(_step(step, goals) for step in rules.steps.values()),
        plans=tuple(
            PlanSpec(
                name,
                plan.ring_bytes,
                plan.width,
                plan.fixed is not None,
                tuple(steps[each.slot] for each in plan.steps),
            )
            for name, plan in rules.plans.items()
            if name != BASELINE_EVENT
        ),
        members=tuple(listed),
        composites=tuple(_composite(each, rules, goals, steps, members) for each in rules.composites),
        has_anniversaries=bool(rules.anniversaries),
    )


def _goal(goal: Goal) -> GoalSpec:
    return GoalSpec(
        number=goal.number,
        id=goal.id,
        id_json=_JSON(goal.id),
        tier_json=_JSON(goal.tier),
        reward_json=_JSON(goal.reward),
        is_major=goal.tier == "major",
        threshold=_fit(goal.threshold),
        every=_fit(goal.every) if goal.every else None,
        rest=None if goal.rest is None else _bare(goal.rest),
        stuck_ms=goal.stuck_ms,
        holdout=goal.holdout,
        first_applied_ms=goal.first_applied_ms,
    )


def _step(step: Step, goals: Mapping[str, int]) -> StepSpec:
    return StepSpec(
        slot=step.slot,
        kind=step.kind,
        metric_json=_JSON(step.metric),
        unit_json=_JSON(step.unit),
        weeks=step.weeks,
        zone=step.zone,
        reads=step.reads,
        tests=tuple(_test(name, match) for name, match in step.where.items()),
        limit=None if step.limit is None else _fit(step.limit),
        marks=tuple(map(_bare, step.marks)),
        thresholds=tuple(map(_fit, step.thresholds)),
        goals=tuple(goals[goal.id] for goal in step.goals),
        repeating=tuple(goals[goal.id] for goal in step.repeating),
        nearing=tuple((_fit(every), _bare(rest)) for every, rest in step.nearing),
        nudging=step.nudging,
        nearby=tuple(tuple(goals[goal.id] for goal in nearby) for nearby in step.nearby),
        waits=tuple(step.waits),
        retired=tuple(RetiredSpec(member.number, _fit(member.mark)) for member in step.retired),
        trusted=step.trusted,
        counted_since_ms=step.counted_since_ms,
    )


def _plan(name: str, plan: Plan, steps: Mapping[int, int]) -> PlanSpec:
    places = tuple(steps[step.slot] for step in plan.steps)
    return PlanSpec(name, plan.ring_bytes, plan.width, plan.fixed is not None, places)


def _test(name: str, match: Match) -> TestSpec:
    for value in match.values:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            _fit(value)
    return TestSpec(name, match.values, match.negated)


def _list(member: Member, places: dict[int, int], listed: list[MemberSpec]) -> int:
    """List a member behind its parts, once; return its place."""
    if member.number not in places:
        parts = tuple(_list(part, places, listed) for part in member.parts)
        places[member.number] = len(listed)
        listed.append(MemberSpec(member.number, member.slot, _fit(member.mark), parts))
    return places[member.number]


def _composite(
    composite: Composite,
    rules: Rules,
    goals: Mapping[str, int],
    steps: Mapping[int, int],
    members: Mapping[int, int],
) -> CompositeSpec:
    return CompositeSpec(
        goals[composite.goal.id],
        tuple(members[member.number] for member in composite.members),
        tuple(steps[rules.steps[name].slot] for name in composite.metrics),
    )


def _bare(number: Number) -> Number:
    """The number without the zeros at its end that shares of thresholds have; for what is compared, never written."""
    return _fit(number.normalize(_EXACT) if isinstance(number, Decimal) else number)


def _fit(number: Number) -> Number:
    exponent = number.as_tuple().exponent if isinstance(number, Decimal) else 0
    if not isinstance(exponent, int) or not -MOST_PLACES <= exponent <= 0 or not -MOST <= number <= MOST:
        raise UnfitRulesError(f"{number} has more than {MOST_PLACES} places, or is beyond {MOST}")
    return number
