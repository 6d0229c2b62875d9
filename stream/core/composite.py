"""Composites: milestones that are reached when all of their members are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from schemas.adoption import Adoption
from schemas.milestones.condition import AllOf
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone
from schemas.milestones.number import Number
from stream.core.goal import Goal
from stream.core.progress import Progress

NONE: frozenset[int] = frozenset()


class Member:
    """A milestone, active or retired, that a composite waits for.

    ``slot`` is the number of its metric, with ``mark`` the value at which it is first reached; None for an
    anniversary and for a composite, whose members are ``parts``.
    """

    __slots__ = ("mark", "metric", "number", "parts", "slot")

    def __init__(
        self, number: int, metric: str | None, slot: int | None, mark: Number, parts: tuple[Member, ...]
    ) -> None:
        self.number = number
        self.metric = metric
        self.slot = slot
        self.mark = mark
        self.parts = parts

    def is_reached(self, row: Progress, unless: AbstractSet[int] = NONE) -> bool:
        """Whether it was reached: recorded, or silently passed. Numbers in ``unless`` count as not reached."""
        if self.number in unless:
            return False
        if row.occurrence(self.number):
            return True
        if self.parts:
            return all(part.is_reached(row, unless) for part in self.parts)
        return self.slot is not None and row.high(self.slot) >= self.mark

    def metrics(self) -> set[str]:
        """Return the metrics that it rests on."""
        return {self.metric} if self.metric else {name for part in self.parts for name in part.metrics()}


class Composite:
    """An active milestone with `all_of`; ``metrics`` are those that its members rest on, however deep."""

    __slots__ = ("goal", "members", "metrics")

    def __init__(self, goal: Goal, members: tuple[Member, ...]) -> None:
        self.goal = goal
        self.members = members
        self.metrics = frozenset(name for member in members for name in member.metrics())

    def is_complete(self, row: Progress, unless: AbstractSet[int] = NONE) -> bool:
        """Whether every member is reached, those in ``unless`` counting as not reached."""
        return all(member.is_reached(row, unless) for member in self.members)


def compile_composites(
    document: Document, milestones: Iterable[Milestone], adoption: Adoption, goals: Mapping[str, Goal]
) -> tuple[Composite, ...]:
    """Return the active composites, each after those that it waits for. ``goals`` are the active milestones, by id."""
    known = {milestone.id: milestone for milestone in milestones}
    members: dict[str, Member] = {}

    def member(name: str) -> Member:
        if name not in members:
            members[name] = _member(known[name])
        return members[name]

    def _member(milestone: Milestone) -> Member:
        condition = milestone.condition
        parts = tuple(map(member, condition.milestones)) if isinstance(condition, AllOf) else ()
        metric = milestone.metric
        slot = None if metric is None else adoption.metric(metric, document.metrics[metric].kind).number
        mark = milestone.threshold or milestone.every or 0
        return Member(adoption.milestone(milestone.id).number, metric, slot, mark, parts)

    for milestone in known.values():
        if isinstance(milestone.condition, AllOf) and milestone.id in goals:
            member(milestone.id)
    return tuple(Composite(goals[name], each.parts) for name, each in members.items() if each.parts and name in goals)


def leaves(composites: Iterable[Composite]) -> tuple[Member, ...]:
    """Return every member that is no composite itself, however deep, each once."""
    found: dict[int, Member] = {}
    left = [member for composite in composites for member in composite.members]
    while left:
        member = left.pop()
        left.extend(member.parts)
        if not member.parts:
            found[member.number] = member
    return tuple(found.values())


def completed(composites: Iterable[Composite], row: Progress, flipped: set[int]) -> list[Composite]:
    """Return the composites that became complete with the milestones in ``flipped``, reached just now; mark them.

    One that is complete without them was passed over silently, and stays so. ``flipped`` grows by those returned.
    """
    found: list[Composite] = []
    for composite in composites:
        number = composite.goal.number
        if not row.occurrence(number) and composite.is_complete(row) and not composite.is_complete(row, flipped):
            row.reach(number, 1)
            flipped.add(number)
            found.append(composite)
    return found
