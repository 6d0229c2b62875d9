"""Advice about a sound file: what makes milestones matter to those who reach them. It never blocks anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from schemas.milestones.condition import Anniversary
from schemas.milestones.document import Document
from schemas.milestones.duration import Duration, Unit
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.metric import Kind
from schemas.milestones.number import Number
from schemas.milestones.problem import Mistake, Path, Problem, Severity
from schemas.milestones.roundness import Scale, is_round, round_near

EARLY_COUNT = 10
EARLY_DAYS = 7
"""A first milestone later than these comes after many have left."""

NEAREST = Decimal("1.5")
FARTHEST = 10
"""How many times the one below a threshold should be: nearer is noise, farther is a long silence."""

MOST = 20
"""More milestones than this are no occasions any more."""

_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_SCALES = {Unit.DAY: Scale.DAYS, Unit.WEEK: Scale.WEEKS, Unit.MONTH: Scale.MONTHS, Unit.YEAR: Scale.YEARS}
_STREAKS = {"days": Unit.DAY, "weeks": Unit.WEEK}


def lint(document: Document) -> list[Problem]:
    """Return the advice for the active milestones of a sound document, in file order."""
    active = [milestone for milestone in expand(document) if milestone.entry.status == "active"]
    found = [
        document.problem(each.at, each.message, each.hint, Severity.ADVICE)
        for rule in _RULES
        for each in rule(document, active)
    ]
    return sorted(found, key=lambda problem: problem.position)


def early_first(document: Document, active: Sequence[Milestone]) -> Iterator[Mistake]:
    """Something can be reached in the first days."""
    measures = [measure for each in active if (measure := _measure(document, each))]
    if active and not any(measure.early for measure in measures):
        yield Mistake(
            ("milestones",),
            "no milestone comes early: many contacts leave before the first one",
            f"add one within reach, such as a count of 1 or {EARLY_COUNT}, or a streak of {EARLY_DAYS} days",
        )


def round_thresholds(document: Document, active: Sequence[Milestone]) -> Iterator[Mistake]:
    """Thresholds are numbers that people recognise."""
    for milestone in active:
        measure = _measure(document, milestone)
        if measure is None or is_round(measure.number, measure.scale):
            continue
        near = round_near(measure.number, measure.scale, whole=measure.whole)
        yield Mistake(
            milestone.at,
            f"'{milestone.id}' is at {measure}, which is not a round number",
            f"people remember numbers such as {' or '.join(f'{number:,}' for number in near)}",
        )


def spaced_neighbours(document: Document, active: Sequence[Milestone]) -> Iterator[Mistake]:
    """On one metric each milestone is some way from the one below, and not out of sight of it."""
    for metric in document.metrics:
        steps = sorted(
            ((number, each) for each in active if each.metric == metric and (number := each.threshold or each.every)),
            key=lambda step: step[0],
        )
        # What comes again and again fills every gap above its first time.
        repeats_from = min((each.every for each in active if each.metric == metric and each.every), default=None)
        for (low, below), (high, above) in pairwise(steps):
            if high < low * NEAREST and above.entry.audience == below.entry.audience:
                yield Mistake(
                    above.at,
                    f"'{above.id}' at {high:,} comes soon after '{below.id}' at {low:,}: less than {NEAREST} times it",
                    "leave one of them out, or move them 2 to 5 times apart",
                )
            if high > low * FARTHEST and (repeats_from is None or repeats_from > low):
                yield Mistake(
                    above.at,
                    f"'{above.id}' at {high:,} is far from '{below.id}' at {low:,}: more than {FARTHEST} times it",
                    f"add one between them, such as {_between(low, high):,}",
                )


def few_in_all(document: Document, active: Sequence[Milestone]) -> Iterator[Mistake]:
    """There are few enough for each to be an occasion."""
    if len(active) > MOST:
        yield Mistake(
            active[MOST].at,
            f"there are {len(active)} active milestones; from the {MOST + 1}st on each means less",
            f"keep at most {MOST}: retire what nobody would tell a colleague about",
        )


def asks_of_major(document: Document, active: Sequence[Milestone]) -> Iterator[Mistake]:
    """Only what is big deserves a reward, or carries a request."""
    for index, entry in enumerate(document.milestones):
        if entry.status != "active" or entry.tier == "major":
            continue
        if entry.ask is not None:
            yield Mistake(
                ("milestones", index, "ask"),
                f"'{entry.id}' is minor and asks for a {entry.ask}: the request would outweigh the praise",
                "ask at a major milestone only",
            )
        if entry.reward is not None:
            yield Mistake(
                ("milestones", index, "reward"),
                f"'{entry.id}' is minor and gives the reward '{entry.reward}': rewards lose their worth",
                "keep rewards for major milestones",
            )


def cap_within_freshness(document: Document, active: Sequence[Milestone]) -> Iterator[Mistake]:
    """What the cap holds back is still worth saying when there is room again."""
    cap = document.cap
    if cap is None or cap.then == "drop":
        return
    for at, whose, fresh in _freshness(document, active):
        if fresh.seconds < cap.within.seconds:
            yield Mistake(
                at,
                f"{whose} stays fresh for {fresh}, and the cap looks back {cap.within}: what comes after "
                f"{cap.messages} messages is refused as over_cap, not sent later",
                f"let it stay fresh for {cap.within} (max_staleness), shorten the cap's 'within', or write then: drop",
            )


def bundle_within_freshness(document: Document, active: Sequence[Milestone]) -> Iterator[Mistake]:
    """What waits for others is still worth saying when they have come."""
    for at, whose, fresh in _freshness(document, active):
        if fresh.seconds <= document.bundle.seconds:
            yield Mistake(
                at,
                f"{whose} stays fresh for {fresh}, and waits {document.bundle} for others (bundle): it is never sent",
                "let it stay fresh for longer (max_staleness), or shorten 'bundle'",
            )


def _freshness(document: Document, active: Sequence[Milestone]) -> Iterator[tuple[Path, str, Duration]]:
    """Yield how long tiers and milestones stay fresh, and where that is written; a tier only if somebody is of it."""
    tiers = {each.entry.tier for each in active if each.entry.max_staleness is None}
    for name in sorted(tiers):
        fresh = getattr(document.tiers, name).max_staleness
        if fresh is not None:
            yield ("tiers", name, "max_staleness"), f"tier '{name}'", fresh
    entries = {each.at[:2]: each.entry for each in active if each.entry.max_staleness is not None}
    for at, entry in entries.items():
        if entry.max_staleness is not None:
            yield (*at, "max_staleness"), f"'{entry.id}'", entry.max_staleness


class _Measure(NamedTuple):
    """The number of a milestone, the unit of time that it counts (None for everything else), and its fractions."""

    number: Number
    unit: Unit | None = None
    whole: bool = True

    @property
    def scale(self) -> Scale:
        """Which numbers are round."""
        return _SCALES[self.unit] if self.unit else Scale.PLAIN

    @property
    def early(self) -> bool:
        """Whether a contact can be there in the first days."""
        if self.unit is None:
            return self.number <= EARLY_COUNT
        return self.unit in _DAYS and self.number * _DAYS[self.unit] <= EARLY_DAYS

    def __str__(self) -> str:
        return f"{self.number:,}" + (f" {self.unit}{'' if self.number == 1 else 's'}" if self.unit else "")


def _measure(document: Document, milestone: Milestone) -> _Measure | None:
    """Return what a milestone measures; None for a composite, whose members do."""
    if isinstance(milestone.condition, Anniversary):
        return _Measure(milestone.condition.after.amount, milestone.condition.after.unit)
    number = milestone.threshold or milestone.every
    if milestone.metric is None or number is None:
        return None
    metric = document.metrics[milestone.metric]
    if metric.kind is Kind.STREAK:
        return _Measure(number, _STREAKS[metric.amount])
    return _Measure(number, whole=metric.kind in (Kind.COUNT, Kind.DISTINCT))


def _between(low: Number, high: Number) -> Number:
    """Return the round number nearest to the middle, as growth has it: as many times one as the other is of it."""
    middle = (Decimal(low) * Decimal(high)).sqrt()
    rounded = middle.to_integral_value() if middle >= FARTHEST else middle
    return rounded if is_round(rounded) else min(round_near(rounded), key=lambda number: abs(number - middle))


_RULES: tuple[Callable[[Document, Sequence[Milestone]], Iterator[Mistake]], ...] = (
    early_first,
    round_thresholds,
    spaced_neighbours,
    few_in_all,
    asks_of_major,
    cap_within_freshness,
    bundle_within_freshness,
)
